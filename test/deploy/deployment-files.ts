import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { settings, type Setting } from "../../src/config.js";

/** A file of deploy/. */
export function deploymentFile(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url)), "utf8");
}

/** The names that the server takes from its environment; a secret one also as NAME_FILE. */
export const settingNames: readonly string[] = settings.flatMap(({ name, isSecret }: Setting) =>
  isSecret ? [name, `${name}_FILE`] : [name],
);

/** What must be in no file that is passed around. */
export const secretNames: readonly string[] = settings
  .filter(({ isSecret }: Setting) => isSecret)
  .map(({ name }) => name);

/** For answers that are on their way, and then for a refresh that began at the last moment; milliseconds. */
export const longestStopMs = 10_000 + 10_000;
