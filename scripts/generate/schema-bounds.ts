import { type Contract, ContractError } from "./contract.js";
import { isRecord, mapSubschemas } from "./schema.js";

const bounds = [
  ["minimum", "maximum"],
  ["minLength", "maxLength"],
  ["minItems", "maxItems"],
  ["minProperties", "maxProperties"],
] as const;

/** Refuses a schema that nothing can fit, or that asks for a member that it does not name. @throws ContractError */
export function refuseImpossibleSchemas({ schemas, operations }: Contract): void {
  for (const [name, schema] of Object.entries(schemas)) check(`components.schemas.${name}`, schema);
  for (const { id, parameters, requestBody, answers } of operations) {
    const media = [requestBody, ...Object.values(answers)].flatMap((holder) => Object.values(holder?.content ?? {}));
    for (const { schema } of [...parameters, ...media]) check(id, schema);
  }
}

function check(subject: string, schema: unknown): void {
  if (!isRecord(schema)) return;
  const refuse = (problem: string): never => {
    throw new ContractError(`${subject}: ${problem}`);
  };
  const { required, properties, enum: values } = schema;
  if (Array.isArray(required) && isRecord(properties)) {
    const missing = required.find((name) => !(String(name) in properties)) as string | undefined;
    if (missing !== undefined) refuse(`required has ${missing}, which properties has not; add it there or correct it`);
  }
  for (const [least, most] of bounds)
    if (Number(schema[least]) > Number(schema[most])) refuse(`${least} is above ${most}; correct one of them`);
  if (Array.isArray(values)) {
    const repeated = values.find((value, index) => values.indexOf(value) !== index) as unknown;
    if (repeated !== undefined) refuse(`enum has ${JSON.stringify(repeated)} twice; remove one`);
  }
  mapSubschemas(schema, (subschema) => {
    check(subject, subschema);
  });
}
