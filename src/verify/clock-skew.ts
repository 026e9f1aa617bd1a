import type { Reply } from "./reply.js";

/** The header has whole seconds. */
const resolutionMs = 2000;

/** How far the webhook's clock is ahead of this one, by the answer's Date; 0 where that says nothing. */
export function skewMsOf(reply: Reply): number {
  const skewMs = Date.parse(reply.header("date") ?? "") - Date.now();
  return Math.abs(skewMs) > resolutionMs ? skewMs : 0;
}
