import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { fromBase64, isRecord, parseJsonObject, toBase64 } from "../platform/encoding.js";
import type { Secret } from "../platform/secret.js";
import { refuseNewer, unusable } from "./backup-lines.js";
import { keyBytes, type KeyBytes } from "../keys/cipher.js";
import {
  isScryptParameters,
  newScryptParameters,
  possibleKeys,
  UnusableParametersError,
  type ScryptParameters,
} from "../keys/passphrase-key.js";

/*
 * The file:
 *
 *   <header: JSON, one line> LF ‖ iv 12 ‖ ciphertext ‖ tag 16 ‖ SHA-256 of all before 32
 *
 *   {"format": "tokenvault-webhook-backup", "version": 1, "scrypt": {"N": 131072, "r": 8, "p": 1, "salt": "<base64>"}}
 *   {"format": "tokenvault-webhook-backup", "version": 1, "hkdf": {"salt": "<base64>"}}
 *
 * AES-256-GCM under scrypt(passphrase) or HKDF-SHA-256(the data folder's encryption key); the header's bytes, LF and all,
 * are the additional data. The plaintext is one line, {"encryptionKey": "<32 bytes in base64>"} or {}, and the lines of
 * backup-lines.ts. The hash at the end guards nothing: it tells a damaged file from a wrong passphrase.
 */
const format = "tokenvault-webhook-backup";
const version = 1;
const maxHeaderBytes = 1024;
const algorithm = "aes-256-gcm";
const ivBytes = 12;
const tagBytes = 16;
const hashBytes = 32;
const saltBytes = 16;
const hkdfInfo = "tokenvault-webhook:backup:v1";

/** The secret that a backup is sealed with. */
export type BackupSecret = { readonly passphrase: Secret } | { readonly encryptionKey: KeyBytes };

export interface BackupContent {
  /** As backupLines gives them. */
  readonly lines: string;
  /** The data folder's, when it was put in. */
  readonly encryptionKey: KeyBytes | undefined;
}

type Derivation = { readonly scrypt: ScryptParameters } | { readonly hkdf: { readonly salt: string } };

export async function sealBackup({ lines, encryptionKey }: BackupContent, secret: BackupSecret): Promise<Uint8Array> {
  const derivation: Derivation =
    "passphrase" in secret
      ? { scrypt: newScryptParameters() }
      : { hkdf: { salt: randomBytes(saltBytes).toString("base64") } };
  const header = Buffer.from(`${JSON.stringify({ format, version, ...derivation })}\n`);
  const iv = randomBytes(ivBytes);
  const { value: key } = (await keysFor(secret, derivation).next()) as IteratorYieldResult<Uint8Array>;
  const cipher = createCipheriv(algorithm, key, iv).setAAD(header);
  const first = encryptionKey ? { encryptionKey: toBase64(encryptionKey) } : {};
  const ciphertext = cipher.update(`${JSON.stringify(first)}\n${lines}`);
  const whole = Buffer.concat([header, iv, ciphertext, cipher.final(), cipher.getAuthTag()]);
  return Buffer.concat([whole, sha256(whole)]);
}

/** A backup whose bytes are whole. */
export interface SealedBackup {
  readonly needsPassphrase: boolean;
  /** Undefined when it does not open: another secret. @throws StartError when it opens and is not what it should be */
  open(secret: BackupSecret): Promise<BackupContent | undefined>;
}

/** @throws StartError when the file is cut, damaged, newer or something else */
export function readBackup(file: Uint8Array): SealedBackup {
  const bytes = Buffer.from(file);
  const ivStart = bytes.subarray(0, maxHeaderBytes).indexOf(10) + 1;
  const header = bytes.subarray(0, ivStart);
  const derivation = parseHeader(header.toString());
  const start = ivStart + ivBytes;
  const end = bytes.length - hashBytes;
  const tagStart = end - tagBytes;
  if (tagStart < start || !bytes.subarray(end).equals(sha256(bytes.subarray(0, end))))
    throw unusable("is cut or damaged");
  if (!derivation) throw unusable("does not say how its key is made");
  return {
    needsPassphrase: "scrypt" in derivation,
    async open(secret) {
      for await (const key of keysFor(secret, derivation)) {
        const decipher = createDecipheriv(algorithm, key, bytes.subarray(ivStart, start), { authTagLength: tagBytes });
        decipher.setAAD(header).setAuthTag(bytes.subarray(tagStart, end));
        const opened = decipher.update(bytes.subarray(start, tagStart));
        try {
          decipher.final();
        } catch {
          continue;
        }
        return readContent(opened.toString());
      }
      return undefined;
    },
  };
}

function parseHeader(line: string): Derivation | undefined {
  const header = parseJsonObject(line);
  if (header?.["format"] !== format) throw unusable("was not written by this program, or its first line is damaged");
  const { version: found, scrypt, hkdf } = header;
  refuseNewer("The backup", found, version);
  if (found !== version) throw unusable("has no version");
  if (isScryptParameters(scrypt)) return { scrypt };
  const salt = isRecord(hkdf) ? hkdf["salt"] : undefined;
  return typeof salt === "string" ? { hkdf: { salt } } : undefined;
}

function readContent(text: string): BackupContent {
  const end = text.indexOf("\n");
  const { encryptionKey } = JSON.parse(text.slice(0, end)) as { readonly encryptionKey?: string };
  const key = encryptionKey === undefined ? undefined : fromBase64(encryptionKey);
  if (key && key.length !== keyBytes) throw unusable("holds a key that is not 32 bytes");
  return { lines: text.slice(end + 1), encryptionKey: key };
}

/** The first of them seals; any of them may open. */
async function* keysFor(secret: BackupSecret, derivation: Derivation): AsyncGenerator<Uint8Array> {
  if ("passphrase" in secret && "scrypt" in derivation) {
    try {
      yield* possibleKeys(secret.passphrase, derivation.scrypt);
    } catch (error) {
      throw error instanceof UnusableParametersError ? unusable("has scrypt parameters that cannot be used") : error;
    }
    return;
  }
  if ("passphrase" in secret || "scrypt" in derivation) throw new Error("not the kind of secret that this backup has");
  const salt = Buffer.from(derivation.hkdf.salt, "base64");
  yield new Uint8Array(hkdfSync("sha256", secret.encryptionKey, salt, hkdfInfo, keyBytes));
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
