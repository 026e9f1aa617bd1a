import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from "node:fs";
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
    if (facts.isDirectory())
      throw Object.assign(new Error(`${path} is a folder`), { code: "EISDIR", syscall: "read", path });
    if (!facts.isFile()) throw notRegular(path);
    if (facts.size > maxBytes)
      throw new StartError(
        `${JSON.stringify(path)} has more than ${String(maxBytes / 2 ** 20)} MiB, the most that is read; give the right file.`,
      );
    return { bytes: readFileSync(file), facts };
  } finally {
    closeSync(file);
  }
}

function openRegular(path: string): number {
  try {
    // Without O_NONBLOCK a pipe that nobody writes to is waited for; Windows has no such flag.
    return openSync(path, constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0));
  } catch (error) {
    // A socket, or a device that is not there.
    if (errorCode(error) === "ENXIO") throw notRegular(path, error);
    throw error;
  }
}

function notRegular(path: string, cause?: unknown): StartError {
  return new StartError(
    `${JSON.stringify(path)} is no regular file but a pipe, socket or device; give the path of a file.`,
    { cause },
  );
}
