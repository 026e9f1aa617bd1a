import { StartError } from "../platform/errors.js";
import type { Change, Document } from "../store/store.js";
import { resealSystem } from "./binding.js";
import { CannotOpenError, Cipher, keyBytes } from "../keys/cipher.js";
import type { Vault } from "./open-vault.js";
import { isSealed, resealed } from "./token-document.js";

/** How many values are sealed at once. */
const batchSize = 256;

/**
 * Encrypts everything anew under a new key. The next key is on disk before anything is encrypted with it, all of the
 * documents change in one transaction, and the key file is replaced after that: killed in between, the next start goes
 * on from whichever side of the transaction it finds. Closing the vault afterwards rewrites the files without the old
 * values. Returns how many credentials there were.
 * @throws StartError when the key is not ours to replace, or a credential does not open
 */
export async function rotateKey({ store, cipher, keyFile }: Vault): Promise<number> {
  if (!keyFile) {
    throw new StartError(
      "This key comes from TV_WEBHOOK_SEED or from the service manager and cannot be replaced here. Nothing was changed.",
    );
  }
  const key = crypto.getRandomValues(new Uint8Array(keyBytes));
  const next = new Cipher(key);
  const changes = await resealSystem(store, cipher, next).catch((error: unknown): never => {
    throw doesNotOpen("A secret of the webhook's own", error);
  });
  const tokens = store.entries("tokens").slice(0);
  for (let start = 0; start < tokens.length; start += batchSize) {
    const batch = tokens.slice(start, start + batchSize);
    changes.push(
      ...(await Promise.all(batch.map(({ key: service, document }) => resealToken(service, document, cipher, next)))),
    );
  }
  await keyFile.writeNext(key);
  await store.transact((transaction) => {
    for (const [collection, name, document] of changes) if (document) transaction.put(collection, name, document);
  });
  await keyFile.adoptNext();
  return tokens.length;
}

async function resealToken(service: string, document: Document, from: Cipher, to: Cipher): Promise<Change> {
  if (!isSealed(document)) return ["tokens", service, document];
  try {
    return ["tokens", service, resealed(service, document, from, to)];
  } catch (error) {
    throw doesNotOpen(`The credential of ${JSON.stringify(service)}`, error);
  }
}

function doesNotOpen(what: string, error: unknown): Error {
  if (!(error instanceof CannotOpenError)) return error as Error;
  return new StartError(`${what} does not open. Nothing was changed. Remove it or put back a backup first.`, {
    cause: error,
  });
}
