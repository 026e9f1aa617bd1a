import { dirname, join } from "node:path";
import { StartError } from "../errors.js";
import { fromBase64, toBase64, toHex, toUtf8 } from "../protocol/encoding.js";
import { Secret } from "../secret.js";
import type { Disk } from "../store/disk.js";
import { replaceFile } from "../store/durable-file.js";
import { Cipher } from "./cipher.js";

/*
 * The file `keys.json`, in a folder of its own beside the data folder:
 *
 *   {"format": "tokenvault-webhook-keys", "version": 1, "encryptionKey": "<32 bytes in base64>"}
 */
const format = "tokenvault-webhook-keys";
const version = 1;
const keyBytes = 32;

/** What a seed fixes beside the encryption key (PROTOCOL.md, section 5, "Seed mode"). */
export interface SeedIdentity {
  readonly hmacSecret: Secret<Uint8Array<ArrayBuffer>>;
  readonly webhookId: string;
}

export interface Keys {
  readonly cipher: Cipher;
  readonly seeded?: SeedIdentity;
}

/** HKDF-SHA-256 (RFC 5869) with an empty salt: the same seed gives the same webhook, here as elsewhere. */
export async function deriveKeys(seed: Secret): Promise<Keys> {
  const [encryptionKey, hmacSecret, id] = await Promise.all([
    derive(seed, "tv-webhook:encryption-key:v1", 32),
    derive(seed, "tv-webhook:hmac-secret:v1", 32),
    derive(seed, "tv-webhook:webhook-id:v1", 16),
  ]);
  return {
    cipher: await Cipher.fromKey(encryptionKey),
    seeded: { hmacSecret: new Secret(hmacSecret), webhookId: `wh_${toHex(id)}` },
  };
}

/** Reads keys.json. @throws StartError when it is missing, damaged or newer */
export async function readKeyFile(disk: Disk, path: string): Promise<Keys | undefined> {
  const bytes = await disk.read(path);
  if (bytes === undefined) return undefined;
  let content: Record<string, unknown>;
  try {
    content = JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
  } catch {
    throw new StartError("The key file is cut or damaged: it is not JSON. Nothing was changed. Put back its backup.");
  }
  const { format: foundFormat, version: found, encryptionKey } = content;
  if (foundFormat === format && typeof found === "number" && found > version) {
    throw new StartError(
      "The key file is of a newer format than this program knows. Nothing was changed. Install the newer program.",
    );
  }
  const key = typeof encryptionKey === "string" ? fromBase64(encryptionKey) : undefined;
  if (foundFormat !== format || found !== version || key?.length !== keyBytes) {
    throw new StartError("The key file does not hold a key of 32 bytes. Nothing was changed. Put back its backup.");
  }
  return { cipher: await Cipher.fromKey(key) };
}

/** Makes a key and writes it, before anything is encrypted with it. */
export async function createKeyFile(disk: Disk, path: string): Promise<Keys> {
  const key = crypto.getRandomValues(new Uint8Array(keyBytes));
  await disk.makeFolder(dirname(path));
  await replaceFile(disk, path, [`${JSON.stringify({ format, version, encryptionKey: toBase64(key) })}\n`]);
  return { cipher: await Cipher.fromKey(key) };
}

/** The owner's secret, read from its file or made and written there. */
export async function adminSecretFrom(disk: Disk, path: string): Promise<Secret> {
  const bytes = await disk.read(path);
  const kept = bytes?.toString("utf8").trim();
  if (kept) return new Secret(kept);
  const made = Buffer.from(crypto.getRandomValues(new Uint8Array(keyBytes))).toString("base64url");
  await disk.makeFolder(dirname(path));
  await replaceFile(disk, path, [`${made}\n`]);
  return new Secret(made);
}

export function keyFilePath(keyFolder: string): string {
  return join(keyFolder, "keys.json");
}

export function adminSecretPath(keyFolder: string): string {
  return join(keyFolder, "admin-secret");
}

async function derive(seed: Secret, info: string, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", toUtf8(seed.reveal()), "HKDF", false, ["deriveBits"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: toUtf8(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8));
}
