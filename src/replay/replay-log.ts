import { join } from "node:path";
import { AppendLog, removeLog } from "../files/append-log.js";
import { faultSentence, headlessSentence, readLogFile } from "../files/read-log.js";
import type { Disk } from "../files/disk.js";
import { nextSecond } from "../platform/clock.js";

/*
 * The file `used.jsonl`, lines as in append-log.ts:
 *
 *   {"format": "tokenvault-webhook-used", "version": 1, "bootId": "…", "fenceMs": 0}   the first line
 *   ["n:<nonce>", 1767225600000]           consumed; forget it at this time, milliseconds since the epoch
 *   ["#<digest>", 1767225600000]           the same, as earlier versions wrote it: 128 bits of SHA-256 over the name
 *   ["i:<request id>", 0]                  released: it may be consumed again
 *   {"closed": true}                       the last line of an orderly stop
 */
export type ReplayEntry = readonly [name: string, expiresAtMs: number];

export interface ReplayLogOptions {
  readonly disk: Disk;
  readonly folder: string;
  /** Names this start of the machine; empty where the system does not tell. */
  readonly bootId: string;
  readonly nowMs: number;
  /** True in a folder that was served before: then a log that is missing was taken away. */
  readonly mustExist: boolean;
}

export interface ReplayLogContent {
  /** Of the log that goes on from here. */
  readonly head: ReplayLogHead;
  /** The names that were consumed and released, in order. */
  readonly entries: readonly ReplayEntry[];
  /** The reason to raise the fence, as a sentence, where something may be lost that no power cut explains. */
  readonly doubt: string | undefined;
}

export interface ReplayLogHead {
  readonly bootId: string;
  /** The moment before which a use may have been lost in a power cut; 0 when there was none. */
  readonly fenceMs: number;
}

const format = "tokenvault-webhook-used";
const version = 1;
const logName = "used.jsonl";
const entriesPerPiece = 1_000;

export const closedText = JSON.stringify({ closed: true });

/** Reads the log. Whatever is wrong with it is no more than something lost: the fence stands in for that. */
export async function readReplayLog(options: ReplayLogOptions): Promise<ReplayLogContent> {
  const { disk, folder, bootId, nowMs, mustExist } = options;
  const records: unknown[] = [];
  const take = (record: unknown): unknown => records.push(record);
  const state = await readLogFile(disk, logPath(folder), take, mustExist);
  const { exists, problem, head, mayBePowerCut } = state;
  if (!exists && !problem) return { head: { bootId, fenceMs: 0 }, entries: [], doubt: undefined };
  const [old, ...lines] = records as [Partial<ReplayLogHead> | undefined, ...unknown[]];
  const isClosed = lines.length > 0 && !Array.isArray(lines.at(-1));
  // Within one start of the machine, what was written is there, synced or not.
  const isHeadless = mustExist && !state.head?.isWhole;
  const survived =
    problem === undefined && !isHeadless && old !== undefined && (isClosed || (bootId !== "" && old.bootId === bootId));
  // A clock that ran ahead once must not close the door until its date.
  const keptFenceMs = Math.min(old?.fenceMs ?? 0, nextSecond(nowMs));
  const wasTaken =
    isHeadless || (problem !== undefined && !mayBePowerCut && (head !== undefined || problem === "is missing"));
  return {
    // Whoever took lines away may be quick: nothing that was signed in this second passes then.
    head: { bootId, fenceMs: survived ? keptFenceMs : wasTaken ? nextSecond(nowMs) : nowMs },
    entries: lines.filter((line) => Array.isArray(line)) as unknown as ReplayEntry[],
    doubt: problem ? faultSentence(logName, problem) : isHeadless ? headlessSentence(logName) : undefined,
  };
}

/** Writes the log anew under another name; its handle stays when it takes its place, so that it never writes to a file that is gone. */
export async function writeReplayLog(
  disk: Disk,
  folder: string,
  head: ReplayLogHead,
  entries: Iterable<ReplayEntry>,
): Promise<AppendLog> {
  const path = logPath(folder);
  const temporary = `${path}.tmp`;
  await removeLog(disk, temporary);
  const log = await AppendLog.create(disk, temporary, [JSON.stringify({ format, version, ...head })]);
  try {
    for (const piece of inPieces(entries)) await log.appendUnsynced(piece);
    await log.sync();
    await log.moveTo(path);
  } catch (error) {
    await log.close().catch(() => undefined);
    await removeLog(disk, temporary).catch(() => undefined);
    throw error;
  }
  // Were the new name lost in a power cut, the fence would stand in for what was written since.
  await disk.syncFolder(folder).catch(() => undefined);
  return log;
}

/**
 * Begins the log of a folder whose past is not known: nothing that was signed before, or in this second, is taken there.
 * Returns once the fence would survive a power cut.
 */
export async function raiseFence({
  disk,
  folder,
  nowMs,
}: Pick<ReplayLogOptions, "disk" | "folder" | "nowMs">): Promise<void> {
  const log = await writeReplayLog(disk, folder, { bootId: "", fenceMs: nextSecond(nowMs) }, []);
  try {
    await log.append([closedText]);
  } finally {
    await log.close();
  }
  await disk.syncFolder(folder);
}

function* inPieces(entries: Iterable<ReplayEntry>): Iterable<readonly string[]> {
  let piece: string[] = [];
  for (const entry of entries) {
    if (piece.push(JSON.stringify(entry)) < entriesPerPiece) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

function logPath(folder: string): string {
  return join(folder, logName);
}
