import { lstatSync, statSync } from "node:fs";
import { ownPrefix, settings, type Environment, type Setting } from "../config.js";
import { backupPassphrase } from "./backup-passphrase.js";
import { foreignHand } from "../files/file-facts.js";
import { readRegularFile, readWithFacts } from "../files/regular-file.js";
import { decodeText } from "../platform/encoding.js";
import { StartError } from "../platform/errors.js";
import { parseDotEnv } from "./dot-env-lines.js";
import { isKnown, meantSetting } from "./meant-setting.js";

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
  const file = readIfThere(warn);
  if (file === undefined) return [];
  const hand = foreignHand(file.facts);
  if (hand !== undefined) {
    const fix = hand === "belongs to another user" ? "make one of your own" : "run `chmod go-w .env`";
    warn(`The file .env ${hand} and was ignored; ${fix}.`);
    return [];
  }
  const given = settingsOf(decode(file.bytes), warn);
  const isPublic = process.platform !== "win32" && (file.facts.mode & 0o004) !== 0;
  if (isPublic && given.some(([name, value]) => secrets.includes(name) && value !== ""))
    warn("The file .env holds a secret and everybody on this machine can read it; run `chmod 600 .env`.");
  return given;
}

function readIfThere(warn: (sentence: string) => void): ReturnType<typeof readWithFacts> | undefined {
  try {
    return readWithFacts(".env");
  } catch (error) {
    // A folder of this name is a Python environment.
    const look = { throwIfNoEntry: false } as const;
    const isFolder = (statSync(".env", look) ?? lstatSync(".env", look))?.isDirectory() ?? true;
    if (!isFolder) {
      const reason = error instanceof StartError ? "is no regular file of at most 1 MiB" : "cannot be read";
      warn(`The file .env ${reason} and was ignored; make it a file that you can read.`);
    }
    return undefined;
  }
}

/** @throws StartError where it is not UTF-8; a byte order mark before it is dropped */
function decode(bytes: Uint8Array): string {
  const text = decodeText(bytes, "utf-8");
  if (text === undefined) throw new StartError("The file .env is not in UTF-8; save it in that encoding.");
  return text;
}

/** @throws StartError where a setting's value has no end: to go on without it could leave a key unprotected */
function settingsOf(text: string, warn: (sentence: string) => void): (readonly [name: string, value: string])[] {
  const { lines, junk } = parseDotEnv(text);
  for (const number of junk) warn(`Line ${String(number)} of .env is not NAME=value and was ignored.`);
  const given = new Map<string, string>();
  for (const { number, name, value, hasComment } of lines) {
    const line = `Line ${String(number)} of .env`;
    const meant = meantSetting(name);
    if (meant !== undefined) warn(`${line} does not name a setting; did you mean ${meant}?`);
    // A misspelt setting is taken too, so that the server names it as one that it does not know.
    if (!isKnown(name) && !ownPrefix.test(name)) continue;
    if (value === undefined)
      throw new StartError(
        `${line} has a quote that is not closed at its end; close it, or put other quotes around it.`,
      );
    if (hasComment && secrets.includes(name))
      warn(`${line}: what stands behind the # is left out as a comment; put the value in quotes if it is not.`);
    if (given.has(name)) warn(`${line} sets what a line before it sets; the last one counts.`);
    given.set(name, value);
  }
  return [...given];
}

function baseName(name: string): string {
  return name.replace(/_FILE$/, "");
}

function readIfPossible(path: string): string | undefined {
  try {
    return decodeText(readRegularFile(path));
  } catch {
    return undefined;
  }
}
