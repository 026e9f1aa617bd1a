import type { Capability } from "../../generated/operations.js";
import { CannotVerify } from "./check-errors.js";
import type { Stage } from "./stage.js";

/**
 * Tells a promise of the protocol (required) from a safer choice (recommended) and from a remark that never counts
 * (informational).
 */
export type Level = "required" | "recommended" | "informational";

/** A check proves one thing that can be seen from outside. */
export interface Check {
  /** The name has the form group.subject. */
  readonly name: string;
  readonly level: Level;
  /** The rule of llm.txt that it proves, such as R19. */
  readonly rule: string;
  /** One sentence that holds when the check passes. */
  readonly proves: string;
  /** The advice for a webhook that fails. */
  readonly fix: string;
  /** The check leaves documents behind until the end of the run. */
  readonly writes?: true;
  /** The check is moot without one of these. */
  readonly capabilities?: readonly Capability[];
  /** The check needs the played upstream, or the OAuth client `verify` too. */
  readonly needs?: "upstream" | "provider";
  /** The check takes half a minute and runs only on demand. */
  readonly slow?: true;
  /** Resolves when it holds. @throws CheckFailure, CheckSkipped */
  run(stage: Stage): Promise<void>;
}

export function groupOf({ name }: Pick<Check, "name">): string {
  return name.slice(0, name.indexOf("."));
}

/**
 * Selects the checks that `--only` names, in their own order.
 * @param names groups and names of checks, separated by commas
 * @throws CannotVerify for a name that none has
 */
export function selectChecks(checks: readonly Check[], names: string | undefined): readonly Check[] {
  if (names === undefined) return checks;
  const wanted = names.split(",").map((name) => name.trim());
  const unknown = wanted.filter((name) => !checks.some((check) => fits(check, name)));
  if (unknown.length > 0) throw new CannotVerify(`There is no check or group named ${unknown.join(", ")}; see --list.`);
  return checks.filter((check) => wanted.some((name) => fits(check, name)));
}

function fits(check: Check, name: string): boolean {
  return check.name === name || groupOf(check) === name;
}
