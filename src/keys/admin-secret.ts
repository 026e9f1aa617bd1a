import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { Secret } from "../platform/secret.js";
import type { Disk } from "../files/disk.js";
import { replaceFile } from "../files/durable-file.js";
import { keyFolder } from "./key-source.js";

const secretBytes = 32;

/** The owner's secret as its file has it; undefined when there is none. */
export async function readAdminSecret(disk: Disk, path: string): Promise<Secret | undefined> {
  const kept = (await disk.read(path))?.toString("utf8").trim();
  return kept ? new Secret(kept) : undefined;
}

/** The owner's secret, read from its file or made and written there. */
export async function adminSecretFrom(disk: Disk, path: string): Promise<Secret> {
  const kept = await readAdminSecret(disk, path);
  if (kept) return kept;
  const made = randomBytes(secretBytes).toString("base64url");
  await disk.makeFolder(dirname(path));
  await replaceFile(disk, path, [`${made}\n`]);
  return new Secret(made);
}

/** Beside the data folder, like the key. */
export function adminSecretPath(dataFolder: string): string {
  return join(keyFolder(dataFolder), "admin-secret");
}
