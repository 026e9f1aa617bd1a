import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReplayName } from "../../src/replay/replay-cache.js";
import { encodeRecords } from "../support/encode-records.js";
import { FaultyDisk, powerCuts } from "../support/faulty-disk.js";
import { later, logPath, openCache, SetClock, startMs, type OpenedCache } from "./replay-cache-on-disk.js";

const names: readonly ReplayName[] = ["n:a", "i:b", "s:c", "n:__proto__"];

function consumed({ cache }: OpenedCache): ReplayName[] {
  return names.filter((name) => cache.isConsumed(name));
}

/** The next start, so many milliseconds after the first. */
function restarted(disk: FaultyDisk, bootId = "boot 1", msLater = 0): Promise<OpenedCache> {
  return openCache({ disk, bootId, clock: new SetClock(startMs + msLater) });
}

describe("R28: what was consumed", () => {
  it("is there after a kill, as soon as it was acknowledged", async () => {
    const opened = await openCache();
    await opened.cache.consume(["n:a"], later);
    await opened.cache.consume(["i:b", "s:c"], later + 1);
    const next = await restarted(opened.disk.afterKill());
    expect(consumed(next)).toEqual(["n:a", "i:b", "s:c"]);
    expect(next.cache.fenceMs).toBe(0);
  });

  it("is there after a kill between any two operations of the disk", async () => {
    const { cache, disk } = await openCache();
    const acknowledged: (readonly [ReplayName, number])[] = [];
    for (const name of names) {
      await cache.consume([name], later);
      acknowledged.push([name, disk.operations.length]);
    }
    for (let count = 0; count <= disk.operations.length; count++) {
      const next = await restarted(disk.at(count));
      for (const [name, at] of acknowledged) if (at <= count) expect(next.cache.isConsumed(name)).toBe(true);
      expect(next.cache.fenceMs).toBe(0);
    }
  });

  it("is there after any number of starts, orderly or not, and stays released", async () => {
    const entry = fc.tuple(fc.constantFrom(...names), fc.boolean());
    const step = fc.oneof({ weight: 4, arbitrary: entry }, { weight: 1, arbitrary: fc.constantFrom("stop", "kill") });
    await fc.assert(
      fc.asyncProperty(fc.array(step), async (steps) => {
        let opened = await openCache();
        for (const each of steps) {
          if (Array.isArray(each)) {
            const [name, isConsumed] = each;
            if (isConsumed) await opened.cache.consume([name], later);
            else await opened.cache.release([name]);
            continue;
          }
          if (each === "stop") await opened.cache.close();
          const next = await restarted(opened.disk.afterKill());
          expect(consumed(next)).toEqual(consumed(opened));
          expect(next.cache.fenceMs).toBe(0);
          opened = next;
        }
      }),
    );
  });

  it("is synced a moment later, without anybody waiting for it", async () => {
    const { cache, disk } = await openCache({ syncDelayMs: 0 });
    const synced = new Promise<void>((resolve) => {
      disk.before = ({ kind }) => {
        if (kind === "sync") resolve();
        return undefined;
      };
    });
    await cache.consume(["n:a"], later);
    await synced;
    await new Promise(setImmediate);
    expect(disk.afterPowerCut().bytes(logPath)).toEqual(disk.bytes(logPath));
  });

  it("is refused when the disk did not take it, and is not there after a kill", async () => {
    const { cache, disk } = await openCache();
    await cache.consume(["n:a"], later);
    disk.before = ({ kind }) => (kind === "write" ? "ENOSPC" : undefined);
    await expect(cache.consume(["i:b"], later)).rejects.toMatchObject({ code: "internal_error" });
    expect(cache.isConsumed("i:b")).toBe(false);
    disk.before = () => undefined;
    await cache.consume(["s:c"], later);
    expect(consumed(await restarted(disk.afterKill()))).toEqual(["n:a", "s:c"]);
  });

  it("is forgotten at a start once it is over", async () => {
    const { cache, disk } = await openCache();
    await cache.consume(["n:a"], startMs + 1_000);
    await cache.consume(["i:b"], later);
    const next = await restarted(disk.afterKill(), "boot 1", 1_000);
    expect([consumed(next), next.cache.size]).toEqual([["i:b"], 1]);
  });
});

