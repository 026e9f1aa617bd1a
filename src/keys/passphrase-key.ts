import { scrypt } from "node:crypto";
import { fromBase64, isRecord, toBase64 } from "../platform/encoding.js";
import type { Secret } from "../platform/secret.js";
import { keyBytes, type KeyBytes } from "./cipher.js";

/** OWASP's recommendation for scrypt: 128 MiB of memory. */
const cost = { N: 131_072, r: 8, p: 1 };
const saltBytes = 16;
const maxMemoryBytes = 512 * 1024 * 1024;
/** Four times what we ask for: a file from elsewhere cannot keep the processor busy without end. */
const maxWork = 2 ** 22;

/** As files keep them; the salt is base64. */
export interface ScryptParameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: string;
}

/** scrypt does not take these parameters: no file of ours has such. */
export class UnusableParametersError extends Error {}

export function newScryptParameters(): ScryptParameters {
  return { ...cost, salt: toBase64(crypto.getRandomValues(new Uint8Array(saltBytes))) };
}

export function isScryptParameters(value: unknown): value is ScryptParameters {
  const { N, r, p, salt } = isRecord(value) ? value : {};
  const isNumber = [N, r, p].every((number) => typeof number === "number");
  return isNumber && typeof salt === "string" && fromBase64(salt) !== undefined;
}

/** Makes the key of a passphrase: scrypt (RFC 7914) of its form NFC. @throws UnusableParametersError */
export async function stretch(passphrase: Secret, parameters: ScryptParameters): Promise<KeyBytes> {
  return scryptKey(passphrase.reveal().normalize("NFC"), parameters);
}

/**
 * Makes the keys that a passphrase may stand for, the likeliest first: keyboards compose letters differently, and files
 * were once sealed under the form that was typed. @throws UnusableParametersError
 */
export async function* possibleKeys(passphrase: Secret, parameters: ScryptParameters): AsyncGenerator<KeyBytes> {
  const typed = passphrase.reveal();
  for (const form of new Set([typed.normalize("NFC"), typed, typed.normalize("NFD")]))
    yield await scryptKey(form, parameters);
}

async function scryptKey(text: string, { N, r, p, salt }: ScryptParameters): Promise<KeyBytes> {
  const isBounded = [N, r, p].every((number) => Number.isInteger(number) && number >= 1) && N * r * p <= maxWork;
  if (!isBounded || N < 2 || (N & (N - 1)) !== 0) throw new UnusableParametersError();
  return new Promise((resolve, reject) => {
    try {
      const options = { N, r, p, maxmem: maxMemoryBytes };
      scrypt(text, fromBase64(salt) ?? "", keyBytes, options, (error, key) => {
        if (error) reject(error);
        else resolve(Uint8Array.from(key));
      });
    } catch {
      reject(new UnusableParametersError());
    }
  });
}
