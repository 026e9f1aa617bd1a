import { type ContractOperation } from "./contract.js";
import { type Schema, isRecord, referencedName } from "./schema.js";
import { bodySchema } from "./validators.js";

type Components = Readonly<Record<string, Schema>>;

/** Never, always, or when one of the body's members has one of the values. */
export type BodyCondition = null | true | { members: string[]; values: string[] };

/** Reads an extension that limits a rule to some bodies; each member and value must be one that the body may have. */
export function readCondition(
  operation: ContractOperation,
  extension: string,
  components: Components,
  refuse: (problem: string) => never,
): BodyCondition {
  const condition = operation.extensions[extension] ?? null;
  if (condition === null || condition === true) return condition;
  if (!isCondition(condition)) return refuse(`${extension} must be true or {members, values}`);
  const body = bodySchema(operation);
  if (condition.members.length === 0 || condition.values.length === 0)
    refuse(`${extension} has no members or no values, so that it never holds; name some or remove it`);
  const missing = condition.members.find((member) => membersNamed(body, member, components).length === 0);
  if (missing !== undefined) refuse(`${extension} names ${missing}, which the body has not; name one of its members`);
  const texts = condition.members.map((member) => memberTexts(body, member, components));
  const foreign = condition.values.find((value) => !texts.every((own) => own.includes(value) || own.includes(anyText)));
  if (foreign !== undefined)
    refuse(`${extension} has the value ${foreign}, which the body cannot have; name one that it can`);
  return condition;
}

/** Stands for every text, where a member is no enumeration. */
const anyText = Symbol("any text");
type Text = string | typeof anyText;

/** The texts that a member can be, or can hold as a list, in any of the forms of a body. */
function memberTexts(schema: unknown, member: string, components: Components): Text[] {
  return membersNamed(schema, member, components)
    .flatMap((found) => forms(found, components))
    .flatMap((form) => textsOf(form, components));
}

function textsOf(schema: Schema, components: Components): Text[] {
  if (typeof schema["const"] === "string") return [schema["const"]];
  if (isTextList(schema["enum"])) return schema["enum"];
  if (schema["type"] === "string") return [anyText];
  return forms(schema["items"], components).flatMap((form) => textsOf(form, components));
}

/** A schema and those that it is composed of, references followed. */
function forms(schema: unknown, components: Components): Schema[] {
  if (!isRecord(schema)) return [];
  const name = referencedName(schema);
  if (name !== null) return forms(components[name], components);
  const composed = ["oneOf", "anyOf", "allOf"].flatMap((keyword) => (schema[keyword] ?? []) as unknown[]);
  return [schema, ...composed.flatMap((one) => forms(one, components))];
}

/** The schemas of a member in the forms of a body or a query; none where it cannot have the member at all. */
export function membersNamed(schema: unknown, member: string, components: Components): unknown[] {
  return forms(schema, components).flatMap(({ properties }) =>
    isRecord(properties) && member in properties ? [properties[member]] : [],
  );
}

function isCondition(value: unknown): value is { members: string[]; values: string[] } {
  return isRecord(value) && isTextList(value["members"]) && isTextList(value["values"]);
}

export function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}
