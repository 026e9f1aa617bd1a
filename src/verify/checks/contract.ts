import type { Check } from "../check.js";
import { CheckFailure } from "../check-errors.js";
import { ordinaryCalls, quotableCalls, refusedCalls } from "../contract-rounds.js";
import type { ContractCheck } from "../judge.js";
import type { Stage } from "../stage.js";

type Round = (stage: Stage) => readonly (() => Promise<unknown>)[];

const shownProblems = 3;
/** The round ends after so many calls without a response. */
const silentAfter = 5;

export const contractChecks: readonly Check[] = [
  {
    name: "contract.answers",
    level: "protocol",
    rule: "R6",
    proves: "No answer of a known operation in the whole run lacks a member, or has one of another type.",
    fix: "Compare the answer with the operation's type in llm.txt: its members, their types, the status.",
    run: (stage) => hold(stage, "contract.answers", ordinaryCalls),
  },
  {
    name: "contract.errors",
    level: "protocol",
    rule: "R6",
    proves:
      "Every 400, 401, 403, 409 and 410 in the whole run is JSON with an error code and a message, and no code has another's status.",
    fix: "Answer {error, message} with the code and status of llm.txt's table.",
    run: (stage) => hold(stage, "contract.errors", refusedCalls),
  },
  {
    name: "contract.messages",
    level: "security",
    rule: "R6",
    proves: "No error message in the whole run holds a secret, a path or a stack.",
    fix: "Write messages as fixed sentences; log the library's text instead of answering it.",
    run: (stage) => hold(stage, "contract.messages", (played) => [...refusedCalls(played), ...quotableCalls(played)]),
  },
  {
    name: "contract.shared-secret",
    level: "security",
    rule: "R16",
    proves: "No answer in the whole run but that of an exchange shows the shared secret.",
    fix: "Give the shared secret in the answer of /v1/exchange, and nowhere else.",
    run: (stage) => hold(stage, "contract.shared-secret", ordinaryCalls),
  },
  {
    name: "contract.answer-forms",
    level: "strict",
    rule: "R6",
    proves: "Every member of an answer in the whole run has the form of the contract.",
    fix: "Compare the answer with the operation's type in llm.txt: constants, patterns and bounds.",
    run: (stage) => hold(stage, "contract.answer-forms", ordinaryCalls),
  },
  {
    name: "contract.unknown-members",
    level: "strict",
    rule: "R6",
    proves: "No answer in the whole run has a member that the contract does not know.",
    fix: "Answer the members of llm.txt's types only; an error is exactly {error, message}.",
    run: (stage) =>
      hold(stage, "contract.unknown-members", (played) => [...ordinaryCalls(played), ...refusedCalls(played)]),
  },
  {
    name: "contract.error-codes",
    level: "strict",
    rule: "R6",
    proves: "Every error code in the whole run is one of the contract.",
    fix: "Take the codes of llm.txt's table.",
    run: (stage) => hold(stage, "contract.error-codes", refusedCalls),
  },
  {
    name: "contract.error-bodies",
    level: "strict",
    rule: "R6",
    proves: "Every error in the whole run, of whatever status, is JSON with an error code and a message.",
    fix: "Make every error in one place, also those of the router, the parser and the framework.",
    run: (stage) => hold(stage, "contract.error-bodies", refusedCalls),
  },
  {
    name: "contract.quoted-input",
    level: "strict",
    rule: "R6",
    proves: "No error message in the whole run repeats what was sent.",
    fix: "Write messages as fixed sentences; name the member that is wrong, and not its value.",
    run: (stage) => hold(stage, "contract.quoted-input", refusedCalls),
  },
];

/** Plays the round, so that there is something to judge, then reports the violations in it and before. */
async function hold(stage: Stage, check: ContractCheck, round: Round): Promise<void> {
  let unanswered: CheckFailure | undefined;
  for (const call of round(stage)) {
    if (stage.unansweredInARow >= silentAfter) break;
    try {
      await call();
    } catch (error) {
      if (!(error instanceof CheckFailure)) throw error;
      unanswered ??= error;
    }
  }
  const firstOf = new Map<string, Stage["violations"][number]>();
  for (const violation of stage.violations.filter((one) => one.check === check)) {
    if (!firstOf.has(violation.problem)) firstOf.set(violation.problem, violation);
  }
  const [first, ...others] = firstOf.values();
  if (first) {
    const shown = [first, ...others].slice(0, shownProblems).map(({ problem }) => problem.replace(/\.$/, ""));
    const more = firstOf.size - shown.length;
    const rest = more > 0 ? `; and ${String(more)} more` : "";
    throw new CheckFailure(`${shown.join("; ")}${rest}.`, { reply: first.reply });
  }
  if (unanswered) throw unanswered;
}
