/*
 * The store keeps JSON documents by collection and key. Three engines have the same promises: json/ (files of one
 * machine), memory/ (for tests) and, later, PostgreSQL. Nothing above says which one it is.
 */

/** Any JSON object. Never changed in place; a change puts another object there. */
export type Document = Readonly<Record<string, unknown>>;

/** The timestamp of an audit event, as it came. */
export type Timestamp = string | number | undefined;

/** The place of a document in its collection's order: by key or, in `audit`, by timestamp, newest first, then by key. */
export interface Position {
  readonly key: string;
  /** Of an audit event; undefined in other collections. */
  readonly timestamp: Timestamp;
}

export interface Entry extends Position {
  readonly document: Document;
}

/** Selects a part of a collection; without members, all of it. */
export interface ListQuery {
  /** Continues behind this position, or behind all events of this timestamp. */
  readonly after?: Position | { readonly timestamp: string | number } | undefined;
  /** Leaves out keys, or in `audit` timestamps, that come before. */
  readonly since?: string | number | undefined;
  /** The most entries to give. */
  readonly limit?: number | undefined;
  /** Keeps the entries that fit; it reads every document of the selection. */
  readonly filter?: ((entry: Entry) => boolean) | undefined;
  /** From the last position to the first. */
  readonly isReversed?: boolean;
}

export interface Page {
  readonly entries: readonly Entry[];
  /** Entries that fit, before `after` and `limit`. */
  readonly totalCount: number;
  /** There are more behind the last entry. */
  readonly hasMore: boolean;
}

/** Reads what is committed; within a transaction, with the transaction's own changes over it. */
export interface Reader {
  get(collection: string, key: string): Promise<Document | undefined>;
  list(collection: string, query?: ListQuery): Promise<Page>;
  count(collection: string): Promise<number>;
}

/** Changes of a transaction take effect together, or not at all. */
export interface Transaction extends Reader {
  /** Resolves with the size of the document's JSON text in bytes. @throws TypeError when it is no object as JSON */
  put(collection: string, key: string, document: Document): Promise<number>;
  /** Resolves with false when nothing was there. */
  delete(collection: string, key: string): Promise<boolean>;
}

export interface Store extends Reader {
  /**
   * Runs `work` as if alone, and resolves with its result once its changes are durable. When `work` throws, nothing of it
   * is kept and the promise rejects with what it threw. `work` awaits nothing but its transaction and has no effect
   * outside of it: it may run again after a conflict.
   * @throws WebhookError internal_error when the changes could not be made durable; nothing is changed then
   */
  transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
