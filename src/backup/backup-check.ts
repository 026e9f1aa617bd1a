import { StartError } from "../platform/errors.js";
import { UnusableBackupError, type BackupDocument } from "./backup-lines.js";
import { opensBinding, opensIdentity } from "../vault/binding.js";
import { CannotOpenError, type Cipher } from "../keys/cipher.js";
import type { Document } from "../store/store.js";
import { Credential } from "../vault/credential.js";

export type BackupSummary = ReturnType<typeof summaryOf>;

/** Tells people what a backup holds. */
export function summaryOf(documents: readonly BackupDocument[]) {
  return {
    credentials: credentialsOf(documents).length,
    documents: documents.length,
    bound: systemDocument(documents, "binding") !== undefined,
    locked: systemDocument(documents, "lock") !== undefined,
  };
}

/** Opens every sealed value. @throws StartError that names the first one that does not open */
export async function checkDocuments(documents: readonly BackupDocument[], cipher: Cipher): Promise<void> {
  const identity = systemDocument(documents, "identity");
  if (!identity) throw new UnusableBackupError("The webhook's identity is missing.");
  if (!opensIdentity(identity, cipher))
    throw new StartError(
      "All of it is encrypted under another key than the settings lead to. Set KEY_FILE to where that key is, or TV_WEBHOOK_SEED to its seed.",
    );
  const binding = systemDocument(documents, "binding");
  if (binding && !opensBinding(binding, cipher))
    throw new UnusableBackupError("The shared secret does not open with its key.");
  for (const { key, document } of credentialsOf(documents)) {
    try {
      new Credential(cipher, key, document).secrets();
    } catch (cause) {
      if (!(cause instanceof CannotOpenError || cause instanceof SyntaxError)) throw cause;
      throw new UnusableBackupError(`The credential of ${JSON.stringify(key)} does not open with its key.`, { cause });
    }
  }
}

function credentialsOf(documents: readonly BackupDocument[]): BackupDocument[] {
  return documents.filter(({ collection }) => collection === "tokens");
}

function systemDocument(documents: readonly BackupDocument[], name: string): Document | undefined {
  return documents.find(({ collection, key }) => collection === "system" && key === name)?.document;
}
