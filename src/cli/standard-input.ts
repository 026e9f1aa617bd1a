import { readSync } from "node:fs";
import { decodeText } from "../platform/encoding.js";
import { errorCode, StartError } from "../platform/errors.js";

const maxBytes = 1024 * 1024;

/** Reads standard input to its end, as text without its byte order mark. @throws StartError */
export function readStandardInput(): string {
  return textOf(readBytes());
}

/** @throws StartError for what is no text */
export function textOf(bytes: Uint8Array): string {
  const text = decodeText(bytes);
  if (text === undefined) throw new StartError("Standard input is not text in UTF-8 or UTF-16; nothing was changed.");
  return text;
}

/** @throws StartError for more than any secret has: something may write without an end */
function readBytes(): Buffer {
  const pieces: Buffer[] = [];
  for (let length = 0; length <= maxBytes;) {
    const piece = Buffer.alloc(64 * 1024);
    const count = readSome(piece);
    if (count === 0) return Buffer.concat(pieces);
    pieces.push(piece.subarray(0, count));
    length += count;
  }
  throw new StartError("Standard input has more than 1 MiB, which is no secret; nothing was changed.");
}

/** Waits for a pipe that has nothing yet; one that is open in Node's own streams says so instead of waiting. */
function readSome(piece: Buffer): number {
  for (;;) {
    try {
      return readSync(0, piece);
    } catch (error) {
      const code = errorCode(error);
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
