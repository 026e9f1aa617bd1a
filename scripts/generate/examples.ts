import type { Ajv2020 } from "ajv/dist/2020.js";
import { type Contract, ContractError, type MediaType } from "./contract.js";
import { type Schema, isRecord, mapSubschemas } from "./schema.js";
import { newValidation } from "./standalone.js";
import { closedSchema, sharedSchema } from "./validation-schema.js";

/** Refuses an example that its own schema, the version or the capabilities contradict. @throws ContractError */
export function refuseWrongExamples(contract: Contract): void {
  const validation = newValidation({ allErrors: false, messages: true });
  for (const [name, schema] of Object.entries(contract.schemas))
    validation.addSchema({ ...(sharedSchema(closedSchema(schema), contract.schemas) as Schema), $id: name });
  // Whatever it may hold more, an example with a member that the contract does not name has a misspelt one.
  const hold = (subject: string, schema: unknown, value: unknown): void => {
    const problem =
      problemOf(validation, sharedSchema(closedSchema(schema), contract.schemas), value) ?? staleIn(value, contract);
    if (problem !== undefined)
      throw new ContractError(`${subject} ${problem}; correct the example, or what it is an example of`);
  };
  for (const { id, requestBody, answers, parameters } of contract.operations) {
    const bodies = Object.values(requestBody?.content ?? {}).map((media) => ["the request", media] as const);
    const responses = Object.entries(answers).flatMap(([status, { content = {} }]) =>
      Object.values(content).map((media) => [`the answer ${status}`, media] as const),
    );
    for (const [what, media] of [...bodies, ...responses])
      for (const [name, value] of examplesOf(media))
        hold(`${id}: the example ${name} of ${what}`, media.schema ?? true, value);
    for (const { name, schema, example } of parameters)
      if (example !== undefined) hold(`${id}: the example of the parameter ${name}`, schema, example);
  }
  for (const [name, schema] of Object.entries(contract.schemas)) holdWithin(name, schema, hold);
}

/** The examples that stand in a schema itself. */
function holdWithin(
  subject: string,
  schema: unknown,
  hold: (subject: string, schema: unknown, value: unknown) => void,
) {
  if (!isRecord(schema)) return;
  const { example, examples, ...rest } = schema;
  for (const value of [example, ...((examples ?? []) as unknown[])].filter((one) => one !== undefined))
    hold(`the example in ${subject}`, rest, value);
  mapSubschemas(schema, (subschema) => {
    holdWithin(subject, subschema, hold);
  });
}

function examplesOf({ example, examples = {} }: MediaType): [string, unknown][] {
  const named = Object.entries(examples).map(([name, { value }]): [string, unknown] => [name, value]);
  return example === undefined ? named : [["of its own", example], ...named];
}

function problemOf(validation: Ajv2020, schema: unknown, value: unknown): string | undefined {
  const validate = validation.compile(schema as Schema);
  if (validate(value)) return undefined;
  const { instancePath = "", message = "does not fit", params = {} } = validate.errors?.[0] ?? {};
  const detail = "additionalProperty" in params ? `: ${String(params["additionalProperty"])}` : "";
  return `does not fit its schema: ${instancePath || "it"} ${message}${detail}`;
}

/** The facts that every webhook of this contract says of itself. */
function staleIn(value: unknown, { version, schemas }: Contract): string | undefined {
  if (!isRecord(value) || !("capabilities" in value)) return undefined;
  const known = JSON.stringify(schemas["Capability"]?.["enum"]);
  if (value["version"] !== version)
    return `has the version ${String(value["version"])}, and info.version is ${version}`;
  return JSON.stringify(value["capabilities"]) === known ? undefined : "has other capabilities than Capability";
}
