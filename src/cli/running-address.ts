import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { StartError } from "../platform/errors.js";
import { loopback, normalizeAddress } from "../platform/ip-address.js";
import type { Disk } from "../files/disk.js";
import { fileFacts, foreignHand } from "../files/file-facts.js";
import { lockedBy, systemProcesses } from "../files/folder-lock.js";

const everyInterface = ["0.0.0.0", "::"];

/**
 * The address of the server that runs on the folder, as http://host:port; undefined when none does. The owner's secret
 * is sent there, so it must be an address of this machine. @throws StartError
 */
export async function runningAddress(disk: Disk, folder: string): Promise<string | undefined> {
  await requireOwnFolder(folder);
  const url = await lockedBy(disk, folder, await systemProcesses(disk));
  return url === undefined ? undefined : ownOrigin(url);
}

/** @throws StartError where another user may have written what the folder or its lock says */
export async function requireOwnFolder(folder: string): Promise<void> {
  for (const path of [folder, join(folder, "lock")]) {
    const facts = await fileFacts(path);
    const hand = facts && foreignHand(facts);
    if (hand === undefined) continue;
    const fix =
      hand === "belongs to another user"
        ? "Run this as that user, or set another DATA_DIR"
        : `See whether somebody did, then run \`chmod go-w ${path}\``;
    throw new StartError(`${JSON.stringify(path)} ${hand}, so it is not trusted. Nothing was changed. ${fix}.`);
  }
}

function ownOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOwn = (name: string): boolean => [...everyInterface, ...ownAddresses()].includes(addressOfHost(name));
  if (url?.protocol === "http:" && (isLoopbackHost(url.hostname) || isOwn(url.hostname))) return url.origin;
  throw new StartError(
    "The file `lock` in the data folder names an address that is not one of this machine. Nothing was sent there. Restart the server, or remove that file if none runs.",
  );
}

/** @param name as a URL has its host: an address of IPv6 in brackets */
export function isLoopbackHost(name: string): boolean {
  return name === "localhost" || loopback.has(addressOfHost(name));
}

/** One way to write each address; a name stays as it is. */
function addressOfHost(name: string): string {
  return normalizeAddress(name.replace(/^\[(.*)\]$/, "$1"));
}

function ownAddresses(): readonly string[] {
  try {
    return Object.values(networkInterfaces()).flatMap((of = []) => of.map(({ address }) => normalizeAddress(address)));
  } catch {
    // Deno wants a permission for it.
    return [];
  }
}
