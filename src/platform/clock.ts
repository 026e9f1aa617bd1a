/** Tells the time, so that tests can set it. Milliseconds since the Unix epoch. */
export interface Clock {
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };

/** Milliseconds that no change of the clock moves, from an arbitrary start: for measuring how long something takes. */
export const monotonicMs = (): number => performance.now();

let lastIso = { epochMs: NaN, text: "" };

/** ISO 8601 in UTC: `2026-01-31T12:00:00.123Z`. Keeps the last one: a busy server asks for a millisecond many times. */
export function isoMilliseconds(epochMs: number): string {
  if (lastIso.epochMs !== epochMs) lastIso = { epochMs, text: new Date(epochMs).toISOString() };
  return lastIso.text;
}

/** ISO 8601 in UTC with whole seconds: `2026-01-31T12:00:00Z`. */
export function isoSeconds(epochMs: number): string {
  return `${isoMilliseconds(epochMs).slice(0, 19)}Z`;
}
