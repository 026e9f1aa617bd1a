import { CheckFailure, CheckSkipped, groupOf, type Check } from "./check.js";
import { probeNeed } from "./needs.js";
import type { Reply, SentRequest } from "./reply.js";
import type { Stage } from "./stage.js";

/** What became of a check. */
export interface Outcome {
  readonly check: Check;
  readonly status: "passed" | "failed" | "skipped";
  /** Why it failed or was skipped. */
  readonly reason?: string;
  readonly request?: SentRequest;
  readonly reply?: Reply;
  /** Of every answer in it. */
  readonly latenciesMs: readonly number[];
}

export interface RunOptions {
  readonly readOnly: boolean;
  readonly slow: boolean;
  readonly signal: AbortSignal;
  /** The answers since the last call of it. */
  takeReplies(): Reply[];
  onStart(check: Check, index: number): void;
}

/** Runs the checks one after another, so that what one of them leaves behind is told from what another does. */
export async function runChecks(stage: Stage, checks: readonly Check[], options: RunOptions): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [index, check] of checks.entries()) {
    options.onStart(check, index);
    options.takeReplies();
    const reason = options.signal.aborted ? "the run was interrupted" : await mootReason(stage, check, options);
    const result = reason === undefined ? await runCheck(stage, check) : { status: "skipped" as const, reason };
    const replies = options.takeReplies();
    const last = replies.at(-1);
    const isSeen = result.status === "failed" && result.request === undefined && last !== undefined;
    outcomes.push({
      check,
      ...(isSeen && { reply: last, request: last.request }),
      ...result,
      latenciesMs: replies.map(({ milliseconds }) => milliseconds),
    });
  }
  return outcomes;
}

async function mootReason(stage: Stage, check: Check, options: RunOptions): Promise<string | undefined> {
  if (check.slow && !options.slow) return "it takes half a minute; ask for it with --slow";
  if (check.writes && options.readOnly) return "it writes, and the run is read-only";
  const missing = (check.capabilities ?? []).filter((capability) => !stage.has(capability));
  if (missing.length > 0) return `the webhook does not say that it has ${missing.join(" and ")}`;
  return check.needs && (await probeNeed(stage, check.needs));
}

async function runCheck(stage: Stage, check: Check): Promise<Omit<Outcome, "check" | "latenciesMs">> {
  try {
    await check.run(stage);
    return { status: "passed" };
  } catch (error) {
    if (error instanceof CheckSkipped) return { status: "skipped", reason: error.message };
    if (!(error instanceof CheckFailure)) throw new Error(`${check.name} broke`, { cause: error });
    const { reply, request = reply?.request } = error.evidence;
    return { status: "failed", reason: error.message, ...(request && { request }), ...(reply && { reply }) };
  }
}

/** Whether all that is required holds; what could not be seen does not count. */
export function requiredHold(outcomes: readonly Outcome[]): boolean {
  return !outcomes.some(({ check, status }) => check.level === "required" && status === "failed");
}

/** Outcomes by group, in the order of the checks. */
export function byGroup(outcomes: readonly Outcome[]): Map<string, Outcome[]> {
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const group = groupOf(outcome.check);
    groups.set(group, [...(groups.get(group) ?? []), outcome]);
  }
  return groups;
}
