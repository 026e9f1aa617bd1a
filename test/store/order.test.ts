import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byKey, byNewestTimestamp, compareTimestamps, timestampOf, type Order } from "../../src/store/order.js";
import type { Document, Position } from "../../src/store/store.js";
import { keys, timestamps } from "./stored-values.js";

const positions: fc.Arbitrary<Position> = fc.record({ key: keys, timestamp: timestamps });
const orders = fc.constantFrom<Order>(byKey, byNewestTimestamp);

describe("the orders", () => {
  it("sorts keys by UTF-16 code units, whatever the locale", () => {
    const keysInOrder = ["\uffff", "\u{1f511}", "ä", "b", "a", "B", ""].sort((a, b) =>
      byKey({ key: a, timestamp: undefined }, { key: b, timestamp: undefined }),
    );
    expect(keysInOrder).toEqual(["", "B", "a", "b", "ä", "\u{1f511}", "\uffff"]);
  });

  it("sorts the newest timestamp first, ties by key, and what has none last", () => {
    const given: Readonly<Record<string, Document>> = {
      none: {},
      odd: { timestamp: { nested: true } },
      number: { timestamp: 1_800_000_000 },
      b: { timestamp: "2026-01-02T00:00:00Z" },
      a: { timestamp: "2026-01-02T00:00:00Z" },
      older: { timestamp: "2026-01-01T00:00:00Z" },
    };
    const sorted = Object.entries(given)
      .map(([key, document]) => ({ key, timestamp: timestampOf(document) }))
      .sort(byNewestTimestamp);
    expect(sorted.map(({ key }) => key)).toEqual(["a", "b", "older", "number", "none", "odd"]);
  });

  it("is total: each way round the other, and equal only for the same key and timestamp", () => {
    fc.assert(
      fc.property(orders, positions, positions, (order, a, b) => {
        expect(Math.sign(order(a, b)) + Math.sign(order(b, a))).toBe(0);
        if (order(a, b) === 0) expect(a.key).toBe(b.key);
      }),
    );
  });

  it("is transitive for timestamps of every kind", () => {
    fc.assert(
      fc.property(timestamps, timestamps, timestamps, (a, b, c) => {
        if (compareTimestamps(a, b) <= 0 && compareTimestamps(b, c) <= 0)
          expect(compareTimestamps(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
