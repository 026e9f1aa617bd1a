import { WebhookError } from "../../platform/errors.js";
import { Documents } from "../documents.js";
import type { Document, ListQuery, Page, Store, Transaction } from "../store.js";
import { runTransaction } from "../transaction.js";

/** Keeps documents for as long as the process runs: for tests. */
export class MemoryStore implements Store {
  readonly #documents = new Documents();
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  get(collection: string, key: string): Promise<Document | undefined> {
    return this.#documents.get(collection, key);
  }

  list(collection: string, query?: ListQuery): Promise<Page> {
    return this.#documents.list(collection, query);
  }

  count(collection: string): Promise<number> {
    return this.#documents.count(collection);
  }

  async transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new WebhookError("internal_error", "The server is stopping.");
    const running = this.#last.then(async () => {
      const value = await runTransaction(this.#documents, work, []);
      this.#documents.settle();
      return value;
    });
    this.#last = running.catch(() => undefined);
    return running;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
  }
}
