/** A document as it is kept: any JSON object. Never changed in place; a change puts another object there. */
export type Document = Readonly<Record<string, unknown>>;

/** A document with its key, as lists yield it. */
export interface Entry {
  readonly key: string;
  readonly document: Document;
}

/** One change of a transaction: null deletes. */
export type Change = readonly [collection: string, key: string, document: Document | null];

/** What a transaction sees and changes: everything committed before it, and its own changes. */
export interface Transaction {
  get(collection: string, key: string): Document | undefined;
  put(collection: string, key: string, document: Document): void;
  delete(collection: string, key: string): void;
  count(collection: string): number;
}

/**
 * Where documents are kept. Reads see only what is durable. Documents are immutable, so that "unchanged since I read
 * it" is `===` inside a transaction.
 */
export interface Store {
  get(collection: string, key: string): Document | undefined;
  count(collection: string): number;
  /** In the collection's order: by key, in code units; audit by timestamp, newest first, then by key. */
  entries(collection: string): readonly Entry[];
  /**
   * Runs `body` alone, without interruption, and resolves with its result once its changes are durable. When `body`
   * throws, nothing of it is kept and the promise rejects with what it threw.
   * @throws WebhookError internal_error when the disk took the changes not
   */
  transact<T>(body: (transaction: Transaction) => T): Promise<T>;
  close(): Promise<void>;
}
