import { WebhookError } from "../../platform/errors.js";
import { Documents } from "../documents.js";
import { selectPage } from "../page.js";
import type { Document, ListQuery, Page, Store, Transaction } from "../store.js";
import { runTransaction } from "../transaction.js";

/** Keeps documents for as long as the process runs: for tests. */
export class MemoryStore implements Store {
  readonly #committed = new Documents();
  /** With the changes of the transaction that runs. */
  readonly #latest = new Documents();
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  get(collection: string, key: string): Promise<Document | undefined> {
    return this.#committed.get(collection, key);
  }

  list(collection: string, query?: ListQuery): Promise<Page> {
    return selectPage(this.#committed.collection(collection), query);
  }

  count(collection: string): Promise<number> {
    return this.#committed.count(collection);
  }

  async transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new WebhookError("internal_error", "The server is stopping.");
    const running = this.#last.then(async () => {
      const { value, changes } = await runTransaction(this.#latest, work);
      for (const change of changes) this.#committed.apply(change);
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
