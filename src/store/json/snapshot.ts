import type { Adapter } from "lowdb";
import { isRecord } from "../../platform/is-record.js";
import { StartError } from "../../platform/errors.js";
import type { Collection, StoredLine } from "./collection.js";
import { Collections } from "./collections.js";
import type { Disk } from "../../files/disk.js";
import { replaceFile } from "../../files/durable-file.js";
import type { Position } from "../order.js";
import { SnapshotLines, type SnapshotHead } from "./snapshot-lines.js";
import { wholeLines } from "../../files/whole-lines.js";

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
const pieceBytes = 65_536;

/** What lowdb holds: the documents themselves. */
export interface Snapshot {
  readonly generation: number;
  readonly collections: Collections;
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

  /** Documents may change meanwhile: each is written as it is when its turn comes, or not at all when it is gone. */
  async write(snapshot: Snapshot): Promise<void> {
    this.bytes = await replaceFile(this.disk, this.path, print(snapshot));
    this.generation = snapshot.generation;
  }

  async #readLines(): Promise<Snapshot | undefined> {
    const lines = new SnapshotLines();
    this.bytes = 0;
    for await (const block of wholeLines(this.disk.readPieces(this.path))) {
      if (!lines.take(block)) return undefined;
      this.bytes += block.length;
    }
    const { head, collections } = lines;
    return isOurs(head) ? { generation: head.generation, collections } : undefined;
  }

  /** A file that somebody laid out anew, or one that has to be refused. */
  async #readWhole(): Promise<Snapshot> {
    const bytes = (await this.disk.read(this.path)) ?? Buffer.alloc(0);
    this.bytes = bytes.length;
    return parse(bytes);
  }
}

function isOurs(head: SnapshotHead | undefined): head is SnapshotHead & { readonly generation: number } {
  return head?.format === format && head.version === version && typeof head.generation === "number";
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
  return { generation, collections: collected(collections) };
}

function collected(content: Readonly<Record<string, unknown>>): Collections {
  const collections = new Collections();
  for (const [name, documents] of Object.entries(content)) {
    if (!isRecord(documents)) throw malformed();
    const collection = collections.named(name);
    for (const [key, document] of Object.entries(documents)) {
      if (!isRecord(document)) throw malformed();
      collection.set(key, JSON.stringify(document), document);
    }
  }
  return collections;
}

function* print(snapshot: Snapshot): Iterable<string | Uint8Array> {
  const head = { format, version, generation: snapshot.generation };
  yield `${JSON.stringify(head).slice(0, -1)},"collections":{`;
  let separator = "\n";
  for (const [name, collection] of snapshot.collections) {
    yield `${separator}${JSON.stringify(name)}:{`;
    yield* printLines(collection);
    yield "}";
    separator = ",\n";
  }
  yield "\n}}\n";
}

/**
 * In pieces of some 64 kB, so that a large store neither needs its size in memory again nor one write a line. Each piece is
 * written before the next one is put together in its place; what changes meanwhile is in the next journal too.
 */
function* printLines(collection: Collection): Iterable<Uint8Array> {
  let piece = Buffer.allocUnsafe(pieceBytes);
  let separator = "\n";
  let last: Position | undefined;
  // What is put behind it from now on is in the journal; or the writing would not end while documents come.
  const lastOfAll = collection.end;
  while (lastOfAll) {
    let end = 0;
    let lastLine: StoredLine | undefined;
    for (const line of collection.linesBetween(last, lastOfAll)) {
      const bytes = separator.length + line.bytes;
      if (end + bytes > piece.length && end > 0) break;
      if (bytes > piece.length) piece = Buffer.allocUnsafe(bytes);
      piece.write(separator, end);
      line.copyTo(piece, end + separator.length);
      end += bytes;
      separator = ",\n";
      lastLine = line;
    }
    if (!lastLine) return;
    last = lastLine.position;
    yield piece.subarray(0, end);
  }
}

function malformed(): StartError {
  return new StartError(
    "store.json in the data folder has members missing or of the wrong type. Nothing was changed. Put back a backup.",
  );
}
