import { WebhookError } from "../../platform/errors.js";
import { Documents } from "../documents.js";
import type { Store, Transaction } from "../store.js";
import { runTransaction } from "../transaction.js";

/** Keeps documents for as long as the process runs: for tests. */
export class MemoryStore extends Documents implements Store {
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  async transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new WebhookError("internal_error", "The server is stopping.");
    const running = this.#last.then(async () => {
      const value = await runTransaction(this, work, []);
      this.settle();
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
