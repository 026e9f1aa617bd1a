import fc from "fast-check";
import { timestampOf } from "../../src/store/order.js";
import type { Document, Timestamp } from "../../src/store/store.js";

/** Keys, timestamps and documents that a store has to hold, the hostile ones among them. */
export const keys = fc.oneof(
  fc.constantFrom(
    "a",
    "b",
    "B",
    "ä",
    "10",
    "9",
    "__proto__",
    "constructor",
    "",
    "\u{1f511}",
    "\uffff",
    "\ud83d",
    '\n"',
  ),
  fc.string({ maxLength: 4 }),
);

export const timestamps: fc.Arbitrary<Timestamp> = fc.oneof(
  fc.constantFrom("2026-01-01", "2026-01-02", "~", "", "3"),
  fc.integer({ min: 0, max: 4 }),
  fc.constant(undefined),
);

export const documents: fc.Arbitrary<Document> = fc
  .record({
    timestamp: timestamps,
    action: fc.constantFrom("store", "fetch"),
    nested: fc.jsonValue({ maxDepth: 2 }),
    ["__proto__"]: fc.string(),
  })
  // As JSON has it: without what is undefined, and without a negative zero.
  .map((document) => JSON.parse(JSON.stringify(document)) as Document);

/** What a collection orders a document by. */
export function positionOf(collection: string, key: string, document: Document): { key: string; timestamp: Timestamp } {
  return { key, timestamp: collection === "audit" ? timestampOf(document) : undefined };
}
