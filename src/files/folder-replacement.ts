import { dirname, join } from "node:path";
import { StartError } from "../platform/errors.js";
import type { Disk } from "./disk.js";

/*
 * A folder is replaced as a whole by others beside it:
 *
 *   data.restoring     the new folder while it is made; it becomes `data` when it is complete
 *   data.replaced-1    the old one, moved aside
 *
 * Between the two renames there is no `data`; whoever finds that must not begin a new one.
 */

/** Names the folder in which the one is made that is to take this one's place. */
function restoringFolder(folder: string): string {
  return `${folder}.restoring`;
}

const lockFile = /^\.?lock(?:[.-]|$)/;

/** Tells that there is anything but a lock. */
export async function holdsFiles(disk: Disk, folder: string): Promise<boolean> {
  return (await disk.exists(folder)) && (await disk.list(folder)).some((name) => !lockFile.test(name));
}

/** @throws StartError where a replacement was stopped and the folder is not there */
export async function refuseHalfReplaced(disk: Disk, folder: string): Promise<void> {
  if ((await holdsFiles(disk, folder)) || !(await holdsFiles(disk, restoringFolder(folder)))) return;
  const { last: old } = await replacedFolders(disk, folder);
  const wayBack = old === undefined ? `remove ${restoringFolder(folder)}` : `rename ${old} to ${folder}`;
  throw new StartError(
    `A restore was stopped before its end. Nothing was lost: run the same restore again, or ${wayBack} to go on without it.`,
  );
}

/** Finds what a replacement takes the place of: the folder or, after a stopped attempt, what that moved aside. */
export async function folderToReplace(disk: Disk, folder: string): Promise<string | undefined> {
  if (await holdsFiles(disk, folder)) return folder;
  return (await disk.exists(restoringFolder(folder))) ? (await replacedFolders(disk, folder)).last : undefined;
}

/** Removes what an earlier attempt left, and makes the folder that is to take this one's place. */
export async function beginReplacement(disk: Disk, folder: string): Promise<string> {
  await dropReplacement(disk, folder);
  const next = restoringFolder(folder);
  await disk.makeFolder(next);
  return next;
}

export async function dropReplacement(disk: Disk, folder: string): Promise<void> {
  const next = restoringFolder(folder);
  if (!(await disk.exists(next))) return;
  for (const name of await disk.list(next)) await disk.remove(join(next, name));
}

/**
 * Puts the new folder in the place of the one that this process has locked; the lock ends with it. Returns where the old
 * one is now; undefined when it held nothing.
 * @throws StartError; the old folder is in its place then, unless the sentence says where it is
 */
export async function putReplacement(
  disk: Disk,
  folder: string,
  releaseLock: () => Promise<void>,
): Promise<string | undefined> {
  const next = restoringFolder(folder);
  if (!(await holdsFiles(disk, folder))) {
    await releaseLock();
    await disk.rename(next, folder);
    return undefined;
  }
  const { free: old } = await replacedFolders(disk, folder);
  await disk.rename(folder, old);
  try {
    // So that a power cut cannot leave the second rename without the first.
    await disk.syncFolder(dirname(folder));
    await disk.rename(next, folder);
  } catch (error) {
    await disk.rename(old, folder).catch((): never => {
      throw new StartError(
        `The disk failed between two renames. What was there is in ${old}: rename it to ${folder}, or run the same restore again.`,
        { cause: error },
      );
    });
    throw error;
  }
  return old;
}

/** Returns once the replacement would survive a power cut. */
export async function settleReplacement(disk: Disk, folder: string, old: string | undefined): Promise<void> {
  await disk.syncFolder(dirname(folder));
  if (old === undefined) return;
  for (const name of await disk.list(old)) if (lockFile.test(name)) await disk.remove(join(old, name));
}

/** Finds the last folder that was moved aside, and the name that is free for the next one. */
async function replacedFolders(disk: Disk, folder: string): Promise<{ last: string | undefined; free: string }> {
  let last: string | undefined;
  for (let number = 1; ; number++) {
    const path = `${folder}.replaced-${String(number)}`;
    if (!(await disk.exists(path))) return { last, free: path };
    last = path;
  }
}
