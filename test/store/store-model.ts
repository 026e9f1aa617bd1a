import { byKey, byNewestTimestamp, compareTimestamps, type Order } from "../../src/store/order.js";
import type { Document, Entry, ListQuery, Page, Timestamp } from "../../src/store/store.js";
import { positionOf } from "./stored-values.js";

/** A change of the model; null deletes. */
export interface ModelChange {
  readonly collection: string;
  readonly key: string;
  readonly document: Document | null;
}

/** A Map for each collection, looked through as a whole: what a store must look like. */
export class StoreModel {
  constructor(readonly maps: ReadonlyMap<string, Map<string, Document>>) {}

  static of(...collections: readonly string[]): StoreModel {
    return new StoreModel(new Map(collections.map((name) => [name, new Map<string, Document>()])));
  }

  copy(): StoreModel {
    return new StoreModel(new Map(Array.from(this.maps, ([name, map]) => [name, new Map(map)])));
  }

  apply({ collection, key, document }: ModelChange): void {
    if (document) this.maps.get(collection)?.set(key, document);
    else this.maps.get(collection)?.delete(key);
  }

  list(collection: string, { after, since, limit = Infinity, filter, isReversed = false }: ListQuery): Page {
    const order = collection === "audit" ? byNewestTimestamp : byKey;
    const all = Array.from(this.maps.get(collection) ?? [], ([key, document]): Entry => ({
      ...positionOf(collection, key, document),
      document,
    }));
    const reading = all.sort((a, b) => (isReversed ? order(b, a) : order(a, b)));
    const behind = after === undefined ? reading : reading.slice(firstBehind(reading, order, after, isReversed));
    const fits = (entry: Entry): boolean =>
      (since === undefined || isSince(collection, entry, since)) && (filter?.(entry) ?? true);
    const rest = behind.filter(fits);
    const entries = rest.slice(0, limit);
    return { entries, totalCount: reading.filter(fits).length, hasMore: rest.length > entries.length };
  }
}

function firstBehind(
  reading: readonly Entry[],
  order: Order,
  after: NonNullable<ListQuery["after"]>,
  isReversed: boolean,
): number {
  const isBehind = (entry: Entry): boolean => {
    if ("key" in after) return isReversed ? order(entry, after) < 0 : order(entry, after) > 0;
    const difference = compareTimestamps(entry.timestamp, alike(after.timestamp, entry.timestamp));
    return isReversed ? difference > 0 : difference < 0;
  };
  const index = reading.findIndex(isBehind);
  return index === -1 ? reading.length : index;
}

function isSince(collection: string, { key, timestamp }: Entry, since: string | number): boolean {
  return collection === "audit" ? compareTimestamps(timestamp, alike(since, timestamp)) >= 0 : key >= String(since);
}

/** A number that came as text counts as the number where the timestamps are numbers. */
function alike(given: string | number, timestamp: Timestamp): Timestamp {
  if (typeof timestamp === "string") return String(given);
  if (typeof timestamp !== "number" || typeof given === "number") return given;
  return given.trim() !== "" && Number.isFinite(Number(given)) ? Number(given) : given;
}
