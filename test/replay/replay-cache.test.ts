import { hash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readLog } from "../../src/files/read-log.js";
import type { Clock } from "../../src/platform/clock.js";
import { FileReplayCache, type FileReplayCacheOptions, type ReplayName } from "../../src/replay/replay-cache.js";
import { encodeRecords } from "../support/encode-records.js";
import { FaultyDisk } from "../support/faulty-disk.js";

const path = "/data/used.jsonl";
const startMs = 1_700_000_000_000;

class SetClock implements Clock {
  constructor(public ms = startMs) {}
  nowMs(): number {
    return this.ms;
  }

  monotonicMs(): number {
    return this.ms;
  }
}

interface Opened {
  readonly disk: FaultyDisk;
  readonly clock: SetClock;
  readonly cache: FileReplayCache;
}

async function open(options: Partial<FileReplayCacheOptions> = {}, disk = new FaultyDisk()): Promise<Opened> {
  const clock = new SetClock();
  const fixed = { disk, folder: "/data", clock, bootId: "boot 1", syncDelayMs: 60_000 };
  // A name that is over is over: the clock is right here.
  return { disk, clock, cache: await FileReplayCache.open({ ...fixed, longestLifetimeMs: 0, ...options }) };
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? String(error);
}

test("a name is consumed once until its expiry, and again after it", async () => {
  const { cache, clock } = await open();
  expect(await cache.consume(["n:a"], startMs + 1000)).toBe(true);
  expect(await cache.consume(["n:a"], startMs + 1000)).toBe(false);
  clock.ms = startMs + 999;
  expect(cache.isConsumed("n:a")).toBe(true);
  expect(await cache.consume(["n:a"], startMs + 5000)).toBe(false);
  clock.ms = startMs + 1000;
  expect(cache.isConsumed("n:a")).toBe(false);
  expect(await cache.consume(["n:a"], startMs + 5000)).toBe(true);
});

test("of parallel copies one passes", async () => {
  const { cache } = await open();
  const copies = Array.from({ length: 64 }, () => cache.consume(["i:a", "s:a"], startMs + 1000));
  expect((await Promise.all(copies)).filter(Boolean)).toHaveLength(1);
});

test("of several names, all are consumed or none", async () => {
  const { cache } = await open();
  await cache.consume(["s:a"], startMs + 1000);
  expect(await cache.consume(["i:a", "s:a"], startMs + 1000)).toBe(false);
  expect(cache.isConsumed("i:a")).toBe(false);
  expect(cache.size).toBe(1);
});

test("names of Object's own properties are names like any other", async () => {
  const { cache } = await open();
  for (const name of ["n:__proto__", "n:constructor", "n:hasOwnProperty", "n:toString"] as const) {
    expect(cache.isConsumed(name)).toBe(false);
    expect(await cache.consume([name], startMs + 1000)).toBe(true);
    expect(await cache.consume([name], startMs + 1000)).toBe(false);
  }
});

test("R27: a full cache refuses what is new and forgets nothing", async () => {
  const { cache, clock } = await open({ maxEntries: 3 });
  const names = ["n:a", "n:b", "n:c"] as const;
  for (const name of names) expect(await cache.consume([name], startMs + 600_000)).toBe(true);
  for (let flood = 0; flood < 1000; flood++)
    expect(await cache.consume([`n:x${String(flood)}`], startMs + 600_000).catch(codeOf)).toBe("rate_limited");
  clock.ms = startMs + 599_999;
  for (const name of names) expect(cache.isConsumed(name)).toBe(true);
  expect(cache.size).toBe(3);
});

test("what is over makes room again", async () => {
  const { cache, clock } = await open({ maxEntries: 3 });
  for (const name of ["n:a", "n:b", "n:c"] as const) await cache.consume([name], startMs + 1000);
  clock.ms = startMs + 180_000;
  expect(await cache.consume(["n:d"], clock.ms + 1000)).toBe(true);
  expect(cache.size).toBe(1);
});

test("a name that is released is consumed again, for its new time", async () => {
  const { cache, clock } = await open();
  await cache.consume(["n:a"], startMs + 1000);
  await cache.release(["n:a"]);
  expect(cache.isConsumed("n:a")).toBe(false);
  expect(await cache.consume(["n:a"], startMs + 600_000)).toBe(true);
  // The sweep after its first time must leave it alone.
  clock.ms = startMs + 180_000;
  await cache.consume(["n:b"], startMs + 200_000);
  expect(cache.isConsumed("n:a")).toBe(true);
  expect(await cache.consume(["n:a"], startMs + 600_000)).toBe(false);
});

test("a release of what was never consumed changes nothing", async () => {
  const { cache } = await open();
  await cache.release(["n:a"]);
  expect(cache.size).toBe(0);
  expect(await cache.consume(["n:a"], startMs + 1000)).toBe(true);
});

test("a start keeps the names that still count, each with its expiry, and writes no other", async () => {
  const { cache, disk } = await open();
  await cache.consume(["n:over"], startMs + 1000);
  await cache.consume(["n:counts"], startMs + 90_000);
  const clock = new SetClock(startMs + 1000);
  const next = await open({ clock }, disk.afterKill());
  expect(readLog(next.disk.bytes(path)).records.slice(1)).toEqual([["n:counts", startMs + 90_000]]);
  expect(next.cache.size).toBe(1);
  clock.ms = startMs + 89_999;
  expect(next.cache.isConsumed("n:counts")).toBe(true);
  clock.ms = startMs + 90_000;
  expect(next.cache.isConsumed("n:counts")).toBe(false);
});

