import type { StoredText, Change, Documents } from "./documents.js";
import { selectPage } from "./page.js";
import type { Document, ListQuery, Page, Transaction } from "./store.js";

/** A change that can be taken back. */
export interface MadeChange extends Change {
  readonly previous: StoredText | undefined;
}

/** Changes documents as it goes, and remembers how they were. */
class RunningTransaction implements Transaction {
  readonly changes: MadeChange[] = [];
  isOver = false;

  constructor(private readonly documents: Documents) {}

  get(collection: string, key: string): Promise<Document | undefined> {
    return this.documents.get(collection, key);
  }

  list(collection: string, query?: ListQuery): Promise<Page> {
    return selectPage(this.documents.collection(collection), query);
  }

  count(collection: string): Promise<number> {
    return this.documents.count(collection);
  }

  async put(collection: string, key: string, document: Document): Promise<number> {
    // Once: these are the bytes of the journal, of the memory and of the snapshot.
    const text = JSON.stringify(document) as string | undefined;
    if (!text?.startsWith("{")) throw new TypeError("a document must be an object as JSON");
    this.#change(collection, key, text);
    return Buffer.byteLength(text);
  }

  async delete(collection: string, key: string): Promise<boolean> {
    return this.#change(collection, key, undefined) !== undefined;
  }

  /** Returns what was there. */
  #change(collection: string, key: string, text: string | undefined): StoredText | undefined {
    if (this.isOver) throw new Error("the transaction is over");
    const documents = this.documents.named(collection);
    const previous = documents.get(key);
    if (!previous && text === undefined) return undefined;
    const change = { collection, key, previous, next: text === undefined ? undefined : documents.store(key, text) };
    this.documents.apply(change);
    this.changes.push(change);
    return previous;
  }
}

/** Runs `work` on documents that nobody else changes meanwhile. When it throws, they are as they were. */
export async function runTransaction<T>(
  documents: Documents,
  work: (transaction: Transaction) => Promise<T>,
): Promise<{ readonly value: T; readonly changes: readonly MadeChange[] }> {
  const transaction = new RunningTransaction(documents);
  const { changes } = transaction;
  try {
    return { value: await work(transaction), changes };
  } catch (error) {
    undo(documents, changes);
    throw error;
  } finally {
    transaction.isOver = true;
  }
}

/** Takes changes back, the last one first. */
export function undo(documents: Documents, changes: readonly MadeChange[]): void {
  for (const { collection, key, previous } of changes.toReversed())
    documents.apply({ collection, key, next: previous });
}
