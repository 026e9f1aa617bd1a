import { resolve } from "node:path";
import { lockFolder, systemProcesses } from "../files/folder-lock.js";
import { Cipher } from "../keys/cipher.js";
import { keySource } from "../keys/key-source.js";
import { StartError } from "../platform/errors.js";
import { toBase64 } from "../platform/encoding.js";
import { JsonStore } from "../store/json/json-store.js";
import { Binding } from "../vault/binding.js";
import type { VaultSettings, VaultSurroundings } from "../vault/open-vault.js";
import { readReferenceFolder } from "./reference-import.js";

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
  const lock = await lockFolder(disk, folder, await systemProcesses(disk));
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
    const check = async (_get: unknown, isEmpty: boolean): Promise<void> => {
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
