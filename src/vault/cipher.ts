import { fromBase64, toBase64, toUtf8 } from "../protocol/encoding.js";

/** The length of every key here. */
export const keyBytes = 32;
export type KeyBytes = Uint8Array<ArrayBuffer>;

const ivBytes = 12;
const tagBytes = 16;

/** The bytes do not open: another key, another place, or not what was written. */
export class CannotOpenError extends Error {
  override readonly name = "CannotOpenError";
}

/**
 * AES-256-GCM (NIST SP 800-38D). A sealed value is base64(iv 12 ‖ ciphertext ‖ tag 16).
 *
 * `place` is the additional data: a versioned text that names where the value belongs, so that it opens nowhere else.
 * Undefined is the envelope of `v: 1` documents, which have none.
 */
export class Cipher {
  private constructor(private readonly key: CryptoKey) {}

  /** @param key 32 bytes */
  static async fromKey(key: Uint8Array<ArrayBuffer>): Promise<Cipher> {
    return new Cipher(await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]));
  }

  async seal(plaintext: string, place: string): Promise<string> {
    const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
    const sealed = await crypto.subtle.encrypt(parameters(iv, place), this.key, toUtf8(plaintext));
    return toBase64(Buffer.concat([iv, Buffer.from(sealed)]));
  }

  /** @throws CannotOpenError */
  async open(value: string, place: string | undefined): Promise<string> {
    const bytes = fromBase64(value);
    if (!bytes || bytes.length < ivBytes + tagBytes) throw new CannotOpenError("not a sealed value");
    try {
      const opened = await crypto.subtle.decrypt(
        parameters(bytes.subarray(0, ivBytes), place),
        this.key,
        bytes.subarray(ivBytes),
      );
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(opened);
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

function parameters(iv: Uint8Array<ArrayBuffer>, place: string | undefined): AesGcmParams {
  const base = { name: "AES-GCM", iv, tagLength: tagBytes * 8 };
  return place === undefined ? base : { ...base, additionalData: toUtf8(place) };
}
