import { hash } from "node:crypto";

const minuteMs = 60_000;
const minCapacity = 1024;
/** Of its slots, so many are taken at the most before there are twice as many. */
const maxLoad = 0.7;
/** Marks a digest in writing; no entry by its own name begins so. */
const digestMark = "#";
/** Where a slot's expiry stands: nothing was ever there, and what was there was given back. */
const empty = 0;
const givenBack = -1;

/** What may serve once, by the first 128 bits of SHA-256 over its name: nobody finds two names with one digest. */
export class EntryDigest {
  readonly words: Int32Array;

  /** @param name of any form or, after "#", a digest as `entries()` writes it */
  constructor(readonly name: string) {
    this.words = new Int32Array(4);
    const bytes = new Uint8Array(this.words.buffer);
    if (name.startsWith(digestMark)) bytes.set(Buffer.from(name.slice(1), "base64url").subarray(0, 16));
    else bytes.set(hash("sha256", name, "buffer").subarray(0, 16));
  }
}

/**
 * The memory of what may serve only once. An entry is kept until it could not be accepted any more, then forgotten. It
 * takes 24 bytes of a table without objects, so that a million of them are no burden for anybody. No I/O.
 */
export class UsedOnce {
  /** Four words a slot. */
  #words = new Int32Array(4 * minCapacity);
  /** Milliseconds since the epoch; a slot's digest is found at its first word, or in the next slots (linear probing). */
  #expiries = new Float64Array(minCapacity);
  /** Slots that are not empty. */
  #taken = 0;
  #size = 0;
  #sweptMinute = 0;

  constructor(readonly maxEntries: number) {}

  /** Entries that were not given back and not yet forgotten. */
  get size(): number {
    return this.#size;
  }

  has(entry: EntryDigest, nowMs: number): boolean {
    return (this.#expiries[this.#slotOf(entry.words)] ?? empty) > nowMs;
  }

  /** Whether there is no room for so many more. */
  isFullFor(count: number, nowMs: number): boolean {
    this.#sweep(nowMs);
    return this.#size + count > this.maxEntries;
  }

  /** True the first time; false when it was used, or when there is no room: a full memory refuses, it never forgets. */
  use(entry: EntryDigest, expiresAtMs: number, nowMs: number): boolean {
    if (this.isFullFor(1, nowMs) || this.has(entry, nowMs)) return false;
    this.#put(entry.words, 0, expiresAtMs);
    return true;
  }

  /** Gives an entry back, so that it can be used again. */
  release({ words }: EntryDigest): void {
    const slot = this.#slotOf(words);
    if ((this.#expiries[slot] ?? empty) <= empty) return;
    this.#expiries[slot] = givenBack;
    this.#size -= 1;
  }

  /** Every entry that is still of use, by its digest in writing, with its expiry in milliseconds. */
  *entries(nowMs: number): Iterable<readonly [name: string, expiresAtMs: number]> {
    const { buffer } = this.#words;
    for (const [slot, expiresAtMs] of this.#expiries.entries()) {
      if (expiresAtMs <= nowMs) continue;
      yield [`${digestMark}${Buffer.from(buffer, 16 * slot, 16).toString("base64url")}`, expiresAtMs];
    }
  }

  /** The slot that holds the digest, or the empty one where it would be. */
  #slotOf(words: Int32Array, from = 0): number {
    const mask = this.#expiries.length - 1;
    let slot = (words[from] ?? 0) & mask;
    while (this.#expiries[slot] !== empty && !this.#isAt(slot, words, from)) slot = (slot + 1) & mask;
    return slot;
  }

  #isAt(slot: number, words: Int32Array, from: number): boolean {
    const at = 4 * slot;
    return (
      this.#words[at] === words[from] &&
      this.#words[at + 1] === words[from + 1] &&
      this.#words[at + 2] === words[from + 2] &&
      this.#words[at + 3] === words[from + 3]
    );
  }

  #put(words: Int32Array, from: number, expiresAtMs: number): void {
    if (this.#taken >= maxLoad * this.#expiries.length) this.#rebuild(empty, this.#size + 1);
    const slot = this.#slotOf(words, from);
    const was = this.#expiries[slot] ?? empty;
    if (was === empty) this.#taken += 1;
    if (was <= empty) this.#size += 1;
    this.#words.set(words.subarray(from, from + 4), 4 * slot);
    this.#expiries[slot] = expiresAtMs;
  }

  #sweep(nowMs: number): void {
    const minute = Math.floor(nowMs / minuteMs);
    if (minute === this.#sweptMinute) return;
    this.#sweptMinute = minute;
    this.#rebuild(nowMs, this.#size);
  }

  /** Puts what expires later into a new table that has room for so many. */
  #rebuild(nowMs: number, count: number): void {
    const [words, expiries] = [this.#words, this.#expiries];
    let capacity = minCapacity;
    // At most half full, so that the next time is as far away again.
    while (capacity < 2 * count) capacity *= 2;
    this.#words = new Int32Array(4 * capacity);
    this.#expiries = new Float64Array(capacity);
    this.#taken = 0;
    this.#size = 0;
    for (let slot = 0; slot < expiries.length; slot++) {
      const expiresAtMs = expiries[slot] ?? empty;
      if (expiresAtMs > nowMs) this.#put(words, 4 * slot, expiresAtMs);
    }
  }
}
