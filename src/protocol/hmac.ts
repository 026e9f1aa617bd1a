import { createHash, hash, timingSafeEqual } from "node:crypto";

const blockBytes = 64;
const digestBytes = 32;
/** What is longer is not copied together: that would take as much memory again as a large body does. */
const maxCopiedBytes = 16 * 1024;

type Parts = readonly (string | Uint8Array)[];

/**
 * The shared secret, made ready once. Nothing prints it, and nobody gets it out again.
 *
 * HMAC as RFC 2104 composes it of two hashes: node:crypto hashes in one call, while its own Hmac is an object that has to
 * be made, and collected, for every code, which in a busy server takes twice as long.
 */
export class HmacKey {
  readonly #innerPad: Uint8Array;
  /** The outer pad, and room for the inner digest. */
  readonly #outer: Buffer;

  /** @param secret 32 bytes */
  constructor(secret: Uint8Array) {
    const key = new Uint8Array(blockBytes);
    key.set(secret.length > blockBytes ? hash("sha256", secret, "buffer") : secret);
    this.#innerPad = key.map((byte) => byte ^ 0x36);
    this.#outer = Buffer.alloc(blockBytes + digestBytes);
    this.#outer.set(key.map((byte) => byte ^ 0x5c));
  }

  /** HMAC-SHA-256 (RFC 2104) over the parts, one after the other; texts as UTF-8. */
  digest(parts: Parts, encoding: "hex" | "binary"): string {
    this.#outer.write(this.#innerDigest(parts), blockBytes, "binary");
    return hash("sha256", this.#outer, encoding);
  }

  #innerDigest(parts: Parts): string {
    let bytes = blockBytes;
    for (const part of parts) bytes += Buffer.byteLength(part);
    if (bytes > maxCopiedBytes) {
      const long = createHash("sha256").update(this.#innerPad);
      for (const part of parts) long.update(part);
      return long.digest("binary");
    }
    const inner = Buffer.allocUnsafe(bytes);
    inner.set(this.#innerPad);
    let end = blockBytes;
    for (const part of parts) {
      if (typeof part === "string") end += inner.write(part, end);
      else {
        inner.set(part, end);
        end += part.length;
      }
    }
    const digest = hash("sha256", inner, "binary");
    // The key was in it, and what was signed may hold secrets too; the memory goes to whoever asks for some next.
    inner.fill(0);
    return digest;
  }
}

/** 64 lower-case hex digits. */
export function signHmac(key: HmacKey, ...parts: Parts): string {
  return key.digest(parts, "hex");
}

/** Compares in constant time on the decoded bytes; a code of another length is simply false. */
export function verifyHmac(key: HmacKey, code: Uint8Array, ...parts: Parts): boolean {
  // By way of a text: of the bytes themselves node:crypto makes memory outside the heap, for the collector to count.
  const expected = Buffer.from(key.digest(parts, "binary"), "latin1");
  return code.length === expected.length && timingSafeEqual(code, expected);
}
