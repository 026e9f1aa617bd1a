import { RecordChunk, type RecordTexts } from "./record-chunk.js";

/** Chunks grow with the store, up to a size. */
const firstChunkBytes = 4 * 1024;
const chunkBytes = 1024 * 1024;
/** A longer record has a chunk of its own, so that what is left over at the end of a chunk is little. */
const maxSharedBytes = chunkBytes / 16;
/** A full chunk with a smaller share of live bytes is let go: every write then moves some nine times its size, as a rule. */
const minLiveShare = 0.9;
/** Chunks that are kept for use again, so that memory does not wait for the garbage collector. */
const maxSpareChunks = 4;
const nowhere = -1;

/**
 * Keeps documents as text in large pieces of memory outside the JavaScript heap: the garbage collector has nothing to
 * walk through, and a document takes little more room than its bytes do. A record is known by a number, while it is moved
 * about; the number of one that was freed is given to another.
 */
export class DocumentArena {
  /** By their numbers. */
  readonly #chunks: (RecordChunk | undefined)[] = [];
  readonly #spare: RecordChunk[] = [];
  #current: RecordChunk | undefined;
  /** Of each record: the number of its chunk, and where it begins there. */
  #chunkOf = new Int32Array(64);
  #startOf = new Int32Array(64);
  #recordCount = 0;
  readonly #freeRecords: number[] = [];

  /** Of all chunks, spare ones included. */
  get reservedBytes(): number {
    return this.#chunks.reduce((sum, chunk) => sum + (chunk?.capacity ?? 0), 0);
  }

  add(texts: RecordTexts): number {
    const record = this.#freeRecords.pop() ?? this.#recordCount++;
    if (record === this.#chunkOf.length) {
      this.#chunkOf = doubled(this.#chunkOf);
      this.#startOf = doubled(this.#startOf);
    }
    this.#write(record, texts);
    return record;
  }

  replace(record: number, texts: RecordTexts): void {
    const chunk = this.#chunk(record);
    const start = this.#start(record);
    if (chunk.sizeAt(start) === texts.recordBytes) {
      chunk.overwrite(start, record, texts);
      return;
    }
    this.#leave(record);
    this.#write(record, texts);
  }

  free(record: number): void {
    this.#leave(record);
    this.#freeRecords.push(record);
  }

  timestampOf(record: number): string {
    return this.#chunk(record).timestampAt(this.#start(record));
  }

  keyOf(record: number): string {
    return this.#chunk(record).keyAt(this.#start(record));
  }

  textOf(record: number): string {
    return this.#chunk(record).textAt(this.#start(record));
  }

  /** How long `key:text` is. */
  lineBytesOf(record: number): number {
    return this.#chunk(record).lineBytesAt(this.#start(record));
  }

  copyLine(record: number, target: Uint8Array, position: number): void {
    this.#chunk(record).copyLine(this.#start(record), target, position);
  }

  #write(record: number, texts: RecordTexts): void {
    const chunk = this.#roomFor(texts.recordBytes);
    this.#place(record, chunk, chunk.append(record, texts));
  }

  #leave(record: number): void {
    const chunk = this.#chunk(record);
    chunk.liveBytes -= chunk.sizeAt(this.#start(record));
    this.#chunkOf[record] = nowhere;
    if (chunk !== this.#current) this.#letGoIfSparse(chunk);
  }

  #roomFor(bytes: number): RecordChunk {
    if (bytes > maxSharedBytes) return this.#newChunk(bytes);
    let current = this.#current;
    while (!current || current.freeBytes < bytes) {
      const full = current;
      this.#current =
        this.#spare.pop() ?? this.#newChunk(full ? Math.min(2 * full.capacity, chunkBytes) : firstChunkBytes);
      if (full) this.#letGoIfSparse(full);
      current = this.#current;
    }
    return current;
  }

  #newChunk(bytes: number): RecordChunk {
    const free = this.#chunks.indexOf(undefined);
    const number = free === -1 ? this.#chunks.length : free;
    const chunk = new RecordChunk(number, bytes);
    this.#chunks[number] = chunk;
    return chunk;
  }

  /** Moves what is live in a full chunk to the current one. */
  #letGoIfSparse(chunk: RecordChunk): void {
    if (chunk.liveBytes >= minLiveShare * chunk.capacity) return;
    for (const start of chunk.starts()) {
      const record = chunk.numberAt(start);
      if (this.#chunkOf[record] !== chunk.number || this.#startOf[record] !== start) continue;
      const target = this.#roomFor(chunk.sizeAt(start));
      this.#place(record, target, target.appendFrom(chunk, start));
    }
    chunk.clear();
    if (chunk.capacity === chunkBytes && this.#spare.length < maxSpareChunks) this.#spare.push(chunk);
    else this.#chunks[chunk.number] = undefined;
  }

  #place(record: number, chunk: RecordChunk, start: number): void {
    this.#chunkOf[record] = chunk.number;
    this.#startOf[record] = start;
  }

  #chunk(record: number): RecordChunk {
    const chunk = this.#chunks[this.#chunkOf[record] ?? nowhere];
    if (!chunk) throw new Error("there is no such record");
    return chunk;
  }

  #start(record: number): number {
    return this.#startOf[record] ?? 0;
  }
}

function doubled(numbers: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const more = new Int32Array(numbers.length * 2);
  more.set(numbers);
  return more;
}
