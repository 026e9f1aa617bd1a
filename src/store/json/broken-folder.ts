import { StartError } from "../../platform/errors.js";

/** Refuses a folder whose files are not what was written. */
export function brokenFolder(problem: string, cause?: unknown): StartError {
  return new StartError(`${problem} Nothing was changed. Put back a backup of the whole data folder.`, { cause });
}
