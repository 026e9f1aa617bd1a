import type { Capability } from "../../generated/operations.js";
import { CannotVerify } from "./check-errors.js";
import type { Stage } from "./stage.js";

/**
 * required: the protocol and what it promises. recommended: only safer. informational: worth knowing, never counted
 * against a webhook.
 */
export type Level = "required" | "recommended" | "informational";

/** One thing that can be seen from outside. */
export interface Check {
  /** group.what */
  readonly name: string;
  readonly level: Level;
  /** The rule of llm.txt that it proves, such as R19. */
  readonly rule: string;
  /** One sentence: what holds. */
  readonly proves: string;
  /** What to do when it fails. */
  readonly fix: string;
  /** It leaves documents behind until the end of the run. */
  readonly writes?: true;
  /** Without one of these the check is moot. */
  readonly capabilities?: readonly Capability[];
  /** It needs the played upstream, or the OAuth client `verify` too. */
  readonly needs?: "upstream" | "provider";
  /** It takes half a minute and runs only when it is asked for. */
  readonly slow?: true;
  /** Resolves when it holds. @throws CheckFailure, CheckSkipped */
  run(stage: Stage): Promise<void>;
}

export function groupOf({ name }: Pick<Check, "name">): string {
  return name.slice(0, name.indexOf("."));
}

/**
 * The checks that `--only` names, in their own order.
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
