import { describe, expect, it } from "vitest";
import { UsedLog, type UsedEntry } from "../../src/replay/replay-log.js";
import { type Fault, FaultyDisk, type Operation } from "../support/faulty-disk.js";

const path = "/data/used.jsonl";
const nowMs = 1_800_000_000_000;
const later = nowMs + 600_000;
/** An eighth of the size at which the log is written anew. */
const longName = "x".repeat(1024 * 1024);

interface Remembering {
  readonly disk: FaultyDisk;
  readonly used: Map<string, number>;
  readonly log: UsedLog;
}

async function remember(disk: FaultyDisk): Promise<Remembering> {
  const used = new Map<string, number>();
  const load = ([entry, expiresAtMs]: UsedEntry): void => {
    if (expiresAtMs > nowMs) used.set(entry, expiresAtMs);
    else used.delete(entry);
  };
  const options = { disk, folder: "/data", bootId: "boot", nowMs, syncDelayMs: 60_000 };
  return { disk, used, log: await UsedLog.open(options, load, () => used) };
}

async function use({ used, log }: Remembering, name: string): Promise<void> {
  used.set(name, later);
  await log.append([[name, later]]);
}

async function giveBack({ used, log }: Remembering, name: string): Promise<void> {
  used.delete(name);
  await log.append([[name, 0]]);
}

/** The log just below the size at which it is written anew: all but one of its entries were given back. */
async function almostFull(): Promise<Remembering> {
  const memory = await remember(new FaultyDisk());
  await use(memory, "n:first");
  for (const name of [longName, longName, longName, longName.slice(0, longName.length / 2)]) {
    await use(memory, `i:${name}`);
    await giveBack(memory, `i:${name}`);
  }
  expect(memory.disk.operations.filter(isRename)).toHaveLength(1);
  return memory;
}

function isRename({ kind, path: target }: Operation): boolean {
  return kind === "rename" && target === path;
}

async function namesAfterKill({ disk }: Remembering): Promise<string[]> {
  return [...(await remember(disk.afterKill())).used.keys()].map((name) => name.slice(0, 20)).sort();
}

describe("a log that has grown too long is written anew", () => {
  it("with everything that is in use and nothing that was given back", async () => {
    const memory = await almostFull();
    const before = memory.disk.operations.length;
    await use(memory, `i:last${longName}`);
    await giveBack(memory, `i:last${longName}`);
    await use(memory, "n:after");
    expect(memory.disk.operations.slice(before).filter(isRename)).toHaveLength(1);
    expect(memory.disk.bytes(path).length).toBeLessThan(2 * 1024 * 1024 + 1_000);
    expect(await namesAfterKill(memory)).toEqual(["n:after", "n:first"]);
  });

  it("and what is used meanwhile is there after a kill at any moment", async () => {
    const memory = await almostFull();
    const acknowledged: (readonly [string, number])[] = [];
    const begun = memory.disk.operations.length;
    await use(memory, `i:last${longName}`);
    const writers = Array.from({ length: 8 }, async (_, index) => {
      await use(memory, `n:${String(index)}`);
      acknowledged.push([`n:${String(index)}`, memory.disk.operations.length]);
    });
    await Promise.all(writers);
    await giveBack(memory, "n:0");
    expect(memory.disk.operations.slice(begun).filter(isRename)).toHaveLength(1);
    for (let count = begun; count < memory.disk.operations.length; count++) {
      const found = await remember(memory.disk.at(count));
      expect(found.used.has("n:first")).toBe(true);
      for (const [name, at] of acknowledged) if (at <= count) expect(found.used.has(name)).toBe(true);
    }
    expect((await namesAfterKill(memory)).filter((name) => name.startsWith("n:"))).not.toContain("n:0");
  });

  it.each<Fault>(["EIO", "ENOSPC"])(
    "and when one operation of that fails with %s, what is used later is there after a kill",
    async (fault) => {
      const rehearsal = await almostFull();
      const begun = rehearsal.disk.operations.length;
      await use(rehearsal, `i:last${longName}`);
      await use(rehearsal, "n:after");
      const { operations } = rehearsal.disk;
      const lost: string[] = [];
      for (let at = begun; at < operations.length; at++) {
        const memory = await almostFull();
        memory.disk.before = ({ index }) => (index === at ? fault : undefined);
        const names = [`i:last${longName}`, "n:after", "n:and then"];
        const kept: string[] = ["n:first"];
        for (const name of names) {
          await use(memory, name).then(
            () => kept.push(name.slice(0, 20)),
            () => memory.used.delete(name),
          );
          const found = await namesAfterKill(memory);
          const { kind } = operations[at] ?? { kind: "none" };
          for (const each of kept) if (!found.includes(each)) lost.push(`${each}, after ${fault} of ${kind}`);
        }
      }
      expect(lost).toEqual([]);
    },
  );

  it("and goes on when the disk is full, as long as it can", async () => {
    const memory = await almostFull();
    memory.disk.before = ({ kind, path: target }) => (kind === "create" && target !== path ? "ENOSPC" : undefined);
    await use(memory, `i:last${longName}`);
    await use(memory, "n:after");
    expect(await namesAfterKill(memory)).toEqual([`i:last${longName}`.slice(0, 20), "n:after", "n:first"]);
  });
});
