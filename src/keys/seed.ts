import { hkdfSync } from "node:crypto";
import { toHex } from "../platform/encoding.js";
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
export function deriveFromSeed(seed: Secret): SeedKeys {
  const derive = (info: string, length: number): KeyBytes =>
    new Uint8Array(hkdfSync("sha256", seed.reveal(), "", info, length));
  const encryptionKey = derive("tv-webhook:encryption-key:v1", keyBytes);
  const hmacSecret = new Secret(derive("tv-webhook:hmac-secret:v1", 32));
  const webhookId = `wh_${toHex(derive("tv-webhook:webhook-id:v1", 16))}`;
  return { encryptionKey, cipher: new Cipher(encryptionKey), seeded: { hmacSecret, webhookId } };
}
