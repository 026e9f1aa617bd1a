import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** A secret that is planted somewhere, to be looked for everywhere else. */
export interface Canary {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A text that occurs nowhere by chance, and has nothing that JSON or a URL would write differently. */
export function canaryText(name: string): string {
  return `canary-${name}-${crypto.randomUUID()}`;
}

/** What a secret looks like when it leaks: raw, in hex, in base64 of either alphabet wherever it begins. */
export function formsOf(bytes: Buffer): readonly Buffer[] {
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    // The first and last characters also depend on what stands around.
    return text.slice(Math.ceil((offset * 8) / 6), -4);
  });
  const base64url = base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  const hex = bytes.toString("hex");
  return [bytes, ...[hex, hex.toUpperCase(), ...base64, ...base64url].map((text) => Buffer.from(text))];
}

/** Where canaries were found: `name in place`. */
export function findCanaries(canaries: readonly Canary[], places: ReadonlyMap<string, Buffer>): string[] {
  return canaries.flatMap(({ name, bytes }) => {
    const forms = formsOf(bytes);
    return [...places]
      .filter(([, content]) => forms.some((form) => content.includes(form)))
      .map(([place]) => `${name} in ${place}`);
  });
}

/** Every file below a folder, with its content. */
export async function filesBelow(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path)] as const)),
  );
}
