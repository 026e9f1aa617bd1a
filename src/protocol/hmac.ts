import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from "node:crypto";

type Parts = readonly (string | Uint8Array)[];

/** Holds the shared secret. Nothing prints it, and nobody gets it out again. */
export class HmacKey {
  readonly #key: KeyObject;

  /** @param secret 32 bytes */
  constructor(secret: Uint8Array) {
    this.#key = createSecretKey(secret);
  }

  /** HMAC-SHA-256 (RFC 2104) over the parts, one after the other; texts as UTF-8. */
  digest(parts: Parts): Buffer {
    const hmac = createHmac("sha256", this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest();
  }
}

/** Signs the parts. Returns 64 lower-case hex digits. */
export function signHmac(key: HmacKey, ...parts: Parts): string {
  return key.digest(parts).toString("hex");
}

/** Compares in constant time on the decoded bytes; a MAC of another length is simply false. */
export function verifyHmac(key: HmacKey, mac: Uint8Array, ...parts: Parts): boolean {
  const expected = key.digest(parts);
  return mac.length === expected.length && timingSafeEqual(mac, expected);
}
