import { firstNotBefore, type Order } from "./order.js";
import type { Document, Entry } from "./store.js";

/** Documents by key, kept in order. */
export class Collection {
  readonly #documents = new Map<string, Document>();
  readonly #order: Order;
  #sorted: Entry[] | undefined = [];

  constructor(order: Order) {
    this.#order = order;
  }

  get size(): number {
    return this.#documents.size;
  }

  get(key: string): Document | undefined {
    return this.#documents.get(key);
  }

  set(key: string, document: Document): void {
    this.#unsort(key);
    this.#documents.set(key, document);
    if (!this.#sorted) return;
    const entry = { key, document };
    this.#sorted.splice(firstNotBefore(this.#sorted, entry, this.#order), 0, entry);
  }

  delete(key: string): void {
    this.#unsort(key);
    this.#documents.delete(key);
  }

  entries(): readonly Entry[] {
    this.#sorted ??= Array.from(this.#documents, ([key, document]) => ({ key, document })).sort(this.#order);
    return this.#sorted;
  }

  /** Takes many at once, to be sorted when they are first listed. */
  load(documents: Iterable<readonly [string, Document]>): void {
    this.#sorted = undefined;
    for (const [key, document] of documents) this.#documents.set(key, document);
  }

  #unsort(key: string): void {
    const document = this.#documents.get(key);
    if (!document || !this.#sorted) return;
    this.#sorted.splice(firstNotBefore(this.#sorted, { key, document }, this.#order), 1);
  }
}
