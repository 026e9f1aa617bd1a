import { join } from "node:path";
import { JsonText } from "../platform/json-text.js";
import { AppendLog, readLog } from "../files/append-log.js";
import type { Disk } from "../files/disk.js";

/*
 * The file `used.jsonl`, lines as in append-log.ts:
 *
 *   {"format": "tokenvault-webhook-used", "version": 1, "bootId": "…", "fenceMs": 0}   the first line
 *   ["n:<nonce>", 1767225600000]           used; forget it at this time, milliseconds since the epoch
 *   ["#<digest>", 1767225600000]           the same, of an entry that was written before the log was written anew
 *   ["i:<request id>", 0]                  given back: it may be used again
 *   {"closed": true}                       the last line of an orderly stop
 */
export type UsedEntry = readonly [entry: string, expiresAtMs: number];

export interface UsedLogOptions {
  readonly disk: Disk;
  readonly folder: string;
  /** Names this start of the machine; empty where the system does not tell. */
  readonly bootId: string;
  readonly nowMs: number;
  readonly syncDelayMs?: number;
}

interface Head {
  readonly bootId: string;
  readonly fenceMs: number;
}

const format = "tokenvault-webhook-used";
const version = 1;
/** The log is written anew when it has outgrown both this and twice what was left the last time. */
const minCompactBytes = 8 * 1024 * 1024;
const entriesPerPiece = 1_000;

/**
 * What was used, on disk: written before the answer goes out, so that it survives the process, and synced soon after.
 * A power cut can lose the last moment; then `fenceMs` says until when nothing signed before it may be trusted.
 */
export class UsedLog {
  #syncTimer: NodeJS.Timeout | undefined;
  #compacting: Promise<void> | undefined;
  #compactedBytes = 0;

  private constructor(
    private readonly options: UsedLogOptions,
    private log: AppendLog,
    private readonly head: Head,
    private readonly currentEntries: () => Iterable<UsedEntry>,
  ) {}

  /** Reads what is there into `load`, and writes it anew without what is over. */
  static async open(
    options: UsedLogOptions,
    load: (entry: UsedEntry) => void,
    current: () => Iterable<UsedEntry>,
  ): Promise<UsedLog> {
    const path = usedPath(options.folder);
    const bytes = await options.disk.read(path);
    const head = bytes ? readEntries(bytes, options, load) : { bootId: options.bootId, fenceMs: 0 };
    const log = await writeAnew(options, head, current());
    return new UsedLog(options, log, head, current);
  }

  /** What was signed before this moment may have been used and forgotten in a power cut; 0 when there was none. */
  get fenceMs(): number {
    return this.head.fenceMs;
  }

  /** Resolves when the entries would survive the process. */
  async append(entries: readonly UsedEntry[]): Promise<void> {
    while (this.#compacting) await this.#compacting;
    await this.log.appendUnsynced(entries.map(entryText));
    this.#syncTimer ??= setTimeout(() => void this.#sync(), this.options.syncDelayMs ?? 200).unref();
    if (this.log.size > Math.max(minCompactBytes, 2 * this.#compactedBytes)) this.#compacting ??= this.#compact();
  }

  async close(): Promise<void> {
    clearTimeout(this.#syncTimer);
    await this.#compacting;
    await this.log.append([{ closed: true }]);
    await this.log.close();
  }

  async #sync(): Promise<void> {
    this.#syncTimer = undefined;
    // Nobody waits for this sync: the next append meets the same disk and says what is wrong with it.
    await this.log.sync().catch(() => undefined);
  }

  async #compact(): Promise<void> {
    try {
      const old = this.log;
      this.log = await writeAnew(this.options, this.head, this.currentEntries());
      this.#compactedBytes = this.log.size;
      await old.close();
    } catch {
      // The old log is whole and goes on; the next append tries again.
    } finally {
      this.#compacting = undefined;
    }
  }
}

/**
 * Begins the log of a folder whose past is not known: nothing that was signed before, or in this second, is taken there.
 * Returns once the fence would survive a power cut.
 */
export async function raiseFence({ disk, folder, nowMs }: Omit<UsedLogOptions, "bootId">): Promise<void> {
  const log = await writeAnew({ disk, folder }, { bootId: "", fenceMs: nextSecond(nowMs) }, []);
  try {
    await log.append([{ closed: true }]);
  } finally {
    await log.close();
  }
  await disk.syncFolder(folder);
}

/** The log is written under another name and keeps its handle when it takes its place, so that it never writes to a file that is gone. */
async function writeAnew(
  { disk, folder }: Pick<UsedLogOptions, "disk" | "folder">,
  head: Head,
  entries: Iterable<UsedEntry>,
): Promise<AppendLog> {
  const path = usedPath(folder);
  const temporary = `${path}.tmp`;
  await disk.remove(temporary);
  const log = await AppendLog.create(disk, temporary, { format, version, ...head });
  try {
    for (const piece of inPieces(entries)) await log.appendUnsynced(piece.map(entryText));
    await log.sync();
    await disk.rename(temporary, path);
  } catch (error) {
    await log.close().catch(() => undefined);
    await disk.remove(temporary).catch(() => undefined);
    throw error;
  }
  // Were the new name lost in a power cut, the fence would stand in for what was written since.
  await disk.syncFolder(folder).catch(() => undefined);
  return log;
}

/** Of the expiries many are the same number, whose text is remembered where it is made by itself. */
function entryText([name, expiresAtMs]: UsedEntry): JsonText {
  return new JsonText(`[${JSON.stringify(name)},${String(expiresAtMs)}]`);
}

function* inPieces(entries: Iterable<UsedEntry>): Iterable<readonly UsedEntry[]> {
  let piece: UsedEntry[] = [];
  for (const entry of entries) {
    piece.push(entry);
    if (piece.length < entriesPerPiece) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

/** Returns the head of the log that follows: with a fence when this one may have lost its last moment. */
function readEntries(bytes: Buffer, options: UsedLogOptions, load: (entry: UsedEntry) => void): Head {
  const { records, isWhole } = readLogLeniently(bytes);
  const head = records[0] as Partial<Head> | undefined;
  let isClosed = false;
  for (const record of records.slice(1)) {
    if (Array.isArray(record)) load(record as unknown as UsedEntry);
    isClosed = !Array.isArray(record);
  }
  // Within one start of the machine, what was written is there, synced or not.
  const survived =
    isWhole && head !== undefined && (isClosed || (options.bootId !== "" && head.bootId === options.bootId));
  // A clock that ran ahead once must not close the door until its date.
  const fenceMs = survived ? Math.min(head.fenceMs ?? 0, nextSecond(options.nowMs)) : options.nowMs;
  return { bootId: options.bootId, fenceMs };
}

/** A damaged line is as good as a lost one here: the fence stands in for both. */
function readLogLeniently(bytes: Buffer): { readonly records: readonly unknown[]; readonly isWhole: boolean } {
  try {
    return { records: readLog(bytes).records, isWhole: true };
  } catch {
    return { records: [], isWhole: false };
  }
}

/** What is signed has whole seconds. */
function nextSecond(nowMs: number): number {
  return (Math.floor(nowMs / 1000) + 1) * 1000;
}

function usedPath(folder: string): string {
  return join(folder, "used.jsonl");
}
