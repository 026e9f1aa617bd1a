import { isTextList, membersNamed, readCondition, type BodyCondition } from "./body-condition.js";
import { type Contract, ContractError, type ContractOperation } from "./contract.js";
import { readErrors } from "./operation-errors.js";
import { readRoute, type Route } from "./route.js";
import { referencedName } from "./schema.js";
import { isOwners, readSecurity, type Security } from "./security-schemes.js";
import { parameterSchema, bodySchema } from "./validators.js";

const bodyTypes = ["application/json", "application/x-www-form-urlencoded", "application/octet-stream", "*/*"];
const responseTypes = ["application/json", "text/html", "text/plain", "text/markdown", "*/*"];
const successStatuses = ["200", "201", "202", "204", "303"];
const bodilessStatuses = ["204", "303"];
const bodilessMethods = ["get", "head", "options"];
const extensions = [
  "x-refuse-token-vault",
  "x-cors",
  "x-ticket-purposes",
  "x-remember-signature",
  "x-kill-switch",
  "x-errors",
] as const;

/** What the server has to know of an operation before its handler runs. */
export interface OperationRules extends Route {
  security: Security;
  errors: string[];
  refusesTokenVault: boolean;
  cors: boolean;
  ticketPurposes: string[];
  rememberSignature: BodyCondition;
  killSwitch: BodyCondition;
  maxBodyBytes: number;
  bodyRequired: boolean;
  bodyType: string | null;
  successStatuses: number[];
  responseType: string | null;
}

/** The rules of an operation. @throws ContractError for a contract that contradicts itself */
export function operationRules(operation: ContractOperation, contract: Contract): OperationRules {
  const refuse = (problem: string): never => {
    throw new ContractError(`${operation.id}: ${problem}`);
  };
  if ("x-max-body-bytes" in operation.extensions)
    refuse("x-max-body-bytes stands in a request body, and here is none around it");
  const unknown = Object.keys(operation.extensions).find((name) => !(extensions as readonly string[]).includes(name));
  if (unknown) refuse(`${unknown} is not among ${extensions.join(", ")}`);
  const route = readRoute(operation, refuse);
  const security = readSecurity(operation, contract.securitySchemes);
  const cors = flag(operation, "x-cors", refuse);
  if (cors && isOwners(security)) refuse("x-cors would open what is the owner's to pages of other origins");
  const rememberSignature = readCondition(operation, "x-remember-signature", contract.schemas, refuse);
  if (rememberSignature !== null && !security.flat().includes("signature"))
    refuse("x-remember-signature goes with the security scheme signature");
  return {
    ...route,
    security,
    errors: readErrors(operation, security, contract, refuse),
    refusesTokenVault: flag(operation, "x-refuse-token-vault", refuse),
    cors,
    ticketPurposes: readPurposes(operation, security, contract, refuse),
    rememberSignature,
    killSwitch: readCondition(operation, "x-kill-switch", contract.schemas, refuse),
    ...bodyRules(operation, refuse),
    ...responseRules(operation, refuse),
  };
}

/** Refuses two operations of one method that match the same paths. @throws ContractError */
export function refuseSameRoutes(operations: readonly ContractOperation[]): void {
  const ids = new Map<string, string>();
  for (const { id, method, path } of operations) {
    const place = `${method} ${path.replaceAll(/\{[^}]*\}/g, "{}")}`;
    const other = ids.get(place);
    if (other !== undefined) throw new ContractError(`${id}: its method and path are those of ${other}`);
    ids.set(place, id);
  }
}

function readPurposes(
  operation: ContractOperation,
  security: Security,
  { schemas }: Contract,
  refuse: (problem: string) => never,
): string[] {
  const purposes = operation.extensions["x-ticket-purposes"] ?? [];
  if (!isTextList(purposes)) return refuse("x-ticket-purposes must be a list of strings");
  const hasTicket = security.flat().includes("ticket");
  if (hasTicket !== purposes.length > 0) refuse("x-ticket-purposes goes with the security scheme ticket");
  const known = schemas["TicketPurpose"]?.["enum"];
  const foreign = purposes.find((purpose) => !isTextList(known) || !known.includes(purpose));
  if (foreign !== undefined)
    refuse(`x-ticket-purposes has ${foreign}, which is no TicketPurpose; add it there or correct it`);
  if (hasTicket) requireTicketMembers(bodySchema(operation) ?? parameterSchema(operation, "query"), schemas, refuse);
  return purposes;
}

/** Each by its one schema, so that no operation takes another ticket than the next. */
function requireTicketMembers(holder: unknown, schemas: Contract["schemas"], refuse: (problem: string) => never): void {
  for (const [member, component] of [
    ["ticket", "Ticket"],
    ["service", "Service"],
  ] as const) {
    const found = membersNamed(holder, member, schemas);
    if (found.length === 0) refuse(`the security scheme ticket needs ${member}, which the request has not; add it`);
    if (component in schemas && found.some((schema) => referencedName(schema) !== component))
      refuse(`its ${member} restates components.schemas.${component}; refer to that by $ref`);
  }
}

function bodyRules(operation: ContractOperation, refuse: (problem: string) => never) {
  const { requestBody: body, method } = operation;
  if (!body) return { maxBodyBytes: 0, bodyRequired: false, bodyType: null };
  if (bodilessMethods.includes(method)) refuse(`${method.toUpperCase()} takes no body`);
  const types = Object.keys(body.content);
  const [bodyType = ""] = types;
  if (types.length !== 1 || !bodyTypes.includes(bodyType))
    refuse(`the request body must have one type of ${bodyTypes.join(", ")}`);
  const maxBodyBytes = body["x-max-body-bytes"];
  if (!Number.isSafeInteger(maxBodyBytes) || Number(maxBodyBytes) < 1)
    refuse("the request body needs x-max-body-bytes");
  return { maxBodyBytes: Number(maxBodyBytes), bodyRequired: body.required ?? false, bodyType };
}

function responseRules({ answers }: ContractOperation, refuse: (problem: string) => never) {
  const successes = Object.entries(answers).filter(([status]) => !/^[45]|^default$/.test(status));
  if (successes.length === 0) refuse("responses have no success");
  for (const [status, { content = {} }] of successes) {
    if (!successStatuses.includes(status)) refuse(`response ${status} is not among ${successStatuses.join(", ")}`);
    const types = Object.keys(content);
    if (types.length > 1) refuse(`response ${status} must have one type at most`);
    if (types.length > 0 && bodilessStatuses.includes(status)) refuse(`response ${status} has no body`);
    const unknown = types.find((type) => !responseTypes.includes(type));
    if (unknown !== undefined) refuse(`response type ${unknown} is not among ${responseTypes.join(", ")}`);
  }
  const [, first] = successes[0] ?? [];
  return {
    successStatuses: successes.map(([status]) => Number(status)),
    responseType: Object.keys(first?.content ?? {})[0] ?? null,
  };
}

function flag(
  { extensions: given }: ContractOperation,
  name: (typeof extensions)[number],
  refuse: (problem: string) => never,
): boolean {
  const value = given[name] ?? false;
  return typeof value === "boolean" ? value : refuse(`${name} must be true or false`);
}
