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
