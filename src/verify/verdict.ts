import { levelsUpTo, type Level } from "./check.js";
import { allHold, isNotOffered, type Outcome } from "./outcome.js";

/** The answer to the question of one level. */
export interface Verdict {
  readonly level: Level;
  /** Undefined when no check of the level could be seen. */
  readonly holds: boolean | undefined;
  /** The numbers of checks. */
  readonly seen: number;
  readonly failed: number;
  readonly notOffered: number;
  /** The answer as a line for people. */
  readonly words: string;
}

const questions: Readonly<Record<Level, string>> = {
  protocol: "Works with Token Vault",
  security: "Safe",
  strict: "Keeps all that llm.txt promises",
};
const maxNames = 12;

/** Answers the question of the level and of each below it. */
export function verdictsOf(outcomes: readonly Outcome[], level: Level): Verdict[] {
  return levelsUpTo(level).map((one) =>
    verdictOf(
      one,
      outcomes.filter(({ check }) => check.level === one),
    ),
  );
}

function verdictOf(level: Level, outcomes: readonly Outcome[]): Verdict {
  const seen = outcomes.filter(({ status }) => status !== "skipped").length;
  const failed = outcomes.filter(({ status }) => status === "failed").map(({ check }) => check.name);
  const notOffered = outcomes.filter(isNotOffered).length;
  const isHeld = allHold(outcomes);
  const holds = seen === 0 && isHeld ? undefined : isHeld;
  const counts = { seen, failed: failed.length, notOffered };
  const rest = outcomes.length - seen - notOffered;
  const unseen = [
    ...(notOffered > 0 ? [`${String(notOffered)} not offered`] : []),
    ...(rest > 0 ? [`${String(rest)} not seen`] : []),
  ];
  const also = unseen.length > 0 ? ` (${unseen.join(", ")})` : "";
  const answer =
    holds === undefined
      ? "not seen"
      : holds
        ? `yes. ${String(seen)} of ${String(seen)} hold`
        : `no, ${String(failed.length)} of ${String(seen)} do not hold`;
  return { level, holds, ...counts, words: `${questions[level]}: ${answer}${also}${named(failed)}.` };
}

function named(failed: readonly string[]): string {
  if (failed.length === 0) return "";
  const more = failed.length > maxNames ? `, and ${String(failed.length - maxNames)} more` : "";
  return `: ${failed.slice(0, maxNames).join(", ")}${more}`;
}
