import { join } from "node:path";
import { StartError } from "../errors.js";
import { AppendLog, DamagedLogError, readLog } from "./append-log.js";
import type { Disk } from "./disk.js";
import type { Change } from "./store.js";

/*
 * The files, `journal-<generation>.jsonl`, lines as in append-log.ts:
 *
 *   {"format": "tokenvault-webhook-journal", "version": 1, "generation": 7}       the first line
 *   [["tokens", "github", {…document…}], ["tokens", "old", null], …]              a batch: put, and null for delete
 *
 * One line is what was made durable together; it holds whole transactions, in order.
 */
const format = "tokenvault-webhook-journal";
const version = 1;

export interface JournalContent {
  readonly generation: number;
  readonly changes: readonly Change[];
  readonly length: number;
  readonly tornBytes: number;
}

export function journalPath(folder: string, generation: number): string {
  return join(folder, journalName(generation));
}

export async function createJournal(disk: Disk, folder: string, generation: number): Promise<AppendLog> {
  const path = journalPath(folder, generation);
  // Only a journal that nothing was acknowledged in can be in the way: the one a crash left while it was being made.
  await disk.remove(path);
  return AppendLog.create(disk, path, { format, version, generation });
}

/** The generations of the journals in the folder, ascending. */
export async function listJournals(disk: Disk, folder: string): Promise<number[]> {
  const names = await disk.list(folder);
  return names
    .map((name) => /^journal-([0-9]{1,15})\.jsonl$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** @throws StartError when the journal is damaged or of another version */
export async function readJournal(disk: Disk, folder: string, generation: number): Promise<JournalContent> {
  const name = journalName(generation);
  const bytes = await disk.read(join(folder, name));
  if (bytes === undefined) {
    throw new StartError(
      `${name} is missing from the data folder. Nothing was changed. Put back a backup of the whole data folder.`,
    );
  }
  try {
    const { records, length, tornBytes } = readLog(bytes);
    const [head, ...batches] = records;
    if (head !== undefined) checkHead(head, generation);
    if (!batches.every(isBatch)) throw foreign(generation);
    return { generation, changes: batches.flat(), length, tornBytes };
  } catch (error) {
    if (!(error instanceof DamagedLogError)) throw error;
    throw new StartError(
      `${name} in the data folder is damaged in line ${String(error.lineNumber)}. Nothing was changed. Put back a backup of the whole data folder.`,
      { cause: error },
    );
  }
}

function checkHead(head: unknown, generation: number): void {
  const { format: foundFormat, version: foundVersion, generation: found } = (head ?? {}) as Record<string, unknown>;
  if (foundFormat === format && typeof foundVersion === "number" && foundVersion > version) {
    throw new StartError(
      `${journalName(generation)} is of a newer format than this program knows. Nothing was changed. Install the newer program.`,
    );
  }
  if (foundFormat !== format || foundVersion !== version || found !== generation) throw foreign(generation);
}

function isBatch(record: unknown): record is Change[] {
  return Array.isArray(record) && record.every(isChange);
}

function isChange(value: unknown): value is Change {
  if (!Array.isArray(value)) return false;
  const [collection, key, document] = value as unknown[];
  return (
    typeof collection === "string" &&
    typeof key === "string" &&
    typeof document === "object" &&
    !Array.isArray(document)
  );
}

function foreign(generation: number): StartError {
  return new StartError(
    `${journalName(generation)} in the data folder does not belong there. Nothing was changed. Put back a backup.`,
  );
}

function journalName(generation: number): string {
  return `journal-${String(generation)}.jsonl`;
}
