import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { setImmediate as nextTurn } from "node:timers/promises";
import { checksumText } from "../platform/encoding.js";
import { headPath, slotBytes, type FoundHead, type LogEnd, type LogHead } from "./log-head.js";
import { readBootId, writeAll, type Disk, type DiskFile } from "./disk.js";

/**
 * Gathers what comes in one turn of the event loop and while the batch before it is carried out, so that all of it shares
 * one write. Batches are carried out one after the other, in order.
 */
export class Batches<T> {
  #next: { readonly items: T[]; readonly done: Promise<void> } | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(private readonly carryOut: (items: readonly T[]) => Promise<void>) {}

  /** Resolves once the batch that holds the item is carried out; rejects with what that threw. */
  add(item: T): Promise<void> {
    this.#next ??= this.#begin();
    this.#next.items.push(item);
    return this.#next.done;
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    let last: Promise<void> | undefined;
    while (last !== this.#last) await (last = this.#last);
  }

  #begin(): { readonly items: T[]; readonly done: Promise<void> } {
    const items: T[] = [];
    const done = Promise.all([this.#last, nextTurn()]).then(() => {
      this.#next = undefined;
      return this.carryOut(items);
    });
    this.#last = done.catch(() => undefined);
    return { items, done };
  }
}

/*
 * The file: one record a line, each with its checksum, so that a line that was cut is told from one that was changed.
 *
 *   <crc32 of the JSON text, 8 lower-case hex digits> SP <JSON, one line> LF
 *
 * Beside it stands its head (log-head.ts), from before the first line: how many bytes were acknowledged, and the checksum of
 * them all. A head without its log is a log that was taken away; lines without a head, those of an earlier version.
 */

/** Lines that are written together with those of others. */
interface Lines {
  /** Each the JSON of a record. */
  readonly texts: readonly string[];
  readonly isSynced: boolean;
}

/** Keeps a log's head. It is written in one call, without waiting: a wait would cost more than the few bytes do. */
class LogHeadFile {
  #last: LogHead;

  private constructor(
    private readonly file: DiskFile,
    private readonly bootId: string,
    found: LogHead = { bytes: 0, checksum: 0, bootId, isClosed: false },
    private turn = 0,
  ) {
    this.#last = found;
  }

  /** Goes on with a head that is whole: one that is taken away for a moment may be missing after a crash. */
  static async open(disk: Disk, logPath: string, found: FoundHead | undefined): Promise<LogHeadFile> {
    const path = headPath(logPath);
    const bootId = await readBootId(disk);
    if (found?.isWhole) return new LogHeadFile(await disk.reopen(path), bootId, found, found.turn);
    await disk.remove(path);
    return new LogHeadFile(await disk.create(path), bootId);
  }

  begin({ length, checksum }: LogEnd): void {
    if (this.turn === 0) this.note(length, checksum);
    if (this.turn === 1 || this.#last.bytes !== length || this.#last.checksum !== checksum) this.note(length, checksum);
  }

  note(bytes: number, checksum: number): void {
    this.#write({ bytes, checksum, bootId: this.bootId, isClosed: false });
  }

  /** Corrects a head that failed when it was noted, and may name more; in both slots, since a power cut can take one. */
  takeBack(bytes: number, checksum: number): void {
    if (this.#last.bytes <= bytes) return;
    for (let slot = 0; slot < 2; slot++) this.note(bytes, checksum);
  }

  /** Lets go of the file without a word about the log. */
  abandon(): Promise<void> {
    return this.file.close();
  }

  /** Says that the log was closed in an orderly way. */
  async close(): Promise<void> {
    try {
      if (this.#last.isClosed) return;
      this.#write({ ...this.#last, bootId: this.bootId, isClosed: true });
      await this.file.sync();
    } finally {
      await this.file.close();
    }
  }

  #write({ bytes, checksum, bootId, isClosed }: LogHead): void {
    this.#last = { bytes, checksum, bootId, isClosed };
    const turn = this.turn + 1;
    const text = JSON.stringify({ turn, ...this.#last });
    const slot = `${checksumText(crc32(text))} ${text}`.padEnd(slotBytes - 1);
    this.file.writeNow(Buffer.from(`${slot}\n`, "latin1"), (turn % 2) * slotBytes);
    this.turn = turn;
  }
}

/**
 * An append-only file whose writers share their fsyncs. Whatever is acknowledged was written whole; what failed is
 * cut off again before anything else is written, so that a line never follows half a line.
 */
export class AppendLog {
  readonly #batches = new Batches<Lines>((batch) => this.#write(batch));
  #path: string;
  #length = 0;
  #checksum = 0;
  #isDirty = false;
  #needsRepair = false;
  #isClosed = false;

  private constructor(
    private readonly disk: Disk,
    path: string,
    private readonly file: DiskFile,
    private readonly head: LogHeadFile,
  ) {
    this.#path = path;
  }

  /** Makes a file that must not exist yet, of records as JSON texts; they and its name are durable then. */
  static async create(disk: Disk, path: string, texts: readonly string[]): Promise<AppendLog> {
    const file = await disk.create(path);
    try {
      return await AppendLog.#begin(disk, path, file, { length: 0, checksum: 0, head: undefined }, async (log) => {
        await log.append(texts);
        await disk.syncFolder(dirname(path));
      });
    } catch (error) {
      await removeLog(disk, path).catch(() => undefined);
      throw error;
    }
  }

  /** Goes on with a log that was read before; a torn rest is cut off. */
  static async reopen(disk: Disk, path: string, end: LogEnd): Promise<AppendLog> {
    const file = await disk.reopen(path);
    return AppendLog.#begin(disk, path, file, end, async () => {
      await file.truncate(end.length);
      await file.sync();
    });
  }

