import { hash } from "node:crypto";
import { join } from "node:path";
import { joinJson } from "../platform/encoding.js";
import { StartError } from "../platform/errors.js";
import { AppendLog, Batches, removeLog } from "../files/append-log.js";
import { headPath } from "../files/log-head.js";
import { faultSentence, readLogFile, type LogState } from "../files/read-log.js";
import type { Disk } from "../files/disk.js";
import { replaceFile } from "../files/durable-file.js";

/*
 * The file `record.jsonl`, lines as in append-log.ts; when it is full it becomes `record-<its last number>.jsonl`:
 *
 *   {"n": 41, "prev": "<hash>", "time": "2026-01-31T12:00:00.000Z", …what happened…}
 *
 * `n` counts lines from 1 over all files, and `prev` is the SHA-256, in hex, of the JSON text of the line before: none
 * can be changed, taken out or put in without its follower showing it. The first line of all has 64 zeros. `record.head`
 * holds {"n", "hash", "first"}: the last line at the last orderly stop or full file, and the first that is kept; and
 * "isArchiving" while a full file gets its other name.
 */
/** The end of the chain: how many lines, and the hash of the last. */
export interface AuditHead {
  readonly n: number;
  readonly hash: string;
}

/** The end of the chain as it was noted, and the first line that is kept. */
export interface NotedHead extends AuditHead {
  /** 1 when absent. */
  readonly first?: number;
  /** The full log is being put aside: until that is done none need stand in its place. */
  readonly isArchiving?: boolean;
}

/** A fault in a chain; `n` is the line in whose place it shows. */
export interface BrokenChain {
  readonly n: number;
  readonly problem: string;
}

export interface AuditLine {
  readonly n: number;
  readonly prev: string;
  readonly [field: string]: unknown;
}

export interface AuditLogOptions {
  readonly disk: Disk;
  readonly folder: string;
  /** True in a folder that was served before: then a log that is missing was taken away. */
  readonly mustExist?: boolean;
  /** Told what a power cut may have taken. */
  readonly warn?: (sentence: string) => void;
  readonly maxFileBytes?: number;
  readonly maxFiles?: number;
}

const noLine: AuditHead = { n: 0, hash: "0".repeat(64) };
const currentName = "record.jsonl";
const headName = "record.head";
const defaultMaxFileBytes = 16 * 1024 * 1024;
const defaultMaxFiles = 8;
const syncDelayMs = 200;

/** Holds a line for each use, as a chain that is only ever added to. */
export class AuditLog {
  readonly #batches = new Batches<object>((batch) => this.#write(batch));
  #syncTimer: NodeJS.Timeout | undefined;
  /** The open file was renamed already, and no new one stands in its place yet. */
  #isMoved = false;

  private constructor(
    private readonly options: AuditLogOptions,
    private log: AppendLog,
    private current: AuditHead,
    private first: number,
  ) {}

  /** @throws StartError when lines are damaged or missing that no power cut can have taken */
  static async open(options: AuditLogOptions): Promise<AuditLog> {
    const { disk, folder, warn, mustExist = false } = options;
    const path = join(folder, currentName);
    let last: AuditLine | undefined;
    let state = await readLogFile(disk, path, (line) => (last = line as AuditLine), mustExist);
    const [archive] = (await archiveNames(disk, folder)).slice(-1);
    const noted = await readAuditHead(disk, folder);
    // A crash between the two renames left none in its place.
    const wasArchived =
      state.problem === "is missing" && noted?.isArchiving === true && archive === archiveName(noted.n);
    if (state.problem && !wasArchived) {
      if (!state.mayBePowerCut) throw faulty(state.problem);
      const isDamaged = state.problem.startsWith("is damaged");
      const aside = `record-damaged-${String(last?.n ?? 0)}.jsonl`;
      const kept = isDamaged ? ` ${aside} is how it was found.` : "";
      warn?.(
        `${faultSentence(currentName, state.problem)} A power cut may have taken its last lines; it goes on.${kept}`,
      );
      if (isDamaged) state = await setAside(disk, path, join(folder, aside));
    } else if (mustExist && !state.head && state.length === 0)
      warn?.(`${currentName} holds nothing, although this data folder was used before. It begins anew.`);
    last ??= archive === undefined ? undefined : (await readLines(disk, folder, archive)).at(-1);
    const log = state.exists ? await AppendLog.reopen(disk, path, state) : await AppendLog.create(disk, path, []);
    return new AuditLog(options, log, last ? headOf(last) : noLine, noted?.first ?? 1);
  }

