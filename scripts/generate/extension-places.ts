import { type Contract, ContractError } from "./contract.js";
import { isRecord } from "./schema.js";

/** The extensions that are read, by the place that they stand in; those of an operation are read with its rules. */
const places: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^$/, ["x-errors", "x-limits"]],
  [/^\/paths\/[^/]+\/[a-z]+\/requestBody$|^\/components\/requestBodies\/[^/]+$/, ["x-max-body-bytes"]],
  [/\/parameters\/[^/]+$/, ["x-rest"]],
  [/^\/components\/schemas\/ErrorCode$/, ["x-status"]],
];
const ofOperation = /^\/paths\/[^/]+\/[a-z]+$/;
/** Below these stand names and values of the protocol, no keywords. */
const namesBelow = new Set(["properties", "headers", "mapping", "securitySchemes"]);
const values = new Set(["value", "example", "enum", "const", "default", "x-status", "x-limits"]);

/** Refuses an extension that nothing reads: whoever wrote it believes that it is kept. @throws ContractError */
export function refuseUnreadExtensions({ document }: Contract): void {
  visit(document, "", false);
}

function visit(node: unknown, place: string, isOfNames: boolean): void {
  if (!isRecord(node)) {
    if (Array.isArray(node))
      for (const [index, entry] of node.entries()) visit(entry, `${place}/${String(index)}`, false);
    return;
  }
  for (const [name, value] of Object.entries(node)) {
    const at = `${place}/${name.replaceAll("/", "~1")}`;
    if (!isOfNames && name.startsWith("x-") && !ofOperation.test(place)) requireRead(name, place);
    if (isOfNames || !values.has(name)) visit(value, at, !isOfNames && namesBelow.has(name));
  }
}

function requireRead(name: string, place: string): void {
  if (places.some(([at, names]) => at.test(place) && names.includes(name))) return;
  throw new ContractError(
    `${place === "" ? "the top of the file" : place}: ${name} is read by nothing; correct or remove it`,
  );
}