  static async #begin(
    disk: Disk,
    path: string,
    file: DiskFile,
    end: LogEnd,
    prepare: (log: AppendLog) => Promise<void>,
  ): Promise<AppendLog> {
    let head: LogHeadFile | undefined;
    try {
      head = await LogHeadFile.open(disk, path, end.head);
      head.begin(end);
      const log = new AppendLog(disk, path, file, head);
      log.#length = end.length;
      log.#checksum = end.checksum;
      await prepare(log);
      return log;
    } catch (error) {
      await file.close().catch(() => undefined);
      await head?.abandon().catch(() => undefined);
      throw error;
    }
  }

  get size(): number {
    return this.#length;
  }

  /** Resolves when the records, each as JSON on one line, would survive a power cut. */
  append(texts: readonly string[]): Promise<void> {
    return this.#add({ texts, isSynced: true });
  }

  /** Resolves when the operating system has the records: they survive the process, and a power cut after `sync`. */
  appendUnsynced(texts: readonly string[]): Promise<void> {
    return this.#add({ texts, isSynced: false });
  }

  async sync(): Promise<void> {
    if (this.#isDirty) await this.append([]);
  }

  /** Cuts off what a failed write may have left behind. */
  async repair(): Promise<void> {
    if (!this.#needsRepair) return;
    this.head.takeBack(this.#length, this.#checksum);
    await this.file.truncate(this.#length);
    await this.file.sync();
    this.#needsRepair = false;
  }

  /** Puts the log in the place of the one at another path. A crash leaves either of the two, or one without its head. */
  async moveTo(path: string): Promise<void> {
    const { disk } = this;
    await disk.remove(headPath(path));
    await disk.rename(this.#path, path);
    // The log counts where its head could not follow.
    await disk.rename(headPath(this.#path), headPath(path)).catch(() => undefined);
    this.#path = path;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#batches.idle();
    try {
      if (this.#isDirty) await this.file.sync();
      // A log whose head the disk refuses is taken for that of a process that was killed.
      await this.head.close().catch(() => undefined);
    } finally {
      await this.file.close();
    }
  }

  #add(lines: Lines): Promise<void> {
    return this.#isClosed ? Promise.reject(new Error("the log is closed")) : this.#batches.add(lines);
  }

  async #write(batch: readonly Lines[]): Promise<void> {
    try {
      await this.repair();
      const bytes = encodeLines(batch.flatMap(({ texts }) => texts));
      const end = await writeAll(this.file, bytes, this.#length);
      this.#isDirty = !batch.some(({ isSynced }) => isSynced);
      if (!this.#isDirty) await this.file.sync();
      this.#note(end, crc32(bytes, this.#checksum));
    } catch (error) {
      this.#needsRepair = true;
      // A refused line must not be there after a crash; where the disk refuses this too, the next write tries again.
      await this.repair().catch(() => undefined);
      throw error;
    }
  }

  /** Last of all, since what the head names was acknowledged. */
  #note(length: number, checksum: number): void {
    this.head.note(length, checksum);
    this.#length = length;
    this.#checksum = checksum;
  }
}

/** The head first: one without a log would say that the log was taken away. */
export async function removeLog(disk: Disk, path: string): Promise<void> {
  await disk.remove(headPath(path));
  await disk.remove(path);
}

/** Encodes records that are JSON texts. */
export function encodeLines(texts: readonly string[]): Buffer {
  return Buffer.from(texts.map((text) => `${checksumText(crc32(text))} ${text}\n`).join(""));
}
