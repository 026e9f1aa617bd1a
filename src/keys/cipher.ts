import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { toBase64 } from "../protocol/encoding.js";

/** The length of every key here. */
export const keyBytes = 32;
export type KeyBytes = Uint8Array<ArrayBuffer>;

const algorithm = "aes-256-gcm";
const ivBytes = 12;
const tagBytes = 16;
const ivsPerDraw = 64;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const settings = { authTagLength: tagBytes };

/** The bytes do not open: another key, another place, or not what was written. */
export class CannotOpenError extends Error {
  override readonly name = "CannotOpenError";
}

/**
 * AES-256-GCM (NIST SP 800-38D). A sealed value is base64(iv 12 ‖ ciphertext ‖ tag 16).
 *
 * `place` is the additional data: a versioned text that names where the value belongs, so that it opens nowhere else.
 * Undefined is the envelope of `v: 1` documents, which have none.
 *
 * Of node:crypto and not of WebCrypto, whose every call goes through a queue of other threads: a value opens here in an
 * eighth of the time.
 */
export class Cipher {
  readonly #key: KeyObject;
  /** Random bytes that no value has had yet: a draw costs the same, be it of 12 bytes or of many. */
  #fresh = new Uint8Array();

  /** @param key 32 bytes */
  constructor(key: Uint8Array) {
    this.#key = createSecretKey(key);
  }

  seal(plaintext: string, place: string): string {
    const iv = this.#freshIv();
    const cipher = createCipheriv(algorithm, this.#key, iv, settings);
    cipher.setAAD(Buffer.from(place));
    const sealed = cipher.update(plaintext, "utf8");
    return toBase64(Buffer.concat([iv, sealed, cipher.final(), cipher.getAuthTag()]));
  }

  #freshIv(): Uint8Array {
    if (this.#fresh.length < ivBytes) this.#fresh = crypto.getRandomValues(new Uint8Array(ivsPerDraw * ivBytes));
    const iv = this.#fresh.subarray(0, ivBytes);
    this.#fresh = this.#fresh.subarray(ivBytes);
    return iv;
  }

  /** @throws CannotOpenError */
  open(value: string, place: string | undefined): string {
    const bytes = Buffer.from(value, "base64");
    // Base64 in one way only, so that no two texts are one value.
    if (bytes.length < ivBytes + tagBytes || bytes.toString("base64") !== value)
      throw new CannotOpenError("not a sealed value");
    const tagStart = bytes.length - tagBytes;
    try {
      const decipher = createDecipheriv(algorithm, this.#key, bytes.subarray(0, ivBytes), settings);
      if (place !== undefined) decipher.setAAD(Buffer.from(place));
      decipher.setAuthTag(bytes.subarray(tagStart));
      const opened = decipher.update(bytes.subarray(ivBytes, tagStart));
      // Nothing of it is looked at before this has found the tag to be right.
      decipher.final();
      return utf8.decode(opened);
    } catch (error) {
      throw new CannotOpenError("does not open", { cause: error });
    }
  }
}

/** A field of a service's token document. */
export function fieldPlace(service: string, field: string): string {
  return JSON.stringify(["tokenvault-webhook:field:v2", service, field]);
}

/** A secret that the webhook keeps for itself. */
export function systemPlace(...names: readonly string[]): string {
  return JSON.stringify(["tokenvault-webhook:system:v1", ...names]);
}
