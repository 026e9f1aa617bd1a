import { readSecret, type Environment } from "../config.js";
import { StartError } from "../platform/errors.js";
import { Secret } from "../platform/secret.js";
import type { CommandContext } from "./command.js";

/** Names the secret of backups; it is no setting of the server. */
export const backupPassphrase = "BACKUP_PASSPHRASE";
/** Whoever has the file can guess at it for as long as they like. */
const minLength = 12;

/** The passphrase for a new backup, asked for twice; undefined when it is to be sealed with the key. @throws StartError */
export async function newPassphrase({ environment, terminal }: CommandContext): Promise<Secret | undefined> {
  const set = passphraseSetting(environment);
  if (set) requireLong(set.reveal(), backupPassphrase);
  if (set || !terminal.isInteractive) return set;
  const typed = (await terminal.readHidden("Passphrase of the backup (empty: its key is the data folder's): ")).trim();
  if (typed === "") return undefined;
  requireLong(typed, "The passphrase");
  if ((await terminal.readHidden("Once more: ")).trim() !== typed)
    throw new StartError("The two passphrases differ; nothing was written.");
  return new Secret(typed);
}

/** The passphrase of a backup that has one; undefined when nobody can be asked. @throws StartError */
export async function knownPassphrase({ environment, terminal }: CommandContext): Promise<Secret | undefined> {
  const set = passphraseSetting(environment);
  if (set || !terminal.isInteractive) return set;
  return new Secret((await terminal.readHidden("Passphrase of the backup: ")).trim());
}

function requireLong(passphrase: string, what: string): void {
  if ([...passphrase].length < minLength)
    throw new StartError(`${what} must have ${String(minLength)} characters or more; nothing was written.`);
}

function passphraseSetting(environment: Environment): Secret | undefined {
  const value = readSecret(environment, backupPassphrase);
  return value === undefined ? undefined : new Secret(value);
}
