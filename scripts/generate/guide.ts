import { type Contract, ContractError } from "./contract.js";
import { readLimits } from "./limits.js";
import { errorStatus } from "./operations.js";
import { isTextList } from "./body-condition.js";

/**
 * Fills `{{name}}` in a text about the protocol: a limit, or the values of an enumeration.
 * @throws ContractError for a name, or a code with a status, that the contract does not have
 */
export function filledGuide(guide: string, contract: Contract): string {
  const limits = readLimits(contract);
  const statuses = errorStatus(contract.schemas["ErrorCode"]);
  for (const [said, status, code = ""] of guide.matchAll(/\b([45]\d\d) `([a-z_]+)`/g))
    if (statuses[code] !== Number(status))
      throw new ContractError(
        `the guide says ${said}, and ErrorCode ${statuses[code] ?? "has no such code"}; correct one of them`,
      );
  return guide.replaceAll(/\{\{(\w+)\}\}/g, (_placeholder, name: string) => {
    const values = contract.schemas[name]?.["enum"];
    const filling = Object.hasOwn(limits, name) ? limits[name] : isTextList(values) ? values.join(", ") : undefined;
    if (filling === undefined)
      throw new ContractError(`the guide's {{${name}}} is neither of x-limits nor an enumeration; correct it`);
    return String(filling);
  });
}

/** Puts the contract's version where a document shows what a webhook says of itself. */
export function withVersion(page: string, version: string): string {
  return page.replaceAll(/(?<=\bprotocol |"version":")\d+\.\d+\.\d+\b/g, version);
}
