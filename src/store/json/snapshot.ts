import type { Adapter } from "lowdb";
import { crc32 } from "node:zlib";
import { checksumText, isRecord } from "../../platform/encoding.js";
import { wholeLines, type Disk } from "../../files/disk.js";
import { replaceFile } from "../../files/durable-file.js";
import { StartError } from "../../platform/errors.js";
import { Documents } from "../documents.js";
import { brokenFolder } from "./broken-folder.js";

/*
 * The file, `store.json`: JSON, a document a line, each with the CRC-32 of its line between the checksum and the last bracket.
 *
 *   {"format":"tokenvault-webhook-store","version":2,"generation":7,"documents":[
 *   ["3610a686","tokens","github",{"v":2,"alg":"AES-256-GCM","fields":{"accessToken":"<base64>"},"meta":{…}}],
 *   ["cbf43926","vault_config","theme",{…}]
 *   ],"count":2,"checksum":"1f2e3d4c"}
 *
 * The last line's checksum is that of all bytes before it. `generation` names the first journal that goes on from this
 * snapshot: `journal-7.jsonl`. What that journal says may be in the snapshot already, since changes go on while it is written:
 * said again, it changes nothing.
 *
 * Version 1 had no checksums, and is read as a whole:
 *
 *   {"format": "tokenvault-webhook-store", "version": 1, "generation": 7, "collections": {"tokens": {"github": {…}}}}
 */
const format = "tokenvault-webhook-store";
const version = 2;
const earlierVersion = 1;
const pieceLength = 65_536;
const headEnd = '"documents":[';
const lineEnd = 10;

/** The data that lowdb holds: the documents themselves. */
export interface Snapshot {
  readonly generation: number;
  readonly documents: Documents;
}

/** Keeps lowdb's data in one file, replaced durably. */
export class SnapshotFile implements Adapter<Snapshot> {
  /** The file's length. */
  bytes = 0;
  /** The file's own; undefined while there is none. */
  generation: number | undefined;
  /** True for a file of an earlier version, which is to be written anew. */
  isEarlier = false;

  constructor(
    private readonly disk: Disk,
    private readonly path: string,
  ) {}

  /** @throws StartError when the file is damaged, or is not a snapshot that this version reads */
  async read(): Promise<Snapshot | null> {
    if (!(await this.disk.exists(this.path))) return null;
    const reader = new LineReader();
    for await (const block of wholeLines(this.disk.readPieces(this.path))) {
      if (this.bytes === 0 && !isHead(block)) return this.#readEarlier();
      reader.take(block);
      this.bytes += block.length;
    }
    const snapshot = reader.end();
    this.generation = snapshot.generation;
    return snapshot;
  }

  /** Documents may change meanwhile: each collection is written as it is when its turn comes. */
  async write({ generation, documents }: Snapshot): Promise<void> {
    this.bytes = await replaceFile(this.disk, this.path, print(generation, documents));
    this.generation = generation;
    this.isEarlier = false;
  }

  async #readEarlier(): Promise<Snapshot> {
    const bytes = (await this.disk.read(this.path, Infinity)) ?? Buffer.alloc(0);
    this.bytes = bytes.length;
    this.isEarlier = true;
    const snapshot = parseEarlier(bytes);
    this.generation = snapshot.generation;
    return snapshot;
  }
}

/** Tells the first line of this version; of an earlier one, and of anything else, the whole is read. */
function isHead(block: Buffer): boolean {
  return block.toString("latin1", 0, block.indexOf(lineEnd)).endsWith(headEnd);
}

class LineReader {
  readonly #documents = new Documents();
  #generation: number | undefined;
  #lines = 0;
  #count = 0;
  /** Of all bytes before the line that is taken. */
  #checksum = 0;
  #isOver = false;

  /** @param block whole lines */
  take(block: Buffer): void {
    for (let start = 0; start < block.length;) {
      const found = block.indexOf(lineEnd, start);
      const next = found === -1 ? block.length : found + 1;
      // Each line by itself: a text that shares the memory of a block would keep all of it.
      this.#takeLine(block.toString("utf8", start, found === -1 ? next : found));
      this.#checksum = crc32(block.subarray(start, next), this.#checksum);
      start = next;
    }
  }

