import { resolve, type Json, type RequestExample, type Schema } from "./request-examples.js";

/** A body with one thing wrong with it, as the contract's schema says. */
export interface BrokenBody {
  readonly what: string;
  readonly body: Json;
}

/**
 * Every way in which the contract says that a body is wrong: each documented member missing or of another type, beyond
 * its length, not of its pattern, not one of its values. Each body holds the canary.
 */
export function brokenBodies({ schema }: RequestExample, good: Json, canary: string): BrokenBody[] {
  const broken = breakObject(chosen(schema, good), good, "", canary);
  return broken.map(({ what, body }) => ({ what, body: { ...body, [canary]: canary } }));
}

function breakObject(schema: Schema, good: Json, path: string, canary: string): BrokenBody[] {
  const members = Object.entries((schema["properties"] ?? {}) as Record<string, Schema>);
  const required = (schema["required"] ?? []) as readonly string[];
  const missing = required.map((name) => ({ what: `${path}${name} is missing`, body: without(good, name) }));
  const wrong = members.flatMap(([name, member]) => {
    const at = chosen(member, good[name]);
    const bad = wrongValues(at, canary).map(([what, value]) => ({
      what: `${path}${name} ${what}`,
      body: { ...good, [name]: value },
    }));
    const inner = good[name];
    if (!isObject(inner)) return bad;
    const deeper = breakObject(at, inner, `${path}${name}.`, canary);
    return [...bad, ...deeper.map(({ what, body }) => ({ what, body: { ...good, [name]: body } }))];
  });
  return [...missing, ...wrong];
}

/** The schema itself, without references; of alternatives the one that the value is an example of. */
function chosen(given: Schema, value: unknown): Schema {
  const schema = resolve(given as Schema & { readonly $ref?: string }) ?? {};
  const alternatives = (schema["oneOf"] as readonly Schema[] | undefined)?.map((option) => chosen(option, value));
  if (!alternatives) return schema;
  const tag = (schema["discriminator"] as { readonly propertyName: string } | undefined)?.propertyName;
  const fits = (option: Schema): boolean => {
    const members = option["properties"] as Record<string, Schema> | undefined;
    return tag !== undefined && members?.[tag]?.["const"] === (value as Json)[tag];
  };
  // Alternatives without a tag are of different types: what is none of these is wrong for all of them.
  return alternatives.find(fits) ?? { type: alternatives.flatMap((option) => option["type"] as string | string[]) };
}

function wrongValues(schema: Schema, canary: string): [string, unknown][] {
  const types = [schema["type"] ?? []].flat() as string[];
  if (types.length === 0) return [];
  const all: [string, string, unknown][] = [
    ["string", "is a text", canary],
    ["number", "is a fraction", 1.5],
    ["integer", "is a number", 7],
    ["boolean", "is true", true],
    ["null", "is null", null],
    ["array", "is a list", [canary]],
    ["object", "is an object", { [canary]: canary }],
  ];
  const numeric = new Set(["number", "integer"]);
  const allowed = (type: string): boolean => types.includes(type) || (numeric.has(type) && types.includes("number"));
  const ofAnotherType = all
    .filter(([type]) => !allowed(type))
    .map(([, what, value]): [string, unknown] => [what, value]);
  return [...ofAnotherType, ...outOfBounds(schema, canary)];
}

function outOfBounds(schema: Schema, canary: string): [string, unknown][] {
  const bad: [string, unknown][] = [];
  const { minLength, maxLength, minimum, maximum, pattern, maxProperties, maxItems } = schema as Record<
    string,
    number | undefined
  >;
  if (schema["const"] !== undefined || schema["enum"] !== undefined) bad.push(["is not one of its values", canary]);
  if (minLength !== undefined && minLength > 0) bad.push(["is empty", ""]);
  if (maxLength !== undefined) bad.push(["is too long", canary.repeat(Math.ceil((maxLength + 1) / canary.length))]);
  if (minimum !== undefined) bad.push(["is too small", minimum - 1]);
  if (maximum !== undefined) bad.push(["is too large", maximum * 2]);
  if (pattern !== undefined) bad.push(["is not of its pattern", `${canary}\u0000\n`]);
  if (maxItems !== undefined) bad.push(["has too many items", Array.from({ length: maxItems + 1 }, () => canary)]);
  if (maxProperties !== undefined)
    bad.push([
      "has too many members",
      Object.fromEntries(Array.from({ length: maxProperties + 1 }, (_, n) => [`x-${canary}-${String(n)}`, canary])),
    ]);
  return bad;
}

function without(object: Json, name: string): Json {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
