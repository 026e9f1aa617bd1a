import { WebhookError } from "./errors.js";

/** Tells the time, so that tests can set it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Milliseconds that no change of the clock moves; the system's own where it is left out. */
  monotonicMs?(): number;
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

/** The first whole second after a moment, in milliseconds: signatures and tickets have whole seconds. */
export function nextSecond(epochMs: number): number {
  return (Math.floor(epochMs / 1000) + 1) * 1000;
}

/** A clock that moves by more than this against the monotonic one was set. */
const toleranceMs = 2_000;

/** Compares the clock with the monotonic one, which nobody sets: what ran ahead for a moment must let nothing be over. */
export class ClockWatch {
  /** The clock less the monotonic one. */
  #offsetMs: number;
  /** On the monotonic clock. */
  #trustedFromMs = -Infinity;
  readonly #startMs: number;
  readonly #startMonotonicMs: number;

  /** @param patienceMs for so long nothing is over once the clock was set */
  constructor(
    private readonly clock: Clock,
    private readonly patienceMs: number,
  ) {
    this.#startMs = clock.nowMs();
    this.#startMonotonicMs = this.#monotonicMs();
    this.#offsetMs = this.#startMs - this.#startMonotonicMs;
  }

  /** The time up to which all is over. */
  overMs(): number {
    const nowMs = this.clock.nowMs();
    const monotonic = this.#monotonicMs();
    if (Math.abs(nowMs - monotonic - this.#offsetMs) > toleranceMs) {
      this.#offsetMs = nowMs - monotonic;
      this.#trustedFromMs = monotonic + this.patienceMs;
    }
    return monotonic < this.#trustedFromMs ? -Infinity : nowMs;
  }

  /** The moment of the start as the clock has it now, where it was set back since; Infinity where it was not. */
  get startMs(): number {
    const startMs = this.clock.nowMs() - (this.#monotonicMs() - this.#startMonotonicMs);
    return startMs < this.#startMs - toleranceMs ? startMs : Infinity;
  }

  #monotonicMs(): number {
    return this.clock.monotonicMs ? this.clock.monotonicMs() : monotonicMs();
  }
}

/** ISO 8601, also without its hyphens and colons, and what comes close: a blank for the T, UTC for the Z. */
const timestamp =
  /^(\d{4})(-?)(\d\d)\2(\d\d)(?:[T ](\d\d)(:?)(\d\d)(?:\6(\d\d)(?:[.,](\d+))?)?)? *(?:Z|UTC|GMT|([+-])(\d\d)(?::?(\d\d))?)?$/i;
/** A number below is no moment but a lifetime; from the second one on it counts milliseconds. */
const minSeconds = 1e9;
const minMilliseconds = 1e11;
/** In the year 2286; what is more counts microseconds, or is no number of a time at all. */
const maxMilliseconds = 1e13;
/** The first second of the year 1, which is no time in Go and .NET. */
const zeroSeconds = -62_135_596_800;
const noTimes: ReadonlySet<unknown> = new Set([undefined, null, "", 0, zeroSeconds, zeroSeconds * 1000]);

/**
 * Reads when a credential expires, in milliseconds since the epoch, wherever it runs: ISO 8601, where a time without a zone
 * is UTC, the date of an HTTP header, or seconds or milliseconds since the epoch. Undefined for no expiry, which Go and
 * .NET write as the year 1.
 * @throws WebhookError invalid_request for whatever else, such as a lifetime in seconds
 */
export function parseExpiry(value: unknown): number | undefined {
  const text = typeof value === "string" ? value.trim() : undefined;
  const parts = timestamp.exec(text ?? "");
  if (parts) return timeOf(parts);
  const given = text && /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : (text ?? value);
  if (noTimes.has(given)) return undefined;
  if (typeof given === "number" && given >= minSeconds && given <= maxMilliseconds)
    return Math.floor(given < minMilliseconds ? given * 1000 : given);
  const httpDateMs = Date.parse(text ?? "");
  if (Number.isNaN(httpDateMs) || new Date(httpDateMs).toUTCString() !== text) throw refused();
  return httpDateMs;
}

function timeOf(parts: RegExpExecArray): number | undefined {
  const [year, month, day, hour, minute, second] = [1, 3, 4, 5, 7, 8].map((index) => Number(parts[index] ?? 0));
  const [fraction = "", sign, zoneHours = "0", zoneMinutes = "0"] = parts.slice(9);
  if (year === undefined || year <= 1) return undefined;
  // RFC 3339, section 5.7: a leap second is the 60th.
  const seconds = Math.min(second ?? 0, 59);
  const time = new Date(
    Date.UTC(year, (month ?? 0) - 1, day, hour, minute, seconds, Number(fraction.padEnd(3, "0").slice(0, 3))),
  );
  const isReal =
    time.getUTCMonth() + 1 === month && time.getUTCDate() === day && time.getUTCHours() === hour && (second ?? 0) <= 60;
  if (!isReal || time.getUTCMinutes() !== minute || Number(zoneHours) > 23 || Number(zoneMinutes) > 59) throw refused();
  const offsetMs = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
  return time.getTime() + (sign === "-" ? offsetMs : -offsetMs);
}

function refused(): WebhookError {
  return new WebhookError("invalid_request", "The member expiresAt is not a time; give it as in 2026-01-31T12:00:00Z.");
}
