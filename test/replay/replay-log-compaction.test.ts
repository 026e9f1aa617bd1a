import { describe, expect, it } from "vitest";
import type { ReplayName } from "../../src/replay/replay-cache.js";
import type { Fault, Operation } from "../support/faulty-disk.js";
import { later, logPath, openCache, type OpenedCache } from "./replay-cache-on-disk.js";

/** An eighth of the size at which the log is written anew. */
const longName = "x".repeat(1024 * 1024);
const last: ReplayName = `i:last${longName}`;

/** The log just below the size at which it is written anew: all but one of its entries were released. */
async function almostFull(): Promise<OpenedCache> {
  const opened = await openCache();
  await opened.cache.consume(["n:first"], later);
  for (const name of [longName, longName, longName, longName.slice(0, longName.length / 2)]) {
    await opened.cache.consume([`i:${name}`], later);
    await opened.cache.release([`i:${name}`]);
  }
  expect(opened.disk.operations.filter(isRename)).toHaveLength(1);
  return opened;
}

function isRename({ kind, path }: Operation): boolean {
  return kind === "rename" && path === logPath;
}

function afterKill({ disk }: OpenedCache): Promise<OpenedCache> {
  return openCache({ disk: disk.afterKill() });
}

describe("a log that has grown too long is written anew", () => {
  it("with everything that is in use and nothing that was released", async () => {
    const opened = await almostFull();
    const before = opened.disk.operations.length;
    await opened.cache.consume([last], later);
    await opened.cache.release([last]);
    await opened.cache.consume(["n:after"], later);
    expect(opened.disk.operations.slice(before).filter(isRename)).toHaveLength(1);
    expect(opened.disk.bytes(logPath).length).toBeLessThan(2 * 1024 * 1024 + 1_000);
    const { cache } = await afterKill(opened);
    expect([cache.isConsumed("n:after"), cache.isConsumed("n:first"), cache.isConsumed(last), cache.size]).toEqual([
      true,
      true,
      false,
      2,
    ]);
  });

  it("and what is consumed meanwhile is there after a kill at any moment", async () => {
    const { cache, disk, clock } = await almostFull();
    const acknowledged: (readonly [ReplayName, number])[] = [];
    const begun = disk.operations.length;
    await cache.consume([last], later);
    const writers = Array.from({ length: 8 }, async (_, index) => {
      const name: ReplayName = `n:${String(index)}`;
      await cache.consume([name], later);
      acknowledged.push([name, disk.operations.length]);
    });
    await Promise.all(writers);
    await cache.release(["n:0"]);
    expect(disk.operations.slice(begun).filter(isRename)).toHaveLength(1);
    for (let count = begun; count < disk.operations.length; count++) {
      const found = await openCache({ disk: disk.at(count) });
      expect(found.cache.isConsumed("n:first")).toBe(true);
      for (const [name, at] of acknowledged) if (at <= count) expect(found.cache.isConsumed(name)).toBe(true);
    }
    expect((await afterKill({ cache, disk, clock })).cache.isConsumed("n:0")).toBe(false);
  });

  it.each<Fault>(["EIO", "ENOSPC"])(
    "and when one operation of that fails with %s, what is consumed later is there after a kill",
    async (fault) => {
      const rehearsal = await almostFull();
      const begun = rehearsal.disk.operations.length;
      await rehearsal.cache.consume([last], later);
      await rehearsal.cache.consume(["n:after"], later);
      const { operations } = rehearsal.disk;
      const lost: string[] = [];
      for (let at = begun; at < operations.length; at++) {
        const opened = await almostFull();
        opened.disk.before = ({ index }) => (index === at ? fault : undefined);
        const kept: ReplayName[] = ["n:first"];
        for (const name of [last, "n:after", "n:and then"] as const) {
          await opened.cache.consume([name], later).then(
            () => kept.push(name),
            () => undefined,
          );
          const found = await afterKill(opened);
          for (const each of kept.filter((one) => !found.cache.isConsumed(one)))
            lost.push(`${each.slice(0, 20)}, after ${fault} of ${operations[at]?.kind ?? "none"}`);
        }
      }
      expect(lost).toEqual([]);
    },
    60_000,
  );

  it("and goes on when the disk is full, as long as it can", async () => {
    const opened = await almostFull();
    opened.disk.before = ({ kind, path }) => (kind === "create" && path !== logPath ? "ENOSPC" : undefined);
    await opened.cache.consume([last], later);
    await opened.cache.consume(["n:after"], later);
    const { cache } = await afterKill(opened);
    for (const name of [last, "n:after", "n:first"] as const) expect(cache.isConsumed(name)).toBe(true);
  });
});
