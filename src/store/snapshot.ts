import type { Adapter } from "lowdb";
import { StartError } from "../errors.js";
import type { Disk } from "./disk.js";
import { replaceFile } from "./durable-file.js";
import type { Document } from "./store.js";

/*
 * The file, `store.json`: readable JSON, one document a line.
 *
 *   {"format": "tokenvault-webhook-store", "version": 1, "generation": 7, "collections": {
 *   "tokens": {
 *   "github": {"v": 2, "alg": "AES-256-GCM", "fields": {"accessToken": "<base64>"}, "meta": {…}},
 *   … },
 *   … }}
 *
 * `generation` names the first journal that goes on from this snapshot: `journal-7.jsonl`.
 */
const format = "tokenvault-webhook-store";
const version = 1;

/** Every document at one moment. The entries are a copy; the documents are shared, since none ever changes. */
export interface Snapshot {
  readonly generation: number;
  readonly collections: readonly (readonly [name: string, entries: readonly (readonly [string, Document])[]])[];
}

/** Keeps lowdb's data in one file, replaced durably. */
export class SnapshotFile implements Adapter<Snapshot> {
  /** The file's length. */
  bytes = 0;

  constructor(
    private readonly disk: Disk,
    private readonly path: string,
  ) {}

  /** @throws StartError when the file is not a snapshot of this version */
  async read(): Promise<Snapshot | null> {
    const bytes = await this.disk.read(this.path);
    if (bytes === undefined) return null;
    this.bytes = bytes.length;
    return parse(bytes);
  }

  async write(snapshot: Snapshot): Promise<void> {
    this.bytes = await replaceFile(this.disk, this.path, print(snapshot));
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
  return {
    generation,
    collections: Object.entries(collections).map(([name, documents]) => [name, documentEntries(documents)] as const),
  };
}

function documentEntries(documents: unknown): [string, Document][] {
  if (!isRecord(documents)) throw malformed();
  return Object.entries(documents).map(([key, document]) => {
    if (!isRecord(document)) throw malformed();
    return [key, document];
  });
}

function* print(snapshot: Snapshot): Iterable<string> {
  const head = { format, version, generation: snapshot.generation };
  yield `${JSON.stringify(head).slice(0, -1)},"collections":{`;
  for (const [index, [name, entries]] of snapshot.collections.entries()) {
    yield `${index === 0 ? "" : ","}\n${JSON.stringify(name)}:{`;
    yield* printEntries(entries);
    yield "}";
  }
  yield "\n}}\n";
}

/** In pieces of some 64 kB, so that a large store neither needs its size in memory again nor one write a line. */
function* printEntries(entries: readonly (readonly [string, Document])[]): Iterable<string> {
  let piece = "";
  for (const [index, [key, document]] of entries.entries()) {
    piece += `${index === 0 ? "" : ","}\n${JSON.stringify(key)}:${JSON.stringify(document)}`;
    if (piece.length < 65_536) continue;
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
