import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { errorCode, StartError } from "../platform/errors.js";

/** Settings, secrets, keys and heads of logs have a few kilobytes. */
const maxSmallBytes = 2 ** 20;

/**
 * Reads a file whole. A pipe, a device and a file without end are refused, and none of them is waited for.
 * @throws StartError, and what the system says against it
 */
export function readRegularFile(path: string, maxBytes?: number): Buffer {
  return readWithFacts(path, maxBytes).bytes;
}

/** As `readRegularFile`, with what the system says of that very file. */
export function readWithFacts(
  path: string,
  maxBytes = maxSmallBytes,
): { readonly bytes: Buffer; readonly facts: Stats } {
  const file = openRegular(path);
  try {
    const facts = fstatSync(file);
    requireRegular(path, facts);
    return { bytes: readAll(file, path, facts.size, maxBytes), facts };
  } finally {
    closeSync(file);
  }
}

/** The size is what the system says: it says 0 of its own files, such as those in /proc, which may have no end. */
function readAll(file: number, path: string, size: number, maxBytes: number): Buffer {
  const pieces: Buffer[] = [];
  let length = 0;
  while (Math.max(size, length) <= maxBytes) {
    const piece = Buffer.allocUnsafeSlow(Math.max(size - length, 65_536));
    const count = readSync(file, piece);
    if (count === 0) return Buffer.concat(pieces, length);
    pieces.push(piece.subarray(0, count));
    length += count;
  }
  throw new StartError(
    `${JSON.stringify(path)} has more than ${String(maxBytes / 2 ** 20)} MiB, the most that is read; give the right file.`,
  );
}

/** Opens a regular file to read it in pieces. @throws StartError, and what the system says against it */
export async function openRegularFile(path: string): Promise<FileHandle> {
  const file = await open(path, readingFlags).catch((error: unknown): never => {
    throw refusalOf(path, error);
  });
  try {
    requireRegular(path, await file.stat());
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function requireRegular(path: string, facts: Stats): void {
  if (facts.isDirectory())
    throw Object.assign(new Error(`${path} is a folder`), { code: "EISDIR", syscall: "read", path });
  if (!facts.isFile()) throw notRegular(path);
}

/** Without O_NONBLOCK a pipe that nobody writes to is waited for; Windows has no such flag. */
const readingFlags = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

function openRegular(path: string): number {
  try {
    return openSync(path, readingFlags);
  } catch (error) {
    throw refusalOf(path, error);
  }
}

/** ENXIO tells a socket, or a device that is not there. */
function refusalOf(path: string, error: unknown): unknown {
  return errorCode(error) === "ENXIO" ? notRegular(path, error) : error;
}

function notRegular(path: string, cause?: unknown): StartError {
  return new StartError(
    `${JSON.stringify(path)} is no regular file but a pipe, socket or device; give the path of a file.`,
    { cause },
  );
}
