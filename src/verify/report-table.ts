import { styleText } from "node:util";
import { groupOf, type Check, type Level } from "./check.js";
import { evidenceOf, type Masking } from "./masking.js";
import { byGroup, latencyOf, type Outcome } from "./outcome.js";
import { verdictsOf } from "./verdict.js";

type Style = Parameters<typeof styleText>[0];

/** Writes text for people: a line a group, then failures and skips, then the verdict of each level. */
export function tableReport(outcomes: readonly Outcome[], level: Level, masking: Masking, hasColour: boolean): string {
  const paint = (style: Style, text: string): string =>
    hasColour ? styleText(style, text, { validateStream: false }) : text;
  const failed = outcomes.filter(({ status }) => status === "failed");
  const lines = [
    "",
    ...[...byGroup(outcomes)].map(([group, outcomesOfGroup]) => groupLine(group, outcomesOfGroup, paint)),
    ...failed.flatMap((outcome) => failureLines(outcome, masking, paint)),
    ...skippedLines(outcomes, masking),
    "",
    ...verdictsOf(outcomes, level).map(({ holds, words }) =>
      holds === undefined ? words : paint(holds ? "green" : "red", words),
    ),
    "",
  ];
  return lines.join("\n");
}

/** Lists every check with the sentence that it proves. */
export function listReport(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .map(
      (check, index) =>
        `${index > 0 && groupOf(check) !== groupOf(checks[index - 1] ?? check) ? "\n" : ""}` +
        `${check.name.padEnd(width)}  ${check.level.padEnd(8)}  ${check.rule.padEnd(3)}  ${check.proves}\n`,
    )
    .join("");
}

function groupLine(
  group: string,
  outcomesOfGroup: readonly Outcome[],
  paint: (style: Style, text: string) => string,
): string {
  const count = (status: Outcome["status"]): number =>
    outcomesOfGroup.filter((outcome) => outcome.status === status).length;
  const failed = count("failed");
  const skipped = count("skipped");
  const latency = latencyOf(outcomesOfGroup.flatMap(({ latenciesMs }) => latenciesMs));
  const times = latency
    ? paint(
        latency.colour,
        [latency.min, latency.median, latency.max].map((ms) => ms.toFixed(ms < 10 ? 1 : 0)).join(" / ") + " ms",
      )
    : "";
  const columns = [
    `${String(count("passed")).padStart(3)} ok`,
    (failed > 0 ? `${String(failed)} FAILED` : "").padEnd(9),
    (skipped > 0 ? `${String(skipped)} skipped` : "").padEnd(10),
  ];
  const line = `  ${group.padEnd(15)} ${columns.join("  ")}`;
  return `${failed > 0 ? paint("red", line) : line}  ${times}`;
}

function failureLines(outcome: Outcome, masking: Masking, paint: (style: Style, text: string) => string): string[] {
  const { check, reason = "" } = outcome;
  const { request, answer } = evidenceOf(outcome, masking);
  return [
    "",
    paint(
      check.level === "strict" ? "yellow" : "red",
      `FAILED  ${check.name}  (${check.level}, llm.txt ${check.rule})`,
    ),
    `  rule     ${check.proves}`,
    `  seen     ${masking.sentence(reason)}`,
    ...(request === undefined ? [] : [`  request  ${request}`]),
    ...(answer === undefined ? [] : [`  answer   ${answer}`]),
    `  fix      ${check.fix}`,
  ];
}

/** Shows each reason once, since a missing setting makes many checks moot. */
function skippedLines(outcomes: readonly Outcome[], masking: Masking): string[] {
  const byReason = new Map<string, string[]>();
  for (const { status, reason = "", check } of outcomes) {
    if (status === "skipped") byReason.set(reason, [...(byReason.get(reason) ?? []), check.name]);
  }
  return [...byReason].flatMap(([reason, names]) => [
    "",
    `skipped: ${masking.sentence(reason)}`,
    `  ${names.join(", ")}`,
  ]);
}
