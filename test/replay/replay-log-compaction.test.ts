import { describe, expect, it } from "vitest";
import { readLog } from "../../src/files/read-log.js";
import { FileReplayCache, type ReplayName } from "../../src/replay/replay-cache.js";
import { type Fault, FaultyDisk, type Operation } from "../support/faulty-disk.js";

const path = "/data/used.jsonl";
const nowMs = 1_800_000_000_000;
const later = nowMs + 600_000;
/** An eighth of the size at which the log is written anew. */
const longName = "x".repeat(1024 * 1024);

interface Remembering {
  readonly disk: FaultyDisk;
  readonly cache: FileReplayCache;
}

async function remember(disk: FaultyDisk): Promise<Remembering> {
  const options = { disk, folder: "/data", bootId: "boot", clock: { nowMs: () => nowMs }, syncDelayMs: 60_000 };
  return { disk, cache: await FileReplayCache.open(options) };
}

async function use({ cache }: Remembering, name: ReplayName): Promise<void> {
  expect(await cache.consume([name], later)).toBe(true);
}

async function release({ cache }: Remembering, name: ReplayName): Promise<void> {
  await cache.release([name]);
}

/** The log just below the size at which it is written anew: all but one of its entries were released. */
async function almostFull(): Promise<Remembering> {
  const memory = await remember(new FaultyDisk());
  await use(memory, "n:first");
  for (const name of [longName, longName, longName, longName.slice(0, longName.length / 2)]) {
    await use(memory, `i:${name}`);
    await release(memory, `i:${name}`);
  }
  expect(memory.disk.operations.filter(isRename)).toHaveLength(1);
  return memory;
}

function isRename({ kind, path: target }: Operation): boolean {
  return kind === "rename" && target === path;
}

async function namesAfterKill({ disk }: Remembering): Promise<string[]> {
  const next = await remember(disk.afterKill());
  // A start writes the log anew, of what it holds.
  const entries = readLog(next.disk.bytes(path)).records.slice(1) as (readonly [ReplayName, number])[];
  for (const [name] of entries) expect(next.cache.isConsumed(name)).toBe(true);
  return entries.map(([name]) => name.slice(0, 20)).sort();
}

describe("a log that has grown too long is written anew", () => {
  it("with everything that is in use and nothing that was released", async () => {
    const memory = await almostFull();
    const before = memory.disk.operations.length;
    await use(memory, `i:last${longName}`);
    await release(memory, `i:last${longName}`);
    await use(memory, "n:after");
    expect(memory.disk.operations.slice(before).filter(isRename)).toHaveLength(1);
    expect(memory.disk.bytes(path).length).toBeLessThan(2 * 1024 * 1024 + 1_000);
    expect(await namesAfterKill(memory)).toEqual(["n:after", "n:first"]);
  });

  it("and what is used meanwhile is there after a kill at any moment", async () => {
    const memory = await almostFull();
    const acknowledged: (readonly [ReplayName, number])[] = [];
    const begun = memory.disk.operations.length;
    await use(memory, `i:last${longName}`);
    const writers = Array.from({ length: 8 }, async (_, index) => {
      await use(memory, `n:${String(index)}`);
      acknowledged.push([`n:${String(index)}`, memory.disk.operations.length]);
    });
    await Promise.all(writers);
    const end = memory.disk.operations.length;
    await release(memory, "n:0");
    expect(memory.disk.operations.slice(begun).filter(isRename)).toHaveLength(1);
    for (let count = begun; count <= end; count++) {
      const found = await remember(memory.disk.at(count));
      expect(found.cache.isConsumed("n:first")).toBe(true);
      for (const [name, at] of acknowledged) if (at <= count) expect(found.cache.isConsumed(name)).toBe(true);
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
        const names = [`i:last${longName}`, "n:after", "n:and then"] as const;
        const kept: string[] = ["n:first"];
        for (const name of names) {
          await use(memory, name).then(
            () => kept.push(name.slice(0, 20)),
            () => expect(memory.cache.isConsumed(name)).toBe(false),
          );
          const found = await namesAfterKill(memory);
          const { kind } = operations[at] ?? { kind: "none" };
          for (const each of kept) if (!found.includes(each)) lost.push(`${each}, after ${fault} of ${kind}`);
        }
      }
      expect(lost).toEqual([]);
    },
  );

  it("but not at the first use after a start, which has just done so", async () => {
    const memory = await remember(new FaultyDisk());
    for (let index = 0; index < 9; index++) await use(memory, `i:${String(index)}${longName}`);
    const next = await remember(memory.disk.afterKill());
    await use(next, "n:after");
    await use(next, "n:and then");
    expect(next.disk.operations.filter(isRename)).toHaveLength(1);
  });

  it("and goes on when the disk is full, as long as it can", async () => {
    const memory = await almostFull();
    memory.disk.before = ({ kind, path: target }) => (kind === "create" && target !== path ? "ENOSPC" : undefined);
    await use(memory, `i:last${longName}`);
    await use(memory, "n:after");
    expect(await namesAfterKill(memory)).toEqual([`i:last${longName}`.slice(0, 20), "n:after", "n:first"]);
  });
});
