import { createCipheriv, createHash, scryptSync } from "node:crypto";
import { systemClock, type Clock } from "../../src/platform/clock.js";
import type { Secret } from "../../src/platform/secret.js";
import { readBackup, sealBackup, type BackupSecret } from "../../src/backup/backup-file.js";
import { backupLines } from "../../src/backup/backup-lines.js";
import type { Vault, VaultSettings } from "../../src/vault/open-vault.js";
import { checkBackup, restoreBackup, type Restored } from "../../src/backup/restore.js";
import { FaultyDisk } from "../support/faulty-disk.js";
import { keyOn, openOn } from "../vault/vault-on-disk.js";

const vaultSettings: VaultSettings = {
  dataDir: "/data",
  seed: undefined,
  keyFile: undefined,
  keyPassphrase: undefined,
  credentialsDirectory: undefined,
};

export function keyBytesOn(disk: FaultyDisk): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(keyOn(disk), "base64"));
}

/** A backup of a stopped folder: sealed with its key, or with what is given. */
export async function backupOf(
  disk: FaultyDisk,
  secret: BackupSecret = { encryptionKey: keyBytesOn(disk) },
  withKey = false,
): Promise<Uint8Array> {
  const vault = await openOn(disk);
  try {
    const encryptionKey = withKey ? keyBytesOn(disk) : undefined;
    return await sealBackup({ lines: await backupLines(vault.store), encryptionKey }, secret);
  } finally {
    await vault.close();
  }
}

/** With its key, under a passphrase that costs no time: for tests that open it hundreds of times. */
export async function cheapBackupOf(disk: FaultyDisk, passphrase: Secret): Promise<Uint8Array> {
  const vault = await openOn(disk);
  const lines = await backupLines(vault.store);
  await vault.close();
  const scrypt = { N: 2, r: 1, p: 1, salt: Buffer.alloc(16).toString("base64") };
  const header = Buffer.from(`${JSON.stringify({ format: "tokenvault-webhook-backup", version: 1, scrypt })}\n`);
  const iv = Buffer.alloc(12, 1);
  const { N, r, p } = scrypt;
  const cipher = createCipheriv("aes-256-gcm", scryptSync(passphrase.reveal(), Buffer.alloc(16), 32, { N, r, p }), iv);
  const body = cipher.setAAD(header).update(`${JSON.stringify({ encryptionKey: keyOn(disk) })}\n${lines}`);
  const whole = Buffer.concat([header, iv, body, cipher.final(), cipher.getAuthTag()]);
  return Buffer.concat([whole, createHash("sha256").update(whole).digest()]);
}

export interface RestoreOptions {
  readonly passphrase?: Secret;
  readonly replace?: boolean;
  readonly clock?: Clock;
  readonly settings?: Partial<VaultSettings>;
}

export async function restoreOn(
  disk: FaultyDisk,
  backup: Uint8Array,
  { passphrase, replace = false, clock = systemClock, settings = {} }: RestoreOptions = {},
): Promise<Restored> {
  const all = { ...vaultSettings, ...settings };
  const checked = await checkBackup(all, disk, readBackup(backup), passphrase);
  return restoreBackup(all, { disk, clock, warn: () => undefined }, checked, replace);
}

/** A disk with the key of another and nothing else. */
export function diskWithKeyOf(other: FaultyDisk): FaultyDisk {
  const disk = new FaultyDisk([]);
  disk.put("/data-keys/keys.json", other.bytes("/data-keys/keys.json"));
  return disk;
}

/** Every document, by collection and key. */
export async function documentsIn({ store }: Vault): Promise<Record<string, unknown>> {
  const [, ...lines] = (await backupLines(store)).trimEnd().split("\n");
  const documents = lines.map((line) => JSON.parse(line) as { collection: string; key: string; document: unknown });
  return Object.fromEntries(documents.map(({ collection, key, document }) => [`${collection}/${key}`, document]));
}
