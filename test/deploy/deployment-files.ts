import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { settings, type Setting } from "../../src/config.js";

/** A file of deploy/. */
export function deploymentFile(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url)), "utf8");
}

/** How much young memory Node may have, as `npm start` gives it; it cannot be said later than here. */
export const youngMemory: string = /^node (--max-semi-space-size=\d+) /.exec(packageFile().scripts.start)?.[1] ?? "";

function packageFile(): { readonly scripts: { readonly start: string } } {
  const path = fileURLToPath(new URL("../../package.json", import.meta.url));
  return JSON.parse(readFileSync(path, "utf8")) as ReturnType<typeof packageFile>;
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
