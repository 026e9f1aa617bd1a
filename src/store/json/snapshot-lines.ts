import { Collections } from "./collections.js";
import type { Collection } from "./collection.js";
import type { Document } from "../store.js";

/** What the first line says. */
export interface SnapshotHead {
  readonly format: unknown;
  readonly version: unknown;
  readonly generation: unknown;
}

const headEnd = '"collections":{';
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const stringLine = /^("(?:[^"\\]|\\.)*"):\{/;

/** A line that is not as this program lays it out. */
class OtherLayoutError extends Error {}

/**
 * Reads a snapshot as this program lays it out, one document a line, without ever having more of it in memory than a
 * block and what it keeps. Every line is checked as JSON. Anything else is of another layout, or damaged: whoever sees
 * that reads the file as a whole.
 */
export class SnapshotLines {
  readonly collections = new Collections();
  #head: SnapshotHead | undefined;
  #open: Collection | undefined;
  /** What stands between the collection before and what comes; a comma wants another one, and nothing else may have one. */
  #comma: "before" | "none" | "first" = "first";
  #isOver = false;

  /** @param block whole lines. Returns false when they are laid out otherwise. */
  take(block: Buffer): boolean {
    try {
      const text = decoded(block);
      for (let start = 0; start < text.length;) {
        const end = text.indexOf("\n", start);
        this.#takeLine(text.slice(start, end === -1 ? undefined : end));
        start = end === -1 ? text.length : end + 1;
      }
      return true;
    } catch (error) {
      if (error instanceof OtherLayoutError || error instanceof SyntaxError) return false;
      throw error;
    }
  }

  /** Undefined when the file ended too early. */
  get head(): SnapshotHead | undefined {
    return this.#isOver ? this.#head : undefined;
  }

  #takeLine(line: string): void {
    if (this.#isOver) throw new OtherLayoutError();
    if (!this.#head) this.#takeHead(line);
    else if (this.#open) this.#takeDocument(this.#open, line);
    else this.#takeCollection(line);
  }

  #takeHead(line: string): void {
    if (!line.endsWith(headEnd)) throw new OtherLayoutError();
    this.#head = JSON.parse(`${line}}}`) as SnapshotHead;
  }

  #takeCollection(line: string): void {
    if (line === "}}" && this.#comma !== "before") {
      this.#isOver = true;
      return;
    }
    const { key, rest } = splitLine(line);
    // Said twice, the second would count alone.
    if (this.#comma === "none" || this.collections.find(key)) throw new OtherLayoutError();
    const collection = this.collections.named(key);
    if (rest === "{") this.#open = collection;
    else if (rest === "{}" || rest === "{},") this.#comma = rest === "{}" ? "none" : "before";
    else throw new OtherLayoutError();
  }

  #takeDocument(collection: Collection, line: string): void {
    const { key, rest } = splitLine(line);
    const hasComma = rest.endsWith(",");
    const text = hasComma ? rest.slice(0, -1) : rest;
    const document = hasComma ? parsed(text) : undefined;
    if (document) {
      collection.set(key, text, document);
      return;
    }
    // The last one has the end of its collection after it.
    if (!text.endsWith("}")) throw new OtherLayoutError();
    const last = text.slice(0, -1);
    collection.set(key, last, JSON.parse(last) as Document);
    this.#open = undefined;
    this.#comma = hasComma ? "before" : "none";
  }
}

/** The value begins as an object does: where it is JSON, it is one. */
function splitLine(line: string): { readonly key: string; readonly rest: string } {
  const found = stringLine.exec(line)?.[1];
  if (found === undefined) throw new OtherLayoutError();
  return { key: JSON.parse(found) as string, rest: line.slice(found.length + 1) };
}

function decoded(block: Buffer): string {
  try {
    return decoder.decode(block);
  } catch {
    throw new OtherLayoutError();
  }
}

function parsed(text: string): Document | undefined {
  try {
    return JSON.parse(text) as Document;
  } catch {
    return undefined;
  }
}
