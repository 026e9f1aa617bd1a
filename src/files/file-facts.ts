import { stat, statfs } from "node:fs/promises";

/** The system's word on a file or folder. */
export interface FileFacts {
  /** Permission bits, such as 0o600. */
  readonly mode: number;
  /** The user it belongs to; 0 where the system knows no users. */
  readonly uid: number;
  readonly isFolder: boolean;
}

/** Undefined when it is not there. */
export async function fileFacts(path: string): Promise<FileFacts | undefined> {
  try {
    const found = await stat(path);
    return { mode: found.mode & 0o777, uid: found.uid, isFolder: found.isDirectory() };
  } catch {
    return undefined;
  }
}

/**
 * Why what it says cannot be trusted: users besides this one and root may have written it. Undefined where none may, or
 * the system knows no such users.
 * @param self this user; undefined when it is not known
 */
export function foreignHand(
  { mode, uid }: Pick<FileFacts, "mode" | "uid">,
  self: number | undefined = ownUser(),
): "belongs to another user" | "can be changed by other users" | undefined {
  if (process.platform === "win32") return undefined;
  if (self !== undefined && uid !== self && uid !== 0) return "belongs to another user";
  return (mode & 0o022) === 0 ? undefined : "can be changed by other users";
}

/** Undefined where the system knows no users, or does not say. */
export function ownUser(): number | undefined {
  try {
    return process.geteuid?.();
  } catch {
    // Deno wants a permission for it.
    return undefined;
  }
}

/** Bytes that may still be written where the path is; undefined where the system does not say. */
export async function freeBytes(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
