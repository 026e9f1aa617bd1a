import { constants, writeSync } from "node:fs";
import { mkdir, open, readdir, rename, stat, unlink, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode, withPath } from "../platform/errors.js";
import { lockSocket, type LockSocket } from "./lock-socket.js";
import { openRegularFile, readRegularFile } from "./regular-file.js";

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
  /** A regular file that must exist, from its start; a piece is good until the next one is asked for. */
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
  /** Missing where there are no sockets in folders. */
  readonly lockSocket?: LockSocket;
}

const pieceBytes = 256 * 1024;

export const nodeDisk: Disk = {
  read: (path, maxBytes) => ifThere(at(path, new Promise((resolve) => resolve(readRegularFile(path, maxBytes))))),
  async *readPieces(path) {
    const file = await openRegularFile(path);
    try {
      const piece = Buffer.allocUnsafeSlow(pieceBytes);
      for (;;) {
        const { bytesRead } = await at(path, file.read(piece, 0, pieceBytes, null));
        if (bytesRead === 0) return;
        yield piece.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  },
  create: async (path) => diskFile(path, await open(path, "wx", 0o600)),
  reopen: async (path) => diskFile(path, await open(path, constants.O_WRONLY)),
  rename,
  async remove(path) {
    await ifThere(unlink(path));
  },
  list: (folder) => readdir(folder),
  makeFolder,
  syncFolder: (path) =>
    whereSupported(path, async () => {
      const folder = await open(path, "r");
      await at(path, folder.sync()).finally(() => folder.close());
    }),
  exists: async (path) => (await ifThere(stat(path))) !== undefined,
  ...(process.platform === "win32" ? {} : { lockSocket }),
};

/** Some file systems, on networks above all, know no sync of a folder. A disk that fails says EIO. */
const unsupported = /^(?:EINVAL|ENOTSUP|EOPNOTSUPP|ENOSYS|EISDIR|EPERM|EBADF)$/;
let hasWarned = false;

/** Syncs a folder; goes on without where its file system cannot, and says so once. */
export async function whereSupported(path: string, sync: () => Promise<void>): Promise<void> {
  try {
    await sync();
  } catch (error) {
    if (!unsupported.test(errorCode(error) ?? "")) throw error;
    const sentence = `The file system of ${JSON.stringify(path)} cannot sync a folder: a power cut may take new files.`;
    if (!hasWarned) process.emitWarning(sentence);
    hasWarned = true;
  }
}

/** Node's recursive mkdir runs for ever where a link leads to nothing or back to itself. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const isMissing = errorCode(error) === "ENOENT" && dirname(path) !== path;
    if (isMissing) {
      await makeFolder(dirname(path));
      await mkdir(path, { mode: 0o700 });
    } else if (errorCode(error) !== "EEXIST" || !(await stat(path)).isDirectory()) throw error;
  }
}

function diskFile(path: string, handle: FileHandle): DiskFile {
  return {
    write: async (bytes, position) => (await at(path, handle.write(bytes, 0, bytes.length, position))).bytesWritten,
    writeNow(bytes, position) {
      try {
        for (let written = 0; written < bytes.length;)
          written += writeSync(handle.fd, bytes, written, bytes.length - written, position + written);
      } catch (error) {
        throw withPath(path, error);
      }
    },
    sync: () => at(path, handle.datasync()),
    truncate: (length) => at(path, handle.truncate(length)),
    close: () => handle.close(),
  };
}

/** Awaits an answer about a path, which is named in its error. */
async function at<T>(path: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw withPath(path, error);
  }
}

/** Resolves with undefined where the path names nothing. */
async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
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