  get head(): NotedHead {
    return { ...this.current, first: this.first };
  }

  /** Resolves when the line would survive the process; it is synced soon after. */
  append(fields: object): Promise<void> {
    return this.#batches.add(fields);
  }

  /** An orderly stop notes where the chain ends, so that its end cannot be cut off unseen. */
  async close(): Promise<void> {
    await this.#batches.idle();
    clearTimeout(this.#syncTimer);
    await this.log.close();
    await this.#note();
  }

  async #note(isArchiving = this.#isMoved): Promise<void> {
    const { disk, folder } = this.options;
    await replaceFile(disk, join(folder, headName), [
      JSON.stringify(isArchiving ? { ...this.head, isArchiving } : this.head),
    ]);
  }

  /** The chain is made as it is written: what could not be written is no part of it. */
  async #write(batch: readonly object[]): Promise<void> {
    this.#syncTimer ??= setTimeout(() => void this.#sync(), syncDelayMs).unref();
    if (this.log.size > (this.options.maxFileBytes ?? defaultMaxFileBytes)) await this.#rotate();
    let head = this.current;
    const texts = batch.map((fields) => {
      const n = head.n + 1;
      const text = joinJson(JSON.stringify({ n, prev: head.hash }), JSON.stringify(fields));
      head = { n, hash: hashOf(text) };
      return text;
    });
    await this.log.appendUnsynced(texts);
    this.current = head;
  }

  async #sync(): Promise<void> {
    this.#syncTimer = undefined;
    // Nobody waits for this sync: the next line meets the same disk and says what is wrong with it.
    await this.log.sync().catch(() => undefined);
  }

  async #rotate(): Promise<void> {
    const { disk, folder, maxFiles = defaultMaxFiles } = this.options;
    await this.log.sync();
    const path = join(folder, currentName);
    if (!this.#isMoved) {
      await this.#note(true);
      await disk.remove(headPath(path));
      await disk.rename(path, join(folder, archiveName(this.current.n)));
      this.#isMoved = true;
    }
    // An attempt that failed may have left it; the lines are in the archive.
    await removeLog(disk, path);
    const full = this.log;
    this.log = await AppendLog.create(disk, path, []);
    this.#isMoved = false;
    await full.close();
    const archives = await archiveNames(disk, folder);
    const dropped = archives.slice(0, Math.max(0, archives.length - maxFiles + 1));
    this.first = dropped.length === 0 ? this.first : lastNumberOf(dropped.at(-1) ?? "") + 1;
    await this.#note();
    for (const name of dropped) await disk.remove(join(folder, name));
  }
}

/** Keeps a damaged log as it is under another name, since good lines may follow the damage, and begins it anew with those before. */
async function setAside(disk: Disk, path: string, aside: string): Promise<LogState> {
  const texts: string[] = [];
  await readLogFile(disk, path, (line) => texts.push(JSON.stringify(line)));
  const temporary = `${path}.tmp`;
  await removeLog(disk, temporary);
  const log = await AppendLog.create(disk, temporary, texts);
  await log.close();
  await disk.rename(path, aside);
  await log.moveTo(path);
  return readLogFile(disk, path, () => undefined);
}

/**
 * The lines of every file that is left, oldest first.
 * @throws StartError when a line in the middle of a file is damaged
 */
