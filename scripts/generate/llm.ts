import type { Contract, ContractOperation, MediaType } from "./contract.js";
import { errorStatus } from "./operations.js";
import { exampleSigner, type ExampleSigner } from "./example-signer.js";
import { readLimits } from "./limits.js";
import { type OperationRules, operationRules } from "./operation-rules.js";
import { type Schema, isRecord, referencedName } from "./schema.js";
import { memberLines, oneLine, schemaText } from "./schema-text.js";
import { type SchemeName, securityText } from "./security-schemes.js";
import { bodySchema } from "./validators.js";
import { reachableComponents } from "./validation-schema.js";
import { type GuideVector, shownPurpose, type TestVectors, testVectorText } from "./vector-text.js";

/** All that a program needs to know to speak the protocol, as one text for language models. */
export function generateLlmText(
  whole: Contract,
  guide: string,
  vectors: TestVectors,
  cases: readonly GuideVector[],
): string {
  // What the owner and passers-by see is no part of the protocol.
  const isProtocol = ({ tags }: ContractOperation): boolean => !tags.includes("owner") && !tags.includes("about");
  const contract = { ...whole, operations: whole.operations.filter(isProtocol) };
  return [
    `# Token Vault webhook protocol ${contract.version}`,
    `openapi.yaml SHA-256: ${contract.sha256}`,
    guide.trim(),
    testVectorText(vectors, cases),
    "## Operations",
    `\`name?\` is optional. Capitalised names are types, listed behind the operations. Bodies and answers are JSON; every error is \`{error, message}\`.${bodyLimitText(contract)}\nExamples are exact to the byte: signed and ticketed under the secret of the vectors, at X-TokenVault-Timestamp 1700000000, \`signed\` being the hex of the signature. A ticket is shown once for a purpose, that of agents among the vectors.`,
    ...operationTexts(contract, exampleSigner(vectors.hmacSecretBase64)),
    "## Types",
    typesText(contract),
    "## Error codes",
    errorText(contract),
  ]
    .join("\n\n")
    .concat("\n");
}

/** Operations that are alike stand beside each other; an example answer stands at the first of them, a ticket once. */
function operationTexts(contract: Contract, signer: ExampleSigner): string[] {
  const shown = new Set([signer.ticket(shownPurpose)]);
  const shared = sharedErrors(contract);
  return contract.operations.map((operation) => {
    const lines = [...operationLines(operation, contract, signer), ...errorLines(operation, contract, shared)].filter(
      (line) => !line.startsWith("Example") || !shown.has(ticketIn(line) ?? line),
    );
    for (const line of lines) shown.add(ticketIn(line) ?? line);
    return lines.join("\n");
  });
}

function ticketIn(line: string): string | undefined {
  return /[\w-]+\.[0-9a-f]{64}/.exec(line)?.[0];
}

function operationLines(operation: ContractOperation, contract: Contract, signer: ExampleSigner): string[] {
  const rules = operationRules(operation, contract);
  const lines = [
    `### ${operation.method.toUpperCase()} ${operation.path} (${operation.id})`,
    oneLine(operation.summary) + ".",
  ];
  if (operation.description !== "") lines.push(oneLine(operation.description));
  lines.push(`Authentication: ${authenticationText(rules)}`);
  for (const parameter of operation.parameters) {
    const place = `${parameter.in.charAt(0).toUpperCase()}${parameter.in.slice(1)}`;
    lines.push(`${place} ${parameter.name}${parameter.required ? "" : "?"}: ${schemaText(parameter.schema)}`);
  }
  const body = bodySchema(operation);
  if (body !== null) {
    const form = rules.bodyType === "application/json" ? "" : rules.bodyType;
    const optional = rules.bodyRequired ? "" : "optional";
    const limit = rules.maxBodyBytes === readLimits(contract)["bodyBytes"] ? "" : `at most ${rules.maxBodyBytes} bytes`;
    const notes = [limit, form, optional].filter((note) => note !== "").join(", ");
    lines.push(`Body${notes === "" ? "" : ` (${notes})`}: ${schemaText(body)}`);
    lines.push(...requestExampleLines(operation, rules, signer));
  } else if (hasScheme(rules, "ticket")) {
    lines.push(`Example: ${operation.path}?ticket=${signer.ticket(rules.ticketPurposes[0] ?? "")}&service=github`);
  }
  for (const [status, answer] of Object.entries(operation.answers)) {
    if (/^[45]/.test(status)) continue;
    const [type, media] = Object.entries(answer.content ?? {})[0] ?? [];
    const form = type === "application/json" ? schemaText(media?.schema) : (type ?? "no body");
    lines.push(`Answer ${status}: ${form}`, ...exampleLines("Example answer", media));
  }
  return lines;
}

