import type { Change, Documents } from "./documents.js";
import { selectPage, type StoredText } from "./page.js";
import type { Document, ListQuery, Page, Transaction } from "./store.js";

/** A change that can be taken back. */
export interface MadeChange extends Change {
  readonly previous: StoredText | undefined;
}

/** Changes documents as it goes, and notes how they were with what it changed. */
class RunningTransaction implements Transaction {
  isOver = false;

  constructor(
    private readonly documents: Documents,
    private readonly changes: MadeChange[],
  ) {}

  get(collection: string, key: string): Promise<Document | undefined> {
    return Promise.resolve(this.documents.read(collection, key));
  }

  list(collection: string, query?: ListQuery): Promise<Page> {
    return selectPage(this.documents.collection(collection), query);
  }

  count(collection: string): Promise<number> {
    return Promise.resolve(this.documents.collection(collection).length);
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
  #change(name: string, key: string, text: string | undefined): StoredText | undefined {
    if (this.isOver) throw new Error("the transaction is over");
    const collection = this.documents.named(name);
    const previous = collection.get(key);
    if (!previous && text === undefined) return undefined;
    const next = text === undefined ? undefined : collection.store(key, text);
    collection.change(key, next);
    this.changes.push({ collection: name, key, previous, next });
    return previous;
  }
}

/**
 * Runs `work` on documents that nobody else changes meanwhile, and adds its changes to those of the transactions before
 * it. When it throws, both are as they were. Until the documents settle, readers do not see the changes.
 */
export async function runTransaction<T>(
  documents: Documents,
  work: (transaction: Transaction) => Promise<T>,
  changes: MadeChange[],
): Promise<T> {
  const start = changes.length;
  const transaction = new RunningTransaction(documents, changes);
  try {
    return await work(transaction);
  } catch (error) {
    for (const { collection, key, previous } of changes.splice(start).toReversed())
      documents.named(collection).change(key, previous);
    throw error;
  } finally {
    transaction.isOver = true;
  }
}
