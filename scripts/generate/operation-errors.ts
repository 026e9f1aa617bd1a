import { isTextList } from "./body-condition.js";
import { type Contract, ContractError, type ContractOperation } from "./contract.js";
import { type Security, errorsOfSchemes, schemeErrors } from "./security-schemes.js";

/** The server can send these in place of any answer. */
const ofEveryOperation = ["invalid_request", "rate_limited", "internal_error"];

/** The codes that an operation may answer. @throws ContractError for one that is none, or lacks what its rules answer */
export function readErrors(
  operation: ContractOperation,
  security: Security,
  { schemas }: Contract,
  refuse: (problem: string) => never,
): string[] {
  const errors = operation.extensions["x-errors"];
  if (!isTextList(errors)) return refuse("x-errors is missing; list the codes that it may answer");
  const problem = problemOf(errors, schemas["ErrorCode"]?.["enum"]);
  if (problem !== undefined) refuse(problem);
  const implied = impliedErrors(operation, security);
  for (const [reason, codes] of implied) {
    const missing = codes.find((code) => !errors.includes(code));
    if (missing !== undefined) refuse(`x-errors lacks ${missing}, which ${reason} answers; add it`);
  }
  const answered = implied.flatMap(([, codes]) => codes);
  const unanswered = errors.find((code) => errorsOfSchemes.has(code) && !answered.includes(code));
  if (unanswered !== undefined)
    refuse(`x-errors has ${unanswered}, which none of its rules answers; remove it, or add the rule that is missing`);
  return errors;
}

/** Refuses a code that nothing may answer: clients would wait for it. @throws ContractError */
export function refuseUnusedErrors({ schemas, operations, unroutedErrors }: Contract): void {
  const codes = schemas["ErrorCode"]?.["enum"];
  const problem = isTextList(unroutedErrors) ? problemOf(unroutedErrors, codes) : "x-errors must be a list of codes";
  if (problem !== undefined) throw new ContractError(`the top of the file: ${problem}`);
  const used = new Set([unroutedErrors, ...operations.map(({ extensions }) => extensions["x-errors"])].flat());
  const unused = isTextList(codes) ? codes.find((code) => !used.has(code)) : undefined;
  if (unused !== undefined) throw new ContractError(`ErrorCode: ${unused} is in no x-errors; list it or remove it`);
}

function problemOf(errors: readonly string[], codes: unknown): string | undefined {
  const foreign = errors.find((code) => !isTextList(codes) || !codes.includes(code));
  if (foreign !== undefined) return `x-errors has ${foreign}, which is no ErrorCode; correct it`;
  const repeated = errors.find((code, index) => errors.indexOf(code) !== index);
  return repeated === undefined ? undefined : `x-errors has ${repeated} twice; remove one`;
}

/** A rule, and the codes that it answers. */
type Implied = readonly [string, readonly string[]];

function impliedErrors({ requestBody, extensions }: ContractOperation, security: Security): Implied[] {
  const implied: Implied[] = [["every operation", ofEveryOperation]];
  if (requestBody) implied.push(["a request body", ["payload_too_large"]]);
  for (const scheme of security.flat()) implied.push([`the security scheme ${scheme}`, schemeErrors(scheme)]);
  for (const name of ["x-refuse-token-vault", "x-kill-switch"])
    if (extensions[name] ?? false) implied.push([name, ["forbidden"]]);
  return implied;
}
