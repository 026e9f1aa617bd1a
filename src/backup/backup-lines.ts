import { collectionValues } from "../../generated/operations.js";
import { StartError } from "../platform/errors.js";
import type { Document, Store } from "../store/store.js";
import { isRecord, parseJsonObject } from "../platform/encoding.js";

/*
 * A backup holds lines of JSON, each ended by LF:
 *
 *   {"format": "tokenvault-webhook-backup-lines", "version": 1, "documents": 2}     how many lines follow
 *   {"collection": "tokens", "key": "github", "document": {…as it is stored…}}
 */
const format = "tokenvault-webhook-backup-lines";
const version = 1;

/**
 * The collections of a backup: Token Vault's own, and those that it cannot name; not `folder`, which is about the files
 * beside the store.
 */
const collections: readonly string[] = [...collectionValues, "service_hosts", "system", "registrations"];

/** It is cut, damaged, or holds what does not open. The program ran as it should. */
export class UnusableBackupError extends StartError {}

export interface BackupDocument {
  readonly collection: string;
  readonly key: string;
  readonly document: Document;
}

/** Reads everything that is stored, at one moment: the lists are asked for in one turn. */
export async function backupLines(store: Store): Promise<string> {
  const lists = await Promise.all(collections.map((collection) => store.list(collection)));
  const lines = lists.flatMap(({ entries }, index) =>
    entries.map(({ key, document }) => JSON.stringify({ collection: collections[index], key, document })),
  );
  const head = JSON.stringify({ format, version, documents: lines.length });
  return [head, ...lines, ""].join("\n");
}

/** @throws StartError unless every line is there and is a document of a collection that this program knows */
export function readBackupLines(text: string): BackupDocument[] {
  const [first = "", ...lines] = text.split("\n");
  const head = parseJsonObject(first);
  if (head?.["format"] !== format) throw unusable("holds no lines of this program");
  const { version: found, documents: count } = head;
  refuseNewer("What this backup holds", found, version);
  if (found !== version || lines.pop() !== "" || lines.length !== count) throw unusable("lacks lines");
  const documents = lines.map((line, index) => {
    const value = parseJsonObject(line);
    if (!isBackupDocument(value)) throw unusable(`is damaged in line ${String(index + 2)}`);
    return value;
  });
  if (new Set(documents.map(({ collection, key }) => JSON.stringify([collection, key]))).size !== count)
    throw unusable("holds a document twice");
  return documents;
}

function isBackupDocument(value: Partial<BackupDocument> | undefined): value is BackupDocument {
  const { collection, key, document } = value ?? {};
  return collections.includes(collection as string) && typeof key === "string" && isRecord(document);
}

/** @throws StartError where a later program wrote it */
export function refuseNewer(subject: string, found: unknown, known: number): void {
  if (typeof found === "number" && found > known) {
    throw new StartError(
      `${subject} is of format ${String(found)}, newer than this program knows (${String(known)}). Nothing was changed. Install the newer program.`,
    );
  }
}

export function unusable(problem: string): StartError {
  return new UnusableBackupError(
    `The backup ${problem}. Nothing was changed. Use another copy of it, or another backup.`,
  );
}
