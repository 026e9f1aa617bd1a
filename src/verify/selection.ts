import { CannotVerify, groupOf, type Check } from "./check.js";

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
