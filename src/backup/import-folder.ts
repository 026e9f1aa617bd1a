import { join, resolve } from "node:path";
import { collectionValues } from "../../generated/operations.js";
import type { Disk } from "../files/disk.js";
import { lockFolder, systemProcesses } from "../files/folder-lock.js";
import { CannotOpenError, Cipher, keyBytes, type KeyBytes } from "../keys/cipher.js";
import { keySource } from "../keys/key-source.js";
import { decodeText, fromBase64, isRecord, losesNumber, parseJsonObject, toBase64 } from "../platform/encoding.js";
import { StartError, WebhookError } from "../platform/errors.js";
import { JsonStore, type JsonStoreOptions } from "../store/json/json-store.js";
import type { Document } from "../store/store.js";
import { Binding, type CollectionEntry } from "../vault/binding.js";
import { Credential } from "../vault/credential.js";
import type { VaultSettings, VaultSurroundings } from "../vault/open-vault.js";
import { sealSecrets } from "../vault/sealing.js";

/*
 * The two files of a reference webhook:
 *
 *   tokenvault_store.json      {"webhook_id", "encryption_key", "hmac_secret", "hmac_secret_hash"}, keys in base64
 *   tokenvault_kv_store.json   {collection: {key: document}}
 */
const keysName = "tokenvault_store.json";
const documentsName = "tokenvault_kv_store.json";
/** More does not fit into a small machine's memory once it is parsed. */
const maxFileBytes = 64 * 2 ** 20;
const maxDocuments = 100_000;
/** More than a request's body may have; what is nested without end cannot be written again. */
const maxJsonDepth = 100;
const textOrMark = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]/gs;

/**
 * Makes a new data folder out of a reference webhook's: its key, its binding, its documents.
 * @throws StartError when either folder is not fit for it; nothing is made then
 */
export async function importReferenceFolder(
  settings: VaultSettings,
  { disk, clock, warn }: VaultSurroundings,
  from: string,
): Promise<number> {
  const data = await readReferenceFolder(disk, resolve(from));
  const folder = resolve(settings.dataDir);
  await disk.makeFolder(folder);
  const lock = await lockFolder(disk, folder, await systemProcesses(disk), warn);
  try {
    const { file, isReadOnly } = await keySource(disk, settings, folder);
    if (isReadOnly)
      throw new StartError(
        "The imported key needs a key file of its own; unset TV_WEBHOOK_SEED. Nothing was imported.",
      );
    const existing = await file.read();
    // The same key is what an import that was interrupted left.
    if (existing && toBase64(existing) !== toBase64(data.encryptionKey))
      throw new StartError("There is a key file already; set DATA_DIR to a new folder. Nothing was imported.");
    const check: JsonStoreOptions["check"] = async (_get, isEmpty) => {
      if (!isEmpty)
        throw new StartError("The data folder is not empty; set DATA_DIR to a new one. Nothing was imported.");
    };
    const store = await JsonStore.open({ disk, folder, warn, check });
    if (!existing) await file.write(data.encryptionKey);
    const own = Binding.imported(new Cipher(data.encryptionKey), clock, data);
    await store.transact(async (transaction) => {
      for (const entry of [...own, ...data.documents]) await transaction.put(...entry);
    });
    await store.close();
    return data.documents.length;
  } finally {
    await lock.release();
  }
}

/**
 * Reads a reference webhook's folder whole and changes nothing in it. Every encrypted field is opened once. There is no
 * shared secret when it was never bound.
 * @throws StartError
 */
async function readReferenceFolder(disk: Disk, folder: string) {
  const keys = await readJson(disk, folder, keysName);
  const stored = await readJson(disk, folder, documentsName);
  const { webhook_id: webhookId, encryption_key: encryptionKey, hmac_secret: hmacSecret } = keys;
  const key = decodeKey(encryptionKey);
  if (!key || typeof webhookId !== "string")
    throw unusable(keysName, "lacks its webhook_id or its encryption_key of 32 bytes");
  const secret = decodeKey(hmacSecret);
  if (hmacSecret && !secret) throw unusable(keysName, "holds an hmac_secret that is not 32 bytes");
  const cipher = new Cipher(key);
  const found = collectionValues.map((collection) => [collection, entriesOf(stored[collection])] as const);
  if (found.reduce((sum, [, entries]) => sum + entries.length, 0) > maxDocuments)
    throw unusable(documentsName, `holds more than ${maxDocuments.toLocaleString("en-US")} documents`);
  const documents = found.flatMap(([collection, entries]) =>
    entries.map(([name, document]): CollectionEntry => {
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
    const subject = `In ${documentsName}, the credential of ${JSON.stringify(service)}`;
    throw new StartError(`${subject} cannot be taken over: ${problem} Nothing was imported.`, { cause: error });
  }
}

async function readJson(disk: Disk, folder: string, name: string): Promise<Record<string, unknown>> {
  const bytes = await disk.read(join(folder, name), maxFileBytes);
  if (!bytes) throw unusable(name, `is missing from ${JSON.stringify(folder)}`);
  const text = decodeText(bytes);
  if (text === undefined) throw unusable(name, "is cut or damaged: it is not UTF-8");
  if (depthOf(text) > maxJsonDepth) throw unusable(name, `is nested more than ${String(maxJsonDepth)} levels deep`);
  const content = parseJsonObject(text);
  if (!content) throw unusable(name, "is cut or damaged: it is not a JSON object");
  if (losesNumber(text)) throw unusable(name, "holds a number that would be kept as another: put it into quotes there");
  return content;
}

function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [mark] of json.matchAll(textOrMark)) {
    if (mark === "{" || mark === "[") deepest = Math.max(deepest, ++depth);
    else if (!mark.startsWith('"')) depth -= 1;
  }
  return deepest;
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
