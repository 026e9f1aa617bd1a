import { contractSha256, protocolVersion } from "../../generated/operations.js";
import { groupOf } from "./check.js";
import { evidenceOf, type Masking } from "./masking.js";
import { byGroup, latencyOf, requiredHold, type Outcome } from "./outcome.js";

/** Writes one JSON document, for programs. */
export function jsonReport(url: string, outcomes: readonly Outcome[], masking: Masking): string {
  const checks = outcomes.map((outcome) => {
    const { check, status, reason, latenciesMs } = outcome;
    return {
      name: check.name,
      group: groupOf(check),
      level: check.level,
      rule: check.rule,
      proves: check.proves,
      status,
      ...(reason !== undefined && { reason: masking.sentence(reason) }),
      ...(status === "failed" && { fix: check.fix, ...evidenceOf(outcome, masking) }),
      ...optional("latencyMs", latencyOf(latenciesMs)),
    };
  });
  const latencyMs = Object.fromEntries(
    [...byGroup(outcomes)].map(([group, outcomesOfGroup]) => [
      group,
      latencyOf(outcomesOfGroup.flatMap((one) => one.latenciesMs)) ?? null,
    ]),
  );
  const document = { url, protocolVersion, contractSha256, conformant: requiredHold(outcomes), checks, latencyMs };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): Record<string, Value> {
  return value === undefined ? {} : { [name]: value };
}
