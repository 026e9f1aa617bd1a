import { Collection, type StoredText } from "./collection.js";
import { selectPage } from "./page.js";
import type { Document, ListQuery, Page, Reader } from "./store.js";

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

  has(collection: string): boolean {
    return this.#collections.has(collection);
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
