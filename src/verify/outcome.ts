import { groupOf, type Check } from "./check.js";
import type { Reply, SentRequest } from "./reply.js";

/** The reason of each check that is left out since nothing is answered any more. */
export const silentReason = "the webhook does not answer any more";

/** Begins the reason of a check that is about something which the webhook does not say that it has. */
const notOfferedPrefix = "not offered: ";

export function notOfferedReason(what: string): string {
  return notOfferedPrefix + what;
}

/** The outcome of one check. */
export interface Outcome {
  readonly check: Check;
  readonly status: "passed" | "failed" | "skipped";
  /** The cause of a failure or a skip. */
  readonly reason?: string;
  readonly request?: SentRequest;
  readonly reply?: Reply;
  /** The latency of every response in it. */
  readonly latenciesMs: readonly number[];
}

/** True when none failed; skipped ones do not count, unless the webhook fell silent. */
export function allHold(outcomes: readonly Outcome[]): boolean {
  return !outcomes.some(({ status, reason }) => status === "failed" || reason === silentReason);
}

export function isNotOffered({ status, reason = "" }: Outcome): boolean {
  return status === "skipped" && reason.startsWith(notOfferedPrefix);
}

/** Groups outcomes, in the order of the checks. */
export function byGroup(outcomes: readonly Outcome[]): Map<string, Outcome[]> {
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const group = groupOf(outcome.check);
    groups.set(group, [...(groups.get(group) ?? []), outcome]);
  }
  return groups;
}

/** The latency of responses, in milliseconds. */
export interface Latency {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** The colour of the median in Token Vault's dashboard: below 200 ms, below 500 ms, more. */
  readonly colour: "green" | "yellow" | "red";
}

/** Summarises latencies; undefined when there are none. */
export function latencyOf(milliseconds: readonly number[]): Latency | undefined {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (min === undefined || max === undefined || median === undefined) return undefined;
  return { min, median, max, colour: median < 200 ? "green" : median < 500 ? "yellow" : "red" };
}
