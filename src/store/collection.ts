import type { Order } from "./order.js";
import type { Document, Entry } from "./store.js";

interface MutableEntry {
  readonly key: string;
  document: Document;
}

/**
 * Documents by key, listed in order. A change costs the same however many there are: the sorted list is brought up to
 * date when it is next asked for, by merging what came since.
 */
export class Collection {
  readonly #entries = new Map<string, MutableEntry>();
  readonly #order: Order;
  #sorted: readonly MutableEntry[] = [];
  #added = new Set<MutableEntry>();
  #removed = new Set<MutableEntry>();

  constructor(order: Order) {
    this.#order = order;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Document | undefined {
    return this.#entries.get(key)?.document;
  }

  set(key: string, document: Document): void {
    const existing = this.#entries.get(key);
    if (existing && this.#order(existing, { key, document }) === 0) {
      existing.document = document;
      return;
    }
    if (existing) this.delete(key);
    const entry = { key, document };
    this.#entries.set(key, entry);
    this.#added.add(entry);
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    if (!this.#added.delete(entry)) this.#removed.add(entry);
  }

  entries(): readonly Entry[] {
    if (this.#added.size > 0 || this.#removed.size > 0) {
      const kept = this.#removed.size > 0 ? this.#sorted.filter((entry) => !this.#removed.has(entry)) : this.#sorted;
      this.#sorted = merge(kept, [...this.#added].sort(this.#order), this.#order);
      this.#added = new Set();
      this.#removed = new Set();
    }
    return this.#sorted;
  }
}

function merge(a: readonly MutableEntry[], b: readonly MutableEntry[], order: Order): readonly MutableEntry[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged: MutableEntry[] = [];
  let next = 0;
  for (const entry of a) {
    for (let other = b[next]; other && order(other, entry) < 0; other = b[++next]) merged.push(other);
    merged.push(entry);
  }
  return merged.concat(b.slice(next));
}
