const bucketMs = 60_000;

/**
 * The memory of what may serve only once. An entry is kept until it could not be accepted any more, then forgotten
 * by whole minutes, so that neither adding nor forgetting grows with the number of entries. No I/O.
 */
export class UsedOnce {
  readonly #expiryOf = new Map<string, number>();
  readonly #buckets = new Map<number, string[]>();
  #sweptBucket = 0;

  constructor(readonly maxEntries: number) {}

  get size(): number {
    return this.#expiryOf.size;
  }

  has(entry: string, nowMs: number): boolean {
    const expiresAtMs = this.#expiryOf.get(entry);
    return expiresAtMs !== undefined && expiresAtMs > nowMs;
  }

  /** Whether there is no room for so many more. */
  isFullFor(count: number, nowMs: number): boolean {
    this.#sweep(nowMs);
    return this.#expiryOf.size + count > this.maxEntries;
  }

  /** True the first time; false when it was used, or when there is no room: a full memory refuses, it never forgets. */
  use(entry: string, expiresAtMs: number, nowMs: number): boolean {
    this.#sweep(nowMs);
    if (this.has(entry, nowMs) || this.#expiryOf.size >= this.maxEntries) return false;
    this.#expiryOf.set(entry, expiresAtMs);
    const bucket = Math.floor(expiresAtMs / bucketMs);
    const entries = this.#buckets.get(bucket);
    if (entries) entries.push(entry);
    else this.#buckets.set(bucket, [entry]);
    return true;
  }

  /** Gives an entry back, so that it can be used again. */
  release(entry: string): void {
    this.#expiryOf.delete(entry);
  }

  /** Every entry that is still of use, with its expiry in milliseconds. */
  *entries(nowMs: number): Iterable<readonly [string, number]> {
    for (const entry of this.#expiryOf) if (entry[1] > nowMs) yield entry;
  }

  #sweep(nowMs: number): void {
    const current = Math.floor(nowMs / bucketMs);
    if (current === this.#sweptBucket) return;
    this.#sweptBucket = current;
    for (const [bucket, entries] of this.#buckets) {
      if (bucket >= current) continue;
      for (const entry of entries) {
        // An entry that was released and used again may have moved to a later bucket.
        if ((this.#expiryOf.get(entry) ?? Infinity) <= nowMs) this.#expiryOf.delete(entry);
      }
      this.#buckets.delete(bucket);
    }
  }
}