/** The name as logs of earlier versions hold it: 128 bits of SHA-256. */
function digestOf(name: string): string {
  return `#${hash("sha256", name, "buffer").subarray(0, 16).toString("base64url")}`;
}

function earlierLog(...entries: readonly (readonly [string, number])[]): FaultyDisk {
  const head = { format: "tokenvault-webhook-used", version: 1, bootId: "boot 1", fenceMs: 0 };
  const disk = new FaultyDisk();
  disk.put(path, encodeRecords([head, ...entries]));
  return disk;
}

test("a digest of an earlier version's log is the name that it stands for, also after more starts", async () => {
  let disk = earlierLog([digestOf("n:a"), startMs + 1000], [digestOf("n:over"), startMs]);
  for (let start = 0; start < 3; start++) {
    const { cache, clock } = await open({}, disk);
    expect(await cache.consume(["n:a"], startMs + 9000)).toBe(false);
    expect(cache.isConsumed("n:b")).toBe(false);
    expect(cache.isConsumed("n:over")).toBe(false);
    clock.ms = startMs + 1000;
    expect(cache.isConsumed("n:a")).toBe(false);
    disk = disk.afterKill();
  }
  const { cache } = await open({}, disk);
  await cache.release(["n:a"]);
  expect(cache.isConsumed("n:a")).toBe(false);
  expect((await open({}, disk.afterKill())).cache.isConsumed("n:a")).toBe(false);
});

test("a digest that an earlier version released after it wrote its log anew is released", async () => {
  const { cache } = await open({}, earlierLog([digestOf("i:a"), startMs + 1000], ["i:a", 0]));
  expect(await cache.consume(["i:a"], startMs + 1000)).toBe(true);
});

test("what could not be written is not consumed, now and after a kill", async () => {
  const { cache, disk } = await open();
  disk.before = ({ kind }) => (kind === "write" ? "ENOSPC" : undefined);
  expect(await cache.consume(["i:a", "s:a"], startMs + 1000).catch(codeOf)).toBe("internal_error");
  disk.before = () => undefined;
  expect([cache.isConsumed("i:a"), cache.isConsumed("s:a"), cache.size]).toEqual([false, false, 0]);
  expect((await open({}, disk.afterKill())).cache.size).toBe(0);
  expect(await cache.consume(["i:a", "s:a"], startMs + 1000)).toBe(true);
});

test("a clock that is set back lets nothing be consumed twice", async () => {
  const { cache, clock } = await open();
  await cache.consume(["n:a"], startMs + 600_000);
  clock.ms = startMs - 3_600_000;
  await cache.consume(["n:b"], startMs + 600_000);
  expect(await cache.consume(["n:a"], startMs + 600_000)).toBe(false);
  clock.ms = startMs + 599_999;
  expect(await cache.consume(["n:a"], startMs + 600_000)).toBe(false);
});

test("it decides as a plain list of all uses would, whatever the order of uses, releases and time", async () => {
  const names = ["n:a", "n:b", "n:c", "n:d"] as const;
  const name = fc.constantFrom<ReplayName>(...names);
  const step = fc.oneof(
    fc.record({ kind: fc.constant("consume" as const), name, ttlMs: fc.integer({ min: 1, max: 300_000 }) }),
    fc.record({ kind: fc.constant("release" as const), name, ttlMs: fc.constant(0) }),
    fc.record({ kind: fc.constant("wait" as const), name, ttlMs: fc.integer({ min: 1, max: 120_000 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { cache, clock } = await open();
      const model = new Map<string, number>();
      for (const { kind, name, ttlMs } of steps) {
        if (kind === "wait") clock.ms += ttlMs;
        if (kind === "release") {
          await cache.release([name]);
          model.delete(name);
        }
        if (kind === "consume") {
          const isFree = !((model.get(name) ?? 0) > clock.ms);
          expect(await cache.consume([name], clock.ms + ttlMs)).toBe(isFree);
          if (isFree) model.set(name, clock.ms + ttlMs);
        }
        for (const each of names) expect(cache.isConsumed(each)).toBe((model.get(each) ?? 0) > clock.ms);
      }
    }),
  );
});

test("a hundred thousand names are all kept, found again and forgotten, with every tenth released", async () => {
  const count = 100_000;
  const { cache, clock } = await open({ maxEntries: count });
  const names = Array.from({ length: count }, (_none, index): ReplayName => `n:${String(index)}`);
  const outcomes = await Promise.all(names.map((name) => cache.consume([name], startMs + 90_000)));
  expect(outcomes.filter((passed) => !passed)).toEqual([]);
  expect(await cache.consume(["n:one more"], startMs + 90_000).catch(codeOf)).toBe("rate_limited");
  await cache.release(names.filter((_name, index) => index % 10 === 0));
  expect(cache.size).toBe(count - count / 10);
  clock.ms = startMs + 89_999;
  expect(names.filter((name, index) => cache.isConsumed(name) === (index % 10 === 0))).toEqual([]);
  clock.ms = startMs + 600_000;
  expect(await cache.consume(["n:much later"], startMs + 900_000)).toBe(true);
  expect(cache.size).toBe(1);
});