  end(): Snapshot {
    if (this.#generation === undefined || !this.#isOver) throw damaged("it is cut");
    return { generation: this.#generation, documents: this.#documents };
  }

  #takeLine(line: string): void {
    this.#lines += 1;
    if (this.#isOver) throw this.#damagedHere();
    if (this.#lines === 1) this.#generation = generationOf(this.#parse(`${line}]}`), version);
    else if (line.startsWith("]")) this.#takeEnd(line);
    else this.#takeDocument(line.endsWith(",") ? line.slice(0, -1) : line);
  }

  #takeDocument(line: string): void {
    const content = line.slice('["00000000",'.length, -1);
    if (line !== documentLine(content)) throw this.#damagedHere();
    const [name, key, document] = this.#parse(`[${content}]`) as readonly unknown[];
    if (typeof name !== "string" || typeof key !== "string" || !isRecord(document)) throw malformed();
    const collection = this.#documents.named(name);
    collection.replace(key, collection.store(key, JSON.stringify(document)));
    this.#count += 1;
  }

  #takeEnd(line: string): void {
    if (line !== endLine(this.#count, this.#checksum)) throw this.#damagedHere();
    this.#isOver = true;
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw this.#damagedHere();
    }
  }

  #damagedHere(): StartError {
    return damaged(`its line ${String(this.#lines)} is not as it was written`);
  }
}

function* print(generation: number, documents: Documents): Iterable<Uint8Array> {
  let checksum = 0;
  const counted = { documents: 0 };
  for (const text of inPieces(linesOf(generation, documents, counted))) {
    const bytes = Buffer.from(text);
    checksum = crc32(bytes, checksum);
    yield bytes;
  }
  yield Buffer.from(`${endLine(counted.documents, checksum)}\n`);
}

function* linesOf(generation: number, documents: Documents, counted: { documents: number }): Iterable<string> {
  yield `${JSON.stringify({ format, version, generation }).slice(0, -1)},${headEnd}`;
  for (const collection of documents.collections) {
    for (const { key, text } of collection.slice()) {
      const content = `${JSON.stringify(collection.name)},${JSON.stringify(key)},${text}`;
      yield `${counted.documents === 0 ? "" : ","}\n${documentLine(content)}`;
      counted.documents += 1;
    }
  }
  yield "\n";
}

function documentLine(content: string): string {
  return `["${checksumText(crc32(content))}",${content}]`;
}

function endLine(count: number, checksum: number): string {
  return `],"count":${String(count)},"checksum":"${checksumText(checksum)}"}`;
}

/** So that a large store neither needs its size in memory again nor one write a line. */
function* inPieces(texts: Iterable<string>): Iterable<string> {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

function parseEarlier(bytes: Buffer): Snapshot {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw damaged("it is not JSON");
  }
  const generation = generationOf(content, earlierVersion);
  const documents = new Documents();
  for (const [name, entries] of entriesOf((content as Readonly<Record<string, unknown>>)["collections"])) {
    const collection = documents.named(name);
    for (const [key, document] of entriesOf(entries)) {
      if (!isRecord(document)) throw malformed();
      collection.replace(key, collection.store(key, JSON.stringify(document)));
    }
  }
  return { generation, documents };
}

function generationOf(head: unknown, expected: number): number {
  if (!isRecord(head) || head["format"] !== format) {
    throw new StartError(
      "store.json in the data folder was not written by this program. Nothing was changed. Check DATA_DIR.",
    );
  }
  const { version: found, generation } = head;
  if (typeof found === "number" && found > version) {
    throw new StartError(
      `store.json in the data folder is of format ${String(found)}, newer than this program knows (${String(version)}). Nothing was changed. Install the newer program.`,
    );
  }
  if (found !== expected || typeof generation !== "number") throw malformed();
  return generation;
}

function entriesOf(value: unknown): [string, unknown][] {
  if (!isRecord(value)) throw malformed();
  return Object.entries(value);
}

function damaged(problem: string): StartError {
  return brokenFolder(`store.json in the data folder is cut or damaged: ${problem}.`);
}

function malformed(): StartError {
  return brokenFolder("store.json in the data folder has members missing or of the wrong type.");
}
