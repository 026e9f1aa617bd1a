import { type Contract, ContractError, type ContractOperation } from "./contract.js";
import { readLimits } from "./limits.js";
import { refuseUnusedErrors } from "./operation-errors.js";
import { operationRules, refuseSameRoutes } from "./operation-rules.js";
import { type Schema, isRecord } from "./schema.js";
import { requestValidators } from "./validators.js";

const definition = (purposeType: string): string => `export interface OperationDefinition {
  readonly id: string;
  readonly method: "get" | "head" | "post" | "put" | "patch" | "delete" | "options";
  readonly path: string;
  /** The path in the router's notation. */
  readonly route: string;
  /** The path parameter that takes all of the path from its place on. */
  readonly restParameter: string | null;
  /** Alternatives, of which one must hold; of an alternative every scheme. None: the operation is public. */
  readonly security: readonly (readonly SecurityScheme[])[];
  /** The codes that it may answer. */
  readonly errors: readonly ErrorCode[];
  /** Token Vault's own address is refused. */
  readonly refusesTokenVault: boolean;
  readonly cors: boolean;
  readonly ticketPurposes: readonly ${purposeType}[];
  /** A signature serves once: never, always, or when the body's member has one of the values. */
  readonly rememberSignature: null | true | { readonly members: readonly string[]; readonly values: readonly string[] };
  /** Refused while the owner has locked the webhook; in the same form. */
  readonly killSwitch: null | true | { readonly members: readonly string[]; readonly values: readonly string[] };
  /** 0 when the operation takes no body. */
  readonly maxBodyBytes: number;
  readonly bodyRequired: boolean;
  readonly body: Validator | null;
  readonly bodyType: null | "application/json" | "application/x-www-form-urlencoded" | "application/octet-stream" | "*/*";
  readonly query: Validator | null;
  readonly params: Validator | null;
  readonly headers: Validator | null;
  readonly successStatuses: readonly (200 | 201 | 202 | 204 | 303)[];
  /** Media type of the first success; null when it has no body. */
  readonly responseType: null | "application/json" | "text/html" | "text/plain" | "text/markdown" | "*/*";
}
`;

export function generateOperations(contract: Contract): string {
  refuseSameRoutes(contract.operations);
  const status = errorStatus(contract.schemas["ErrorCode"]);
  const names = contract.operations.flatMap((operation) =>
    Object.values(requestValidators(operation)).filter((name: string | null) => name !== null),
  );
  const schemes = new Set(
    contract.operations.flatMap((operation) => operationRules(operation, contract).security.flat()),
  );
  refuseUnusedErrors(contract);
  const imports = [...new Set(names)].sort();
  return `import type { operations as ContractOperations } from "./types.js";
import { ${[...imports, "type Validator"].join(", ")} } from "./validators.js";

export const protocolVersion = ${JSON.stringify(contract.version)};
/** SHA-256 of the bytes of openapi.yaml. */
export const contractSha256 = "${contract.sha256}";

/** Every error code with its HTTP status. */
export const errorStatus = ${literal(status)} as const;
export type ErrorCode = keyof typeof errorStatus;
/** The codes for a request that is for no operation. */
export const unroutedErrors: readonly ErrorCode[] = ${inline(contract.unroutedErrors)};

/** The numbers that the contract says in more than one place, with their unit in the name. */
export const limits = ${literal(readLimits(contract))} as const;

${enumTuples(contract)}
/** The ways to authenticate that this contract asks for. */
export type SecurityScheme = ${[...schemes].map((scheme) => JSON.stringify(scheme)).join(" | ") || "never"};

${definition("TicketPurpose" in contract.schemas ? "TicketPurpose" : "never")}
type OperationTable = { readonly [Id in keyof ContractOperations]: OperationDefinition & { readonly id: Id } };

export const operations = {
${contract.operations.map((operation) => `  ${operation.id}: ${operationEntry(operation, contract)},\n`).join("")}} as const satisfies OperationTable;
`;
}

/** Throws unless `x-status` gives each code of the enumeration, and nothing else, a status. */
export function errorStatus(schema: Schema | undefined): Record<string, number> {
  const codes: unknown = schema?.["enum"];
  const status = schema?.["x-status"];
  if (!Array.isArray(codes) || !isRecord(status)) {
    throw new ContractError("components.schemas.ErrorCode needs enum and x-status");
  }
  const codeList = codes as string[];
  const missing = codeList.find((code) => !Number.isInteger(status[code]));
  if (missing !== undefined) throw new ContractError(`ErrorCode: x-status has no status for ${missing}`);
  const extra = Object.keys(status).find((code) => !codeList.includes(code));
  if (extra !== undefined) throw new ContractError(`ErrorCode: x-status has ${extra}, which enum has not`);
  return Object.fromEntries(codeList.map((code) => [code, status[code] as number]));
}

function enumTuples(contract: Contract): string {
  return Object.entries(contract.schemas)
    .filter(([name, schema]) => name !== "ErrorCode" && schema["type"] === "string" && Array.isArray(schema["enum"]))
    .map(([name, schema]) => {
      const values = JSON.stringify(schema["enum"]).replaceAll(",", ", ");
      const text =
        typeof schema["description"] === "string"
          ? `/** ${schema["description"].replaceAll(/\s+/g, " ").replaceAll("*/", "*\\/").trim()} */\n`
          : "";
      const constant = `${name.charAt(0).toLowerCase()}${name.slice(1)}Values`;
      return `${text}export const ${constant} = ${values} as const;\nexport type ${name} = (typeof ${constant})[number];\n`;
    })
    .join("\n");
}

function operationEntry(operation: ContractOperation, contract: Contract): string {
  const { id, method, path } = operation;
  const members = Object.entries({ id, method, path, ...operationRules(operation, contract) }).map(
    ([name, value]) => `    ${name}: ${inline(value)},\n`,
  );
  const validators = Object.entries(requestValidators(operation)).map(
    ([holder, name]) => `    ${holder}: ${String(name)},\n`,
  );
  return `{\n${members.join("")}${validators.join("")}  }`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, member]) => `${name}: ${inline(member)}`)
    .join(", ")} }`;
}

function literal(record: Readonly<Record<string, number>>): string {
  return `{\n${Object.entries(record)
    .map(([name, value]) => `  ${name}: ${value},\n`)
    .join("")}}`;
}
