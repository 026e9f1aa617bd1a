import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ReplayName } from "../../src/replay/replay-cache.js";
import { encodeRecords } from "../support/encode-records.js";
import { FaultyDisk } from "../support/faulty-disk.js";
import { later, logPath, openCache, SetClock, startMs } from "./replay-cache-on-disk.js";

describe("a name", () => {
  it("serves once until its expiry, and again after it", async () => {
    const { cache, clock } = await openCache();
    expect(await cache.consume(["n:a"], startMs + 1000)).toBe(true);
    expect(await cache.consume(["n:a"], startMs + 1000)).toBe(false);
    clock.ms = startMs + 999;
    expect(cache.isConsumed("n:a")).toBe(true);
    expect(await cache.consume(["n:a"], startMs + 5000)).toBe(false);
    clock.ms = startMs + 1000;
    expect(cache.isConsumed("n:a")).toBe(false);
    expect(await cache.consume(["n:a"], startMs + 5000)).toBe(true);
  });

  it("is consumed with others or not at all", async () => {
    const { cache } = await openCache();
    await cache.consume(["s:used"], later);
    expect(await cache.consume(["i:new", "s:used"], later)).toBe(false);
    expect(cache.isConsumed("i:new")).toBe(false);
  });

  it("that was released serves again, for its new time", async () => {
    const { cache, clock } = await openCache();
    await cache.consume(["n:a"], startMs + 1000);
    await cache.release(["n:a", "n:never used"]);
    expect(cache.isConsumed("n:a")).toBe(false);
    expect(cache.size).toBe(0);
    expect(await cache.consume(["n:a"], later)).toBe(true);
    clock.ms = startMs + 180_000;
    await cache.consume(["n:b"], later);
    expect(cache.isConsumed("n:a")).toBe(true);
  });

  it("is not let through twice by a clock that is set back", async () => {
    const { cache, clock } = await openCache();
    await cache.consume(["n:a"], later);
    clock.ms = startMs - 3_600_000;
    await cache.consume(["n:b"], later);
    expect(await cache.consume(["n:a"], later)).toBe(false);
    clock.ms = later - 1;
    expect(await cache.consume(["n:a"], later)).toBe(false);
  });

  it("is decided on as a plain list of all uses would, whatever the order of uses, releases and time", async () => {
    const name = fc.constantFrom<ReplayName>("n:a", "i:b", "s:constructor", "n:__proto__");
    const step = fc.record({
      kind: fc.constantFrom("consume", "release", "wait"),
      name,
      ms: fc.integer({ min: 1, max: 300_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { cache, clock } = await openCache();
        const model = new Map<string, number>();
        const isUsed = (each: string): boolean => (model.get(each) ?? 0) > clock.ms;
        for (const { kind, name: each, ms } of steps) {
          if (kind === "wait") clock.ms += ms;
          if (kind === "release") {
            await cache.release([each]);
            model.delete(each);
          }
          if (kind === "consume") {
            expect(await cache.consume([each], clock.ms + ms)).toBe(!isUsed(each));
            if (!isUsed(each)) model.set(each, clock.ms + ms);
          }
          for (const one of ["n:a", "i:b", "s:constructor", "n:__proto__", "n:never"] as const)
            expect(cache.isConsumed(one)).toBe(isUsed(one));
        }
      }),
    );
  });
});

describe("R27: a full cache", () => {
  it("refuses what is new and forgets nothing", async () => {
    const { cache, clock } = await openCache({ maxEntries: 3 });
    for (const name of ["n:a", "n:b", "n:c"] as const) expect(await cache.consume([name], later)).toBe(true);
    for (let flood = 0; flood < 100; flood++)
      await expect(cache.consume([`n:x${String(flood)}`], later)).rejects.toMatchObject({ code: "rate_limited" });
    clock.ms = later - 1;
    for (const name of ["n:a", "n:b", "n:c"] as const) expect(cache.isConsumed(name)).toBe(true);
    expect(cache.size).toBe(3);
  });

  it("has room again for what comes once what it holds is over", async () => {
    const { cache, clock } = await openCache({ maxEntries: 3 });
    await cache.consume(["n:a", "n:b", "n:c"], startMs + 1000);
    clock.ms = startMs + 180_000;
    expect(await cache.consume(["n:d"], later)).toBe(true);
    expect(cache.size).toBe(1);
  });
});

describe("an entry that an earlier version wrote as a digest", () => {
  const digest = createHash("sha256").update("n:spent").digest().subarray(0, 16).toString("base64url");
  const head = { format: "tokenvault-webhook-used", version: 1, bootId: "boot 1", fenceMs: 0 };

  it("is known by its name, and by a digest again after the next start", async () => {
    const disk = new FaultyDisk();
    disk.put(logPath, encodeRecords([head, [`#${digest}`, later]]));
    for (const each of [disk, disk.afterKill()]) {
      const { cache } = await openCache({ disk: each });
      expect(await cache.consume(["n:spent"], later)).toBe(false);
      expect(await cache.consume(["n:other"], later)).toBe(true);
    }
  });

  it("can be released by its name, in the log and after it was read", async () => {
    const disk = new FaultyDisk();
    disk.put(logPath, encodeRecords([head, [`#${digest}`, later], ["n:spent", 0]]));
    expect((await openCache({ disk })).cache.isConsumed("n:spent")).toBe(false);
    disk.put(logPath, encodeRecords([head, [`#${digest}`, later]]));
    const { cache } = await openCache({ disk });
    await cache.release(["n:spent"]);
    expect(await cache.consume(["n:spent"], later)).toBe(true);
    expect((await openCache({ disk: disk.afterKill(), clock: new SetClock() })).cache.isConsumed("n:spent")).toBe(true);
  });
});
