import { resolve } from "node:path";
import type { Clock } from "../platform/clock.js";
import type { Config } from "../config.js";
import { StartError } from "../platform/errors.js";
import type { Disk } from "../files/disk.js";
import { lockFolder, systemProcesses } from "../files/folder-lock.js";
import { refuseHalfReplaced } from "../files/folder-replacement.js";
import { JsonStore, type JsonStoreOptions } from "../store/json/json-store.js";
import type { Document, Store } from "../store/store.js";
import { Binding, opensBinding, opensIdentity } from "./binding.js";
import { Cipher, keyBytes, type KeyBytes } from "../keys/cipher.js";
import type { KeyFile } from "../keys/key-file.js";
import { keySource, type KeySettings, type KeySource } from "../keys/key-source.js";
import { requireLong, warnIfShort } from "../keys/secret-length.js";
import { deriveFromSeed, type SeedKeys } from "../keys/seed.js";

export type VaultSettings = Pick<Config, "dataDir"> & KeySettings;

/** The opened data folder; nobody else has it until `close`. */
export interface Vault {
  readonly folder: string;
  readonly store: Store;
  readonly cipher: Cipher;
  readonly binding: Binding;
  /** Undefined when the key comes from a seed or from a file that is not ours to write. */
  readonly keyFile: KeyFile | undefined;
  /** Tells people where the key comes from. */
  readonly keySource: string;
  /** Notes where this process listens, so that commands find it. */
  announce(url: string): Promise<void>;
  close(): Promise<void>;
}

export interface VaultSurroundings {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly warn: (sentence: string) => void;
  readonly startCommit?: (() => () => void) | undefined;
}

type FoundKey = Pick<SeedKeys, "cipher"> & Partial<SeedKeys>;

/**
 * Opens the data folder, or makes it. Until the key is known to be the right one nothing is written.
 * @throws StartError
 */
export async function openVault(
  settings: VaultSettings,
  { disk, clock, warn, startCommit }: VaultSurroundings,
): Promise<Vault> {
  const folder = resolve(settings.dataDir);
  await refuseHalfReplaced(disk, folder);
  await disk.makeFolder(folder);
  const lock = await lockFolder(disk, folder, await systemProcesses(disk), warn);
  try {
    const source = await keySource(disk, settings, folder);
    let found: FoundKey | undefined;
    const check: JsonStoreOptions["check"] = async (get, isEmpty) => {
      found = await findKey(source, settings, get("system", "identity"), isEmpty);
      const bound = get("system", "binding");
      if (!found.seeded && bound && !opensBinding(bound, found.cipher))
        throw new StartError(
          "The shared secret in the data folder does not open with its key. Nothing was changed. Put back a backup of the whole data folder.",
        );
    };
    const store = await JsonStore.open({ disk, folder, warn, check, startCommit });
    if (!found) throw new StartError("The key could not be checked.");
    const { cipher, seeded } = found;
    if (seeded) warnIfShort("TV_WEBHOOK_SEED", settings.seed, warn);
    else warnIfShort("KEY_PASSPHRASE", settings.keyPassphrase, warn);
    const binding = await Binding.open(store, cipher, seeded, clock);
    return {
      folder,
      store,
      cipher,
      binding,
      keyFile: source.isReadOnly ? undefined : source.file,
      keySource: source.name,
      announce: (url) => lock.announce(url),
      async close() {
        await store.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** A key is made only where nothing was ever encrypted: a lost key is said, not replaced. */
async function findKey(
  source: KeySource,
  { seed }: VaultSettings,
  identity: Document | undefined,
  isEmpty: boolean,
): Promise<FoundKey> {
  const { file } = source;
  const found = seed ? deriveFromSeed(seed) : cipherOf(await file.read());
  if (identity === undefined) {
    if (seed && isEmpty) requireLong("TV_WEBHOOK_SEED", seed);
    if (found) return found;
    if (!isEmpty) throw missingKey(file);
    const key = crypto.getRandomValues(new Uint8Array(keyBytes));
    await file.write(key);
    return { cipher: new Cipher(key) };
  }
  const isCurrent = found !== undefined && opensIdentity(identity, found.cipher);
  const next = source.isReadOnly ? undefined : cipherOf(await file.next.read());
  if (isCurrent) {
    // A rotation that was interrupted before anything was encrypted with its key.
    if (next) await file.dropNext();
    return found;
  }
  if (next && opensIdentity(identity, next.cipher)) {
    await file.adoptNext();
    return next;
  }
  if (!found) throw missingKey(file);
  throw new StartError(
    "The data folder was encrypted under another key. Nothing was changed. Put back the key that belongs to it, or set another DATA_DIR.",
  );
}

function cipherOf(key: KeyBytes | undefined): FoundKey | undefined {
  return key && { cipher: new Cipher(key) };
}

function missingKey({ path }: KeyFile): StartError {
  return new StartError(
    `The data folder holds credentials, but its key file is missing. Nothing was changed. Put the key file back at ${JSON.stringify(path)}, or set KEY_FILE to where it is.`,
  );
}
