import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { isSetting, ownPrefix, settings, type Environment, type Setting } from "../config.js";
import { backupPassphrase } from "./backup-passphrase.js";
import { foreignHand } from "../files/file-facts.js";
import { readRegularFile } from "../files/regular-file.js";

type Variables = Environment["variables"];

const secrets = [
  ...settings.filter((setting: Setting) => setting.isSecret).map(({ name }) => name),
  backupPassphrase,
] as readonly string[];

/** The environment with what the file `.env` in the working directory adds. */
export function readEnvironment(variables: Variables, warn: (sentence: string) => void): Environment {
  const added = readDotEnv(warn).filter(([name]) => {
    const base = baseName(name);
    const forms = secrets.includes(base) ? [base, `${base}_FILE`] : [name];
    return forms.every((form) => variables[form] === undefined);
  });
  return { variables: { ...Object.fromEntries(added), ...variables }, readFile: readIfPossible };
}

/** Nothing where the file is missing, or others could have written it: whoever stands in their folder would obey them. */
function readDotEnv(warn: (sentence: string) => void): (readonly [name: string, value: string])[] {
  let file: number | undefined;
  try {
    file = openSync(".env", "r");
    const facts = fstatSync(file);
    const hand = foreignHand(facts);
    if (hand !== undefined) {
      const fix = hand === "belongs to another user" ? "make one of your own" : "run `chmod go-w .env`";
      warn(`The file .env ${hand} and was ignored; ${fix}.`);
      return [];
    }
    // A misspelt setting is taken too, so that the server names it as one that it does not know.
    const given = Object.entries(parseEnv(readFileSync(file, "utf8")))
      .map(([name, value = ""]) => [name, value] as const)
      .filter(([name]) => isSetting(name) || ownPrefix.test(name) || baseName(name) === backupPassphrase);
    const isPublic = process.platform !== "win32" && (facts.mode & 0o004) !== 0;
    if (isPublic && given.some(([name, value]) => secrets.includes(name) && value !== ""))
      warn("The file .env holds a secret and everybody on this machine can read it; run `chmod 600 .env`.");
    return given;
  } catch {
    return [];
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function baseName(name: string): string {
  return name.replace(/_FILE$/, "");
}

function readIfPossible(path: string): string | undefined {
  try {
    return readRegularFile(path).toString("utf8");
  } catch {
    return undefined;
  }
}
