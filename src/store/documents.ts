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

  async get(collection: string, key: string): Promise<Document | undefined> {
    return this.read(collection, key);
  }

  async list(collection: string, query?: ListQuery): Promise<Page> {
    return selectPage(this.#collections.get(collection) ?? new Collection(collection), query);
  }

  async count(collection: string): Promise<number> {
    return this.#collections.get(collection)?.length ?? 0;
  }

  read(collection: string, key: string): Document | undefined {
    const text = this.#collections.get(collection)?.get(key)?.text;
    return text === undefined ? undefined : (JSON.parse(text) as Document);
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
