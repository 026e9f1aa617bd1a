import { describe, expect, it } from "vitest";
import { JsonStore } from "../../../src/store/json/json-store.js";
import type { Document } from "../../../src/store/store.js";
import { FaultyDisk } from "../../support/faulty-disk.js";
import { listed } from "../../support/listed.js";

const path = "/data/store.json";

function open(disk: FaultyDisk, foldBytes = 1_000_000_000): Promise<JsonStore> {
  return JsonStore.open({ disk, folder: "/data", warn: () => undefined, foldBytes });
}

function put(store: JsonStore, key: string, document: Document): Promise<unknown> {
  return store.transact((transaction) => transaction.put("tokens", key, document));
}

async function stoppedFolder(): Promise<FaultyDisk> {
  const disk = new FaultyDisk();
  const store = await open(disk);
  await put(store, "a", { a: 1 });
  await store.close();
  return disk;
}

function changesTo(disk: FaultyDisk, file: string): number {
  return disk.operations.filter(({ kind, path: at }) => /^(?:create|write|rename|remove)$/.test(kind) && at === file)
    .length;
}

describe("a start and a stop", () => {
  it("leave the files as they are when there is nothing to fold", async () => {
    const disk = (await stoppedFolder()).afterKill();
    const before = disk.contents();
    for (let round = 0; round < 3; round++) {
      const store = await open(disk);
      expect(await listed(store, "tokens")).toEqual([{ key: "a", document: { a: 1 } }]);
      await store.close();
    }
    expect(disk.contents()).toEqual(before);
    expect(changesTo(disk, path) + changesTo(disk, `${path}.tmp`)).toBe(0);
  });

  it("fold what a kill left in the journal, and only once", async () => {
    const stopped = await stoppedFolder();
    await put(await open(stopped), "b", {});
    const killed = stopped.afterKill();
    expect(killed.bytes(path).toString()).not.toContain('"b"');
    await open(killed);
    expect(killed.bytes(path).toString()).toContain('"b"');
    const again = killed.afterKill();
    await open(again);
    expect(changesTo(again, path)).toBe(0);
  });

  it("fold what was deleted, so that nothing is left of it", async () => {
    const disk = await stoppedFolder();
    const store = await open(disk);
    await put(store, "b", { secret: "canary" });
    await store.transact(async (transaction) => {
      await transaction.delete("tokens", "b");
    });
    await store.close();
    expect(JSON.stringify(disk.contents())).not.toContain("canary");
  });

  it("remove a journal that a crash left behind the snapshot it was folded into", async () => {
    const disk = new FaultyDisk();
    const store = await open(disk);
    await put(store, "b", { secret: "canary" });
    await store.transact(async (transaction) => {
      await transaction.delete("tokens", "b");
    });
    await store.close();
    const renamed = disk.operations.findLastIndex(({ kind, path: at }) => kind === "rename" && at === path);
    const crashed = disk.at(renamed + 1);
    expect(JSON.stringify(crashed.contents())).toContain("canary");
    await open(crashed);
    expect(JSON.stringify(crashed.contents())).not.toContain("canary");
    const [journal = "", ...others] = (await crashed.list("/data")).filter((name) => name.startsWith("journal-"));
    expect(others).toEqual([`${journal}.head`]);
  });

  it("fold again when the disk did not take the snapshot", async () => {
    const disk = await stoppedFolder();
    const first = await open(disk);
    await put(first, "b", {});
    disk.before = ({ kind, path: at }) => (kind === "create" && at === `${path}.tmp` ? "EIO" : undefined);
    await first.close();
    disk.before = () => undefined;
    expect(disk.bytes(path).toString()).not.toContain('"b"');
    await open(disk);
    expect(disk.bytes(path).toString()).toContain('"b"');
  });
});

describe("a fold that takes its time", () => {
  const key = (index: number): string => `key ${String(index).padStart(4, "0")}`;
  const filler = "x".repeat(800);

  /** Both collections hold the same; audit is ordered by the timestamps. */
  async function filledStore(disk: FaultyDisk, model: Map<string, Document>): Promise<JsonStore> {
    const store = await open(disk, 1);
    await store.transact(async (transaction) => {
      for (let index = 0; index < 400; index++) {
        model.set(key(index), { timestamp: index, filler });
        for (const collection of ["tokens", "audit"])
          await transaction.put(collection, key(index), { timestamp: index, filler });
      }
    });
    await store.close();
    return open(disk, 1);
  }

  /** Some before and some behind what is written just now: one replaced, one deleted, one that moves in audit, one new. */
  function changesOf(round: number): (readonly [string, Document | null])[] {
    return [
      [key((round * 37) % 400), { timestamp: (round * 37) % 400, round, filler: "y" }],
      [key((round * 53 + 1) % 400), null],
      [key((round * 71 + 2) % 400), { timestamp: 500 - round * 40, filler }],
      [key(1_000 + round * 97), { timestamp: round * 31, filler: filler + filler }],
    ];
  }

  it("holds with its journal what was changed, deleted, put anew and moved meanwhile, wherever it is stopped", async () => {
    const disk = new FaultyDisk();
    const model = new Map<string, Document>();
    const print = (): string => JSON.stringify([...model].sort(([a], [b]) => (a < b ? -1 : 1)));
    const store = await filledStore(disk, model);
    const states = [print()];
    const start = disk.operations.length;
    disk.before = async ({ kind, path: at }) => {
      if (kind !== "write" || at !== `${path}.tmp`) return undefined;
      const changes = changesOf(states.length);
      for (const [name, document] of changes) {
        if (document) model.set(name, document);
        else model.delete(name);
      }
      states.push(print());
      await store.transact(async (transaction) => {
        for (const collection of ["tokens", "audit"]) {
          for (const [name, document] of changes) {
            if (document) await transaction.put(collection, name, document);
            else await transaction.delete(collection, name);
          }
        }
      });
      return undefined;
    };
    // Outgrows twice the snapshot, which is written anew then.
    await store.transact((transaction) => transaction.put("vault_config", "large", { text: "x".repeat(2_000_000) }));
    const isFolded = (): boolean =>
      disk.operations.slice(start).some(({ kind, path: at }) => kind === "rename" && at === path);
    await expect.poll(isFolded).toBe(true);
    disk.before = () => undefined;
    expect(states.length).toBeGreaterThan(10);

    const contentOf = async (opened: JsonStore, collection: string): Promise<string> =>
      JSON.stringify(
        (await listed(opened, collection))
          .sort((a, b) => (a.key < b.key ? -1 : 1))
          .map(({ key: name, document }) => [name, document]),
      );
    expect(await contentOf(store, "tokens")).toBe(states.at(-1));
    const problems: string[] = [];
    for (let count = start; count <= disk.operations.length; count++) {
      for (const left of [disk.at(count).afterKill(), disk.at(count).afterPowerCut()]) {
        const restarted = await open(left);
        const found = await contentOf(restarted, "tokens");
        const acknowledged = count === disk.operations.length ? states.slice(-1) : states;
        if (!acknowledged.includes(found) || (await contentOf(restarted, "audit")) !== found)
          problems.push(String(count));
      }
    }
    expect(problems).toEqual([]);
  });
});
