import { type Contract, ContractError, type ContractOperation } from "./contract.js";
import { operationRules } from "./operation-rules.js";
import { type Schema, isRecord } from "./schema.js";
import { requestValidators } from "./validators.js";

const definition = `export interface OperationDefinition {
  readonly id: string;
  readonly method: "get" | "head" | "post" | "put" | "patch" | "delete" | "options";
  readonly path: string;
  /** All that are true must hold. */
  readonly security: {
    readonly signature: boolean;
    readonly ticket: boolean;
    readonly exchangeCode: boolean;
    readonly adminSecret: boolean;
  };
  readonly caller: "any" | "not-token-vault" | "owner" | "own-page";
  readonly cors: boolean;
  readonly ticketPurposes: readonly string[];
  /** Whether a signature serves once: never, always, or when the body's member has one of the values. */
  readonly rememberSignature: null | true | { readonly members: readonly string[]; readonly values: readonly string[] };
  /** Whether it is refused while the owner has locked the webhook; in the same form. */
  readonly killSwitch: null | true | { readonly members: readonly string[]; readonly values: readonly string[] };
  /** 0 when the operation takes no body. */
  readonly maxBodyBytes: number;
  readonly bodyRequired: boolean;
  readonly body: Validator | null;
  readonly bodyType: null | "application/json" | "application/x-www-form-urlencoded";
  readonly query: Validator | null;
  /** Media type of the 200 answer; null when it has no body. */
  readonly answerType: null | "application/json" | "text/html" | "text/plain" | "text/markdown" | "*/*";
}
`;

export function generateOperations(contract: Contract): string {
  const names = contract.operations.flatMap((operation) => {
    const { body, query } = requestValidators(operation);
    return [body, query].filter((name) => name !== null);
  });
  const imports = [...new Set(names)].sort();
  return `import type { operations as ContractOperations } from "./types.js";
import { ${[...imports, "type Validator"].join(", ")} } from "./validators.js";

export const protocolVersion = ${JSON.stringify(contract.version)};
/** SHA-256 of the bytes of openapi.yaml. */
export const contractSha256 = "${contract.sha256}";

/** Every error code with its HTTP status. */
export const errorStatus = ${literal(errorStatus(contract.schemas["ErrorCode"]))} as const;
export type ErrorCode = keyof typeof errorStatus;

${enumTuples(contract)}
${definition}
type OperationTable = { readonly [Id in keyof ContractOperations]: OperationDefinition & { readonly id: Id } };

export const operations = {
${contract.operations.map((operation) => `  ${operation.id}: ${operationEntry(operation)},\n`).join("")}} as const satisfies OperationTable;
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

function operationEntry(operation: ContractOperation): string {
  const { body, query } = requestValidators(operation);
  const { id, method, path } = operation;
  const members = Object.entries({ id, method, path, ...operationRules(operation) }).map(
    ([name, value]) => `    ${name}: ${inline(value)},\n`,
  );
  return `{\n${members.join("")}    body: ${body ?? "null"},\n    query: ${query ?? "null"},\n  }`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, member]) => `${name}: ${inline(member)}`)
    .join(", ")} }`;
}

function literal(record: Record<string, number>): string {
  return `{\n${Object.entries(record)
    .map(([name, value]) => `  ${name}: ${value},\n`)
    .join("")}}`;
}
