import type { Collection } from "../../generated/operations.js";
import { ownProperty, textOf } from "./reply.js";
import type { Stage } from "./stage.js";

/** Documents of the run in a collection. */
export interface Filled {
  /** The keys in the order of a correct list. */
  readonly keys: readonly string[];
  readonly options: { readonly filters: { readonly run: string } };
  /** @param second of those that the events were given */
  timestamp(second: number): string;
}

/**
 * Sets a document for each label.
 * @param seconds of each one's timestamp, in turn
 */
export async function fill(
  stage: Stage,
  collection: Collection,
  labels: Iterable<string>,
  seconds = [0],
): Promise<Filled> {
  // The events are recent, since old ones may be deleted.
  const startMs = Math.floor(Date.now() / 1000) * 1000 - 60_000;
  const timestamp = (second: number): string => new Date(startMs + second * 1000).toISOString();
  const run = crypto.randomUUID();
  const documents = [...labels].map((label, index) => {
    const second = seconds[index % seconds.length] ?? 0;
    return { key: stage.key(label), second, data: { run, label, timestamp: timestamp(second) } };
  });
  for (const { key, data } of documents) await stage.setDocument(collection, key, data);
  const isAudit = collection === "audit";
  documents.sort((a, b) => (isAudit ? b.second - a.second : 0) || (a.key < b.key ? -1 : 1));
  return { keys: documents.map(({ key }) => key), options: { filters: { run } }, timestamp };
}

export function keysOf(items: readonly unknown[]): string[] {
  return items.map((item) => textOf(ownProperty(item, "key")));
}
