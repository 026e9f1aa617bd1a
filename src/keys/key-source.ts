import { join, resolve } from "node:path";
import type { Config } from "../config.js";
import type { Disk } from "../files/disk.js";
import type { KeyBytes } from "./cipher.js";
import { KeyFile } from "./key-file.js";
import { deriveFromSeed } from "./seed.js";

/** The file that systemd's LoadCredential= hands over under this name is the key file. */
const credentialName = "tokenvault-webhook-key";

export type KeySettings = Pick<Config, "seed" | "keyFile" | "keyPassphrase" | "credentialsDirectory">;

/** Beside the data folder, not in it: who copies the one has not the other. */
export function keyFolder(dataFolder: string): string {
  return `${resolve(dataFolder)}-keys`;
}

export interface KeySource {
  readonly name: string;
  readonly file: KeyFile;
  readonly isReadOnly: boolean;
}

/** The sources in their order: seed, KEY_FILE, the service manager's credential, the generated file. */
export async function keySource(disk: Disk, settings: KeySettings, folder: string): Promise<KeySource> {
  const { seed, keyFile, credentialsDirectory, keyPassphrase } = settings;
  const credential = credentialsDirectory === undefined ? undefined : join(credentialsDirectory, credentialName);
  const hasCredential = keyFile === undefined && credential !== undefined && (await disk.exists(credential));
  const path = hasCredential ? credential : resolve(keyFile ?? join(keyFolder(folder), "keys.json"));
  const file = new KeyFile(disk, path, keyPassphrase);
  return { name: seed ? "TV_WEBHOOK_SEED" : path, file, isReadOnly: seed !== undefined || hasCredential };
}

/** The key that the settings lead to; undefined when there is no file yet. @throws StartError */
export async function configuredKey({ seed }: KeySettings, { file }: KeySource): Promise<KeyBytes | undefined> {
  return seed ? deriveFromSeed(seed).encryptionKey : file.read();
}
