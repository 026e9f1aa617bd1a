import type { Position } from "./order.js";

/** A document as it is kept: any JSON object. Never changed in place; a change puts another object there. */
export type Document = Readonly<Record<string, unknown>>;

/** A document at the place that it had in a list. */
export interface Entry extends Position {
  /** Read anew each time that it is asked for. @throws Error when it was deleted after it was listed */
  readonly document: Document;
}

/**
 * A collection in its order: by key, in code units; audit by timestamp, newest first, then by key. It changes with what
 * is committed: it is to be gone through without a pause, and what is taken of it to be kept.
 */
export interface EntryList extends Iterable<Entry> {
  readonly length: number;
  slice(start: number, end?: number): Entry[];
  /** How many stand before the first one that passes; those after it must pass too. */
  countBefore(passes: (position: Position) => boolean): number;
  /** From the last to the first; a position is good until the next one is asked for. */
  backwards(): Iterable<Position>;
}

/** One change of a transaction: null deletes. */
export type Change = readonly [collection: string, key: string, document: Document | null];

/** What a transaction sees and changes: everything committed before it, and its own changes. */
export interface Transaction {
  get(collection: string, key: string): Document | undefined;
  /** Returns how many bytes the document has as JSON. @throws TypeError when it is no object as JSON */
  put(collection: string, key: string, document: Document): number;
  delete(collection: string, key: string): void;
  count(collection: string): number;
  /**
   * Whether what is there says the same as the document that was read before, or there is nothing as there was nothing.
   * What was replaced by its equal, or deleted and put again, is unchanged: nobody could tell them apart on the disk.
   */
  isUnchanged(collection: string, key: string, read: Document | undefined): boolean;
  /** Whether this transaction, or one that becomes durable together with it, has put or deleted it. */
  isPending(collection: string, key: string): boolean;
}

/**
 * Where documents are kept. Reads see only what is durable. A document that is read is the reader's own: the store keeps
 * the JSON text, and what was read before is compared by what it says, with `isUnchanged`.
 */
export interface Store {
  get(collection: string, key: string): Document | undefined;
  /** What `get` would read: the document's JSON on one line. */
  text(collection: string, key: string): string | undefined;
  has(collection: string, key: string): boolean;
  count(collection: string): number;
  entries(collection: string): EntryList;
  /**
   * Runs `body` alone, without interruption, and resolves with its result once its changes are durable. When `body`
   * throws, nothing of it is kept and the promise rejects with what it threw.
   * @throws WebhookError internal_error when the disk took the changes not
   */
  transact<T>(body: (transaction: Transaction) => T): Promise<T>;
  close(): Promise<void>;
}
