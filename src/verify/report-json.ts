import { contractSha256, protocolVersion } from "../../generated/operations.js";
import { groupOf, type Level } from "./check.js";
import { evidenceOf, type Masking } from "./masking.js";
import { allHold, byGroup, isNotOffered, latencyOf, type Outcome } from "./outcome.js";
import { verdictsOf } from "./verdict.js";

/** The subject of a report, beside its outcomes. */
export interface Verified {
  readonly url: string;
  /** The chosen level. */
  readonly level: Level;
  /** The version that the webhook says that it speaks; undefined when it says none. */
  readonly version: string | undefined;
}

/** Writes one JSON document, for programs. */
export function jsonReport(verified: Verified, outcomes: readonly Outcome[], masking: Masking): string {
  const { url, level, version = null } = verified;
  const checks = outcomes.map((outcome) => {
    const { check, status, reason, latenciesMs } = outcome;
    return {
      name: check.name,
      group: groupOf(check),
      level: check.level,
      rule: check.rule,
      proves: check.proves,
      status,
      ...(isNotOffered(outcome) && { notOffered: true }),
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
  const document = {
    url,
    protocolVersion,
    contractSha256,
    version,
    level,
    conformant: allHold(outcomes),
    verdicts: verdictsOf(outcomes, level),
    checks,
    latencyMs,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): Record<string, Value> {
  return value === undefined ? {} : { [name]: value };
}
