import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { toBase64 } from "../platform/encoding.js";

/** The length of every key here. */
export const keyBytes = 32;
export type KeyBytes = Uint8Array<ArrayBuffer>;

const algorithm = "aes-256-gcm";
const ivBytes = 12;
const tagBytes = 16;
const ivsPerDraw = 64;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const settings = { authTagLength: tagBytes };

/** The bytes do not open: another key, other additional data, or not what was written. */
export class CannotOpenError extends Error {
  override readonly name = "CannotOpenError";
}

/**
 * AES-256-GCM (NIST SP 800-38D). A sealed value is base64(iv 12 ‖ ciphertext ‖ tag 16).
 *
 * The additional data is a versioned text that names where the value belongs, so that it opens nowhere else. Documents of
 * `v: 1` have none. It is synchronous, so that a transaction can seal and open.
 */
export class Cipher {
  readonly #key: KeyObject;
  /** Random bytes for the next values: one draw costs as much as many. */
  #ivs = new Uint8Array();

  /** @param key 32 bytes */
  constructor(key: Uint8Array) {
    this.#key = createSecretKey(key);
  }

  seal(plaintext: string, additionalData: string): string {
    const iv = this.#freshIv();
    const cipher = createCipheriv(algorithm, this.#key, iv, settings);
    cipher.setAAD(Buffer.from(additionalData));
    const sealed = cipher.update(plaintext, "utf8");
    return toBase64(Buffer.concat([iv, sealed, cipher.final(), cipher.getAuthTag()]));
  }

  #freshIv(): Uint8Array {
    if (this.#ivs.length === 0) this.#ivs = crypto.getRandomValues(new Uint8Array(ivsPerDraw * ivBytes));
    const iv = this.#ivs.subarray(0, ivBytes);
    this.#ivs = this.#ivs.subarray(ivBytes);
    return iv;
  }

  /** @throws CannotOpenError */
  open(value: string, additionalData: string | undefined): string {
    const bytes = Buffer.from(value, "base64");
    // Base64 in one way only, so that no two texts are one value.
    if (bytes.length < ivBytes + tagBytes || bytes.toString("base64") !== value)
      throw new CannotOpenError("not a sealed value");
    const tagStart = bytes.length - tagBytes;
    try {
      const decipher = createDecipheriv(algorithm, this.#key, bytes.subarray(0, ivBytes), settings);
      if (additionalData !== undefined) decipher.setAAD(Buffer.from(additionalData));
      decipher.setAuthTag(bytes.subarray(tagStart));
      const opened = decipher.update(bytes.subarray(ivBytes, tagStart));
      // Throws where the tag is wrong, before anything of the plaintext is looked at.
      decipher.final();
      return utf8.decode(opened);
    } catch (error) {
      throw new CannotOpenError("does not open", { cause: error });
    }
  }
}

/** Names a field of a service's credential. */
export function fieldAdditionalData(service: string, field: string): string {
  return JSON.stringify(["tokenvault-webhook:field:v2", service, field]);
}

/** Names a secret that the webhook keeps for itself. */
export function systemAdditionalData(...names: readonly string[]): string {
  return JSON.stringify(["tokenvault-webhook:system:v1", ...names]);
}