describe("the fence", () => {
  it("is not set at the first start", async () => {
    expect((await openCache()).cache.fenceMs).toBe(0);
  });

  it.each(powerCuts)("is set to the moment of the start after a power cut that left %s", async (keeps) => {
    const { cache, disk } = await openCache();
    await cache.consume(["n:a"], later);
    const next = await restarted(disk.afterPowerCut(keeps), "boot 2", 5_000);
    expect(next.cache.fenceMs).toBe(startMs + 5_000);
  });

  it("is not set after an orderly stop, also when the machine was started anew", async () => {
    const opened = await openCache();
    await opened.cache.consume(["n:a"], later);
    await opened.cache.close();
    for (const keeps of powerCuts) {
      const next = await restarted(opened.disk.afterPowerCut(keeps), "boot 2");
      expect(next.cache.fenceMs).toBe(0);
      expect(consumed(next)).toEqual(["n:a"]);
    }
  });

  it("is set after every stop that was not orderly where the system does not name its starts", async () => {
    const { cache, disk } = await openCache({ bootId: "" });
    await cache.consume(["n:a"], later);
    const next = await restarted(disk.afterKill(), "", 1);
    expect(next.cache.fenceMs).toBe(startMs + 1);
    await next.cache.close();
    expect((await restarted(next.disk, "", 2)).cache.fenceMs).toBe(startMs + 1);
  });

  it("stays where it was through a kill and an orderly stop, and moves on at the next power cut", async () => {
    const cut = (await openCache()).disk.afterPowerCut();
    const fenced = await restarted(cut, "boot 2", 1_000);
    const killed = await restarted(fenced.disk.afterKill(), "boot 2", 2_000);
    expect(killed.cache.fenceMs).toBe(startMs + 1_000);
    await killed.cache.close();
    const stopped = await restarted(killed.disk, "boot 3", 3_000);
    expect(stopped.cache.fenceMs).toBe(startMs + 1_000);
    const again = await restarted(stopped.disk.afterPowerCut(), "boot 4", 4_000);
    expect(again.cache.fenceMs).toBe(startMs + 4_000);
  });

  it("is set when the power went while the log was being written anew at the start after a power cut", async () => {
    const { cache, disk } = await openCache();
    await cache.consume(["n:a"], later);
    const next = disk.afterPowerCut("names");
    await restarted(next, "boot 2", 1_000);
    for (let count = 0; count <= next.operations.length; count++) {
      for (const keeps of powerCuts) {
        const cut = await restarted(next.at(count).afterPowerCut(keeps), "boot 3", 2_000);
        expect(cut.cache.fenceMs).toBe(startMs + 2_000);
      }
    }
  });

  it("stands in for a log that is damaged", async () => {
    const { cache, disk } = await openCache();
    await cache.consume(["n:a"], later);
    await cache.consume(["i:b"], later);
    const bytes = Buffer.from(disk.bytes(logPath));
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    disk.put(logPath, bytes);
    expect((await restarted(disk, "boot 1", 1_000)).cache.fenceMs).toBe(startMs + 1_000);
  });

  it.each([
    ["empty", Buffer.alloc(0)],
    ["without its head", encodeRecords([["n:one", later]])],
    ["of something else", Buffer.from("not a log\n")],
  ])("stands in for a log that is %s", async (_name, content) => {
    const disk = new FaultyDisk();
    disk.put(logPath, content);
    expect((await restarted(disk, "boot 1", 1_000)).cache.fenceMs).toBe(startMs + 1_000);
  });
});
