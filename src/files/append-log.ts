import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { writeAll, type Disk, type DiskFile } from "./disk.js";
import { setImmediate as nextTurn } from "node:timers/promises";

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
 */

/** Lines that are written together with those of others. */
interface Lines {
  /** Each the JSON of a record. */
  readonly texts: readonly string[];
  readonly isSynced: boolean;
}

/** The records of a log, and the number of bytes of a torn last line that were left out. */
export interface LogContent {
  readonly records: unknown[];
  readonly length: number;
  readonly tornBytes: number;
}

/** A line in the middle of a log is not what was written: the file was damaged, not cut by a crash. */
export class DamagedLogError extends Error {
  constructor(readonly lineNumber: number) {
    super(`line ${String(lineNumber)} is damaged`);
  }
}

/**
 * An append-only file whose writers share their fsyncs. Whatever is acknowledged was written whole; what failed is
 * cut off again before anything else is written, so that a line never follows half a line.
 */
export class AppendLog {
  readonly #batches = new Batches<Lines>((batch) => this.#write(batch));
  #isDirty = false;
  #needsRepair = false;
  #isClosed = false;

  private constructor(
    private readonly file: DiskFile,
    /** Bytes that are known to be whole records. */
    private length: number,
  ) {}

  /** Makes a file that must not exist yet, of records as JSON texts; they and its name are durable then. */
  static async create(disk: Disk, path: string, texts: readonly string[]): Promise<AppendLog> {
    const log = new AppendLog(await disk.create(path), 0);
    try {
      await log.append(texts);
      await disk.syncFolder(dirname(path));
    } catch (error) {
      await log.close().catch(() => undefined);
      await disk.remove(path).catch(() => undefined);
      throw error;
    }
    return log;
  }

  /** Goes on with a log whose `length` whole bytes were read before; a torn rest is cut off. */
  static async reopen(disk: Disk, path: string, length: number): Promise<AppendLog> {
    const file = await disk.reopen(path);
    try {
      await file.truncate(length);
      await file.sync();
      return new AppendLog(file, length);
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
  }

  get size(): number {
    return this.length;
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
    await this.file.truncate(this.length);
    await this.file.sync();
    this.#needsRepair = false;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#batches.idle();
    try {
      if (this.#isDirty) await this.file.sync();
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
      const end = await writeAll(this.file, bytes, this.length);
      this.#isDirty = !batch.some(({ isSynced }) => isSynced);
      if (!this.#isDirty) await this.file.sync();
      this.length = end;
    } catch (error) {
      this.#needsRepair = true;
      // A refused line must not be there after a crash; where the disk refuses this too, the next write tries again.
      await this.repair().catch(() => undefined);
      throw error;
    }
  }
}

/**
 * Reads a log. A last line without its end was being written when the process or the power went; it was never
 * acknowledged and is left out. Anything else that does not check is damage.
 * @throws DamagedLogError
 */
export function readLog(bytes: Buffer): LogContent {
  const records: unknown[] = [];
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(10, start);
    if (end === -1) return { records, length: start, tornBytes: bytes.length - start };
    const record = decodeLine(bytes.toString("utf8", start, end));
    if (record === undefined) {
      // A power cut can leave a hole of zeros in the last, unacknowledged line; JSON text holds no zero byte.
      const isHole = end === bytes.length - 1 && bytes.subarray(start, end).includes(0);
      if (isHole) return { records, length: start, tornBytes: bytes.length - start };
      throw new DamagedLogError(records.length + 1);
    }
    records.push(record.value);
    start = end + 1;
  }
  return { records, length: start, tornBytes: 0 };
}

/** Encodes records that are JSON texts. */
export function encodeLines(texts: readonly string[]): Buffer {
  return Buffer.from(texts.map((text) => `${checksum(text)} ${text}\n`).join(""));
}

function decodeLine(line: string): { readonly value: unknown } | undefined {
  const json = line.slice(9);
  if (line[8] !== " " || line.slice(0, 8) !== checksum(json)) return undefined;
  try {
    return { value: JSON.parse(json) };
  } catch {
    return undefined;
  }
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
