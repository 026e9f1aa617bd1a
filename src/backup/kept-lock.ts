import type { Clock } from "../platform/clock.js";
import { StartError } from "../platform/errors.js";
import type { Disk } from "../files/disk.js";
import { JsonStore, type JsonStoreOptions } from "../store/json/json-store.js";
import type { Document } from "../store/store.js";

/** Why a restored webhook is locked although its backup need not be. */
export type LockReason = "was locked" | "cannot be read";

export interface KeptLock {
  readonly reason: LockReason;
  /** For system/lock. */
  readonly document: Document;
}

/**
 * The kill switch of a folder that is replaced: only `unlock` ends it. A folder that cannot be read may have been locked.
 * Writes nothing; undefined where it was not locked.
 */
export async function keptLock(disk: Disk, folder: string, clock: Clock): Promise<KeptLock | undefined> {
  let document: Document | undefined;
  const looked = new Error("looked at");
  // The error keeps the store from being opened, for which it would write.
  const check: JsonStoreOptions["check"] = async (get) => {
    document = get("system", "lock");
    throw looked;
  };
  try {
    await JsonStore.open({ disk, folder, warn: () => undefined, check });
  } catch (error) {
    if (error instanceof StartError)
      return { reason: "cannot be read", document: { lockedAt: new Date(clock.nowMs()).toISOString() } };
    if (error !== looked) throw error;
  }
  return document && { reason: "was locked", document };
}
