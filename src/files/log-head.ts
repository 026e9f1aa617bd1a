/*
 * The file `<log>.head`, beside a log: where the log ends, known in a second place, so that a log that was cut, changed or
 * taken away is told from one that a crash left unfinished. Two slots of 256 bytes are written in turn, so that one of them
 * is always whole, and both are where nothing but a crash of the process met them:
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

export const slotBytes = 256;

export function headPath(logPath: string): string {
  return `${logPath}.head`;
}

/** A head as it was found. */
export interface FoundHead extends LogHead {
  readonly turn: number;
  /** Both slots are there, as they were written one after the other: no newer one was taken away. */
  readonly isWhole: boolean;
}

/** A log that was read, to be gone on with. Lengths are bytes. */
export interface LogEnd {
  /** Of the lines that are good, up to the first that is not. */
  readonly length: number;
  /** The CRC-32 of these bytes. */
  readonly checksum: number;
  readonly head: FoundHead | undefined;
}
