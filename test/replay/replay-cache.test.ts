import fc from "fast-check";
import { expect, test } from "vitest";
import { EntryDigest, UsedOnce } from "../../src/replay/replay-cache.js";

const nowMs = 1_700_000_000_000;

function named(name: string): EntryDigest {
  return new EntryDigest(name);
}

test("an entry serves once until its expiry, and again after it", () => {
  const used = new UsedOnce(10);
  expect(used.use(named("a"), nowMs + 1000, nowMs)).toBe(true);
  expect(used.use(named("a"), nowMs + 1000, nowMs)).toBe(false);
  expect(used.has(named("a"), nowMs + 999)).toBe(true);
  expect(used.use(named("a"), nowMs + 5000, nowMs + 999)).toBe(false);
  expect(used.has(named("a"), nowMs + 1000)).toBe(false);
  expect(used.use(named("a"), nowMs + 5000, nowMs + 1000)).toBe(true);
});

test("names of Object's own members are entries like any other", () => {
  const used = new UsedOnce(10);
  for (const name of ["__proto__", "constructor", "hasOwnProperty", "toString"]) {
    expect(used.has(named(name), nowMs)).toBe(false);
    expect(used.use(named(name), nowMs + 1000, nowMs)).toBe(true);
    expect(used.use(named(name), nowMs + 1000, nowMs)).toBe(false);
  }
});

test("R27: a full memory refuses what is new and forgets nothing", () => {
  const used = new UsedOnce(3);
  for (const entry of ["a", "b", "c"]) expect(used.use(named(entry), nowMs + 600_000, nowMs)).toBe(true);
  for (let flood = 0; flood < 1000; flood++)
    expect(used.use(named(`x${String(flood)}`), nowMs + 600_000, nowMs)).toBe(false);
  for (const entry of ["a", "b", "c"]) expect(used.has(named(entry), nowMs + 599_999)).toBe(true);
  expect(used.size).toBe(3);
});

test("what is over makes room again", () => {
  const used = new UsedOnce(3);
  for (const entry of ["a", "b", "c"]) used.use(named(entry), nowMs + 1000, nowMs);
  const laterMs = nowMs + 180_000;
  expect(used.use(named("d"), laterMs + 1000, laterMs)).toBe(true);
  expect(used.size).toBe(1);
});

test("an entry that is given back serves again, for its new time", () => {
  const used = new UsedOnce(3);
  used.use(named("a"), nowMs + 1000, nowMs);
  used.release(named("a"));
  expect(used.has(named("a"), nowMs)).toBe(false);
  expect(used.use(named("a"), nowMs + 600_000, nowMs)).toBe(true);
  // The sweep of the first time's minute must leave it alone.
  used.use(named("b"), nowMs + 200_000, nowMs + 180_000);
  expect(used.has(named("a"), nowMs + 180_000)).toBe(true);
  expect(used.use(named("a"), nowMs + 600_000, nowMs + 180_000)).toBe(false);
});

test("giving back what was never used changes nothing", () => {
  const used = new UsedOnce(3);
  used.release(named("a"));
  expect(used.size).toBe(0);
  expect(used.use(named("a"), nowMs + 1000, nowMs)).toBe(true);
});

test("its entries are those that still count, each with its expiry", () => {
  const used = new UsedOnce(10);
  used.use(named("over"), nowMs + 1000, nowMs);
  used.use(named("counts"), nowMs + 90_000, nowMs);
  const entries = [...used.entries(nowMs + 1000)];
  expect(entries).toEqual([[expect.stringMatching(/^#[\w-]{22}$/), nowMs + 90_000]]);
  const loaded = new UsedOnce(10);
  for (const [name, expiresAtMs] of entries) loaded.use(named(name), expiresAtMs, nowMs);
  expect(loaded.has(named("counts"), nowMs + 89_999)).toBe(true);
  expect(loaded.use(named("counts"), nowMs + 90_000, nowMs)).toBe(false);
  expect(loaded.has(named("over"), nowMs)).toBe(false);
  expect([...loaded.entries(nowMs)]).toEqual(entries);
});

test("a clock that is set back lets nothing serve twice", () => {
  const used = new UsedOnce(10);
  used.use(named("a"), nowMs + 600_000, nowMs);
  used.use(named("b"), nowMs + 600_000, nowMs - 3_600_000);
  expect(used.use(named("a"), nowMs + 600_000, nowMs - 3_600_000)).toBe(false);
  expect(used.use(named("a"), nowMs + 600_000, nowMs + 599_999)).toBe(false);
});

test("it decides as a plain list of all uses would, whatever the order of uses, returns and time", () => {
  const entry = fc.constantFrom("a", "b", "c", "d");
  const step = fc.oneof(
    fc.record({ kind: fc.constant("use" as const), entry, ttlMs: fc.integer({ min: 1, max: 300_000 }) }),
    fc.record({ kind: fc.constant("release" as const), entry, ttlMs: fc.constant(0) }),
    fc.record({ kind: fc.constant("wait" as const), entry, ttlMs: fc.integer({ min: 1, max: 120_000 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const used = new UsedOnce(100);
      const model = new Map<string, number>();
      let now = nowMs;
      for (const { kind, entry, ttlMs } of steps) {
        if (kind === "wait") now += ttlMs;
        if (kind === "release") {
          used.release(named(entry));
          model.delete(entry);
        }
        if (kind === "use") {
          const isFree = !((model.get(entry) ?? 0) > now);
          expect(used.use(named(entry), now + ttlMs, now)).toBe(isFree);
          if (isFree) model.set(entry, now + ttlMs);
        }
        for (const name of ["a", "b", "c", "d"]) expect(used.has(named(name), now)).toBe((model.get(name) ?? 0) > now);
      }
    }),
  );
});

test("a hundred thousand entries are all kept, found again and forgotten, with every tenth given back", () => {
  const count = 100_000;
  const used = new UsedOnce(count);
  const entries = Array.from({ length: count }, (_none, index) => named(`n:${String(index)}`));
  for (const entry of entries) expect(used.use(entry, nowMs + 90_000, nowMs)).toBe(true);
  expect(used.use(named("n:one more"), nowMs + 90_000, nowMs)).toBe(false);
  for (const [index, entry] of entries.entries()) if (index % 10 === 0) used.release(entry);
  expect(used.size).toBe(count - count / 10);
  expect(entries.filter((entry) => used.has(entry, nowMs + 89_999)).length).toBe(used.size);
  expect(entries.filter((entry, index) => used.has(entry, nowMs) === (index % 10 === 0))).toEqual([]);
  expect(used.use(named("n:much later"), nowMs + 900_000, nowMs + 600_000)).toBe(true);
  expect(used.size).toBe(1);
});

test("a table whose entries are given back again and again does not grow, nor look for ever", () => {
  const used = new UsedOnce(10);
  for (let round = 0; round < 20_000; round++) {
    const entry = named(`i:${String(round)}`);
    expect(used.use(entry, nowMs + 90_000, nowMs)).toBe(true);
    used.release(entry);
  }
  expect(used.size).toBe(0);
  expect(used.has(named("i:never"), nowMs)).toBe(false);
});
