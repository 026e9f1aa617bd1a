import type { TextChange } from "./collections.js";
import type { Document, Store, Transaction } from "../store.js";

/** Changes over what lies beneath: those of a transaction over those of its batch, those over what is committed. */
export class Overlay implements Transaction {
  readonly changes: TextChange[] = [];
  readonly #beneath: Pick<Store, "get" | "has" | "count">;
  readonly #latest = new Map<string, Map<string, string | null>>();
  /** How many documents more there are than beneath. */
  readonly #added = new Map<string, number>();

  constructor(beneath: Pick<Store, "get" | "has" | "count">) {
    this.#beneath = beneath;
  }

  get(collection: string, key: string): Document | undefined {
    const text = this.#latest.get(collection)?.get(key);
    if (text === undefined) return this.#beneath.get(collection, key);
    return text === null ? undefined : (JSON.parse(text) as Document);
  }

  has(collection: string, key: string): boolean {
    const text = this.#latest.get(collection)?.get(key);
    return text === undefined ? this.#beneath.has(collection, key) : text !== null;
  }

  count(collection: string): number {
    return this.#beneath.count(collection) + (this.#added.get(collection) ?? 0);
  }

  isUnchanged(collection: string, key: string, read: Document | undefined): boolean {
    const current = this.get(collection, key);
    return JSON.stringify(current) === JSON.stringify(read);
  }

  isPending(collection: string, key: string): boolean {
    if (this.#latest.get(collection)?.has(key)) return true;
    return this.#beneath instanceof Overlay && this.#beneath.isPending(collection, key);
  }

  put(collection: string, key: string, document: Document): number {
    // Once: these are the bytes of the journal, of the memory and of the snapshot.
    const text = JSON.stringify(document) as string | undefined;
    if (!text?.startsWith("{")) throw new TypeError("a document must be an object as JSON");
    this.#change([collection, key, text]);
    return Buffer.byteLength(text);
  }

  delete(collection: string, key: string): void {
    this.#change([collection, key, null]);
  }

  /** Takes the changes of an overlay over this one. */
  absorb(above: Overlay): void {
    for (const change of above.changes) this.#keep(change);
    for (const [collection, added] of above.#added) this.#count(collection, added);
  }

  #change(change: TextChange): void {
    const [collection, key, text] = change;
    this.#count(collection, Number(text !== null) - Number(this.has(collection, key)));
    this.#keep(change);
  }

  #keep(change: TextChange): void {
    const [collection, key, text] = change;
    const latest = this.#latest.get(collection) ?? new Map<string, string | null>();
    this.#latest.set(collection, latest.set(key, text));
    this.changes.push(change);
  }

  #count(collection: string, added: number): void {
    this.#added.set(collection, (this.#added.get(collection) ?? 0) + added);
  }
}

/** Runs a body over a batch, which takes its changes unless it throws. Returns how to settle its promise. */
export function runTransaction<T>(
  batch: Overlay,
  body: (transaction: Transaction) => T,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): () => void {
  const transaction = new Overlay(batch);
  try {
    const value = body(transaction);
    batch.absorb(transaction);
    return () => {
      resolve(value);
    };
  } catch (error) {
    return () => {
      reject(error);
    };
  }
}
