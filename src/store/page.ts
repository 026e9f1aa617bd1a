import { forEachInTurns } from "../platform/turns.js";
import { compareTimestamps, type Order } from "./order.js";
import type { Document, Entry, ListQuery, Page, Position } from "./store.js";

/** A document as it is kept. Never changed in place, so that a list that was taken stays as it was. */
export interface StoredText extends Position {
  /** JSON on one line. */
  readonly text: string;
}

/** The texts of one collection, in their order. */
export interface SortedTexts {
  readonly length: number;
  readonly order: Order;
  readonly isAudit: boolean;
  /** The part from one index up to another, as it is now. */
  slice(start?: number, end?: number): StoredText[];
  /** Counts what stands before the first position that passes; those after it must pass too. */
  countBefore(passes: (position: Position) => boolean): number;
}

/** From an index of the list up to the one before another. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** Reads the documents of the page alone, or all of the selection where there is a filter. */
export async function selectPage(collection: SortedTexts, query: ListQuery = {}): Promise<Page> {
  const { after, since, limit = Infinity, filter, isReversed = false } = query;
  const all: Range = { start: 0, end: collection.length };
  const selected = since === undefined ? [all] : rangesSince(collection, since);
  const behind = after === undefined ? all : rangeBehind(collection, after, isReversed);
  const left = selected.map((range) => intersection(range, behind));
  // Taken before the first pause, in which the collection may change: a page is of one moment.
  const entries: Entry[] = [];
  if (!filter) {
    const texts = textsOf(collection, left, isReversed, limit).slice(0, limit);
    const [totalCount, leftCount] = [lengthOf(selected), lengthOf(left)];
    await forEachInTurns(texts, (text) => entries.push(entryOf(text)), lengthOfText);
    return { entries, totalCount, hasMore: leftCount > entries.length };
  }
  const texts = textsOf(collection, selected, isReversed);
  const firstLeft = texts.length - lengthOf(left);
  let totalCount = 0;
  let leftCount = 0;
  const read = (text: StoredText, index: number): void => {
    const entry = entryOf(text);
    if (!filter(entry)) return;
    totalCount += 1;
    if (index < firstLeft) return;
    leftCount += 1;
    if (entries.length < limit) entries.push(entry);
  };
  await forEachInTurns(texts, read, lengthOfText);
  return { entries, totalCount, hasMore: leftCount > entries.length };
}

function lengthOfText({ text }: StoredText): number {
  return text.length;
}

function entryOf({ key, timestamp, text }: StoredText): Entry {
  return { key, timestamp, document: JSON.parse(text) as Document };
}

/** The texts in the order in which they are read, of each range at most so many. */
function textsOf(
  collection: SortedTexts,
  ranges: readonly Range[],
  isReversed: boolean,
  limit = Infinity,
): readonly StoredText[] {
  if (!isReversed) return ranges.flatMap(({ start, end }) => collection.slice(start, Math.min(end, start + limit)));
  return ranges.toReversed().flatMap(({ start, end }) => collection.slice(Math.max(start, end - limit), end).reverse());
}

function intersection(a: Range, b: Range): Range {
  const start = Math.max(a.start, b.start);
  return { start, end: Math.max(start, Math.min(a.end, b.end)) };
}

function lengthOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** By key, what is not before it is the tail; in audit the newer texts, and the newer numbers that come after all texts. */
function rangesSince(collection: SortedTexts, since: string | number): readonly Range[] {
  if (!collection.isAudit)
    return [{ start: collection.countBefore(({ key }) => key >= String(since)), end: collection.length }];
  const { texts, numbers } = splitAt(collection, (timestamp) => compareGiven(timestamp, since) < 0);
  return [{ start: 0, end: texts }, numbers];
}

/** Finds what is still to be read after a position, or after all events of a timestamp. */
function rangeBehind(collection: SortedTexts, after: NonNullable<ListQuery["after"]>, isReversed: boolean): Range {
  const { length, order } = collection;
  if ("key" in after) {
    return isReversed
      ? { start: 0, end: collection.countBefore((other) => order(other, after) >= 0) }
      : { start: collection.countBefore((other) => order(other, after) > 0), end: length };
  }
  const isBehind = isReversed ? 0 : -1;
  const { texts, numbers } = splitAt(collection, (timestamp) => compareGiven(timestamp, after.timestamp) <= isBehind);
  if (isReversed) return { start: 0, end: numbers.end > numbers.start ? numbers.end : texts };
  return { start: texts < numbers.start ? texts : numbers.end, end: length };
}

/**
 * Audit has texts first, then numbers, then what has no timestamp, each the newest first. Tells where the older ones
 * begin among the texts, and the numbers from their first up to the older ones.
 */
function splitAt(
  collection: SortedTexts,
  isOlder: (timestamp: string | number) => boolean,
): { readonly texts: number; readonly numbers: Range } {
  return {
    texts: collection.countBefore(({ timestamp }) => typeof timestamp !== "string" || isOlder(timestamp)),
    numbers: {
      start: collection.countBefore(({ timestamp }) => typeof timestamp !== "string"),
      end: collection.countBefore(
        ({ timestamp }) => timestamp === undefined || (typeof timestamp === "number" && isOlder(timestamp)),
      ),
    },
  };
}

/** Compares with a timestamp that came from outside: among numbers a number that came as text is one, among texts all is text. */
function compareGiven(timestamp: string | number, given: string | number): number {
  if (typeof timestamp === "string") return compareTimestamps(timestamp, String(given));
  const isNumeric = typeof given === "number" || (given.trim() !== "" && Number.isFinite(Number(given)));
  return compareTimestamps(timestamp, isNumeric ? Number(given) : given);
}
