import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * Gathers what comes in one turn of the event loop and while the batch before it is carried out, so that all of it shares
 * one write. Batches are carried out one after the other, in order.
 */
export class Batches<T> {
  #next: { readonly items: T[]; readonly done: Promise<void> } | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(private readonly carryOut: (items: readonly T[]) => Promise<void>) {}

  /** Resolves once the batch that holds the item is carried out; rejects with what that threw. */
  add(item: T): Promise<void> {
    this.#next ??= this.#begin();
    this.#next.items.push(item);
    return this.#next.done;
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    let last: Promise<void> | undefined;
    while (last !== this.#last) await (last = this.#last);
  }

  #begin(): { readonly items: T[]; readonly done: Promise<void> } {
    const items: T[] = [];
    const done = Promise.all([this.#last, nextTurn()]).then(() => {
      this.#next = undefined;
      return this.carryOut(items);
    });
    this.#last = done.catch(() => undefined);
    return { items, done };
  }
}
