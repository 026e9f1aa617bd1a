import { toHex } from "./encoding.js";

const algorithm = { name: "HMAC", hash: "SHA-256" };

/** The shared secret, 32 bytes, imported once; not extractable, so that nothing can print it. */
export function importHmacKey(secret: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", secret, algorithm, false, ["sign", "verify"]);
}

/** HMAC-SHA-256 (RFC 2104) as 64 lower-case hex digits. */
export async function signHmac(key: CryptoKey, data: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(await crypto.subtle.sign(algorithm, key, data));
}

/** Compares in constant time on the decoded bytes; a code of another length is simply false. */
export function verifyHmac(
  key: CryptoKey,
  code: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  return crypto.subtle.verify(algorithm, key, code, data);
}
