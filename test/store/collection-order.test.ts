import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Collection } from "../../src/store/collection.js";
import { byKey, byNewestTimestamp, compareTimestamps, firstNotBefore, type Order } from "../../src/store/order.js";
import type { Document, Entry } from "../../src/store/store.js";

const timestamps = fc.option(
  fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom("2026-01-01", "2026-01-02", "")),
  {
    nil: undefined,
  },
);
const keys = fc.oneof(
  fc.constantFrom("a", "b", "B", "ä", "__proto__", "constructor", "", "\u{1f511}", "\uffff"),
  fc.string(),
);
const documents: fc.Arbitrary<Document> = timestamps.map((timestamp) => (timestamp === undefined ? {} : { timestamp }));
const entries: fc.Arbitrary<Entry> = fc.record({ key: keys, document: documents });
const orders = fc.constantFrom<Order>(byKey, byNewestTimestamp);

describe("the orders", () => {
  it("sorts keys by UTF-16 code units, whatever the locale", () => {
    const sorted = ["\uffff", "\u{1f511}", "ä", "b", "a", "B", ""].sort((a, b) =>
      byKey({ key: a, document: {} }, { key: b, document: {} }),
    );
    expect(sorted).toEqual(["", "B", "a", "b", "ä", "\u{1f511}", "\uffff"]);
  });

  it("sorts the newest timestamp first, ties by key, and what has none last", () => {
    const given: Entry[] = [
      { key: "none", document: {} },
      { key: "odd", document: { timestamp: { nested: true } } },
      { key: "number", document: { timestamp: 1_800_000_000 } },
      { key: "b", document: { timestamp: "2026-01-02T00:00:00Z" } },
      { key: "a", document: { timestamp: "2026-01-02T00:00:00Z" } },
      { key: "older", document: { timestamp: "2026-01-01T00:00:00Z" } },
    ];
    const sorted = given.toSorted(byNewestTimestamp).map(({ key }) => key);
    expect(sorted).toEqual(["a", "b", "older", "number", "none", "odd"]);
  });

  it("is total: each way round the other, and equal only for the same key and timestamp", () => {
    fc.assert(
      fc.property(orders, entries, entries, (order, a, b) => {
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

  it("finds the first entry that is not before a probe, as looking at each would", () => {
    fc.assert(
      fc.property(orders, fc.array(entries), entries, (order, list, probe) => {
        const sorted = list.toSorted(order);
        const expected = sorted.findIndex((entry) => order(entry, probe) >= 0);
        expect(firstNotBefore(sorted, probe, order)).toBe(expected === -1 ? sorted.length : expected);
      }),
    );
  });
});

describe("a collection", () => {
  it("lists what a Map would hold, sorted, after any changes and whenever it is listed", () => {
    const steps = fc.array(fc.record({ key: keys, document: fc.option(documents), lists: fc.boolean() }));
    fc.assert(
      fc.property(orders, fc.array(entries), steps, (order, loaded, changes) => {
        const collection = new Collection(order);
        const model = new Map<string, Document>();
        const expected = (): Entry[] => Array.from(model, ([key, document]) => ({ key, document })).sort(order);
        for (const { key, document } of loaded) {
          collection.set(key, document);
          model.set(key, document);
        }
        for (const { key, document, lists } of changes) {
          if (document) collection.set(key, document);
          else collection.delete(key);
          if (document) model.set(key, document);
          else model.delete(key);
          if (lists) expect(collection.entries()).toEqual(expected());
          expect(collection.get(key)).toBe(model.get(key));
          expect(collection.size).toBe(model.size);
        }
        expect(collection.entries()).toEqual(expected());
      }),
    );
  });

  it("finds nothing under the names of Object's own members", () => {
    const collection = new Collection(byKey);
    for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty"])
      expect(collection.get(key)).toBeUndefined();
  });
});
