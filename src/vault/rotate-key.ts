import { CannotOpenError, Cipher, keyBytes } from "../keys/cipher.js";
import { StartError } from "../platform/errors.js";
import { resealSystem } from "./binding.js";
import { isSealed } from "./credential.js";
import type { Vault } from "./open-vault.js";
import { resealed } from "./sealing.js";

/**
 * Encrypts everything anew under a new key. The next key is on disk before anything is encrypted with it, all of the
 * documents change in one transaction, and the key file is replaced after that: killed in between, the next start goes
 * on from whichever side of the transaction it finds. Closing the vault afterwards rewrites the files without the old
 * values. Returns how many credentials there were.
 * @throws StartError when the key is not ours to replace, or a credential does not open
 */
export async function rotateKey({ store, cipher, keyFile }: Vault): Promise<number> {
  if (!keyFile)
    throw new StartError(
      "This key comes from TV_WEBHOOK_SEED or from the service manager and cannot be replaced here. Nothing was changed.",
    );
  const key = crypto.getRandomValues(new Uint8Array(keyBytes));
  const next = new Cipher(key);
  const changes = await resealSystem(store, cipher, next).catch((error: unknown): never => {
    throw doesNotOpen("A secret of the webhook's own", error);
  });
  const { entries, totalCount } = await store.list("tokens");
  for (const { key: service, document } of entries) {
    if (!isSealed(document)) continue;
    try {
      changes.push(["tokens", service, resealed(service, document, cipher, next)]);
    } catch (error) {
      throw doesNotOpen(`The credential of ${JSON.stringify(service)}`, error);
    }
  }
  await keyFile.next.write(key);
  await store.transact(async (transaction) => {
    for (const change of changes) await transaction.put(...change);
  });
  await keyFile.adoptNext();
  return totalCount;
}

function doesNotOpen(subject: string, error: unknown): unknown {
  if (!(error instanceof CannotOpenError)) return error;
  return new StartError(`${subject} does not open. Nothing was changed. Remove it or put back a backup first.`, {
    cause: error,
  });
}
