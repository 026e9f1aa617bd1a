import { evidenceOf, type Masking } from "./masking.js";
import { byGroup, type Outcome } from "./outcome.js";

/** Writes JUnit's XML, a suite a group; each case has its level as a property. */
export function junitReport(outcomes: readonly Outcome[], masking: Masking): string {
  const suites = [...byGroup(outcomes)].map(([group, outcomesOfGroup]) => {
    const failures = outcomesOfGroup.filter(({ status }) => status === "failed").length;
    const skipped = outcomesOfGroup.filter(({ status }) => status === "skipped").length;
    const cases = outcomesOfGroup.map((outcome) => testCase(group, outcome, masking)).join("");
    return `  <testsuite name="${escaped(group)}" tests="${String(outcomesOfGroup.length)}" failures="${String(failures)}" errors="0" skipped="${String(skipped)}">\n${cases}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="tokenvault-webhook verify">\n${suites.join("")}</testsuites>\n`;
}

function testCase(group: string, outcome: Outcome, masking: Masking): string {
  const { check, reason = "", latenciesMs } = outcome;
  const seconds = (latenciesMs.reduce((sum, ms) => sum + ms, 0) / 1000).toFixed(3);
  const level = `<properties><property name="level" value="${check.level}"/></properties>`;
  const start = `    <testcase classname="${escaped(group)}" name="${escaped(check.name)}" time="${seconds}">\n      ${level}\n`;
  const end = "    </testcase>\n";
  if (outcome.status === "passed") return start + end;
  const message = escaped(masking.sentence(reason));
  if (outcome.status === "skipped") return `${start}      <skipped message="${message}"/>\n${end}`;
  const { request = "", answer = "" } = evidenceOf(outcome, masking);
  const text = escaped(`${check.proves}\nrequest: ${request}\nanswer: ${answer}\nfix: ${check.fix}`);
  return `${start}      <failure message="${message}" type="${escaped(check.rule)}">${text}</failure>\n${end}`;
}

/** Replaces characters that XML 1.0 cannot hold, too. */
function escaped(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
  return text
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, "·")
    .replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
