import type { Document, Position, Timestamp } from "./store.js";

/** Negative when `a` comes first. */
export type Order = (a: Position, b: Position) => number;

/** By key, in UTF-16 code units: the same on every machine, whatever its locale. */
export const byKey: Order = (a, b) => compareText(a.key, b.key);

/** Newest timestamp first; ties by key, so that the order is total and a cursor loses nothing. */
export const byNewestTimestamp: Order = (a, b) =>
  compareTimestamps(b.timestamp, a.timestamp) || compareText(a.key, b.key);

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

function rank(timestamp: Timestamp): number {
  return timestamp === undefined ? 0 : typeof timestamp === "number" ? 1 : 2;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
