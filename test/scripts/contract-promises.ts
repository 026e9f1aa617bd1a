import { type Contract, readContract } from "../../scripts/generate/contract.js";
import { operationRules, type OperationRules } from "../../scripts/generate/operation-rules.js";
import { errorStatus } from "../../scripts/generate/operations.js";
import { isRecord, mapSubschemas } from "../../scripts/generate/schema.js";
import { reachableComponents } from "../../scripts/generate/validation-schema.js";
import { errorStatuses } from "../support/error-status.js";

/*
 * The rules that Token Vault, agents and browsers rely on, and those that keep strangers out. By hand on purpose: a slip in openapi.yaml
 * would go with everything that is read from it.
 */
const MiB = 1_048_576;
const reading = "ticket for agent_credential|user_reveal, locks, not Token Vault, CORS";
const promisedRules: Readonly<Record<string, string>> = {
  getHealth: "public, CORS",
  headHealth: "public, CORS",
  checkHealth: `signature, ${MiB} bytes`,
  getRegistrationUrl: "adminSecret or firstBinding",
  showBindPage: "adminSecret or ownerSession or firstBinding",
  startBinding: "adminSecret or ownerSession or firstBinding, 8192 bytes",
  exchangeCode: `exchangeCode, ${MiB} bytes`,
  useStorage: `signature, once for get|set|delete, locks for tokens, ${MiB} bytes`,
  storeCredential: `ticket for store, locks, not Token Vault, CORS, ${MiB} bytes`,
  getCredential: reading,
  postCredential: `${reading}, ${MiB} bytes`,
  getTotpCode: reading.replace("user_reveal", "user_reveal|totp_code"),
  postTotpCode: `${reading.replace("user_reveal", "user_reveal|totp_code")}, ${MiB} bytes`,
  proxyRequest: `signature+ticket for proxy, locks, ${10 * MiB} bytes`,
  notifyRefresh: `signature, once, locks, ${MiB} bytes`,
  refreshTokens: `signature, once for get|update, locks, ${MiB} bytes`,
  actOnHome: "ownPage, 8192 bytes",
};
const publicOperations = ["showHome", "showAlive", "showReady", "showLlmText", "showLlmsText"];

/** The members that an answer may lack; all others always come. */
const promisedOptional = [
  "Diagnosis.externalUrl",
  "Diagnosis.forwarding.untrustedPeer",
  "Diagnosis.signedHealth",
  "NotRefreshed.requestId",
  "OwnerState.boundAt",
  "OwnerState.boundTo",
  "OwnerState.lockedAt",
  "RefreshImpossible.requestId",
  "RefreshTokenAnswer.requestId",
  "RefreshUpdated.requestId",
  "Refreshed.requestId",
  "ServiceHosts.allowed",
  "ServiceHosts.listed",
  "ServiceHosts.pinned",
  "ServiceSummary.createdAt",
  "ServiceSummary.expiryTime",
  "ServiceSummary.lastUsedAt",
  "ServiceSummary.updatedAt",
  "StorageBatchList.pagination",
  "StorageItem.data",
  "StorageListAnswer.pagination",
];

/** The promises that a contract does not keep, a sentence each. */
export function brokenPromises(text: string): string[] {
  const contract = readContract(text);
  return [...brokenStatuses(contract), ...brokenRules(contract), ...brokenMembers(contract)];
}

function brokenStatuses({ schemas }: Contract): string[] {
  const statuses: Readonly<Record<string, number>> = errorStatus(schemas["ErrorCode"]);
  return differences("status", errorStatuses, statuses);
}

function brokenRules(contract: Contract): string[] {
  const rules = contract.operations.map((operation): [string, string] => [
    operation.id,
    ruleText(operationRules(operation, contract)),
  ]);
  const usual = (id: string, text: string): boolean =>
    text === "public" ? publicOperations.includes(id) : /^adminSecret(?:, \d+ bytes)?$/.test(text);
  const special = rules.filter(([id, text]) => id in promisedRules || !usual(id, text));
  return differences("rule", promisedRules, Object.fromEntries(special));
}

function ruleText(rules: OperationRules): string {
  const condition = (name: string, holds: OperationRules["killSwitch"]): string =>
    holds === null ? "" : holds === true ? name : `${name} for ${holds.values.join("|")}`;
  const purposes = rules.ticketPurposes.length === 0 ? "" : ` for ${rules.ticketPurposes.join("|")}`;
  return [
    (rules.security.map((schemes) => schemes.join("+")).join(" or ") || "public") + purposes,
    condition("once", rules.rememberSignature),
    condition("locks", rules.killSwitch),
    rules.refusesTokenVault ? "not Token Vault" : "",
    rules.cors ? "CORS" : "",
    rules.maxBodyBytes === 0 ? "" : `${String(rules.maxBodyBytes)} bytes`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}

function brokenMembers({ schemas, operations }: Contract): string[] {
  const names = new Set<string>();
  for (const { answers } of operations)
    for (const { content = {} } of Object.values(answers))
      for (const { schema } of Object.values(content)) reachableComponents(schema, schemas, names);
  const optional = [...names].flatMap((name) => optionalMembers(name, schemas[name]));
  const set = (list: readonly string[]) => Object.fromEntries(list.map((member) => [member, "optional"]));
  return differences("member", set(promisedOptional), set(optional));
}

function optionalMembers(place: string, schema: unknown): string[] {
  if (!isRecord(schema)) return [];
  const { required = [], properties = {} } = schema as { required?: string[]; properties?: Record<string, unknown> };
  const members = Object.entries(properties).flatMap(([name, member]) => [
    ...(required.includes(name) ? [] : [`${place}.${name}`]),
    ...optionalMembers(`${place}.${name}`, member),
  ]);
  const below: string[] = [];
  mapSubschemas({ ...schema, properties: {} }, (subschema) => below.push(...optionalMembers(place, subschema)));
  return [...members, ...below];
}

function differences(
  what: string,
  promised: Readonly<Record<string, string | number>>,
  given: Readonly<Record<string, string | number>>,
): string[] {
  return [...new Set([...Object.keys(promised), ...Object.keys(given)])]
    .filter((name) => promised[name] !== given[name])
    .map(
      (name) => `the ${what} of ${name} is ${given[name] ?? "gone"} and was promised to be ${promised[name] ?? "none"}`,
    );
}
