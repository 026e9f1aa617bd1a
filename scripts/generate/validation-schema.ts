import { ContractError } from "./contract.js";
import { type Schema, isRecord, mapSubschemas, referencedName, withoutAnnotations } from "./schema.js";

type Components = Record<string, Schema>;

/** A schema as ajv takes it, each reference leading to a schema of its own, so that they share code. */
export function sharedSchema(schema: unknown, components: Components): unknown {
  return convert(schema, components, (name) => ({ $ref: name }));
}

/**
 * A schema as ajv takes it, references replaced by what they refer to: the `schemaPath` of an error then runs from the
 * root through the name of each member, and an answer can name the member without quoting the request.
 */
export function inlinedSchema(schema: unknown, components: Components, within: readonly string[] = []): unknown {
  return convert(schema, components, (name) => {
    if (within.includes(name)) return { $ref: name };
    return inlinedSchema(component(name, components), components, [...within, name]);
  });
}

/** Takes what it names, and no more: the contract leaves requests and answers open to later versions. */
export function closedSchema(schema: unknown): unknown {
  if (!isRecord(schema)) return schema;
  const inner = mapSubschemas(schema, closedSchema);
  return isRecord(schema["properties"]) ? { additionalProperties: false, ...inner } : inner;
}

/** Names of all components that a schema needs. */
export function reachableComponents(schema: unknown, components: Components, found = new Set<string>()): Set<string> {
  if (!isRecord(schema)) return found;
  const name = referencedName(schema);
  if (name !== null && !found.has(name)) {
    found.add(name);
    reachableComponents(component(name, components), components, found);
  }
  mapSubschemas(schema, (subschema) => reachableComponents(subschema, components, found));
  return found;
}

function convert(schema: unknown, components: Components, reference: (name: string) => unknown): unknown {
  if (!isRecord(schema)) return schema;
  const own = withoutAnnotations(schema);
  delete own["$ref"];
  const name = referencedName(schema);
  const converted = mapSubschemas(own, (subschema) => convert(subschema, components, reference));
  if (isRecord(schema["discriminator"])) {
    converted["discriminator"] = checkedDiscriminator(schema, components);
    // ajv applies neither discriminator nor the oneOf beside it to a value that is no object: it would pass.
    converted["type"] ??= "object";
  }
  if (name === null) return converted;
  component(name, components);
  return Object.keys(converted).length === 0 ? reference(name) : { allOf: [reference(name), converted] };
}

/** ajv refuses `mapping`, since it picks by each schema's own constant; this makes sure that both say the same. */
function checkedDiscriminator(schema: Schema, components: Components): Schema {
  const { propertyName, mapping } = schema["discriminator"] as { propertyName: string; mapping?: unknown };
  const choices = Array.isArray(schema["oneOf"]) ? schema["oneOf"].map(referencedName) : [];
  if (choices.length === 0) throw new ContractError(`discriminator ${propertyName} stands beside no oneOf`);
  for (const [tag, target] of Object.entries(isRecord(mapping) ? mapping : {})) {
    const name = String(target).split("/").at(-1) ?? "";
    if (!choices.includes(name)) throw new ContractError(`discriminator ${propertyName}: ${name} is not in oneOf`);
    const properties = component(name, components)["properties"] as Record<string, Schema> | undefined;
    const tagSchema = properties?.[propertyName];
    const tags = tagSchema && "const" in tagSchema ? [tagSchema["const"]] : ((tagSchema?.["enum"] ?? []) as unknown[]);
    if (!tags.includes(tag)) {
      throw new ContractError(`discriminator maps ${tag} to ${name}, whose ${propertyName} has no such constant`);
    }
  }
  return { propertyName };
}

function component(name: string, components: Components): Schema {
  const schema = Object.hasOwn(components, name) ? components[name] : undefined;
  if (!schema) throw new ContractError(`#/components/schemas/${name} leads nowhere`);
  return schema;
}
