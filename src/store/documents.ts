import { byKey, byNewestTimestamp, timestampOf, type Order } from "./order.js";
import { selectPage, type SortedTexts, type StoredText } from "./page.js";
import type { Document, ListQuery, Page, Position, Reader } from "./store.js";

/** The documents of one collection, by key and in order, with the changes that are not durable yet. */
export class Collection implements SortedTexts {
  readonly order: Order;
  readonly isAudit: boolean;
  readonly #byKey = new Map<string, StoredText>();
  /** Made when it is first asked for. In audit from the oldest to the newest, which is put at the end at little cost. */
  #sorted: StoredText[] | undefined;
  /** The durable text, or none, under each key that was changed since. */
  readonly #durable = new Map<string, StoredText | undefined>();

  constructor(readonly name: string) {
    this.isAudit = name === "audit";
    this.order = this.isAudit ? byNewestTimestamp : byKey;
  }

  get length(): number {
    return this.#byKey.size;
  }

  get(key: string): StoredText | undefined {
    return this.#byKey.get(key);
  }

  getDurable(key: string): StoredText | undefined {
    return this.#durable.has(key) ? this.#durable.get(key) : this.#byKey.get(key);
  }

  /** @param text JSON of an object */
  store(key: string, text: string): StoredText {
    // Read from the text, since that is what a restart finds.
    const timestamp = this.isAudit ? timestampOf(JSON.parse(text) as Document) : undefined;
    // A copy in one piece: JSON.stringify leaves a text in parts, which take more memory.
    return { key, timestamp, text: Buffer.from(text).toString() };
  }

  /** Replaces until `settle` or `revert`, so that what is durable can still be read. */
  change(key: string, next: StoredText | undefined): void {
    if (!this.#durable.has(key)) this.#durable.set(key, this.#byKey.get(key));
    this.replace(key, next);
  }

  /** Says that all changes are durable. */
  settle(): void {
    this.#durable.clear();
  }

  /** Takes back all changes that are not durable. */
  revert(): void {
    for (const [key, text] of this.#durable) this.replace(key, text);
    this.#durable.clear();
  }

  /** Reads what is durable. `read` must not wait: the other changes are taken back meanwhile, which costs no copy. */
  readDurable<T>(read: (collection: this) => T): T {
    if (this.#durable.size === 0) return read(this);
    const changed = Array.from(this.#durable, ([key, text]) => ({ key, text, next: this.#byKey.get(key) }));
    for (const { key, text } of changed) this.replace(key, text);
    try {
      return read(this);
    } finally {
      for (const { key, next } of changed) this.replace(key, next);
    }
  }

  /** Puts a text, or nothing, in the place of what is there under the key. */
  replace(key: string, next: StoredText | undefined): void {
    const previous = this.#byKey.get(key);
    if (next) this.#byKey.set(key, next);
    else this.#byKey.delete(key);
    const sorted = this.#sorted;
    if (!sorted) return;
    const removed = previous && this.#indexOf(sorted, previous);
    const isInPlace = previous && next && previous.timestamp === next.timestamp;
    if (removed !== undefined) sorted.splice(removed, 1, ...(isInPlace ? [next] : []));
    if (next && !isInPlace) sorted.splice(this.#indexOf(sorted, next), 0, next);
  }

  /** The part of the list from one index up to another, as it is now. */
  slice(start = 0, end = this.length): StoredText[] {
    const sorted = this.#inOrder();
    return this.isAudit ? sorted.slice(sorted.length - end, sorted.length - start).reverse() : sorted.slice(start, end);
  }

  /** Counts what stands before the first position that passes; those after it must pass too. */
  countBefore(passes: (position: Position) => boolean): number {
    const sorted = this.#inOrder();
    const { length } = sorted;
    return partition(length, (index) => {
      const position = sorted[this.isAudit ? length - 1 - index : index];
      return position !== undefined && passes(position);
    });
  }

  #inOrder(): StoredText[] {
    const { order } = this;
    this.#sorted ??= [...this.#byKey.values()].sort(this.isAudit ? (a, b) => order(b, a) : order);
    return this.#sorted;
  }

  /** Finds where a position is, or belongs, among the sorted texts. */
  #indexOf(sorted: readonly StoredText[], position: Position): number {
    return partition(sorted.length, (index) => {
      const other = sorted[index];
      const comparison = other ? this.order(other, position) : 0;
      return this.isAudit ? comparison <= 0 : comparison >= 0;
    });
  }
}

/** Counts, of so many, those that do not pass; those that do are at the end. */
function partition(length: number, passes: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passes(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A text put at its place; without a text, what is there is deleted. */
export interface Change {
  readonly collection: string;
  readonly key: string;
  readonly next: StoredText | undefined;
}

/** Documents in memory, as the JSON texts that the disk holds: who reads one gets an object of their own. */
export class Documents implements Reader {
  readonly #collections = new Map<string, Collection>();

  get isEmpty(): boolean {
    return this.collections.every(({ length }) => length === 0);
  }

  get collections(): readonly Collection[] {
    return [...this.#collections.values()];
  }

  get(collection: string, key: string): Promise<Document | undefined> {
    return Promise.resolve(parse(this.#collections.get(collection)?.getDurable(key)));
  }

  list(collection: string, query?: ListQuery): Promise<Page> {
    return this.collection(collection).readDurable((durable) => selectPage(durable, query));
  }

  count(collection: string): Promise<number> {
    return Promise.resolve(this.collection(collection).readDurable(({ length }) => length));
  }

  /** Reads what is there, durable or not. */
  read(collection: string, key: string): Document | undefined {
    return parse(this.#collections.get(collection)?.get(key));
  }

  /** The collection of that name; an empty one, which is not kept, where there is none. */
  collection(name: string): Collection {
    return this.#collections.get(name) ?? new Collection(name);
  }

  /** The collection of that name, made where there is none. */
  named(name: string): Collection {
    let collection = this.#collections.get(name);
    if (!collection) this.#collections.set(name, (collection = new Collection(name)));
    return collection;
  }

  settle(): void {
    for (const collection of this.#collections.values()) collection.settle();
  }

  revert(): void {
    for (const collection of this.#collections.values()) collection.revert();
  }
}

function parse(stored: StoredText | undefined): Document | undefined {
  return stored && (JSON.parse(stored.text) as Document);
}
