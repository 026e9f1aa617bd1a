import { errorCode, StartError } from "../platform/errors.js";
import type * as secondFile from "../kit.js";

/**
 * Loads `verify` and `demo` from the second built file. Neither throws an error that is told apart by its class here:
 * classes that both files hold are not the same. @throws StartError where the file is missing
 */
export async function loadSecondFile(): Promise<typeof secondFile> {
  try {
    return await import("../kit.js");
  } catch (error) {
    if (errorCode(error) !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new StartError("verify and demo are in tokenvault-webhook-kit.mjs; put it beside tokenvault-webhook.mjs.", {
      cause: error,
    });
  }
}
