import { setFlagsFromString } from "node:v8";
import { isNode } from "./runtime.js";

/**
 * Fits V8's collector to a server whose documents are outside its heap, and of whose objects few outlive a request. How
 * much young memory it has can be said at the start of the process alone: `npm start` and the files in deploy/ do.
 */
export function tuneGarbageCollector(): void {
  // Bun has no V8, and Deno does not take flags.
  if (!isNode()) return;
  // V8 puts objects of kinds that outlived a collection straight into old memory. Here these are what a request is made
  // of, of which 64 in flight are enough to look long-lived; from then on two fifths of all that a request makes goes to
  // old memory, dead, and takes what it refers to with it. Without that guess credentials are handed out a quarter faster.
  setFlagsFromString("--no-allocation-site-pretenuring");
  // Old memory is small and quickly looked through; it need not grow to several times what lives in it before that is done.
  setFlagsFromString("--heap-growing-percent=20");
}
