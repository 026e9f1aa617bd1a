import { join } from "node:path";
import { collectionValues } from "../../generated/operations.js";
import { StartError, WebhookError } from "../platform/errors.js";
import { fromBase64, isRecord, parseJsonObject } from "../platform/encoding.js";
import type { Disk } from "../files/disk.js";
import type { Document } from "../store/store.js";
import { CannotOpenError, Cipher, keyBytes, type KeyBytes } from "../keys/cipher.js";
import type { CollectionEntry } from "../vault/binding.js";
import { Credential } from "../vault/credential.js";
import { sealSecrets } from "../vault/sealing.js";

/*
 * The two files of a reference webhook:
 *
 *   tokenvault_store.json      {"webhook_id", "encryption_key", "hmac_secret", "hmac_secret_hash"}, keys in base64
 *   tokenvault_kv_store.json   {collection: {key: document}}
 */
const keysName = "tokenvault_store.json";
const documentsName = "tokenvault_kv_store.json";

/** The content of a reference webhook's folder: read whole and checked, before anything of ours is made. */
export interface ReferenceData {
  readonly webhookId: string;
  readonly encryptionKey: KeyBytes;
  /** 32 bytes; undefined when it was never bound. */
  readonly hmacSecret: KeyBytes | undefined;
  readonly documents: readonly CollectionEntry[];
}

/**
 * Reads a reference webhook's folder and changes nothing in it. Every encrypted field is opened once.
 * @throws StartError
 */
export async function readReferenceFolder(disk: Disk, folder: string): Promise<ReferenceData> {
  const keys = await readJson(disk, folder, keysName);
  const stored = await readJson(disk, folder, documentsName);
  const { webhook_id: webhookId, encryption_key: encryptionKey, hmac_secret: hmacSecret } = keys;
  const key = decodeKey(encryptionKey);
  if (!key || typeof webhookId !== "string")
    throw unusable(keysName, "lacks its webhook_id or its encryption_key of 32 bytes");
  const secret = decodeKey(hmacSecret);
  if (hmacSecret && !secret) throw unusable(keysName, "holds an hmac_secret that is not 32 bytes");
  const cipher = new Cipher(key);
  const documents = collectionValues.flatMap((collection) =>
    entriesOf(stored[collection]).map(([name, document]): CollectionEntry => {
      return [collection, name, collection === "tokens" ? sealedToken(cipher, name, document) : document];
    }),
  );
  return { webhookId, encryptionKey: key, hmacSecret: secret, documents };
}

/** Makes a credential as it will be kept, every encrypted field opened once. */
function sealedToken(cipher: Cipher, service: string, document: Document): Document {
  try {
    new Credential(cipher, service, document).secrets();
    return sealSecrets(cipher, service, document);
  } catch (error) {
    if (!(error instanceof CannotOpenError || error instanceof WebhookError)) throw error;
    const problem = error instanceof WebhookError ? error.message : `It does not open with the key in ${keysName}.`;
    throw new StartError(
      `In ${documentsName}, the credential of ${JSON.stringify(service)} cannot be taken over: ${problem} Nothing was imported.`,
      { cause: error },
    );
  }
}

async function readJson(disk: Disk, folder: string, name: string): Promise<Record<string, unknown>> {
  const bytes = await disk.read(join(folder, name));
  if (!bytes) throw unusable(name, "is missing from that folder");
  const content = parseJsonObject(bytes.toString("utf8"));
  if (!content) throw unusable(name, "is cut or damaged: it is not a JSON object");
  return content;
}

function entriesOf(collection: unknown): [string, Document][] {
  if (collection === undefined) return [];
  if (!isRecord(collection) || !Object.values(collection).every(isRecord))
    throw unusable(documentsName, "has a collection that does not hold documents");
  return Object.entries(collection) as [string, Document][];
}

function decodeKey(base64: unknown): KeyBytes | undefined {
  const key = typeof base64 === "string" ? fromBase64(base64) : undefined;
  return key?.length === keyBytes ? key : undefined;
}

function unusable(name: string, problem: string): StartError {
  return new StartError(`${name} ${problem}. Nothing was imported.`);
}
