import { isUtf8 } from "node:buffer";
import { wholeLines } from "../../files/disk.js";
import type { Collection } from "../collection.js";
import { Documents } from "../documents.js";

export interface SnapshotContent {
  /** The members beside the collections. */
  readonly head: Readonly<Record<string, unknown>>;
  readonly documents: Documents;
  /** Of the file. */
  readonly bytes: number;
}

const lineEnd = 10;
const headEnd = '"collections":{';
const keyAndValue = /^("(?:[^"\\]|\\.)*"):(\{.*)$/s;

/**
 * Reads a snapshot as this program lays it out, one document a line, without the whole file in memory at once. Every
 * line is checked as JSON. Undefined when the file is laid out otherwise, or damaged: then it is to be read as a whole.
 */
export async function readSnapshotLines(pieces: AsyncIterable<Buffer>): Promise<SnapshotContent | undefined> {
  const reader = new LineReader();
  let bytes = 0;
  for await (const block of wholeLines(pieces)) {
    bytes += block.length;
    if (!isUtf8(block)) return undefined;
    for (let start = 0; start < block.length;) {
      const found = block.indexOf(lineEnd, start);
      const end = found === -1 ? block.length : found;
      // Each line by itself: a text that shares the memory of a block would keep all of it.
      if (!reader.take(block.toString("utf8", start, end))) return undefined;
      start = end + 1;
    }
  }
  const { head, documents, isOver } = reader;
  return head && isOver ? { head, documents, bytes } : undefined;
}

class LineReader {
  readonly documents = new Documents();
  head: Readonly<Record<string, unknown>> | undefined;
  isOver = false;
  /** The one whose documents come next. */
  #collection: Collection | undefined;
  /** True after a comma, which another collection has to follow; undefined where one may. */
  #hasMore: boolean | undefined;

  /** Returns false when the line is not as this program lays it out. */
  take(line: string): boolean {
    if (this.isOver) return false;
    if (!this.head) {
      this.head = line.endsWith(headEnd) ? (parsed(`${line}}}`) as Record<string, unknown> | undefined) : undefined;
      // The name may begin earlier than it looks: `"\"collections"` is another.
      return this.head?.["collections"] !== undefined;
    }
    if (!this.#collection && line === "}}") return (this.isOver = this.#hasMore !== true);
    const [, quoted = "", rest = ""] = keyAndValue.exec(line) ?? [];
    const key = parsed(quoted);
    if (typeof key !== "string") return false;
    return this.#collection ? this.#takeDocument(this.#collection, key, rest) : this.#takeCollection(key, rest);
  }

  #takeCollection(name: string, rest: string): boolean {
    // JSON counts the second of two names alone.
    if (this.#hasMore === false || this.documents.has(name)) return false;
    const collection = this.documents.named(name);
    if (rest === "{") this.#collection = collection;
    this.#hasMore = rest === "{},";
    return rest === "{" || rest === "{}" || rest === "{},";
  }

  #takeDocument(collection: Collection, key: string, rest: string): boolean {
    this.#hasMore = rest.endsWith(",");
    let text = this.#hasMore ? rest.slice(0, -1) : rest;
    if (!this.#hasMore || parsed(text) === undefined) {
      // The last one has the end of its collection after it.
      if (!text.endsWith("}")) return false;
      text = text.slice(0, -1);
      if (parsed(text) === undefined) return false;
      this.#collection = undefined;
    }
    // It begins as an object does: where it is JSON, it is one.
    collection.replace(key, collection.store(key, text));
    return true;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
