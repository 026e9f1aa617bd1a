import { describe, expect, it } from "vitest";
import { JsonStore } from "../../../src/store/json/json-store.js";
import type { Document, Transaction } from "../../../src/store/store.js";
import { FaultyDisk, powerCuts } from "../../support/faulty-disk.js";
import { listed } from "../../support/listed.js";

type Crash = "killed" | (typeof powerCuts)[number];
const crashes: readonly Crash[] = ["killed", ...powerCuts];

/** What the store held after each transaction, and between which operations of the disk each was asked for and acknowledged. */
class History {
  readonly #states: string[] = ["{}"];
  readonly #asked: number[] = [];
  readonly #acknowledged: number[] = [];
  readonly #documents = new Map<string, Document>();

  constructor(readonly disk: FaultyDisk) {}

  async put(store: JsonStore, key: string, document: Document | null): Promise<void> {
    this.#asked.push(this.disk.operations.length);
    if (document) this.#documents.set(key, document);
    else this.#documents.delete(key);
    const place = this.#states.push(print(this.#documents)) - 2;
    await store.transact(async (transaction) => {
      await change(transaction, key, document);
    });
    this.#acknowledged[place] = this.disk.operations.length;
  }

  /** What may be found when the disk stopped after `count` operations. */
  allowedAt(count: number): string[] {
    const sure = this.#acknowledged.filter((at) => at <= count).length;
    const possible = this.#asked.filter((at) => at <= count).length;
    return this.#states.slice(sure, possible + 1);
  }
}

/** Two starts with folds all along, single and parallel writers, and an orderly stop between. */
async function recordedRun(foldBytes: number): Promise<History> {
  const history = new History(new FaultyDisk());
  let store = await openOn(history.disk, foldBytes);
  for (let index = 0; index < 4; index++) await history.put(store, `key ${String(index)}`, { index });
  await Promise.all(["a", "b", "c"].map((key) => history.put(store, key, { parallel: key })));
  await history.put(store, "key 1", null);
  await store.close();
  store = await openOn(history.disk, foldBytes);
  await history.put(store, "key 2", { again: true });
  await history.put(store, "a", null);
  await store.close();
  return history;
}

describe("R4: after a crash between any two operations of the disk", () => {
  it.each([
    ["folded after every write", 1],
    ["folded now and then", 150],
    ["folded at start and stop only", 1_000_000],
  ])("everything acknowledged is there, and nothing that was not asked for (%s)", async (_name, foldBytes) => {
    const history = await recordedRun(foldBytes);
    const lost: string[] = [];
    for (let count = 0; count <= history.disk.operations.length; count++) {
      for (const crash of crashes) {
        const found = await contentOf(crashed(history.disk.at(count), crash));
        if (!history.allowedAt(count).includes(found)) lost.push(describeCrash(history.disk, count, crash, found));
      }
    }
    expect(lost.slice(0, 5)).toEqual([]);
  });

  it("a crash while starting again loses nothing either", async () => {
    const history = await recordedRun(1);
    const lost: string[] = [];
    for (let count = 0; count <= history.disk.operations.length; count++) {
      const first = history.disk.at(count).afterPowerCut("names and half the bytes");
      const allowed = history.allowedAt(count);
      const restarting = first.afterKill();
      await contentOf(restarting);
      for (let second = 0; second <= restarting.operations.length; second++) {
        for (const crash of ["killed", "nothing", "names"] as const) {
          const found = await contentOf(crashed(restarting.at(second), crash));
          if (!allowed.includes(found))
            lost.push(`${String(count)}, ${describeCrash(restarting, second, crash, found)}`);
        }
      }
    }
    expect(lost.slice(0, 5)).toEqual([]);
  });

  it("the store takes and keeps what comes next", async () => {
    const { disk } = await recordedRun(1);
    const failed: string[] = [];
    for (let count = 0; count <= disk.operations.length; count++) {
      for (const crash of crashes) {
        const next = crashed(disk.at(count), crash);
        try {
          const store = await openOn(next, 1);
          await store.transact(async (transaction) => {
            await transaction.put("tokens", "next", { count });
          });
          const reopened = await openOn(next.afterPowerCut(), 1);
          expect(await reopened.get("tokens", "next")).toEqual({ count });
          expect(await listed(reopened, "tokens")).toEqual(await listed(store, "tokens"));
        } catch (error) {
          failed.push(describeCrash(disk, count, crash, String(error)));
        }
      }
    }
    expect(failed.slice(0, 5)).toEqual([]);
  });
});

describe("what a crash left of a last line", () => {
  it("is dropped with a warning that says how much it was", async () => {
    const disk = new FaultyDisk();
    const store = await openOn(disk);
    await put(store, "kept", { a: 1 });
    const journal = Object.keys(disk.contents()).find((path) => path.includes("journal-")) ?? "";
    disk.put(journal, Buffer.concat([disk.bytes(journal), Buffer.from('0badc0de [["tokens","half')]));
    const warnings: string[] = [];
    const reopened = await openOn(disk, 1_000_000, warnings);
    expect(await listed(reopened, "tokens")).toEqual([{ key: "kept", document: { a: 1 } }]);
    expect(warnings).toEqual([expect.stringContaining("25 bytes")]);
  });
});

function openOn(disk: FaultyDisk, foldBytes = 1_000_000, warnings: string[] = []): Promise<JsonStore> {
  return JsonStore.open({ disk, folder: "/data", warn: (sentence) => warnings.push(sentence), foldBytes });
}

function put(store: JsonStore, key: string, document: Document): Promise<void> {
  return store.transact(async (transaction) => {
    await transaction.put("tokens", key, document);
  });
}

async function change(transaction: Transaction, key: string, document: Document | null): Promise<void> {
  if (document) await transaction.put("tokens", key, document);
  else await transaction.delete("tokens", key);
}

function crashed(disk: FaultyDisk, crash: Crash): FaultyDisk {
  return crash === "killed" ? disk.afterKill() : disk.afterPowerCut(crash);
}

async function contentOf(disk: FaultyDisk): Promise<string> {
  try {
    const store = await openOn(disk);
    return print(new Map((await listed(store, "tokens")).map(({ key, document }) => [key, document])));
  } catch (error) {
    return String(error);
  }
}

function print(documents: ReadonlyMap<string, Document>): string {
  return JSON.stringify(Object.fromEntries([...documents].sort(([a], [b]) => (a < b ? -1 : 1))));
}

function describeCrash(disk: FaultyDisk, count: number, crash: Crash, found: string): string {
  const { kind, path } = disk.operations[count - 1] ?? { kind: "start", path: "" };
  const files = Object.keys(disk.at(count).contents()).join(" ");
  return `after ${String(count)} operations (${kind} ${path}), ${crash}: ${found} [${files}]`;
}
