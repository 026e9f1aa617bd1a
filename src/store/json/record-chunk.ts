/*
 * A record, at a multiple of 4 bytes:
 *
 *   number u32 ‖ bytes of its timestamp u32 ‖ of its key u32 ‖ of its text u32 ‖ timestamp ‖ key ‖ ":" ‖ text
 *
 * All three in UTF-8; `key:text` is what stands in a line of the snapshot.
 */
const headBytes = 16;

/** The texts of a record; none holds half a surrogate pair. */
export class RecordTexts {
  readonly timestampBytes: number;
  readonly keyBytes: number;
  readonly textBytes: number;

  constructor(
    readonly timestamp: string,
    readonly key: string,
    readonly text: string,
  ) {
    this.timestampBytes = Buffer.byteLength(timestamp);
    this.keyBytes = Buffer.byteLength(key);
    this.textBytes = Buffer.byteLength(text);
  }

  /** What the record takes in a chunk. */
  get recordBytes(): number {
    return sizeOf(this.timestampBytes, this.keyBytes, this.textBytes);
  }
}

/** A piece of memory that is filled with records from its start to its end. Where a record begins is told in bytes. */
export class RecordChunk {
  /** Of the records that were not let go. */
  liveBytes = 0;
  #end = 0;
  readonly #bytes: Buffer;
  readonly #words: Uint32Array;

  constructor(
    /** Its own in the arena. */
    readonly number: number,
    readonly capacity: number,
  ) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
    this.#words = new Uint32Array(this.#bytes.buffer, this.#bytes.byteOffset, capacity / 4);
  }

  get freeBytes(): number {
    return this.capacity - this.#end;
  }

  /** Returns where it begins. */
  append(number: number, texts: RecordTexts): number {
    this.overwrite(this.#end, number, texts);
    return this.#appended(texts.recordBytes);
  }

  /** Puts a record in the place of one that takes as many bytes. */
  overwrite(start: number, number: number, texts: RecordTexts): void {
    const word = start / 4;
    this.#words[word] = number;
    this.#words[word + 1] = texts.timestampBytes;
    this.#words[word + 2] = texts.keyBytes;
    this.#words[word + 3] = texts.textBytes;
    this.#bytes.write(`${texts.timestamp}${texts.key}:${texts.text}`, start + headBytes);
  }

  /** Copies a record of another chunk; returns where it begins here. */
  appendFrom(other: RecordChunk, start: number): number {
    const size = other.sizeAt(start);
    other.#bytes.copy(this.#bytes, this.#end, start, start + size);
    return this.#appended(size);
  }

  /** Forgets every record. */
  clear(): void {
    this.#end = 0;
    this.liveBytes = 0;
  }

  /** Where each record begins, live or not. */
  *starts(): Iterable<number> {
    for (let start = 0; start < this.#end; start += this.sizeAt(start)) yield start;
  }

  numberAt(start: number): number {
    return this.#word(start, 0);
  }

  sizeAt(start: number): number {
    return sizeOf(this.#word(start, 1), this.#word(start, 2), this.#word(start, 3));
  }

  timestampAt(start: number): string {
    return this.#slice(start + headBytes, this.#word(start, 1));
  }

  keyAt(start: number): string {
    return this.#slice(this.#lineStart(start), this.#word(start, 2));
  }

  textAt(start: number): string {
    return this.#slice(this.#lineStart(start) + this.#word(start, 2) + 1, this.#word(start, 3));
  }

  lineBytesAt(start: number): number {
    return this.#word(start, 2) + 1 + this.#word(start, 3);
  }

  copyLine(start: number, target: Uint8Array, position: number): void {
    const line = this.#lineStart(start);
    this.#bytes.copy(target, position, line, line + this.lineBytesAt(start));
  }

  #appended(size: number): number {
    const start = this.#end;
    this.#end += size;
    this.liveBytes += size;
    return start;
  }

  #lineStart(start: number): number {
    return start + headBytes + this.#word(start, 1);
  }

  #slice(start: number, length: number): string {
    return this.#bytes.toString("utf8", start, start + length);
  }

  #word(start: number, index: number): number {
    return this.#words[start / 4 + index] ?? 0;
  }
}

function sizeOf(timestampBytes: number, keyBytes: number, textBytes: number): number {
  return Math.ceil((headBytes + timestampBytes + keyBytes + 1 + textBytes) / 4) * 4;
}
