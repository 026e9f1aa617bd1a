import { hash, timingSafeEqual } from "node:crypto";

const blockBytes = 64;
const digestBytes = 32;

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
  digest(parts: readonly (string | Uint8Array)[], encoding: "hex" | "binary"): string {
    let end = blockBytes;
    for (const part of parts) end += Buffer.byteLength(part);
    const inner = Buffer.allocUnsafe(end);
    inner.set(this.#innerPad);
    end = blockBytes;
    for (const part of parts) {
      if (typeof part === "string") end += inner.write(part, end);
      else {
        inner.set(part, end);
        end += part.length;
      }
    }
    this.#outer.write(hash("sha256", inner, "binary"), blockBytes, "binary");
    // The key was in it, and what was signed may hold secrets too; the memory goes to whoever asks for some next.
    inner.fill(0);
    return hash("sha256", this.#outer, encoding);
  }
}

/** 64 lower-case hex digits. */
export function signHmac(key: HmacKey, ...parts: readonly (string | Uint8Array)[]): string {
  return key.digest(parts, "hex");
}

/** Compares in constant time on the decoded bytes; a code of another length is simply false. */
export function verifyHmac(key: HmacKey, code: Uint8Array, ...parts: readonly (string | Uint8Array)[]): boolean {
  // By way of a text: of the bytes themselves node:crypto makes memory outside the heap, for the collector to count.
  const expected = Buffer.from(key.digest(parts, "binary"), "latin1");
  return code.length === expected.length && timingSafeEqual(code, expected);
}
