import { constants, writeSync } from "node:fs";
import { mkdir, open, readdir, rename, stat, unlink, type FileHandle } from "node:fs/promises";
import { readRegularFile } from "./regular-file.js";

/** An open file. Positions and lengths are bytes. */
export interface DiskFile {
  /** May write less than it was given, as write(2) may. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  /** Writes all of a few bytes at once, or throws. */
  writeNow(bytes: Uint8Array, position: number): void;
  /** Returns once what was written would survive a power cut. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** The disk as the stores use it; tests put one in its place that fails, fills up or forgets what was not synced. */
export interface Disk {
  /** Reads a regular file whole, 1 MiB at most unless told otherwise; undefined where it is missing. */
  read(path: string, maxBytes?: number): Promise<Buffer | undefined>;
  /** A file that must exist, from its start; a piece is good until the next one is asked for. */
  readPieces(path: string): AsyncIterable<Buffer>;
  /** Makes a file that must not exist yet, mode 0600. */
  create(path: string): Promise<DiskFile>;
  /** Opens a file that must exist, for writing. */
  reopen(path: string): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  list(folder: string): Promise<string[]>;
  /** Makes a folder and its parents, mode 0700, where they are missing. */
  makeFolder(path: string): Promise<void>;
  /** Makes creations, renames and removals in the folder survive a power cut. */
  syncFolder(path: string): Promise<void>;
  exists(path: string): Promise<boolean>;
}

const pieceBytes = 256 * 1024;

export const nodeDisk: Disk = {
  read: (path, maxBytes) => ifThere(new Promise((resolve) => resolve(readRegularFile(path, maxBytes)))),
  async *readPieces(path) {
    const file = await open(path, "r");
    try {
      const piece = Buffer.allocUnsafeSlow(pieceBytes);
      for (;;) {
        const { bytesRead } = await file.read(piece, 0, pieceBytes, null);
        if (bytesRead === 0) return;
        yield piece.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  },
  create: async (path) => diskFile(await open(path, "wx", 0o600)),
  reopen: async (path) => diskFile(await open(path, constants.O_WRONLY)),
  rename,
  async remove(path) {
    await ifThere(unlink(path));
  },
  list: (folder) => readdir(folder),
  async makeFolder(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  async syncFolder(path) {
    const folder = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
  exists: async (path) => (await ifThere(stat(path))) !== undefined,
};

function diskFile(handle: FileHandle): DiskFile {
  return {
    write: async (bytes, position) => (await handle.write(bytes, 0, bytes.length, position)).bytesWritten,
    writeNow(bytes, position) {
      for (let written = 0; written < bytes.length;)
        written += writeSync(handle.fd, bytes, written, bytes.length - written, position + written);
    },
    sync: () => handle.datasync(),
    truncate: (length) => handle.truncate(length),
    close: () => handle.close(),
  };
}

/** Resolves with undefined where the path names nothing. */
async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Names this start of the machine, on Linux; empty elsewhere. */
export async function readBootId(disk: Pick<Disk, "read">): Promise<string> {
  const bytes = await disk.read("/proc/sys/kernel/random/boot_id").catch(() => undefined);
  return bytes?.toString("utf8").trim() ?? "";
}

const lineEnd = 10;

/**
 * The same bytes in blocks that end with the end of a line, but for the last one where the file does not. A block is good
 * until the next one is asked for.
 */
export async function* wholeLines(pieces: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let begun: Buffer[] = [];
  for await (const piece of pieces) {
    const end = piece.lastIndexOf(lineEnd) + 1;
    if (end > 0) {
      const whole = piece.subarray(0, end);
      yield begun.length === 0 ? whole : Buffer.concat([...begun, whole]);
      begun = [];
    }
    // A copy, since the piece is read into again.
    if (end < piece.length) begun.push(Buffer.from(piece.subarray(end)));
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}

/** Writes all of it, since write(2) may take less than it was given. */
export async function writeAll(file: DiskFile, bytes: Uint8Array, position: number): Promise<number> {
  let written = 0;
  while (written < bytes.length) {
    const count = await file.write(bytes.subarray(written), position + written);
    if (count <= 0) throw new Error("the disk took no more bytes");
    written += count;
  }
  return position + written;
}
