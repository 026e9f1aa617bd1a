import { resolve } from "node:path";
import { StartError } from "../platform/errors.js";
import { toBase64 } from "../platform/encoding.js";
import type { Secret } from "../platform/secret.js";
import type { Disk } from "../files/disk.js";
import { systemFault } from "../files/system-fault.js";
import { lockFolder, systemProcesses } from "../files/folder-lock.js";
import {
  beginReplacement,
  dropReplacement,
  folderToReplace,
  holdsFiles,
  putReplacement,
  settleReplacement,
} from "../files/folder-replacement.js";
import { JsonStore } from "../store/json/json-store.js";
import { raiseFence } from "../replay/replay-log.js";
import { checkDocuments, summaryOf, type BackupSummary } from "./backup-check.js";
import type { BackupContent, SealedBackup } from "./backup-file.js";
import { readBackupLines, UnusableBackupError, type BackupDocument } from "./backup-lines.js";
import { Cipher, type KeyBytes } from "../keys/cipher.js";
import type { KeyFile } from "../keys/key-file.js";
import { keptLock, type LockReason } from "./kept-lock.js";
import { configuredKey, keySource } from "../keys/key-source.js";
import type { VaultSettings, VaultSurroundings } from "../vault/open-vault.js";

/** A backup of which everything was opened once. */
export interface CheckedBackup {
  readonly documents: readonly BackupDocument[];
  readonly summary: BackupSummary;
  /** The key that was in the backup, when there is no key file yet that has it. */
  readonly newKey: { readonly file: KeyFile; readonly key: KeyBytes } | undefined;
}

export interface Restored {
  readonly folder: string;
  /** The path to which the folder that was there before was moved. */
  readonly replaced: string | undefined;
  /** Set where it is locked because of what was there before. */
  readonly keptLock: LockReason | undefined;
}

/** Opens everything in a backup under the key that the settings lead to, or the one inside; writes nothing. @throws StartError */
export async function checkBackup(
  settings: VaultSettings,
  disk: Disk,
  backup: SealedBackup,
  passphrase: Secret | undefined,
): Promise<CheckedBackup> {
  const source = await keySource(disk, settings, resolve(settings.dataDir));
  const configured = await configuredKey(settings, source);
  const { lines, encryptionKey } = await open(backup, passphrase, configured, source.name);
  if (encryptionKey && configured && toBase64(encryptionKey) !== toBase64(configured))
    throw new StartError(
      `${source.name} holds another key than the backup. Nothing was changed. Set KEY_FILE to a new path for the backup's key.`,
    );
  const key = encryptionKey ?? configured;
  if (!key) throw missingKey(source.name);
  const documents = readBackupLines(lines);
  await checkDocuments(documents, new Cipher(key)).catch((error: unknown): never => {
    if (!(error instanceof UnusableBackupError)) throw error;
    throw new UnusableBackupError(`${error.message} Nothing was changed. Use another backup.`, { cause: error });
  });
  return {
    documents,
    summary: summaryOf(documents),
    newKey: configured ? undefined : { file: source.file, key },
  };
}

/**
 * Makes a data folder of a backup that was checked. Killed at any moment the old folder or the new one is whole, and the
 * next start uses it or says what to do.
 * @throws StartError
 */
export async function restoreBackup(
  settings: VaultSettings,
  surroundings: VaultSurroundings,
  checked: CheckedBackup,
  mayReplace: boolean,
): Promise<Restored> {
  const { disk } = surroundings;
  const folder = resolve(settings.dataDir);
  const placed = await replaceBy(checked, surroundings, folder, mayReplace).catch((error: unknown): never => {
    if (error instanceof StartError) throw error;
    const fault = systemFault(error) ?? "The disk refused the restore.";
    throw new StartError(`${fault} Nothing was replaced; run it again then.`, { cause: error });
  });
  await settleReplacement(disk, folder, placed.replaced).catch((error: unknown): never => {
    throw new StartError(
      `The backup is in ${folder}, but the disk did not say that it would survive a power cut. ${systemFault(error) ?? "Check the disk."}`,
      { cause: error },
    );
  });
  return { folder, ...placed };
}

async function replaceBy(
  { documents, summary, newKey }: CheckedBackup,
  { disk, clock, warn }: VaultSurroundings,
  folder: string,
  mayReplace: boolean,
): Promise<Omit<Restored, "folder">> {
  await disk.makeFolder(folder);
  const lock = await lockFolder(disk, folder, await systemProcesses(disk), warn);
  let isLocked = true;
  const release = async (): Promise<void> => {
    // Once: after it the lock in this place may be another process's.
    if (isLocked) {
      isLocked = false;
      await lock.release();
    }
  };
  try {
    if (!mayReplace && (await holdsFiles(disk, folder)))
      throw new StartError(
        `${folder} is not empty. Nothing was changed. Set DATA_DIR to a new folder, or add --replace, which moves this one aside.`,
      );
    const before = await folderToReplace(disk, folder);
    const found = before === undefined ? undefined : await keptLock(disk, before, clock);
    const kept = found?.reason === "cannot be read" && summary.locked ? undefined : found;
    const next = await beginReplacement(disk, folder);
    const store = await JsonStore.open({ disk, folder: next, warn });
    try {
      await store.transact(async (transaction) => {
        // A registration code serves once, and the backup cannot know whether it has: Token Vault makes a new one.
        for (const { collection, key, document } of documents)
          if (collection !== "registrations") await transaction.put(collection, key, document);
        if (kept) await transaction.put("system", "lock", kept.document);
      });
    } finally {
      await store.close();
    }
    // After the store, since a folder with this alone is one whose store is missing.
    await raiseFence({ disk, folder: next, nowMs: clock.nowMs() });
    await disk.syncFolder(next);
    // Before the folder: with a key and no folder a start is as good as without either.
    await newKey?.file.write(newKey.key);
    return { replaced: await putReplacement(disk, folder, release), keptLock: kept?.reason };
  } catch (error) {
    // The new folder is all that keeps a start from beginning anew while the old one is not in its place.
    if (await disk.exists(folder).catch(() => false)) await dropReplacement(disk, folder).catch(() => undefined);
    await release().catch(() => undefined);
    throw error;
  }
}

async function open(
  backup: SealedBackup,
  passphrase: Secret | undefined,
  configured: KeyBytes | undefined,
  sourceName: string,
): Promise<BackupContent> {
  if (backup.needsPassphrase) {
    if (!passphrase)
      throw new StartError("The backup is under a passphrase. Set BACKUP_PASSPHRASE or BACKUP_PASSPHRASE_FILE.");
    const content = await backup.open({ passphrase });
    if (!content) throw new StartError("The passphrase does not open this backup. Nothing was changed.");
    return content;
  }
  if (!configured) throw missingKey(sourceName);
  const content = await backup.open({ encryptionKey: configured });
  if (content) return content;
  throw new StartError(
    `The key of ${sourceName} does not open this backup. Nothing was changed. Set KEY_FILE to the key file of that time, or TV_WEBHOOK_SEED to its seed.`,
  );
}

function missingKey(sourceName: string): StartError {
  return new StartError(
    `The key is not in this backup, and there is none in ${sourceName}. Nothing was changed. Put the key file there, or set KEY_FILE to where it is.`,
  );
}
