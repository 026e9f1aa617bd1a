import fc from "fast-check";
import { expect, test } from "vitest";
import { UsedOnce } from "../../src/protocol/used-once.js";

const nowMs = 1_700_000_000_000;

test("an entry serves once until its expiry, and again after it", () => {
  const used = new UsedOnce(10);
  expect(used.use("a", nowMs + 1000, nowMs)).toBe(true);
  expect(used.use("a", nowMs + 1000, nowMs)).toBe(false);
  expect(used.has("a", nowMs + 999)).toBe(true);
  expect(used.use("a", nowMs + 5000, nowMs + 999)).toBe(false);
  expect(used.has("a", nowMs + 1000)).toBe(false);
  expect(used.use("a", nowMs + 5000, nowMs + 1000)).toBe(true);
});

test("names of Object's own members are entries like any other", () => {
  const used = new UsedOnce(10);
  for (const name of ["__proto__", "constructor", "hasOwnProperty", "toString"]) {
    expect(used.has(name, nowMs)).toBe(false);
    expect(used.use(name, nowMs + 1000, nowMs)).toBe(true);
    expect(used.use(name, nowMs + 1000, nowMs)).toBe(false);
  }
});

test("R27: a full memory refuses what is new and forgets nothing", () => {
  const used = new UsedOnce(3);
  for (const entry of ["a", "b", "c"]) expect(used.use(entry, nowMs + 600_000, nowMs)).toBe(true);
  for (let flood = 0; flood < 1000; flood++) expect(used.use(`x${String(flood)}`, nowMs + 600_000, nowMs)).toBe(false);
  for (const entry of ["a", "b", "c"]) expect(used.has(entry, nowMs + 599_999)).toBe(true);
  expect(used.size).toBe(3);
});

test("what is over makes room again", () => {
  const used = new UsedOnce(3);
  for (const entry of ["a", "b", "c"]) used.use(entry, nowMs + 1000, nowMs);
  const laterMs = nowMs + 180_000;
  expect(used.use("d", laterMs + 1000, laterMs)).toBe(true);
  expect(used.size).toBe(1);
});

test("an entry that is given back serves again, for its new time", () => {
  const used = new UsedOnce(3);
  used.use("a", nowMs + 1000, nowMs);
  used.release("a");
  expect(used.has("a", nowMs)).toBe(false);
  expect(used.use("a", nowMs + 600_000, nowMs)).toBe(true);
  // The sweep of the first time's minute must leave it alone.
  used.use("b", nowMs + 200_000, nowMs + 180_000);
  expect(used.has("a", nowMs + 180_000)).toBe(true);
  expect(used.use("a", nowMs + 600_000, nowMs + 180_000)).toBe(false);
});

test("giving back what was never used changes nothing", () => {
  const used = new UsedOnce(3);
  used.release("a");
  expect(used.size).toBe(0);
  expect(used.use("a", nowMs + 1000, nowMs)).toBe(true);
});

test("its entries are those that still count, each with its expiry", () => {
  const used = new UsedOnce(10);
  used.use("over", nowMs + 1000, nowMs);
  used.use("counts", nowMs + 90_000, nowMs);
  expect([...used.entries(nowMs + 1000)]).toEqual([["counts", nowMs + 90_000]]);
});

test("a clock that is set back lets nothing serve twice", () => {
  const used = new UsedOnce(10);
  used.use("a", nowMs + 600_000, nowMs);
  used.use("b", nowMs + 600_000, nowMs - 3_600_000);
  expect(used.use("a", nowMs + 600_000, nowMs - 3_600_000)).toBe(false);
  expect(used.use("a", nowMs + 600_000, nowMs + 599_999)).toBe(false);
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
          used.release(entry);
          model.delete(entry);
        }
        if (kind === "use") {
          const isFree = !((model.get(entry) ?? 0) > now);
          expect(used.use(entry, now + ttlMs, now)).toBe(isFree);
          if (isFree) model.set(entry, now + ttlMs);
        }
        for (const name of ["a", "b", "c", "d"]) expect(used.has(name, now)).toBe((model.get(name) ?? 0) > now);
      }
    }),
  );
});
