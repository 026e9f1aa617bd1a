import { crc32 } from "node:zlib";
import { isRecord } from "../platform/encoding.js";
import type { Disk, DiskFile } from "./disk.js";

/*
 * The file `<log>.head`, beside a log: where the log ends, known in a second place, so that a log that was cut, changed or
 * taken away is told from one that a crash left unfinished. Two slots of 256 bytes are written in turn, so that one of them
 * is always whole:
 *
 *   <crc32 of the JSON text, 8 lower-case hex digits> SP <JSON> blanks LF
 *   {"turn": 7, "bytes": 4096, "checksum": 3735928559, "bootId": "…", "isClosed": false}
 *
 * `checksum` is the CRC-32 of the log's first `bytes` bytes; all of them were acknowledged. What stands after them was not,
 * but for what a power cut took from this file.
 */
export interface LogHead {
  readonly bytes: number;
  readonly checksum: number;
  /** Names the start of the machine in which it was written; empty where the system does not tell. */
  readonly bootId: string;
  /** True after an orderly stop. */
  readonly isClosed: boolean;
}

const slotBytes = 256;
const bootIdPath = "/proc/sys/kernel/random/boot_id";

export function headPath(logPath: string): string {
  return `${logPath}.head`;
}

/** Names this start of the machine, on Linux; empty elsewhere. */
export async function readBootId(disk: Disk): Promise<string> {
  const bytes = await disk.read(bootIdPath).catch(() => undefined);
  return bytes?.toString("utf8").trim() ?? "";
}

/** Undefined where there is none that is whole. */
export async function readLogHead(disk: Disk, logPath: string): Promise<LogHead | undefined> {
  const bytes = await disk.read(headPath(logPath));
  if (!bytes) return undefined;
  return [0, 1]
    .flatMap((slot) => decodeSlot(bytes.toString("latin1", slot * slotBytes, (slot + 1) * slotBytes)) ?? [])
    .sort((a, b) => b.turn - a.turn)[0];
}

/** Keeps a log's head. It is written in one call, without waiting: a wait would cost more than the few bytes do. */
export class LogHeadFile {
  #turn = 0;
  #last: Omit<LogHead, "isClosed"> | undefined;

  private constructor(
    private readonly file: DiskFile,
    private readonly bootId: string,
  ) {}

  /** Begins the head of a log anew. */
  static async create(disk: Disk, logPath: string): Promise<LogHeadFile> {
    await disk.remove(headPath(logPath));
    return new LogHeadFile(await disk.create(headPath(logPath)), await readBootId(disk));
  }

  note(bytes: number, checksum: number): void {
    this.#last = { bytes, checksum, bootId: this.bootId };
    this.#write(false);
  }

  /** Corrects a head that failed when it was noted, and may name more; in both slots, since a power cut can take one. */
  takeBack(bytes: number, checksum: number): void {
    if ((this.#last?.bytes ?? 0) <= bytes) return;
    this.#last = { bytes, checksum, bootId: this.bootId };
    this.#write(false);
    this.#write(false);
  }

  /** Says that the log was closed in an orderly way. */
  async close(): Promise<void> {
    try {
      this.#write(true);
      await this.file.sync();
    } finally {
      await this.file.close();
    }
  }

  #write(isClosed: boolean): void {
    this.#turn += 1;
    const text = JSON.stringify({ turn: this.#turn, ...this.#last, isClosed });
    const slot = `${checksumText(crc32(text))} ${text}`.padEnd(slotBytes - 1);
    this.file.writeNow(Buffer.from(`${slot}\n`, "latin1"), (this.#turn % 2) * slotBytes);
  }
}

function decodeSlot(slot: string): (LogHead & { readonly turn: number }) | undefined {
  const text = slot.slice(9).trimEnd();
  if (slot.length !== slotBytes || slot.slice(0, 8) !== checksumText(crc32(text))) return undefined;
  const head: unknown = JSON.parse(text);
  return isRecord(head) ? (head as unknown as LogHead & { readonly turn: number }) : undefined;
}

/** Prints a CRC-32 as 8 lower-case hex digits. */
export function checksumText(checksum: number): string {
  return checksum.toString(16).padStart(8, "0");
}
