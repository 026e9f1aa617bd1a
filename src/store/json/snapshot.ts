import type { Adapter } from "lowdb";
import { replaceFile } from "../../files/durable-file.js";
import type { Disk } from "../../files/disk.js";
import { StartError } from "../../platform/errors.js";
import { isRecord } from "../../platform/encoding.js";
import { Documents } from "../documents.js";
import { brokenFolder } from "./broken-folder.js";
import { readSnapshotLines, type SnapshotContent } from "./snapshot-lines.js";

/*
 * The file, `store.json`: readable JSON, one document a line.
 *
 *   {"format": "tokenvault-webhook-store", "version": 1, "generation": 7, "collections": {
 *   "tokens": {
 *   "github": {"v": 2, "alg": "AES-256-GCM", "fields": {"accessToken": "<base64>"}, "meta": {…}},
 *   … },
 *   … }}
 *
 * `generation` names the first journal that goes on from this snapshot: `journal-7.jsonl`. What that journal says may be
 * in the snapshot already, since changes go on while it is written: said again, it changes nothing.
 */
const format = "tokenvault-webhook-store";
const version = 1;
const pieceLength = 65_536;

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

  constructor(
    private readonly disk: Disk,
    private readonly path: string,
  ) {}

  /** @throws StartError when the file is not a snapshot of this version */
  async read(): Promise<Snapshot | null> {
    if (!(await this.disk.exists(this.path))) return null;
    const read = (await readSnapshotLines(this.disk.readPieces(this.path))) ?? (await this.#readWhole());
    this.generation = checkHead(read.head);
    this.bytes = read.bytes;
    return { generation: this.generation, documents: read.documents };
  }

  /** Documents may change meanwhile: each collection is written as it is when its turn comes. */
  async write({ generation, documents }: Snapshot): Promise<void> {
    this.bytes = await replaceFile(this.disk, this.path, print(generation, documents));
    this.generation = generation;
  }

  /** Reads a file that somebody laid out anew, or one that has to be refused. */
  async #readWhole(): Promise<SnapshotContent> {
    const bytes = (await this.disk.read(this.path)) ?? Buffer.alloc(0);
    let content: unknown;
    try {
      content = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    } catch (error) {
      throw brokenFolder("store.json in the data folder is cut or damaged: it is not JSON.", error);
    }
    const head = isRecord(content) ? content : {};
    checkHead(head);
    return { head, documents: documentsIn(head["collections"]), bytes: bytes.length };
  }
}

/** Returns the generation. */
function checkHead(head: Readonly<Record<string, unknown>>): number {
  const { format: foundFormat, version: found, generation } = head;
  if (foundFormat !== format) {
    throw new StartError(
      "store.json in the data folder was not written by this program. Nothing was changed. Check DATA_DIR.",
    );
  }
  if (typeof found === "number" && found > version) {
    throw new StartError(
      `store.json in the data folder is of format ${String(found)}, newer than this program knows (${String(version)}). Nothing was changed. Install the newer program.`,
    );
  }
  if (found !== version || typeof generation !== "number") throw malformed();
  return generation;
}

function documentsIn(content: unknown): Documents {
  if (!isRecord(content)) throw malformed();
  const documents = new Documents();
  for (const [name, members] of Object.entries(content)) {
    if (!isRecord(members)) throw malformed();
    const collection = documents.named(name);
    for (const [key, document] of Object.entries(members)) {
      if (!isRecord(document)) throw malformed();
      collection.replace(key, collection.store(key, JSON.stringify(document)));
    }
  }
  return documents;
}

/** In pieces, so that a large store neither needs its size in memory again nor one write a line. */
function* print(generation: number, documents: Documents): Iterable<string> {
  let piece = `${JSON.stringify({ format, version, generation }).slice(0, -1)},"collections":{`;
  for (const [index, collection] of documents.collections.entries()) {
    piece += `${index === 0 ? "\n" : ",\n"}${JSON.stringify(collection.name)}:{`;
    for (const [place, { key, text }] of collection.readDurable((durable) => durable.slice()).entries()) {
      piece += `${place === 0 ? "\n" : ",\n"}${JSON.stringify(key)}:${text}`;
      if (piece.length < pieceLength) continue;
      yield piece;
      piece = "";
    }
    piece += "}";
  }
  yield `${piece}\n}}\n`;
}

function malformed(): StartError {
  return brokenFolder("store.json in the data folder has members missing or of the wrong type.");
}
