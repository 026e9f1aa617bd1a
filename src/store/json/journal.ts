import { join } from "node:path";
import { StartError } from "../../platform/errors.js";
import { AppendLog, removeLog } from "../../files/append-log.js";
import { faultSentence, headlessSentence, readLogFile, type LogState } from "../../files/read-log.js";
import { readBootId, type Disk } from "../../files/disk.js";
import type { Change } from "../documents.js";
import type { Document } from "../store.js";
import { brokenFolder } from "./broken-folder.js";

/*
 * The files, `journal-<generation>.jsonl`, lines as in append-log.ts:
 *
 *   {"format": "tokenvault-webhook-journal", "version": 1, "generation": 7, "bootId": "…"}   the first line
 *   [["tokens", "github", {…document…}], ["tokens", "old", null], …]                         a batch: put, and null for delete
 *
 * One line is what was made durable together; it holds whole transactions, in order. `bootId` names the start of the machine in
 * which the journal was begun: within it nothing takes a head away but a hand. Earlier versions wrote none.
 */
const format = "tokenvault-webhook-journal";
const version = 1;

/** One change as a line of the journal has it. */
export type JournalChange = readonly [collection: string, key: string, document: Document | null];

/** The facts that reading a journal finds. */
export interface JournalFacts extends LogState {
  readonly generation: number;
  /** True when anything was written after the first line. */
  readonly hasChanges: boolean;
}

export function journalPath(folder: string, generation: number): string {
  return join(folder, journalName(generation));
}

export async function createJournal(disk: Disk, folder: string, generation: number): Promise<AppendLog> {
  const path = journalPath(folder, generation);
  // Only a journal that nothing was acknowledged in can be in the way: the one a crash left while it was being made.
  await removeLog(disk, path);
  return AppendLog.create(disk, path, [
    JSON.stringify({ format, version, generation, bootId: await readBootId(disk) }),
  ]);
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

/** Prints one line of the journal, of documents that are JSON already. */
export function batchText(changes: readonly Change[]): string {
  const texts = changes.map(
    ({ collection, key, next }) => `[${JSON.stringify(collection)},${JSON.stringify(key)},${next?.text ?? "null"}]`,
  );
  return `[${texts.join(",")}]`;
}

/**
 * Hands on every change, in order, and keeps none: a journal may be larger than the store is.
 * @throws StartError when the journal is damaged or of another version; some of its changes may have been handed on then
 */
export async function readJournal(
  disk: Disk,
  folder: string,
  generation: number,
  take: (change: JournalChange) => void,
): Promise<JournalFacts> {
  let begunIn: unknown;
  const state = await readLogFile(disk, journalPath(folder, generation), (record, lineNumber) => {
    if (lineNumber === 1) begunIn = checkHead(record, generation)["bootId"];
    else if (isBatch(record)) record.forEach(take);
    else throw foreign(generation);
  });
  // A journal is synced before its head names what is new: a power cut takes nothing that its head names.
  if (state.problem) throw broken(generation, state.problem);
  if (state.lines > 0 && !state.head?.isWhole && begunIn && begunIn === (await readBootId(disk)))
    throw brokenFolder(headlessSentence(journalName(generation)));
  return { ...state, generation, hasChanges: state.lines > 1 };
}

function checkHead(record: unknown, generation: number): Record<string, unknown> {
  const head = (record ?? {}) as Record<string, unknown>;
  const { format: foundFormat, version: foundVersion, generation: found } = head;
  if (foundFormat === format && typeof foundVersion === "number" && foundVersion > version) {
    throw new StartError(
      `${journalName(generation)} is of a newer format than this program knows. Nothing was changed. Install the newer program.`,
    );
  }
  if (foundFormat !== format || foundVersion !== version || found !== generation) throw foreign(generation);
  return head;
}

function isBatch(record: unknown): record is JournalChange[] {
  return Array.isArray(record) && record.every(isChange);
}

function isChange(value: unknown): value is JournalChange {
  if (!Array.isArray(value)) return false;
  const [collection, key, document] = value as unknown[];
  return (
    typeof collection === "string" &&
    typeof key === "string" &&
    typeof document === "object" &&
    !Array.isArray(document)
  );
}

export function broken(generation: number, problem: NonNullable<LogState["problem"]>): StartError {
  return brokenFolder(faultSentence(journalName(generation), problem));
}

function foreign(generation: number): StartError {
  return brokenFolder(`${journalName(generation)} in the data folder does not belong there.`);
}

function journalName(generation: number): string {
  return `journal-${String(generation)}.jsonl`;
}
