import { settings, type Setting } from "../config.js";
import { backupPassphrase } from "./backup-passphrase.js";
import { nearestWord } from "./nearest-word.js";

const names = [
  ...settings.flatMap(({ name, isSecret }: Setting) => (isSecret ? [name, `${name}_FILE`] : [name])),
  backupPassphrase,
  `${backupPassphrase}_FILE`,
];

/** Tells a name that some command reads. */
export function isKnown(name: string): boolean {
  return names.includes(name);
}

/** The setting that a name was probably meant to be; undefined where it is one, or another program's. */
export function meantSetting(name: string): string | undefined {
  if (isKnown(name)) return undefined;
  // FRONTEND_URL, where TOKENVAULT_FRONTEND_URL is meant; a single word can be any program's.
  const longer = name.includes("_") ? names.find((known) => known.endsWith(`_${name}`)) : undefined;
  return longer ?? nearestWord(name, names);
}

/** Says of a variable of the environment that it is without effect. */
export function notSetting(name: string): string {
  const meant = meantSetting(name);
  return `${name} is not a setting of this program${meant === undefined ? "" : ` (did you mean ${meant}?)`}`;
}
