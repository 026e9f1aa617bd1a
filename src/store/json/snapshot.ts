import type { Adapter } from "lowdb";
import { replaceFile } from "../../files/durable-file.js";
import type { Disk } from "../../files/disk.js";
import { StartError } from "../../platform/errors.js";
import { isRecord } from "../../platform/encoding.js";
import { Documents } from "../documents.js";
import { readSnapshotLines } from "./snapshot-lines.js";

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
    const snapshot = (await this.#readLines()) ?? (await this.#readWhole());
    this.generation = snapshot.generation;
    return snapshot;
  }

  /** Documents may change meanwhile: each collection is written as it is when its turn comes. */
  async write({ generation, documents }: Snapshot): Promise<void> {
    this.bytes = await replaceFile(this.disk, this.path, inPieces(print(generation, documents)));
    this.generation = generation;
  }

  async #readLines(): Promise<Snapshot | undefined> {
    const read = await readSnapshotLines(this.disk.readPieces(this.path));
    if (read?.head.format !== format || read.head.version !== version) return undefined;
    const { generation } = read.head;
    if (typeof generation !== "number") return undefined;
    this.bytes = read.bytes;
    return { generation, documents: read.documents };
  }

  /** Reads a file that somebody laid out anew, or one that has to be refused. */
  async #readWhole(): Promise<Snapshot> {
    const bytes = (await this.disk.read(this.path)) ?? Buffer.alloc(0);
    this.bytes = bytes.length;
    return parse(bytes);
  }
}

function parse(bytes: Buffer): Snapshot {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new StartError(
      "store.json in the data folder is cut or damaged: it is not JSON. Nothing was changed. Put back a backup of the whole data folder.",
    );
  }
  if (!isRecord(content) || content["format"] !== format) {
    throw new StartError(
      "store.json in the data folder was not written by this program. Nothing was changed. Check DATA_DIR.",
    );
  }
  const { version: found, generation, collections } = content;
  if (typeof found === "number" && found > version) {
    throw new StartError(
      `store.json in the data folder is of format ${String(found)}, newer than this program knows (${String(version)}). Nothing was changed. Install the newer program.`,
    );
  }
  if (found !== version || typeof generation !== "number" || !isRecord(collections)) throw malformed();
  return { generation, documents: documentsIn(collections) };
}

function documentsIn(content: Readonly<Record<string, unknown>>): Documents {
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

function* print(generation: number, documents: Documents): Iterable<string> {
  yield `${JSON.stringify({ format, version, generation }).slice(0, -1)},"collections":{`;
  for (const [index, collection] of documents.collections.entries()) {
    yield `${index === 0 ? "\n" : ",\n"}${JSON.stringify(collection.name)}:{`;
    for (const [place, { key, text }] of collection.readDurable((durable) => durable.slice()).entries())
      yield `${place === 0 ? "\n" : ",\n"}${JSON.stringify(key)}:${text}`;
    yield "}";
  }
  yield "\n}}\n";
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

function malformed(): StartError {
  return new StartError(
    "store.json in the data folder has members missing or of the wrong type. Nothing was changed. Put back a backup.",
  );
}
