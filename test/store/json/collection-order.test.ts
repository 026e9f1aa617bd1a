import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Collection } from "../../../src/store/json/collection.js";
import { DocumentArena } from "../../../src/store/json/document-arena.js";
import {
  byKey,
  byNewestTimestamp,
  compareTimestamps,
  timestampOf,
  type Order,
  type Position,
} from "../../../src/store/order.js";
import type { Document } from "../../../src/store/store.js";
import { listed } from "../../support/listed.js";

interface Given {
  readonly key: string;
  readonly document: Document;
}

const timestamps = fc.option(
  fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom("2026-01-01", "2026-01-02", "")),
  {
    nil: undefined,
  },
);
const keys = fc.oneof(
  fc.constantFrom(
    "a",
    "b",
    "B",
    "ä",
    "__proto__",
    "constructor",
    "",
    "\u{1f511}",
    "\uffff",
    "\ud83d",
    'a "b"\\\n\u2028',
  ),
  fc.string(),
);
const positions: fc.Arbitrary<Position> = fc.record({ key: keys, timestamp: timestamps });
const documents: fc.Arbitrary<Document> = timestamps.map((timestamp) => (timestamp === undefined ? {} : { timestamp }));
const entries: fc.Arbitrary<Given> = fc.record({ key: keys, document: documents });
const orders = fc.constantFrom<Order>(byKey, byNewestTimestamp);

/** Sorted by what the collection sorts by. */
function sorted(given: Iterable<Given>, order: Order): Given[] {
  const position = ({ key, document }: Given): Position => ({ key, timestamp: timestampOf(document) });
  return [...given].sort((a, b) => order(position(a), position(b)));
}

describe("the orders", () => {
  it("sorts keys by UTF-16 code units, whatever the locale", () => {
    const keysInOrder = ["\uffff", "\u{1f511}", "ä", "b", "a", "B", ""].sort((a, b) =>
      byKey({ key: a, timestamp: undefined }, { key: b, timestamp: undefined }),
    );
    expect(keysInOrder).toEqual(["", "B", "a", "b", "ä", "\u{1f511}", "\uffff"]);
  });

  it("sorts the newest timestamp first, ties by key, and what has none last", () => {
    const given: Given[] = [
      { key: "none", document: {} },
      { key: "odd", document: { timestamp: { nested: true } } },
      { key: "number", document: { timestamp: 1_800_000_000 } },
      { key: "b", document: { timestamp: "2026-01-02T00:00:00Z" } },
      { key: "a", document: { timestamp: "2026-01-02T00:00:00Z" } },
      { key: "older", document: { timestamp: "2026-01-01T00:00:00Z" } },
    ];
    expect(sorted(given, byNewestTimestamp).map(({ key }) => key)).toEqual([
      "a",
      "b",
      "older",
      "number",
      "none",
      "odd",
    ]);
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

describe("a collection", () => {
  it("lists what a Map would hold, sorted, after any changes and whenever it is listed", () => {
    const steps = fc.array(fc.record({ key: keys, document: fc.option(documents), lists: fc.boolean() }));
    fc.assert(
      fc.property(orders, fc.array(entries), steps, (order, loaded, changes) => {
        const collection = new Collection(new DocumentArena(), order);
        const model = new Map<string, Document>();
        const expected = (): Given[] =>
          sorted(
            Array.from(model, ([key, document]) => ({ key, document })),
            order,
          );
        for (const { key, document } of loaded) {
          collection.set(key, JSON.stringify(document));
          model.set(key, document);
        }
        for (const { key, document, lists } of changes) {
          if (document) collection.set(key, JSON.stringify(document));
          else collection.delete(key);
          if (document) model.set(key, document);
          else model.delete(key);
          if (lists) expect(listed(collection)).toEqual(expected());
          expect(collection.get(key)).toEqual(model.get(key));
          expect(collection.has(key)).toBe(model.has(key));
          expect(collection.length).toBe(model.size);
        }
        expect(listed(collection)).toEqual(expected());
        expect(Array.from(collection.backwards(), ({ key }) => key)).toEqual(
          expected()
            .map(({ key }) => key)
            .reverse(),
        );
      }),
    );
  });

  it("counts what stands before a position, and gives what follows, as looking at each would", () => {
    fc.assert(
      fc.property(orders, fc.array(entries), positions, fc.nat(5), (order, given, probe, length) => {
        const collection = collectionOf(given, order);
        const all = collection.slice(0);
        const before = collection.countBefore((position) => order(position, probe) >= 0);
        expect(before).toBe(all.filter((entry) => order(entry, probe) < 0).length);
        expect(listed(collection.slice(before, before + length))).toEqual(listed(all.slice(before, before + length)));
      }),
    );
  });

  it.each([
    ["ascending", (index: number) => index],
    ["descending", (index: number) => 5_000 - index],
    ["mixed", (index: number) => (index * 2_741) % 5_000],
  ])("keeps thousands in order, put and deleted %s", (_name, numberOf) => {
    const collection = new Collection(new DocumentArena(), byNewestTimestamp);
    const numbers = Array.from({ length: 5_000 }, (_none, index) => numberOf(index));
    for (const number of numbers) collection.set(String(number), JSON.stringify({ timestamp: number }));
    expect(Array.from(collection, ({ timestamp }) => timestamp)).toEqual(numbers.toSorted((a, b) => b - a));
    for (const number of numbers) if (number % 50 !== 0) collection.delete(String(number));
    const left = numbers.filter((number) => number % 50 === 0).sort((a, b) => b - a);
    expect(Array.from(collection, ({ timestamp }) => timestamp)).toEqual(left);
    expect(collection.slice(10, 20).map(({ timestamp }) => timestamp)).toEqual(left.slice(10, 20));
    expect(left.every((number) => collection.get(String(number))?.["timestamp"] === number)).toBe(true);
  });

  it("gives a document of the reader's own each time", () => {
    const collection = collectionOf([{ key: "a", document: { inside: { b: 1 } } }], byKey);
    const [entry] = collection.slice(0);
    for (const read of [entry?.document, collection.get("a")]) (read?.["inside"] as { b: number }).b = 2;
    expect(collection.get("a")).toEqual({ inside: { b: 1 } });
    expect(entry?.document).toEqual({ inside: { b: 1 } });
  });

  it("lets an entry be read until its document is deleted: then it says so, and never gives another one", () => {
    const collection = collectionOf([{ key: "a", document: { version: 1 } }], byKey);
    const [entry] = collection.slice(0);
    collection.set("a", '{"version":2}');
    expect(entry?.document).toEqual({ version: 2 });
    collection.delete("a");
    collection.set("b", '{"of":"b"}');
    expect(() => entry?.document).toThrow("deleted");
  });

  it("finds nothing under the names of Object's own members", () => {
    const collection = new Collection(new DocumentArena(), byKey);
    for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty"])
      expect(collection.get(key)).toBeUndefined();
  });
});

function collectionOf(given: Iterable<Given>, order: Order): Collection {
  const collection = new Collection(new DocumentArena(), order);
  for (const { key, document } of given) collection.set(key, JSON.stringify(document));
  return collection;
}
