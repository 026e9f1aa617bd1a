import { Collection } from "./collection.js";
import { DocumentArena } from "./document-arena.js";
import { byKey, byNewestTimestamp } from "../order.js";

/** A document put at its place, as JSON text; null deletes. */
export type TextChange = readonly [collection: string, key: string, text: string | null];

/** Every document in memory: collections by their name, whose texts share one arena. */
export class Collections implements Iterable<readonly [name: string, collection: Collection]> {
  readonly #arena = new DocumentArena();
  readonly #byName = new Map<string, Collection>();

  get isEmpty(): boolean {
    return [...this.#byName.values()].every(({ length }) => length === 0);
  }

  find(name: string): Collection | undefined {
    return this.#byName.get(name);
  }

  /** The collection of that name, made where there is none. */
  named(name: string): Collection {
    let collection = this.#byName.get(name);
    if (!collection) {
      collection = new Collection(this.#arena, name === "audit" ? byNewestTimestamp : byKey);
      this.#byName.set(name, collection);
    }
    return collection;
  }

  apply([collection, key, text]: TextChange): void {
    if (text === null) this.named(collection).delete(key);
    else this.named(collection).set(key, text);
  }

  [Symbol.iterator](): Iterator<readonly [string, Collection]> {
    return this.#byName.entries();
  }
}
