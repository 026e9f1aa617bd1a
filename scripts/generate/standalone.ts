import { Ajv2020, _, type Options } from "ajv/dist/2020.js";
import standaloneCode from "ajv/dist/standalone/index.js";
import { ContractError } from "./contract.js";
import type { Schema } from "./schema.js";
import { formats as formatFunctions } from "./runtime.js";

/** Formats that annotate and check nothing. */
const annotationFormats = ["password", "binary", "int32", "int64", "float", "double", "html"];
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A compiler of schemas with this project's formats. */
export function newValidation(options: Options): Ajv2020 {
  const ajv = new Ajv2020({
    ...options,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
    discriminator: true,
    inlineRefs: false,
  });
  for (const format of annotationFormats) ajv.addFormat(format, true);
  ajv.addFormat("uuid", uuid);
  for (const [name, validate] of Object.entries(formatFunctions)) ajv.addFormat(name, validate);
  return ajv;
}

/** Compiles each schema to an exported function of its name: ECMAScript module text without imports from packages. */
export function compileModule(
  schemas: ReadonlyMap<string, unknown>,
  exported: readonly string[],
  options: Options,
): string {
  const code = { source: true, esm: true, lines: true, formats: _`formats` };
  const ajv = newValidation({ ...options, code });
  // The constructor turns them on, and every validator pays for it.
  const isNeeded = /"(?:unevaluated|\$dynamic)/.test(JSON.stringify([...schemas.values()]));
  Object.assign(ajv.opts, { unevaluated: isNeeded, dynamicRef: isNeeded });
  for (const [name, schema] of schemas) ajv.addSchema({ ...(schema as Schema), $id: name });
  for (const name of exported) compileNamed(ajv, name);
  const names = Object.fromEntries(exported.map((name) => [name, name]));
  return withLocalRuntime(standaloneCode(ajv, names));
}

function compileNamed(ajv: Ajv2020, name: string): void {
  try {
    ajv.getSchema(name);
  } catch (error) {
    throw new ContractError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** How a validator that stops at the first error ends. */
const ending =
  /^(validate\d+)\.errors = \[\{instancePath(?::(.+?))?,schemaPath:("[^"]*"),keyword:("[^"]*"),params:(.*)\}\];\nreturn false;$/gm;

/** ajv writes `require` also into ECMAScript modules, and an ending some hundred times. */
function withLocalRuntime(code: string): string {
  const body = code
    .replace(/^"use strict";\n?/, "")
    .replaceAll('require("ajv/dist/runtime/ucs2length").default', "ucs2length")
    .replaceAll('require("ajv/dist/runtime/equal").default', "equal")
    .replace(ending, (_ending, validate: string, path = "instancePath", ...rest: string[]) => {
      const [schemaPath = "", keyword = "", params = ""] = rest;
      return `return refuse(${validate}, ${path}, ${schemaPath}, ${keyword}, ${params});`;
    });
  const forbidden = /\brequire\(|\beval\(|new Function|\bimport\(/.exec(body);
  if (forbidden) throw new ContractError(`ajv wrote ${forbidden[0]} into a validator`);
  const used = ["equal", "formats", "refuse", "ucs2length"].filter((name) => new RegExp(`\\b${name}\\b`).test(body));
  return used.length === 0 ? body : `import { ${used.join(", ")} } from "./runtime.js";\n${body}`;
}
