import { isUtf8 } from "node:buffer";
import { wholeLines } from "../../files/disk.js";
import type { Collection } from "../collection.js";
import { Documents } from "../documents.js";

/** A snapshot's first line. */
export interface SnapshotHead {
  readonly format: unknown;
  readonly version: unknown;
  readonly generation: unknown;
}

export interface SnapshotContent {
  readonly head: SnapshotHead;
  readonly documents: Documents;
  /** Of the file. */
  readonly bytes: number;
}

const lineEnd = 10;
const headEnd = '"collections":{';
const keyAndValue = /^("(?:[^"\\]|\\.)*"):(\{.*)$/s;

/** A line that is not as this program lays it out. */
class OtherLayoutError extends Error {}

/**
 * Reads a snapshot as this program lays it out, one document a line, without the whole file in memory at once. Every
 * line is checked as JSON. Undefined when the file is laid out otherwise, or damaged: then it is to be read as a whole.
 */
export async function readSnapshotLines(pieces: AsyncIterable<Buffer>): Promise<SnapshotContent | undefined> {
  const reader = new LineReader();
  let bytes = 0;
  try {
    for await (const block of wholeLines(pieces)) {
      bytes += block.length;
      if (!isUtf8(block)) return undefined;
      for (let start = 0; start < block.length;) {
        const found = block.indexOf(lineEnd, start);
        const end = found === -1 ? block.length : found;
        // Each line by itself: a text that shares the memory of a block would keep all of it.
        reader.take(block.toString("utf8", start, end));
        start = end + 1;
      }
    }
  } catch (error) {
    if (error instanceof OtherLayoutError || error instanceof SyntaxError) return undefined;
    throw error;
  }
  const { head, documents, next } = reader;
  return head && next === "nothing" ? { head, documents, bytes } : undefined;
}

class LineReader {
  readonly documents = new Documents();
  head: SnapshotHead | undefined;
  /** The kind of line that has to come: after a comma there is one, after none there is not. */
  next: "head" | "collection or end" | "collection" | "end" | "document" | "nothing" = "head";
  #collection: Collection | undefined;

  take(line: string): void {
    if (this.next === "head") this.#takeHead(line);
    else if (this.next === "document") this.#takeDocument(line);
    else if (line === "}}" && (this.next === "end" || this.next === "collection or end")) this.next = "nothing";
    else if (this.next === "collection" || this.next === "collection or end") this.#takeCollection(line);
    else throw new OtherLayoutError();
  }

  #takeHead(line: string): void {
    if (!line.endsWith(headEnd)) throw new OtherLayoutError();
    this.head = JSON.parse(`${line}}}`) as SnapshotHead;
    this.next = "collection or end";
  }

  #takeCollection(line: string): void {
    const [name, rest] = splitLine(line);
    // JSON counts the second of two names alone.
    if (this.documents.has(name)) throw new OtherLayoutError();
    this.#collection = this.documents.named(name);
    if (rest === "{") this.next = "document";
    else if (rest === "{}") this.next = "end";
    else if (rest === "{},") this.next = "collection";
    else throw new OtherLayoutError();
  }

  #takeDocument(line: string): void {
    const [key, rest] = splitLine(line);
    const hasComma = rest.endsWith(",");
    const text = hasComma ? rest.slice(0, -1) : rest;
    if (hasComma && this.#put(key, text)) return;
    // The last one has the end of its collection after it.
    if (!text.endsWith("}") || !this.#put(key, text.slice(0, -1))) throw new OtherLayoutError();
    this.next = hasComma ? "collection" : "end";
  }

  /** Returns false when the text is no JSON. It begins as an object does: where it is JSON, it is one. */
  #put(key: string, text: string): boolean {
    try {
      JSON.parse(text);
    } catch {
      return false;
    }
    this.#collection?.replace(key, this.#collection.store(key, text));
    return true;
  }
}

function splitLine(line: string): readonly [key: string, value: string] {
  const [, key, value] = keyAndValue.exec(line) ?? [];
  if (key === undefined || value === undefined) throw new OtherLayoutError();
  return [JSON.parse(key) as string, value];
}
