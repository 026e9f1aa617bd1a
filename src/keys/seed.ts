import { toHex, toUtf8 } from "../platform/encoding.js";
import { Secret } from "../platform/secret.js";
import { Cipher, keyBytes, type KeyBytes } from "./cipher.js";

/** The values that a seed fixes beside the encryption key (llm.txt, R2). */
export interface SeedIdentity {
  readonly hmacSecret: Secret<Uint8Array<ArrayBuffer>>;
  readonly webhookId: string;
}

export interface SeedKeys {
  readonly encryptionKey: KeyBytes;
  readonly cipher: Cipher;
  readonly seeded: SeedIdentity;
}

/** HKDF-SHA-256 (RFC 5869) with an empty salt: the same seed gives the same webhook, here as elsewhere. */
export async function deriveFromSeed(seed: Secret): Promise<SeedKeys> {
  const [encryptionKey, hmacSecret, id] = await Promise.all([
    derive(seed, "tv-webhook:encryption-key:v1", keyBytes),
    derive(seed, "tv-webhook:hmac-secret:v1", 32),
    derive(seed, "tv-webhook:webhook-id:v1", 16),
  ]);
  return {
    encryptionKey,
    cipher: new Cipher(encryptionKey),
    seeded: { hmacSecret: new Secret(hmacSecret), webhookId: `wh_${toHex(id)}` },
  };
}

async function derive(seed: Secret, info: string, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", toUtf8(seed.reveal()), "HKDF", false, ["deriveBits"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: toUtf8(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8));
}
