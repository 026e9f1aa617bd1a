import { StartError } from "../platform/errors.js";
import type { Secret } from "../platform/secret.js";

/** The public facts of a webhook let anybody guess at its seed, and whoever has a file under a passphrase guesses at that. */
const minCharacters = { TV_WEBHOOK_SEED: 16, KEY_PASSPHRASE: 12 } as const;

type Name = keyof typeof minCharacters;

/** Refuses a short secret where something new is made of it. @throws StartError */
export function requireLong(name: Name, secret: Secret): void {
  if (isShort(name, secret))
    throw new StartError(`${name} must have ${atLeast(name)} where a new key is made; set a longer one.`);
}

/** Warns of one that was accepted once: what is encrypted under it must still open. */
export function warnIfShort(name: Name, secret: Secret | undefined, warn: (sentence: string) => void): void {
  if (secret && isShort(name, secret))
    warn(`${name} should have ${atLeast(name)}: this one can be guessed. ${fixes[name]}`);
}

const fixes: Readonly<Record<Name, string>> = {
  TV_WEBHOOK_SEED: "Set a longer one with a new DATA_DIR, and bind and store anew.",
  KEY_PASSPHRASE: "`backup --with-key`, then `restore` it with a longer one and a new DATA_DIR and KEY_FILE.",
};

function isShort(name: Name, secret: Secret): boolean {
  return [...secret.reveal().normalize("NFC")].length < minCharacters[name];
}

function atLeast(name: Name): string {
  return `${String(minCharacters[name])} characters or more`;
}
