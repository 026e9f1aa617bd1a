import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from "node:crypto";

/** The shared secret, imported once. Nothing prints it, and nobody gets it out again. */
export class HmacKey {
  readonly #key: KeyObject;

  /** @param secret 32 bytes */
  constructor(secret: Uint8Array) {
    this.#key = createSecretKey(secret);
  }

  /** HMAC-SHA-256 (RFC 2104) over the parts, one after the other; texts as UTF-8. */
  digest(parts: readonly (string | Uint8Array)[], encoding: "hex" | "binary"): string {
    const hmac = createHmac("sha256", this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest(encoding);
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
