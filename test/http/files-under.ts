import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** All bytes of all files in a folder and below, to look for what must not be there. */
export async function textUnder(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((path) => readFile(path, "latin1")))).join("\n");
}
