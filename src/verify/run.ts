import type { Check } from "./check.js";
import { CannotVerify, CheckFailure, CheckSkipped } from "./check-errors.js";
import { collectFailures } from "./collected-failures.js";
import { probeNeed } from "./needs.js";
import { notOfferedReason, silentReason, type Outcome } from "./outcome.js";
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
const maxReasons = 5;

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
  if (missing.length > 0) return notOfferedReason(`the webhook does not say that it has ${missing.join(" and ")}`);
  if (check.since !== undefined && stage.isOlder)
    return notOfferedReason(`it came with protocol ${check.since}, and the webhook speaks ${stage.version ?? "none"}`);
  return check.needs && (await probeNeed(stage, check.needs));
}

async function runCheck(stage: Stage, check: Check, options: RunOptions): Promise<Result> {
  const failures: CheckFailure[] = [];
  try {
    const reason = await mootReason(stage, check, options);
    if (reason !== undefined) return skipped(reason);
    await collectFailures(failures, () => check.run(stage));
  } catch (error) {
    if (error instanceof CannotVerify) throw error;
    if (error instanceof CheckSkipped && failures.length === 0) return skipped(error.message);
    if (error instanceof CheckFailure) failures.push(error);
    // No response of a webhook may end the run.
    else if (!(error instanceof CheckSkipped)) failures.push(new CheckFailure("The answer could not be judged."));
  }
  const [first] = failures;
  return first ? failed(failures, first) : { status: "passed" };
}

/** Shows each reason once; the request and the response are those of the first. */
function failed(failures: readonly CheckFailure[], first: CheckFailure): Result {
  const { reply, request = reply?.request } = first.evidence;
  const reasons = [...new Set(failures.map(({ message }) => message))];
  const more = reasons.length - maxReasons;
  return {
    status: "failed",
    reason: reasons.slice(0, maxReasons).join(" ") + (more > 0 ? ` And ${String(more)} more.` : ""),
    ...(request && { request: requestExcerpt(request) }),
    ...(reply && { reply: reply.excerpt() }),
  };
}

function skipped(reason: string): Result {
  return { status: "skipped", reason };
}

const lateReason = "a ticket expired while the webhook's limit of requests was waited out; run the check again";

/** Tells a failure by a ticket that was good when it was made. */
function isLate({ status, reply }: Result): boolean {
  return status === "failed" && reply?.at("error") === "ticket_expired";
}
