import type { Contract, ContractOperation } from "./contract.js";
import { type Schema, isRecord, mapSubschemas, referencedName } from "./schema.js";
import { compileModule } from "./standalone.js";
import { closedSchema, inlinedSchema, reachableComponents, sharedSchema } from "./validation-schema.js";

/** The validators of one operation's request, by the names they are exported under. */
export interface RequestValidators {
  body: string | null;
  query: string | null;
  params: string | null;
  headers: string | null;
}

/** The members of `RequestValidators` that hold parameters, with the place where OpenAPI says they are. */
export const parameterPlaces = { query: "query", params: "path", headers: "header" } as const;

export interface ValidatorModule {
  code: string;
  declarations: string;
}

export function requestValidators(operation: ContractOperation): RequestValidators {
  const schema = bodySchema(operation);
  const nameOf = (place: string, suffix: string): string | null =>
    operation.parameters.some((parameter) => parameter.in === place) ? `${operation.id}${suffix}` : null;
  return {
    // Raw bytes are the handler's to read.
    body: schema === null || hasRawBody(operation) ? null : (referencedName(schema) ?? `${operation.id}Body`),
    query: nameOf("query", "Query"),
    params: nameOf("path", "Params"),
    headers: nameOf("header", "Headers"),
  };
}

export function generateRequestValidators(contract: Contract): ValidatorModule {
  const schemas = new Map<string, unknown>();
  const add = (name: string, schema: unknown, within: string[]) => {
    if (schemas.has(name)) return;
    const inlined = inlinedSchema(schema, contract.schemas, within);
    schemas.set(name, inlined);
    for (const cyclic of remainingReferences(inlined)) add(cyclic, contract.schemas[cyclic], [cyclic]);
  };
  const exported = new Set<string>();
  for (const operation of contract.operations) {
    const { body, ...ofParameters } = requestValidators(operation);
    if (body !== null) {
      const named = referencedName(bodySchema(operation));
      add(body, named === null ? bodySchema(operation) : contract.schemas[named], named === null ? [] : [named]);
      exported.add(body);
    }
    for (const [holder, name] of Object.entries(ofParameters)) {
      if (name === null) continue;
      add(name, parameterSchema(operation, parameterPlaces[holder as keyof typeof parameterPlaces]), []);
      exported.add(name);
    }
  }
  return {
    // One error is enough to refuse, and a hostile body cannot make more of them.
    code: compileModule(schemas, [...exported], { allErrors: false, messages: false }),
    declarations: `${validatorDeclarations(false)}${[...exported].map((name) => `export const ${name}: Validator;\n`).join("")}`,
  };
}

/** The contract leaves answers open to later versions; of this version's webhook these take what it names, and no more. */
export function generateAnswerValidators(contract: Contract): ValidatorModule {
  const schemas = new Map<string, unknown>();
  const rows = contract.operations.map((operation) => {
    const entries = Object.entries(operation.answers).flatMap(([status, answer]) => {
      const schema = answer.content?.["application/json"]?.schema;
      if (!schema) return [];
      const name = referencedName(schema) ?? `${operation.id}Answer${status}`;
      const add = (as: string, open: unknown) => schemas.set(as, sharedSchema(closedSchema(open), contract.schemas));
      if (referencedName(schema) === null) add(name, schema);
      for (const component of reachableComponents(schema, contract.schemas))
        add(component, contract.schemas[component]);
      return [{ status, name }];
    });
    return { id: operation.id, entries };
  });
  const exported = new Set(rows.flatMap((row) => row.entries.map((entry) => entry.name)));
  const table = rows
    .map(({ id, entries }) => `  ${id}: { ${entries.map(({ status, name }) => `"${status}": ${name}`).join(", ")} },\n`)
    .join("");
  return {
    code: `${compileModule(schemas, [...exported], { allErrors: true, messages: true })}\nexport const answers = {\n${table}};\n`,
    declarations:
      `import type { operations } from "./types.js";\n\n${validatorDeclarations(true)}` +
      `/** Validators of the documented JSON answers, by operation and by status as the contract writes it ("200", "4XX"). */\n` +
      "export const answers: { readonly [Id in keyof operations]: Readonly<Record<string, Validator>> };\n",
  };
}

function validatorDeclarations(withMessage: boolean): string {
  return `export interface ValidationError {
  /** JSON pointer into the validated value; holds names that the sender chose. */
  instancePath: string;
  /** JSON pointer into the schema; holds names from the contract only. */
  schemaPath: string;
  keyword: string;
  params: Record<string, unknown>;
${withMessage ? "  message?: string;\n" : ""}}

/** Leaves the errors of its last call on itself: read them before anything else runs. */
export type Validator = ((value: unknown) => boolean) & { errors?: ValidationError[] | null };

`;
}

export function bodySchema(operation: ContractOperation): Schema | null {
  const media = Object.values(operation.requestBody?.content ?? {})[0];
  return media ? (media.schema ?? {}) : null;
}

function hasRawBody({ requestBody }: ContractOperation): boolean {
  return ["application/octet-stream", "*/*"].includes(Object.keys(requestBody?.content ?? {})[0] ?? "");
}

/** The parameters of one place as an object; header names are of lower case, as a server gets them. */
export function parameterSchema(operation: ContractOperation, place: string): Schema {
  const parameters = operation.parameters
    .filter((parameter) => parameter.in === place)
    .map((parameter) => (place === "header" ? { ...parameter, name: parameter.name.toLowerCase() } : parameter));
  return {
    type: "object",
    required: parameters.filter((parameter) => parameter.required).map((parameter) => parameter.name),
    properties: Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.schema])),
  };
}

function remainingReferences(schema: unknown, found = new Set<string>()): Set<string> {
  if (!isRecord(schema)) return found;
  if (typeof schema["$ref"] === "string") found.add(schema["$ref"]);
  mapSubschemas(schema, (subschema) => remainingReferences(subschema, found));
  return found;
}