function authenticationText(rules: OperationRules): string {
  return [
    securityText(rules.security),
    rules.ticketPurposes.length > 0 ? `purpose ${rules.ticketPurposes.join(" or ")}` : "",
    rules.refusesTokenVault ? "not from Token Vault's own address" : "",
    rules.cors ? "CORS" : "",
    rules.rememberSignature === null ? "" : rememberText(rules.rememberSignature),
  ]
    .filter((part) => part !== "")
    .join("; ");
}

function hasScheme({ security }: OperationRules, scheme: SchemeName): boolean {
  return security.flat().includes(scheme);
}

function rememberText(remember: true | { members: string[]; values: string[] }): string {
  if (remember === true) return "a signature serves once";
  return `a signature serves once when ${remember.members.join(" or ")} is ${remember.values.join(" or ")}`;
}

/** A body as it is sent; that of a signed operation with its signature. */
function requestExampleLines(operation: ContractOperation, rules: OperationRules, signer: ExampleSigner): string[] {
  // One each: the text has a limit, and the types say the rest.
  const [value] = exampleValues(Object.values(operation.requestBody?.content ?? {})[0]);
  if (value === undefined) return [];
  const ticket = hasScheme(rules, "ticket") ? { ticket: signer.ticket(rules.ticketPurposes[0] ?? "") } : {};
  const body = JSON.stringify(isRecord(value) ? { ...value, ...ticket } : value);
  return [`Example: ${body}`, ...(hasScheme(rules, "signature") ? [`  signed: ${signer.signature(body)}`] : [])];
}

function exampleLines(title: string, media: MediaType | undefined): string[] {
  return exampleValues(media).map((value) => `${title}: ${JSON.stringify(value)}`);
}

function exampleValues(media: MediaType | undefined): unknown[] {
  if (!media) return [];
  const named = Object.values(media.examples ?? {}).map((example) => example.value);
  return [media.example, ...named].filter((value) => value !== undefined);
}

/** The types of requests and successful answers; errors are the same everywhere. */
function typesText(contract: Contract): string {
  const used = new Set<string>();
  for (const operation of contract.operations) {
    const answers = Object.values(operation.answers).map((answer) => answer.content?.["application/json"]?.schema);
    const parameters = operation.parameters.map((parameter) => parameter.schema);
    for (const schema of [bodySchema(operation), ...answers, ...parameters]) {
      reachableComponents(schema, contract.schemas, used);
    }
  }
  return Object.entries(contract.schemas)
    .filter(([name]) => used.has(name) && name !== "ErrorCode")
    .map(([name, schema]) => typeText(name, schema))
    .join("\n");
}

function typeText(name: string, schema: Schema): string {
  const description = oneLine(schema["description"]);
  const tail = description === "" ? "" : ` — ${description}`;
  if (referencedName(schema) !== null || !isRecord(schema["properties"]))
    return `${name} = ${schemaText(schema)}${tail}`;
  return [`${name} = object${tail}`, ...memberLines(schema).map((line) => `  ${line}`)].join("\n");
}

function bodyLimitText(contract: Contract): string {
  const { bodyBytes } = readLimits(contract);
  return bodyBytes === undefined ? "" : ` A body has at most ${bodyBytes} bytes where nothing else is said.`;
}

/** The codes of whatever is authenticated so: said once. */
const schemeErrors: Partial<Readonly<Record<SchemeName, readonly string[]>>> = {
  signature: ["auth_failed", "setup_required"],
  ticket: ["ticket_invalid", "ticket_expired", "setup_required"],
};
const bodyErrors: readonly string[] = ["payload_too_large"];

/** The codes that every operation may answer: said once. */
function sharedErrors(contract: Contract): string[] {
  const lists = contract.operations.map((operation) => operationRules(operation, contract).errors);
  return (lists[0] ?? []).filter((code) => lists.every((list) => list.includes(code)));
}

function errorLines(operation: ContractOperation, contract: Contract, shared: readonly string[]): string[] {
  const { errors, security, maxBodyBytes } = operationRules(operation, contract);
  const ofSchemes = security.flat().flatMap((scheme) => schemeErrors[scheme] ?? []);
  const said = new Set([...shared, ...ofSchemes, ...(maxBodyBytes > 0 ? bodyErrors : [])]);
  const own = errors.filter((code) => !said.has(code));
  return own.length === 0 ? [] : [`Errors: ${own.join(", ")}`];
}

function errorText(contract: Contract): string {
  const byStatus = new Map<number, string[]>();
  for (const [code, status] of Object.entries(errorStatus(contract.schemas["ErrorCode"]))) {
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const ofSchemes = Object.entries(schemeErrors).map(([scheme, codes]) => `with a ${scheme} ${codes.join(", ")}`);
  return [
    `An operation answers with those that it lists and with ${sharedErrors(contract).join(", ")}; ${ofSchemes.join("; ")}; with a body ${bodyErrors.join(", ")}; no other.`,
    ...[...byStatus].map(([status, codes]) => `${status}: ${codes.join(", ")}`),
  ].join("\n");
}
