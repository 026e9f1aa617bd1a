import type { DocumentArena } from "./document-arena.js";
import { KeyIndex } from "./key-index.js";
import { byKey, byNewestTimestamp, timestampOf, type Order, type Position, type Timestamp } from "../order.js";
import { RecordTexts } from "./record-chunk.js";
import { SortedRecords } from "./sorted-records.js";
import type { Document, Entry, EntryList } from "../store.js";

/** Documents by key, listed in order. A change costs the same however many there are, and a list what is read of it. */
export class Collection implements EntryList {
  readonly #arena: DocumentArena;
  readonly #index: KeyIndex;
  readonly #sorted: SortedRecords;

  constructor(
    arena: DocumentArena,
    readonly order: Order = byKey,
  ) {
    this.#arena = arena;
    this.#index = new KeyIndex((record) => arena.keyOf(record));
    this.#sorted = new SortedRecords(order, (record) => new RecordPosition(arena, record));
  }

  get length(): number {
    return this.#index.size;
  }

  has(key: string): boolean {
    return this.#index.find(JSON.stringify(key)) !== undefined;
  }

  get(key: string): Document | undefined {
    const text = this.text(key);
    return text === undefined ? undefined : (JSON.parse(text) as Document);
  }

  /** The document's JSON. */
  text(key: string): string | undefined {
    const record = this.#index.find(JSON.stringify(key));
    return record === undefined ? undefined : this.#arena.textOf(record);
  }

  /** @param document what the text says, where that is known */
  set(key: string, text: string, document?: Document): void {
    const texts = new RecordTexts(this.#timestampText(text, document), JSON.stringify(key), text);
    const existing = this.#index.find(texts.key);
    if (existing !== undefined && this.#arena.timestampOf(existing) === texts.timestamp) {
      this.#arena.replace(existing, texts);
      return;
    }
    if (existing !== undefined) this.delete(key);
    const record = this.#arena.add(texts);
    this.#index.add(texts.key, record);
    this.#sorted.add(record);
  }

  delete(key: string): void {
    const text = JSON.stringify(key);
    const record = this.#index.find(text);
    if (record === undefined) return;
    this.#sorted.remove(record);
    this.#index.remove(text);
    this.#arena.free(record);
  }

  slice(start: number, end = Infinity): Entry[] {
    const entries: Entry[] = [];
    if (end <= start) return entries;
    for (const record of this.#sorted.from(start)) {
      entries.push(this.#entry(record));
      if (entries.length === end - start) break;
    }
    return entries;
  }

  countBefore(passes: (position: Position) => boolean): number {
    return this.#sorted.countBefore(passes);
  }

  *[Symbol.iterator](): Iterator<Entry> {
    for (const record of this.#sorted.from(0)) yield this.#entry(record);
  }

  *backwards(): Iterable<Position> {
    for (const record of this.#sorted.backwards()) yield new RecordPosition(this.#arena, record);
  }

  /** The position of what is last now. */
  get end(): Position | undefined {
    for (const { key, timestamp } of this.backwards()) return { key, timestamp };
    return undefined;
  }

  /** What comes after a position, or from the start, up to another; to be gone through without a pause. */
  *linesBetween(after: Position | undefined, end: Position): Iterable<StoredLine> {
    const start = after ? this.countBefore((other) => this.order(other, after) > 0) : 0;
    let left = this.countBefore((other) => this.order(other, end) > 0) - start;
    for (const record of this.#sorted.from(start)) {
      if (left-- <= 0) return;
      yield new StoredLine(this.#arena, record);
    }
  }

  #entry(record: number): Entry {
    const { key, timestamp } = new RecordPosition(this.#arena, record);
    return new ListedEntry(this, key, timestamp);
  }

  #timestampText(text: string, document: Document | undefined): string {
    if (this.order !== byNewestTimestamp) return "";
    const timestamp = timestampOf(document ?? (JSON.parse(text) as Document));
    return typeof timestamp === "string" ? JSON.stringify(timestamp) : String(timestamp ?? "");
  }
}

/** A document as the snapshot has it: `"key":{…}`. */
export class StoredLine {
  constructor(
    private readonly arena: DocumentArena,
    private readonly record: number,
  ) {}

  get bytes(): number {
    return this.arena.lineBytesOf(this.record);
  }

  get position(): Position {
    const { key, timestamp } = new RecordPosition(this.arena, this.record);
    return { key, timestamp };
  }

  copyTo(target: Uint8Array, start: number): void {
    this.arena.copyLine(this.record, target, start);
  }
}

/** What a record is ordered by, read when it is compared. */
class RecordPosition implements Position {
  constructor(
    private readonly arena: DocumentArena,
    private readonly record: number,
  ) {}

  get key(): string {
    return textIn(this.arena.keyOf(this.record));
  }

  get timestamp(): Timestamp {
    const text = this.arena.timestampOf(this.record);
    if (text === "") return undefined;
    return text.startsWith('"') ? textIn(text) : Number(text);
  }
}

/** Its key and timestamp are those of the moment in which it was listed. */
class ListedEntry implements Entry {
  constructor(
    private readonly collection: Collection,
    readonly key: string,
    readonly timestamp: Timestamp,
  ) {}

  get document(): Document {
    const document = this.collection.get(this.key);
    if (!document) throw new Error("this document was deleted after it was listed");
    return document;
  }
}

function textIn(json: string): string {
  return json.includes("\\") ? (JSON.parse(json) as string) : json.slice(1, -1);
}
