import { ContractError, type ContractOperation } from "./contract.js";
import { isRecord } from "./schema.js";

export const securitySchemes = ["signature", "ticket", "exchangeCode", "adminSecret"] as const;
const callers = ["any", "not-token-vault", "owner", "own-page"];
const bodyTypes = ["application/json", "application/x-www-form-urlencoded"];
const extensions = ["x-caller", "x-cors", "x-ticket-purposes", "x-remember-signature", "x-kill-switch"];

/** Never, always, or when one of the body's members has one of the values. */
type BodyCondition = null | true | { members: string[]; values: string[] };

/** What the server has to know of an operation before its handler runs. */
export interface OperationRules {
  security: Record<(typeof securitySchemes)[number], boolean>;
  caller: string;
  cors: boolean;
  ticketPurposes: string[];
  rememberSignature: BodyCondition;
  killSwitch: BodyCondition;
  maxBodyBytes: number;
  bodyRequired: boolean;
  bodyType: string | null;
  answerType: string | null;
}

export function operationRules(operation: ContractOperation): OperationRules {
  const refuse = (problem: string): never => {
    throw new ContractError(`${operation.id}: ${problem}`);
  };
  const unknown = Object.keys(operation.extensions).find((name) => !extensions.includes(name));
  if (unknown) refuse(`${unknown} is not among ${extensions.join(", ")}`);
  const otherParameter = operation.parameters.find((parameter) => parameter.in !== "query");
  if (otherParameter) refuse(`parameter ${otherParameter.name} is not in the query`);

  const caller = operation.extensions["x-caller"] ?? "any";
  if (!callers.includes(caller as string)) refuse(`x-caller must be one of ${callers.join(", ")}`);
  const security = namedSchemes(operation, caller === "owner", refuse);
  const cors = operation.extensions["x-cors"] ?? false;
  if (typeof cors !== "boolean") refuse("x-cors must be true or false");
  const ticketPurposes = operation.extensions["x-ticket-purposes"] ?? [];
  if (!isTextList(ticketPurposes)) return refuse("x-ticket-purposes must be a list of strings");
  if (security.ticket !== ticketPurposes.length > 0) refuse("x-ticket-purposes goes with the security scheme ticket");
  const rememberSignature = operation.extensions["x-remember-signature"] ?? null;
  if (!isBodyCondition(rememberSignature)) return refuse("x-remember-signature must be true or {members, values}");
  if (rememberSignature !== null && !security.signature) refuse("x-remember-signature goes with the scheme signature");

  const killSwitch = operation.extensions["x-kill-switch"] ?? null;
  if (!isBodyCondition(killSwitch)) return refuse("x-kill-switch must be true or {members, values}");

  const body = operation.requestBody;
  const types = Object.keys(body?.content ?? {});
  if (body && (types.length !== 1 || !bodyTypes.includes(types[0] ?? ""))) {
    refuse(`the request body must have one type of ${bodyTypes.join(", ")}`);
  }
  const maxBodyBytes = body ? body["x-max-body-bytes"] : 0;
  if (!Number.isSafeInteger(maxBodyBytes) || (body && Number(maxBodyBytes) < 1)) {
    refuse("the request body needs x-max-body-bytes");
  }
  return {
    security,
    caller: caller as string,
    cors: cors as boolean,
    ticketPurposes,
    rememberSignature,
    killSwitch,
    maxBodyBytes: maxBodyBytes as number,
    bodyRequired: body?.required ?? false,
    bodyType: types[0] ?? null,
    answerType: Object.keys(operation.answers["200"]?.content ?? {})[0] ?? null,
  };
}

/** All schemes of the one alternative. `{}` beside it is for the owner, who may need no secret on the own machine. */
function namedSchemes(operation: ContractOperation, isOwner: boolean, refuse: (problem: string) => never) {
  const alternatives = operation.security.map((alternative) => Object.keys(alternative));
  const named = alternatives.filter((schemes) => schemes.length > 0);
  if (named.length > 1) refuse("security must not offer a choice between schemes");
  if (named.length < alternatives.length && !isOwner) refuse("security {} is for x-caller: owner; say [] for none");
  const schemes = named[0] ?? [];
  const unknown = schemes.find((scheme) => !securitySchemes.some((known) => known === scheme));
  if (unknown) refuse(`security scheme ${unknown} is not among ${securitySchemes.join(", ")}`);
  return Object.fromEntries(
    securitySchemes.map((scheme) => [scheme, schemes.includes(scheme)]),
  ) as OperationRules["security"];
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

function isBodyCondition(value: unknown): value is BodyCondition {
  if (value === null || value === true) return true;
  return isRecord(value) && isTextList(value["members"]) && isTextList(value["values"]);
}
