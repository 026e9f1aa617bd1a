import { dirname, resolve } from "node:path";
import { readConfig, type Config } from "../../config.js";
import { systemFault } from "../../files/system-fault.js";
import { StartError } from "../../platform/errors.js";
import type { Disk } from "../../files/disk.js";
import { replaceFile } from "../../files/durable-file.js";
import { checkDocuments, summaryOf, type BackupSummary } from "../../backup/backup-check.js";
import { sealBackup } from "../../backup/backup-file.js";
import { readBackupLines, UnusableBackupError } from "../../backup/backup-lines.js";
import { Cipher, type KeyBytes } from "../../keys/cipher.js";
import { configuredKey, keySource } from "../../keys/key-source.js";
import { newPassphrase } from "../backup-passphrase.js";
import type { Command, CommandContext } from "../command.js";
import { withOwner } from "../open-owner.js";
import { counted, linesText } from "../terminal-text.js";

export const backup: Command = {
  name: "backup",
  takes: "FILE",
  summary: "write all that is stored into one encrypted file",
  details:
    "The file is sealed with a passphrase, from BACKUP_PASSPHRASE, BACKUP_PASSPHRASE_FILE or a prompt; without one, with the\nkey of the data folder. The server may be running. The audit log and the admin secret are not in it.\n",
  options: { "with-key": { type: "boolean", meaning: "put the encryption key in too; needs a passphrase" } },
  async run(context, args) {
    const { disk } = context.surroundings;
    const path = resolve(args.positionals[0] ?? "");
    const withKey = args.values["with-key"] === true;
    await requireNew(disk, path);
    const passphrase = await newPassphrase(context);
    if (withKey && !passphrase)
      throw new StartError("--with-key needs a passphrase: set BACKUP_PASSPHRASE. Nothing was written.");
    const lines = await withOwner(context, (owner) => owner.backup());
    const config = readConfig(context.environment);
    const { key, name } = await findKey(context, config, !passphrase || withKey);
    if (withKey && config.seed)
      throw new StartError("The key comes from TV_WEBHOOK_SEED; keep the seed, and leave out --with-key.");
    const documents = readBackupLines(lines);
    if (key) await checkDocuments(documents, new Cipher(key)).catch(refuseUnusable);
    const secret = passphrase ? { passphrase } : { encryptionKey: key as KeyBytes };
    const bytes = await sealBackup({ lines, encryptionKey: withKey ? key : undefined }, secret);
    await requireNew(disk, path);
    await replaceFile(disk, path, [bytes]).catch((error: unknown): never => {
      const fault = systemFault(error) ?? `${JSON.stringify(path)} cannot be written.`;
      throw new StartError(`${fault} No backup was made.`, { cause: error });
    });
    const summary = summaryOf(documents);
    const sealedWith = passphrase ? "passphrase" : "key";
    const checked = key !== undefined;
    return {
      json: { file: path, bytes: bytes.length, ...summary, sealedWith, withKey, checked },
      text: linesText([
        `${path} holds ${holdings(summary)}; the webhook is ${standing(summary)}.`,
        checked ? "Each credential was opened once." : `Nothing was opened, since the key is not in ${name}.`,
        passphrase
          ? "It opens with the passphrase, which is kept nowhere."
          : `It opens with the data folder's own key, in ${name}.`,
        withKey
          ? "The encryption key is in it: file and passphrase together give every credential."
          : `The encryption key is not in it: keep ${name} too, apart from this file.`,
        `To look at it:  tokenvault-webhook restore ${path} --check`,
        `To restore it:  tokenvault-webhook restore ${path}`,
      ]),
    };
  },
};

/** "2 credentials among 5 documents". */
export function holdings({ credentials, documents }: BackupSummary): string {
  return `${counted(credentials, "credential")} among ${counted(documents, "document")}`;
}

/** "bound, locked". */
export function standing({ bound, locked }: BackupSummary): string {
  return `${bound ? "bound" : "not bound"}${locked ? ", locked" : ""}`;
}

async function requireNew(disk: Disk, path: string): Promise<void> {
  if (!(await disk.exists(dirname(path))))
    throw new StartError(`${JSON.stringify(dirname(path))} is not there; no backup was made. Make that folder first.`);
  for (const taken of [path, `${path}.tmp`]) {
    if (await disk.exists(taken))
      throw new StartError(`${JSON.stringify(taken)} is there already; no backup was made. Name a new file.`);
  }
}

/** A key that need not be there, since a passphrase seals, is looked for all the same: to check what is sealed. */
async function findKey(
  { surroundings: { disk } }: CommandContext,
  config: Config,
  isNeeded: boolean,
): Promise<{ readonly key: KeyBytes | undefined; readonly name: string }> {
  const source = await keySource(disk, config, resolve(config.dataDir));
  const key = await configuredKey(config, source).catch((error: unknown) => {
    if (isNeeded || !(error instanceof StartError)) throw error;
    return undefined;
  });
  if (!key && isNeeded)
    throw new StartError(
      `There is no key in ${source.name}; no backup was made. Set KEY_FILE as the server has it, or set BACKUP_PASSPHRASE.`,
    );
  return { key, name: source.name };
}

function refuseUnusable(error: unknown): never {
  if (!(error instanceof UnusableBackupError)) throw error;
  const rest = "No backup was made, since it could not be restored. Remove or replace it first.";
  throw new StartError(`${error.message} ${rest}`, { cause: error });
}
