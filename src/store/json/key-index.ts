const minSlots = 16;
const free = 0;

/**
 * Finds records by their keys: a hash table with open addressing, in one piece of memory outside the JavaScript heap. A
 * slot is two numbers, the hash of a key and its record + 1.
 */
export class KeyIndex {
  /** Keys that fall together here do not fall together in another process. */
  readonly #seed = Math.trunc(Math.random() * 0x7fffffff);
  readonly #keyOf: (record: number) => string;
  #slots = new Int32Array(2 * minSlots);
  #size = 0;

  constructor(keyOf: (record: number) => string) {
    this.#keyOf = keyOf;
  }

  get size(): number {
    return this.#size;
  }

  find(key: string): number | undefined {
    const record = this.#record(this.#slotOf(key));
    return record < 0 ? undefined : record;
  }

  /** The key must not be there. */
  add(key: string, record: number): void {
    if (3 * (this.#size + 1) > this.#slots.length) this.#grow();
    this.#put(hashOf(key, this.#seed), record);
    this.#size += 1;
  }

  remove(key: string): void {
    let hole = this.#slotOf(key);
    if (this.#record(hole) < 0) return;
    // What stands behind and was meant for the hole or for what is before it moves up, so that nothing is cut off.
    for (let slot = this.#next(hole); this.#record(slot) >= 0; slot = this.#next(slot)) {
      const wanted = this.#hash(slot) & this.#mask;
      if (((slot - wanted) & this.#mask) < ((slot - hole) & this.#mask)) continue;
      this.#slots.copyWithin(2 * hole, 2 * slot, 2 * slot + 2);
      hole = slot;
    }
    this.#slots[2 * hole + 1] = free;
    this.#size -= 1;
  }

  /** Where the key is, or the free slot where it belongs. */
  #slotOf(key: string): number {
    const hash = hashOf(key, this.#seed);
    for (let slot = hash & this.#mask; ; slot = this.#next(slot)) {
      const record = this.#record(slot);
      if (record < 0 || (this.#hash(slot) === hash && this.#keyOf(record) === key)) return slot;
    }
  }

  #put(hash: number, record: number): void {
    let slot = hash & this.#mask;
    while (this.#record(slot) >= 0) slot = this.#next(slot);
    this.#slots[2 * slot] = hash;
    this.#slots[2 * slot + 1] = record + 1;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    for (let index = 0; index < old.length; index += 2) {
      const record = (old[index + 1] ?? free) - 1;
      if (record >= 0) this.#put(old[index] ?? 0, record);
    }
  }

  get #mask(): number {
    return this.#slots.length / 2 - 1;
  }

  #next(slot: number): number {
    return (slot + 1) & this.#mask;
  }

  #hash(slot: number): number {
    return this.#slots[2 * slot] ?? 0;
  }

  /** Negative where there is none. */
  #record(slot: number): number {
    return (this.#slots[2 * slot + 1] ?? free) - 1;
  }
}

/** FNV-1a over code units, and a last round that spreads it over all bits. */
function hashOf(key: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
