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
  /** Four words of 32 bits. */
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;

  /** @param name of any form or, after "#", a digest as `entries()` writes it */
  constructor(readonly name: string) {
    const bytes = name.startsWith(digestMark)
      ? Buffer.from(name.slice(1), "base64url").toString("binary")
      : hash("sha256", name, "binary");
    this.a = wordAt(bytes, 0);
    this.b = wordAt(bytes, 4);
    this.c = wordAt(bytes, 8);
    this.d = wordAt(bytes, 12);
  }
}

/** Each character is a byte; the first one is the least. */
function wordAt(bytes: string, at: number): number {
  return (
    bytes.charCodeAt(at) |
    (bytes.charCodeAt(at + 1) << 8) |
    (bytes.charCodeAt(at + 2) << 16) |
    (bytes.charCodeAt(at + 3) << 24)
  );
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
    return (this.#expiries[this.#slotOf(entry.a, entry.b, entry.c, entry.d)] ?? empty) > nowMs;
  }

  /** Whether there is no room for so many more. */
  isFullFor(count: number, nowMs: number): boolean {
    this.#sweep(nowMs);
    return this.#size + count > this.maxEntries;
  }

  /** True the first time; false when it was used, or when there is no room: a full memory refuses, it never forgets. */
  use(entry: EntryDigest, expiresAtMs: number, nowMs: number): boolean {
    if (this.isFullFor(1, nowMs) || this.has(entry, nowMs)) return false;
    this.#put(entry.a, entry.b, entry.c, entry.d, expiresAtMs);
    return true;
  }

  /** Gives an entry back, so that it can be used again. */
  release({ a, b, c, d }: EntryDigest): void {
    const slot = this.#slotOf(a, b, c, d);
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
  #slotOf(a: number, b: number, c: number, d: number): number {
    const mask = this.#expiries.length - 1;
    const words = this.#words;
    for (let slot = a & mask; ; slot = (slot + 1) & mask) {
      if (this.#expiries[slot] === empty) return slot;
      const at = 4 * slot;
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return slot;
    }
  }

  #put(a: number, b: number, c: number, d: number, expiresAtMs: number): void {
    if (this.#taken >= maxLoad * this.#expiries.length) this.#rebuild(empty, this.#size + 1);
    const slot = this.#slotOf(a, b, c, d);
    const was = this.#expiries[slot] ?? empty;
    if (was === empty) this.#taken += 1;
    if (was <= empty) this.#size += 1;
    const at = 4 * slot;
    this.#words[at] = a;
    this.#words[at + 1] = b;
    this.#words[at + 2] = c;
    this.#words[at + 3] = d;
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
      if (expiresAtMs <= nowMs) continue;
      const at = 4 * slot;
      this.#put(words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0, expiresAtMs);
    }
  }
}
