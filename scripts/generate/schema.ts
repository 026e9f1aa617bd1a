export type Schema = Record<string, unknown>;

const referencePrefix = "#/components/schemas/";
const annotations = new Set(
  "title description default example examples deprecated readOnly writeOnly xml externalDocs $comment".split(" "),
);
const schemaKeywords = new Set(
  "additionalProperties contains else if items not propertyNames then unevaluatedItems unevaluatedProperties".split(
    " ",
  ),
);
const schemaListKeywords = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const schemaMapKeywords = new Set(["$defs", "dependentSchemas", "patternProperties", "properties"]);

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The component that a schema refers to, or null when it is no reference. Throws on any other kind of reference. */
export function referencedName(schema: unknown): string | null {
  if (!isRecord(schema) || schema["$ref"] === undefined) return null;
  const reference = schema["$ref"];
  if (typeof reference !== "string" || !reference.startsWith(referencePrefix)) {
    throw new Error(`schema reference ${JSON.stringify(reference)} must start with ${referencePrefix}`);
  }
  return reference.slice(referencePrefix.length);
}

/** Applies `change` to each direct subschema; knows names of members from keywords. */
export function mapSubschemas(schema: Schema, change: (subschema: unknown) => unknown): Schema {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      if (schemaKeywords.has(keyword)) return [keyword, change(value)];
      if (schemaListKeywords.has(keyword) && Array.isArray(value)) return [keyword, value.map(change)];
      if (schemaMapKeywords.has(keyword) && isRecord(value)) {
        return [keyword, Object.fromEntries(Object.entries(value).map(([name, member]) => [name, change(member)]))];
      }
      return [keyword, value];
    }),
  );
}

/** The part of a schema that decides whether a value is valid. */
export function withoutAnnotations(schema: Schema): Schema {
  return Object.fromEntries(
    Object.entries(schema).filter(([keyword]) => !annotations.has(keyword) && !keyword.startsWith("x-")),
  );
}
