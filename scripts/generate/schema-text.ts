import { type Schema, isRecord, referencedName } from "./schema.js";

/** A schema in one line, in TypeScript's notation with the limits behind it. Components go by their name. */
export function schemaText(schema: unknown): string {
  if (!isRecord(schema)) return schema === false ? "never" : "any";
  const name = referencedName(schema);
  if (name !== null) return name;
  for (const keyword of ["oneOf", "anyOf"]) {
    if (Array.isArray(schema[keyword])) return schema[keyword].map(schemaText).join(" | ");
  }
  if (Array.isArray(schema["allOf"])) return schema["allOf"].map(schemaText).join(" & ");
  if ("const" in schema) return JSON.stringify(schema["const"]);
  if (Array.isArray(schema["enum"])) return schema["enum"].map((value) => JSON.stringify(value)).join(" | ");
  return `${typeText(schema)}${limitText(schema)}`;
}

/** The members of an object schema, one a line, required ones without a question mark. */
export function memberLines(schema: Schema): string[] {
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const properties = isRecord(schema["properties"]) ? schema["properties"] : {};
  return Object.entries(properties).map(([name, member]) => {
    const line = `${name}${required.includes(name) ? "" : "?"}: ${schemaText(member)}`;
    const description = isRecord(member) ? oneLine(member["description"]) : "";
    return description === "" ? line : `${line} — ${description}`;
  });
}

export function oneLine(text: unknown): string {
  return typeof text === "string" ? text.replaceAll(/\s+/g, " ").trim() : "";
}

function typeText(schema: Schema): string {
  const types = Array.isArray(schema["type"]) ? (schema["type"] as string[]) : [schema["type"]];
  return types.map((type) => singleTypeText(type, schema)).join(" | ");
}

function singleTypeText(type: unknown, schema: Schema): string {
  if (type === "array") return `[${schemaText(schema["items"] ?? true)}]`;
  if (type !== "object") return typeof type === "string" ? type : "any";
  const properties = isRecord(schema["properties"]) ? Object.keys(schema["properties"]) : [];
  if (properties.length > 0) return `{ ${memberLines({ ...schema, description: "" }).join(", ")} }`;
  return isRecord(schema["additionalProperties"])
    ? `{ [name]: ${schemaText(schema["additionalProperties"])} }`
    : "object";
}

function limitText(schema: Schema): string {
  const limits = [
    range(schema["minLength"], schema["maxLength"], "characters"),
    range(schema["minimum"], schema["maximum"], ""),
    range(schema["minItems"], schema["maxItems"], "items"),
    range(schema["minProperties"], schema["maxProperties"], "members"),
    typeof schema["format"] === "string" ? schema["format"] : "",
    typeof schema["pattern"] === "string" ? `/${schema["pattern"]}/` : "",
  ].filter((limit) => limit !== "");
  return limits.length === 0 ? "" : ` (${limits.join(", ")})`;
}

function range(least: unknown, most: unknown, unit: string): string {
  const bounds = `${typeof least === "number" ? least : ""}..${typeof most === "number" ? most : ""}`;
  return bounds === ".." ? "" : `${bounds} ${unit}`.trim();
}
