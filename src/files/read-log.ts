import { crc32 } from "node:zlib";
import { readBootId, type Disk, wholeLines } from "./disk.js";
import { checksumText, isRecord } from "../platform/encoding.js";
import { headPath, slotBytes, type FoundHead, type LogEnd } from "./log-head.js";

/** The records of a log, and the number of bytes of a torn last line that were left out. */
export interface LogContent {
  readonly records: unknown[];
  readonly length: number;
  readonly tornBytes: number;
}

/** A line in the middle of a log is not what was written: the file was damaged, not cut by a crash. */
export class DamagedLogError extends Error {
  /** @param before the content before that line */
  constructor(
    readonly lineNumber: number,
    readonly before: LogContent,
  ) {
    super(`line ${String(lineNumber)} is damaged`);
  }
}

/** A log as it was found. Lengths are bytes. */
export interface LogState extends LogEnd {
  readonly lines: number;
  /** Of an unfinished end that was never acknowledged. */
  readonly tornBytes: number;
  /** The fault in what was acknowledged. */
  readonly problem: "is missing" | "is cut" | "was changed" | `is damaged in line ${number}` | undefined;
  readonly exists: boolean;
  /** A power cut may have caused the fault, in a log that is synced after its lines were acknowledged. */
  readonly mayBePowerCut: boolean;
}

/** Says in the owner's words what is wrong with a file of the data folder. */
export function faultSentence(name: string, problem: NonNullable<LogState["problem"]>): string {
  return problem === "is missing"
    ? `${name} is missing from the data folder.`
    : `${name} in the data folder ${problem}.`;
}

/** Says that nothing tells where a log ended. */
export function headlessSentence(name: string): string {
  return `${name}.head is missing from the data folder or damaged, so that nobody can tell whether ${name} is whole.`;
}

/**
 * Reads a log piece by piece, compares it with its head, and changes nothing.
 * @param mustExist false where it may not have been begun yet; beside a head it was
 */
export async function readLogFile(
  disk: Disk,
  path: string,
  take: (record: unknown, lineNumber: number) => void,
  mustExist = true,
): Promise<LogState> {
  const head = await readLogHead(disk, path);
  const reading = new Reading(head, take);
  const bootId = await readBootId(disk);
  const exists = await disk.exists(path);
  const state = (problem?: LogState["problem"]): LogState => ({ exists, ...reading.state(problem, bootId) });
  if (!exists) return state(mustExist || head ? "is missing" : undefined);
  for await (const block of wholeLines(disk.readPieces(path))) {
    const problem = reading.read(block);
    if (problem) return state(problem);
  }
  return state();
}

class Reading {
  #lines = 0;
  #length = 0;
  #tornBytes = 0;
  #checksum = 0;
  /** Of the bytes that the head names. */
  #checksumOfHead = 0;

  constructor(
    private readonly head: FoundHead | undefined,
    private readonly take: (record: unknown, lineNumber: number) => void,
  ) {}

  /** @param block whole lines */
  read(block: Buffer): LogState["problem"] {
    // A line that looks as if it was being written has others after it.
    if (this.#tornBytes > 0) {
      this.#tornBytes += block.length;
      return this.#isBeyondHead ? undefined : this.#damaged;
    }
    let content: LogContent;
    let isDamaged = false;
    try {
      content = readLog(block);
    } catch (error) {
      if (!(error instanceof DamagedLogError)) throw error;
      content = error.before;
      isDamaged = true;
    }
    for (const record of content.records) this.take(record, ++this.#lines);
    const whole = block.subarray(0, content.length);
    const acknowledged = Math.max(0, (this.head?.bytes ?? 0) - this.#length);
    this.#checksumOfHead = crc32(whole.subarray(0, acknowledged), this.#checksumOfHead);
    this.#checksum = crc32(whole, this.#checksum);
    this.#length += content.length;
    this.#tornBytes += block.length - content.length;
    return isDamaged && !this.#isBeyondHead ? this.#damaged : undefined;
  }

  state(found: LogState["problem"], bootId: string): Omit<LogState, "exists"> {
    const { head } = this;
    const isCut = head !== undefined && this.#length < head.bytes;
    const isChanged = head !== undefined && this.#checksumOfHead !== head.checksum;
    return {
      lines: this.#lines,
      length: this.#length,
      checksum: this.#checksum,
      tornBytes: this.#tornBytes,
      problem: found ?? (isCut ? "is cut" : isChanged ? "was changed" : undefined),
      head,
      mayBePowerCut: head !== undefined && !head.isClosed && (head.bootId === "" || head.bootId !== bootId),
    };
  }

  /** Everything from here on was never acknowledged. */
  get #isBeyondHead(): boolean {
    return this.head !== undefined && this.#length >= this.head.bytes;
  }

  get #damaged(): LogState["problem"] {
    return `is damaged in line ${this.#lines + 1}`;
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
      throw new DamagedLogError(records.length + 1, { records, length: start, tornBytes: 0 });
    }
    records.push(record.value);
    start = end + 1;
  }
  return { records, length: start, tornBytes: 0 };
}

function decodeLine(line: string): { readonly value: unknown } | undefined {
  const json = line.slice(9);
  if (line[8] !== " " || line.slice(0, 8) !== checksumText(crc32(json))) return undefined;
  try {
    return { value: JSON.parse(json) };
  } catch {
    return undefined;
  }
}

/** The newest slot; undefined where neither can be read. */
async function readLogHead(disk: Disk, logPath: string): Promise<FoundHead | undefined> {
  const bytes = await disk.read(headPath(logPath));
  if (!bytes) return undefined;
  const [newest, other] = [0, 1]
    .flatMap((slot) => decodeSlot(bytes.toString("latin1", slot * slotBytes, (slot + 1) * slotBytes)) ?? [])
    .sort((a, b) => b.turn - a.turn);
  return newest && { ...newest, isWhole: other?.turn === newest.turn - 1 };
}

function decodeSlot(slot: string): Omit<FoundHead, "isWhole"> | undefined {
  const text = slot.slice(9).trimEnd();
  if (slot.length !== slotBytes || slot.slice(0, 8) !== checksumText(crc32(text))) return undefined;
  const head: unknown = JSON.parse(text);
  return isRecord(head) ? (head as unknown as FoundHead) : undefined;
}
