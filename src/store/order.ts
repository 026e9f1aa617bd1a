import type { Document, Entry } from "./store.js";

/** Negative when `a` comes first. */
export type Order = (a: Entry, b: Entry) => number;

/** By key, in UTF-16 code units: the same on every machine, whatever its locale. */
export const byKey: Order = (a, b) => compareText(a.key, b.key);

/** Newest timestamp first; ties by key, so that the order is total and a cursor loses nothing. */
export const byNewestTimestamp: Order = (a, b) =>
  compareTimestamps(timestampOf(b.document), timestampOf(a.document)) || compareText(a.key, b.key);

export type Timestamp = string | number | undefined;

export function timestampOf(document: Document): Timestamp {
  const timestamp = document["timestamp"];
  return typeof timestamp === "string" || typeof timestamp === "number" ? timestamp : undefined;
}

/** No timestamp before numbers, numbers before texts; texts, ISO 8601 as a rule, in code units. */
export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  return rank(a) - rank(b);
}

/** The index of the first entry that is not before `probe`. */
export function firstNotBefore(entries: readonly Entry[], probe: Entry, order: Order): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry && order(entry, probe) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rank(timestamp: Timestamp): number {
  return timestamp === undefined ? 0 : typeof timestamp === "number" ? 1 : 2;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