export async function readAuditLog(disk: Disk, folder: string): Promise<AuditLine[]> {
  const lines: AuditLine[] = [];
  for (const name of [...(await archiveNames(disk, folder)), currentName])
    lines.push(...(await readLines(disk, folder, name)));
  return lines;
}

/**
 * The lines of the newest two files, oldest first: what a running server can read for a page without holding anybody up.
 * @throws StartError when a line in the middle is damaged
 */
export async function readRecentAuditLog(disk: Disk, folder: string): Promise<readonly AuditLine[]> {
  const archive = (await archiveNames(disk, folder)).at(-1);
  const older = archive === undefined ? [] : await readLines(disk, folder, archive);
  return older.concat(await readLines(disk, folder, currentName));
}

/** Reads the end of the chain as the last orderly stop noted it. */
export async function readAuditHead(disk: Disk, folder: string): Promise<NotedHead | undefined> {
  const bytes = await disk.read(join(folder, headName));
  try {
    const { n, hash, first, isArchiving } = JSON.parse(bytes?.toString("utf8") ?? "") as Partial<NotedHead>;
    if (typeof n !== "number" || typeof hash !== "string") return undefined;
    const head = { n, hash, first: first ?? 1 };
    return isArchiving === true ? { ...head, isArchiving } : head;
  } catch {
    return undefined;
  }
}

async function readLines(disk: Disk, folder: string, name: string): Promise<readonly AuditLine[]> {
  const lines: AuditLine[] = [];
  const { problem } = await readLogFile(disk, join(folder, name), (line) => lines.push(line as AuditLine));
  // Whoever reads it looks for lines that were changed or cut off by the chain, and is told which.
  if (problem?.startsWith("is damaged"))
    throw name === currentName
      ? faulty(problem)
      : new StartError(`${faultSentence(name, problem)} Nothing was changed. Move it away and keep it.`);
  return lines;
}

/** The way on is an act of the owner's: where no log and no head were enough, whoever took both would not be noticed. */
function faulty(problem: NonNullable<LogState["problem"]>): StartError {
  return new StartError(
    `${faultSentence(currentName, problem)} Nothing was changed. Put back a copy of it. Where there is none, move it and ${currentName}.head away, keep them, and make an empty file ${currentName}: the audit log begins anew.`,
  );
}

/** Looks for a line that was changed, taken out or put in; `head` is what was noted of the chain last. */
export function verifyAuditLog(lines: readonly AuditLine[], head: NotedHead | undefined): BrokenChain | undefined {
  const first = head?.first ?? 1;
  if (lines[0] && lines[0].n > first) return { n: first, problem: "is missing" };
  let previous: AuditHead | undefined;
  for (const line of lines) {
    if (previous && line.n !== previous.n + 1)
      return { n: previous.n + 1, problem: "is missing, or another stands in its place" };
    if (previous && line.prev !== previous.hash) return { n: previous.n, problem: "was changed" };
    previous = headOf(line);
    if (head && head.n === previous.n && head.hash !== previous.hash) return { n: head.n, problem: "was changed" };
  }
  const last = previous?.n ?? 0;
  return head && last < head.n ? { n: last + 1, problem: "is missing, with all that follow" } : undefined;
}

function headOf(line: AuditLine): AuditHead {
  return { n: line.n, hash: hashOf(JSON.stringify(line)) };
}

/** SHA-256 of a line's JSON text, in lower-case hex. */
function hashOf(text: string): string {
  return hash("sha256", text, "hex");
}

async function archiveNames(disk: Disk, folder: string): Promise<string[]> {
  const names = (await disk.list(folder)).filter((name) => !Number.isNaN(lastNumberOf(name)));
  return names.sort((a, b) => lastNumberOf(a) - lastNumberOf(b));
}

function archiveName(lastNumber: number): string {
  return `record-${String(lastNumber)}.jsonl`;
}

/** The number of an archive's last line; NaN for another file. */
function lastNumberOf(name: string): number {
  return Number(/^record-([0-9]{1,15})\.jsonl$/.exec(name)?.[1] ?? NaN);
}
