import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { type Disk, type DiskFile } from "./disk.js";
import { JsonText } from "../platform/json-text.js";
import { writeAll } from "./durable-file.js";

/*
 * The file: one record a line, each with its checksum, so that a line that was cut is told from one that was changed.
 *
 *   <crc32 of the JSON text, 8 lower-case hex digits> SP <JSON, one line> LF
 */

interface Waiting {
  readonly bytes: Buffer;
  readonly synced: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What was found in a log: its records, and how many bytes of a torn last line were left out. */
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
  #queue: Waiting[] = [];
  #running: Promise<void> | undefined;
  #dirty = false;
  #needsRepair = false;
  #closed = false;

  private constructor(
    private readonly file: DiskFile,
    /** Bytes that are known to be whole records. */
    private length: number,
  ) {}

  static create(disk: Disk, path: string, firstRecord: unknown): Promise<AppendLog> {
    return AppendLog.#create(disk, path, [firstRecord]);
  }

  static createEmpty(disk: Disk, path: string): Promise<AppendLog> {
    return AppendLog.#create(disk, path, []);
  }

  static async #create(disk: Disk, path: string, records: readonly unknown[]): Promise<AppendLog> {
    const log = new AppendLog(await disk.create(path), 0);
    try {
      await log.append(records);
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

  /** Resolves when the records would survive a power cut. */
  append(records: readonly unknown[]): Promise<void> {
    return this.#enqueue(records, true);
  }

  /** Resolves when the operating system has the records: they survive the process, and a power cut after `sync`. */
  appendUnsynced(records: readonly unknown[]): Promise<void> {
    return this.#enqueue(records, false);
  }

  async sync(): Promise<void> {
    if (this.#dirty) await this.#enqueue([], true);
  }

  /** Cuts off what a failed write may have left behind. */
  async repair(): Promise<void> {
    if (!this.#needsRepair) return;
    await this.file.truncate(this.length);
    await this.file.sync();
    this.#needsRepair = false;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    try {
      if (this.#dirty) await this.file.sync();
    } finally {
      await this.file.close();
    }
  }

  #enqueue(records: readonly unknown[], synced: boolean): Promise<void> {
    if (this.#closed) return Promise.reject(new Error("the log is closed"));
    return new Promise((resolve, reject) => {
      this.#queue.push({ bytes: encodeRecords(records), synced, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    // One turn of the event loop, so that writers of the same moment go together.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        await this.#write(batch);
        for (const waiting of batch) waiting.resolve();
      } catch (error) {
        this.#needsRepair = true;
        // What is refused must not be there after a crash; where the disk refuses this too, the next write tries again.
        await this.repair().catch(() => undefined);
        for (const waiting of batch) waiting.reject(error);
      }
    }
    this.#running = undefined;
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    await this.repair();
    const end = await writeAll(this.file, Buffer.concat(batch.map((waiting) => waiting.bytes)), this.length);
    if (batch.some((waiting) => waiting.synced)) {
      await this.file.sync();
      this.#dirty = false;
    } else {
      this.#dirty = true;
    }
    this.length = end;
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

export function encodeRecords(records: readonly unknown[]): Buffer {
  return Buffer.from(records.map(encodeRecord).join(""));
}

function encodeRecord(record: unknown): string {
  const json = record instanceof JsonText ? record.text : JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
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

/** Two digits a byte: to print a number of 32 bits takes longer than to compute it. */
const hexOfByte = Array.from({ length: 256 }, (_none, byte) => byte.toString(16).padStart(2, "0"));

function checksum(text: string): string {
  const crc = crc32(text);
  const digits = (shift: number): string => hexOfByte[(crc >>> shift) & 0xff] ?? "";
  return digits(24) + digits(16) + digits(8) + digits(0);
}
