import type { Capability, protocolVersion } from "../../generated/operations.js";
import { CannotVerify } from "./check-errors.js";
import type { Stage } from "./stage.js";

/**
 * The levels, each on top of the one before: what Token Vault, an agent or a browser needs in order to work with a
 * webhook; what its security page and known attacks ask of it; what llm.txt promises beyond.
 */
export const levels = ["protocol", "security", "strict"] as const;

export type Level = (typeof levels)[number];

/** Lists a level and those below it. */
export function levelsUpTo(level: Level): readonly Level[] {
  return levels.slice(0, levels.indexOf(level) + 1);
}

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
  /** The check is moot where the webhook speaks an older version of the protocol, which had no such thing. */
  readonly since?: typeof protocolVersion;
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
 * Selects the checks of a level and those below it, in their own order.
 * @param names groups and names of checks, separated by commas; a check that is named itself may be of any level
 * @throws CannotVerify for a name that none has
 */
export function selectChecks(checks: readonly Check[], level: Level, names: string | undefined): readonly Check[] {
  const ofLevel = checks.filter((check) => levelsUpTo(level).includes(check.level));
  if (names === undefined) return ofLevel;
  const wanted = names.split(",").map((name) => name.trim());
  const unknown = wanted.filter((name) => !checks.some((check) => fits(check, name)));
  if (unknown.length > 0) throw new CannotVerify(`There is no check or group named ${unknown.join(", ")}; see --list.`);
  return checks.filter(
    (check) => wanted.includes(check.name) || (ofLevel.includes(check) && wanted.includes(groupOf(check))),
  );
}

function fits(check: Check, name: string): boolean {
  return check.name === name || groupOf(check) === name;
}
