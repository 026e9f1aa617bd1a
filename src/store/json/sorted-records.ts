import type { Order, Position } from "../order.js";

const maxLeafLength = 512;

/** Numbers of records in order. A change costs about the same however many there are: it moves what is in one leaf alone. */
export class SortedRecords {
  readonly #order: Order;
  readonly #positionOf: (record: number) => Position;
  /** Each holds at least one record; all of them in a row are the list. */
  readonly #leaves: number[][] = [];

  constructor(order: Order, positionOf: (record: number) => Position) {
    this.#order = order;
    this.#positionOf = positionOf;
  }

  add(record: number): void {
    const position = this.#positionOf(record);
    const last = this.#leaves.at(-1);
    const lastRecord = last?.at(-1);
    // What comes in order, as from a file, fills its leaves.
    if (last && lastRecord !== undefined && this.#order(this.#positionOf(lastRecord), position) < 0) {
      if (last.length < maxLeafLength) last.push(record);
      else this.#leaves.push([record]);
      return;
    }
    const { index, leaf, at } = this.#find((other) => this.#order(other, position) >= 0);
    if (!leaf) {
      this.#leaves.push([record]);
      return;
    }
    leaf.splice(at, 0, record);
    if (leaf.length > maxLeafLength) this.#leaves.splice(index + 1, 0, leaf.splice(maxLeafLength / 2));
  }

  /** The record must be there, with the position that it had when it was added. */
  remove(record: number): void {
    const position = this.#positionOf(record);
    const { index, leaf, at } = this.#find((other) => this.#order(other, position) > 0);
    if (leaf?.[at - 1] !== record) throw new Error("there is no such record");
    leaf.splice(at - 1, 1);
    const next = this.#leaves[index + 1];
    if (leaf.length === 0) this.#leaves.splice(index, 1);
    else if (next && leaf.length + next.length <= maxLeafLength / 2) this.#leaves.splice(index, 2, [...leaf, ...next]);
  }

  /** How many stand before the first one that passes; those after it must pass too. */
  countBefore(passes: (position: Position) => boolean): number {
    const { index, at } = this.#find(passes);
    let count = at;
    for (let leaf = 0; leaf < index; leaf++) count += this.#leaves[leaf]?.length ?? 0;
    return count;
  }

  /** From the one that has so many before it; the list must not change meanwhile. */
  *from(start: number): Iterable<number> {
    let before = start;
    for (const leaf of this.#leaves) {
      for (let at = before; at < leaf.length; at++) yield leaf[at] ?? 0;
      before = Math.max(0, before - leaf.length);
    }
  }

  /** From the last to the first; the list must not change meanwhile. */
  *backwards(): Iterable<number> {
    for (let index = this.#leaves.length - 1; index >= 0; index--) {
      const leaf = this.#leaves[index] ?? [];
      for (let at = leaf.length - 1; at >= 0; at--) yield leaf[at] ?? 0;
    }
  }

  /** The last leaf whose first record does not pass, or the first leaf; and how many do not pass in it. */
  #find(passes: (position: Position) => boolean): {
    readonly index: number;
    readonly leaf: number[] | undefined;
    readonly at: number;
  } {
    const passesAt = (record: number | undefined): boolean => record !== undefined && passes(this.#positionOf(record));
    const index = Math.max(0, partition(this.#leaves.length, (each) => passesAt(this.#leaves[each]?.[0])) - 1);
    const leaf = this.#leaves[index];
    return { index, leaf, at: leaf ? partition(leaf.length, (each) => passesAt(leaf[each])) : 0 };
  }
}

/** How many of so many do not pass; those that do are at the end. */
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
