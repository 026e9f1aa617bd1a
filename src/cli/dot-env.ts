import { parseEnv } from "node:util";
import { settings, type Setting } from "../config.js";

type Variables = Readonly<Record<string, string | undefined>>;

/** The file `.env`, as far as there is one. */
export interface DotEnvFile {
  readonly text: string;
  /** Whether other users of the machine can read it. */
  readonly isPublic: boolean;
}

/** Of what commands ask for once; no settings of the server. */
const commandSecrets = ["BACKUP_PASSPHRASE"];
const secrets = [...settings.filter((setting: Setting) => setting.isSecret).map(({ name }) => name), ...commandSecrets];
const known = new Set([...settings.map(({ name }) => name), ...secrets, ...secrets.map((name) => `${name}_FILE`)]);

/** The environment with what `.env` adds; where both name a setting, as itself or as a file, the environment's stands. */
export function withDotEnv(
  variables: Variables,
  file: DotEnvFile,
): { readonly variables: Variables; readonly warning: string | undefined } {
  const given = Object.entries(parseEnv(file.text)).filter(([name]) => isOurs(name));
  const added = given.filter(([name]) => {
    const base = name.replace(/_FILE$/, "");
    const forms = secrets.includes(base) ? [base, `${base}_FILE`] : [name];
    return forms.every((form) => variables[form] === undefined);
  });
  const holdsSecret = given.some(([name, value]) => secrets.includes(name) && value !== "");
  return {
    variables: { ...Object.fromEntries(added), ...variables },
    warning:
      file.isPublic && holdsSecret
        ? "The file .env holds a secret and everybody on this machine can read it; run `chmod 600 .env`."
        : undefined,
  };
}

/** A misspelt setting is taken too, so that the server names it as one that it does not know. */
function isOurs(name: string): boolean {
  return known.has(name) || /^(?:TV|TOKENVAULT|WEBHOOK)_/.test(name);
}
