import { setTimeout as setTimeoutPromise } from "node:timers/promises";
import { CheckSkipped } from "./check-errors.js";
import type { Reply } from "./reply.js";

const maxRepeats = 5;
const maxWaitSeconds = 30;
/** Bounds all waits together, until the budget is renewed. */
const maxWaitedMs = 120_000;

/** Waits out rate limits; parallel waits count once. */
export class Patience {
  waitedMs = 0;
  #leftMs = maxWaitedMs;
  #untilMs = 0;

  /** @param onWait is told of each wait, in seconds */
  constructor(private readonly onWait: (seconds: number) => void) {}

  renew(): void {
    this.#leftMs = maxWaitedMs;
  }

  /**
   * Resolves when the request may be sent again.
   * @param repeats how often it was sent again before
   * @throws CheckSkipped when it was waited for long enough
   */
  async wait(seconds: number, repeats: number, signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const untilMs = now + seconds * 1000;
    const addedMs = Math.max(0, untilMs - Math.max(now, this.#untilMs));
    if (repeats >= maxRepeats || addedMs > this.#leftMs)
      throw new CheckSkipped("the webhook limits requests; raise its limit for this run, or wait a minute");
    this.#leftMs -= addedMs;
    this.waitedMs += addedMs;
    this.#untilMs = Math.max(this.#untilMs, untilMs);
    this.onWait(seconds);
    await pause(untilMs - now, signal);
  }
}

/** Returns the seconds to wait before a limited request is sent again; undefined for a response that counts. */
export function limitOf(reply: Reply): number | undefined {
  // An upstream's 429 is a result.
  if (reply.status !== 429 || reply.header("x-upstream-status") !== undefined) return undefined;
  const text = reply.header("retry-after") ?? "";
  return /^\d+$/.test(text) ? Math.min(maxWaitSeconds, Math.max(1, Number(text))) : undefined;
}

/** Resolves after the time, or at once when the run is interrupted. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await setTimeoutPromise(milliseconds, undefined, signal && { signal }).catch(() => undefined);
}
