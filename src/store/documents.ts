import type { Document, Position } from "./store.js";
import { byKey, byNewestTimestamp, timestampOf, type Order } from "./order.js";

/** A document as it is kept. Never changed in place, so that a list that was taken stays as it was. */
export interface StoredText extends Position {
  /** JSON on one line. */
  readonly text: string;
}

/** The documents of one collection, by key and in order. */
export class Collection {
  readonly order: Order;
  readonly isAudit: boolean;
  readonly #byKey: Map<string, StoredText>;
  /** Made when it is first asked for. In audit from the oldest to the newest, which is put at the end at little cost. */
  #sorted: StoredText[] | undefined;

  constructor(
    readonly name: string,
    stored?: ReadonlyMap<string, StoredText>,
  ) {
    this.isAudit = name === "audit";
    this.order = this.isAudit ? byNewestTimestamp : byKey;
    this.#byKey = new Map(stored);
  }

  get length(): number {
    return this.#byKey.size;
  }

  get(key: string): StoredText | undefined {
    return this.#byKey.get(key);
  }

  /** @param text JSON of an object */
  store(key: string, text: string): StoredText {
    // Read from the text, since that is what a restart finds.
    const timestamp = this.isAudit ? timestampOf(JSON.parse(text) as Document) : undefined;
    return { key, timestamp, text };
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

  /** The text at an index of the list, counted from 0. */
  at(index: number): StoredText | undefined {
    const sorted = this.#inOrder();
    return sorted[this.isAudit ? sorted.length - 1 - index : index];
  }

  /** The part of the list from one index up to another, as it is now. */
  slice(start = 0, end = this.length): StoredText[] {
    const sorted = this.#inOrder();
    return this.isAudit ? sorted.slice(sorted.length - end, sorted.length - start).reverse() : sorted.slice(start, end);
  }

  /** Counts what stands before the first position that passes; those after it must pass too. */
  countBefore(passes: (position: Position) => boolean): number {
    return partition(this.length, (index) => {
      const position = this.at(index);
      return position !== undefined && passes(position);
    });
  }

  /** Shares the texts, which never change. */
  copy(): Collection {
    const copy = new Collection(this.name, this.#byKey);
    copy.#sorted = [...this.#inOrder()];
    return copy;
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
export class Documents {
  readonly #collections = new Map<string, Collection>();

  get isEmpty(): boolean {
    return this.collections.every(({ length }) => length === 0);
  }

  get collections(): readonly Collection[] {
    return [...this.#collections.values()];
  }

  get(collection: string, key: string): Promise<Document | undefined> {
    return Promise.resolve(this.read(collection, key));
  }

  async count(collection: string): Promise<number> {
    return this.#collections.get(collection)?.length ?? 0;
  }

  read(collection: string, key: string): Document | undefined {
    const text = this.#collections.get(collection)?.get(key)?.text;
    return text === undefined ? undefined : (JSON.parse(text) as Document);
  }

  /** The collection of that name; an empty one, which is not kept, where there is none. */
  collection(name: string): Collection {
    return this.#collections.get(name) ?? new Collection(name);
  }

  has(collection: string): boolean {
    return this.#collections.has(collection);
  }

  /** The collection of that name, made where there is none. */
  named(name: string): Collection {
    let collection = this.#collections.get(name);
    if (!collection) this.#collections.set(name, (collection = new Collection(name)));
    return collection;
  }

  apply({ collection, key, next }: Change): void {
    this.named(collection).replace(key, next);
  }

  copy(): Documents {
    const copy = new Documents();
    for (const [name, collection] of this.#collections) copy.#collections.set(name, collection.copy());
    return copy;
  }
}
