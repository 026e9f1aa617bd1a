import { StartError } from "../platform/errors.js";
import { UnusableBackupError, type BackupDocument } from "./backup-lines.js";
import { opensBinding, opensIdentity } from "../vault/binding.js";
import { CannotOpenError, type Cipher } from "../keys/cipher.js";
import { Credential } from "../vault/credential.js";

/** Tells people what a backup holds. */
export interface BackupSummary {
  readonly credentials: number;
  readonly documents: number;
  readonly bound: boolean;
  readonly locked: boolean;
}

export function summaryOf(documents: readonly BackupDocument[]): BackupSummary {
  return {
    credentials: documents.filter(({ collection }) => collection === "tokens").length,
    documents: documents.length,
    bound: find(documents, "system", "binding") !== undefined,
    locked: find(documents, "system", "lock") !== undefined,
  };
}

/** Opens every sealed value. @throws StartError that names the first one that does not open */
export async function checkDocuments(documents: readonly BackupDocument[], cipher: Cipher): Promise<void> {
  const identity = find(documents, "system", "identity")?.document;
  if (!identity) throw new UnusableBackupError("The webhook's identity is missing.");
  if (!opensIdentity(identity, cipher)) {
    throw new StartError(
      "All of it is encrypted under another key than the settings lead to. Set KEY_FILE to where that key is, or TV_WEBHOOK_SEED to its seed.",
    );
  }
  const binding = find(documents, "system", "binding")?.document;
  if (binding && !opensBinding(binding, cipher))
    throw new UnusableBackupError("The shared secret does not open with its key.");
  for (const token of documents.filter(({ collection }) => collection === "tokens")) checkToken(token, cipher);
}

function checkToken({ key, document }: BackupDocument, cipher: Cipher): void {
  try {
    new Credential(cipher, key, document).secrets();
  } catch (error) {
    if (!(error instanceof CannotOpenError || error instanceof SyntaxError)) throw error;
    throw new UnusableBackupError(`The credential of ${JSON.stringify(key)} does not open with its key.`, {
      cause: error,
    });
  }
}

function find(documents: readonly BackupDocument[], collection: string, key: string): BackupDocument | undefined {
  return documents.find((each) => each.collection === collection && each.key === key);
}
