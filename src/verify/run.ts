import type { Check } from "./check.js";
import { CannotVerify, CheckFailure, CheckSkipped } from "./check-errors.js";
import { probeNeed } from "./needs.js";
import { silentReason, type Outcome } from "./outcome.js";
import { requestExcerpt, type Reply } from "./reply.js";
import type { Stage } from "./stage.js";

export interface RunOptions {
  readonly readOnly: boolean;
  readonly slow: boolean;
  readonly signal: AbortSignal;
  /** The run goes on even when nothing is answered any more. */
  readonly isPatient?: boolean;
  /** Returns the responses since the previous call. */
  takeReplies(): Reply[];
  onStart(check: Check, index: number): void;
}

type Result = Omit<Outcome, "check" | "latenciesMs">;

const silentAfter = 5;

/** Runs the checks one after another, so that the traces of one are not mistaken for those of another. */
export async function runChecks(stage: Stage, checks: readonly Check[], options: RunOptions): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let isSilent = false;
  for (const [index, check] of checks.entries()) {
    options.onStart(check, index);
    options.takeReplies();
    isSilent ||= !options.isPatient && stage.unansweredInARow >= silentAfter && !(await stage.responds());
    const waitedMs = stage.waitedMs;
    const stopReason = options.signal.aborted ? "the run was interrupted" : isSilent ? silentReason : undefined;
    const result = stopReason === undefined ? await runCheck(stage, check, options) : skipped(stopReason);
    const replies = options.takeReplies();
    const last = replies.at(-1);
    const isSeen = result.status === "failed" && result.request === undefined && last !== undefined;
    const whole = isSeen ? { ...result, reply: last, request: last.request } : result;
    outcomes.push({
      check,
      ...(stage.waitedMs > waitedMs && isLate(whole) ? skipped(lateReason) : whole),
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

async function runCheck(stage: Stage, check: Check, options: RunOptions): Promise<Result> {
  try {
    const reason = await mootReason(stage, check, options);
    if (reason !== undefined) return skipped(reason);
    await check.run(stage);
    return { status: "passed" };
  } catch (error) {
    if (error instanceof CannotVerify) throw error;
    if (error instanceof CheckSkipped) return skipped(error.message);
    // No response of a webhook may end the run.
    if (!(error instanceof CheckFailure)) return { status: "failed", reason: "The answer could not be judged." };
    const { reply, request = reply?.request } = error.evidence;
    return {
      status: "failed",
      reason: error.message,
      ...(request && { request: requestExcerpt(request) }),
      ...(reply && { reply: reply.excerpt() }),
    };
  }
}

function skipped(reason: string): Result {
  return { status: "skipped", reason };
}

const lateReason = "a ticket expired while the webhook's limit of requests was waited out; run the check again";

/** Tells a failure by a ticket that was good when it was made. */
function isLate({ status, reply }: Result): boolean {
  return status === "failed" && reply?.at("error") === "ticket_expired";
}
