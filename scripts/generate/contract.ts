import { createHash } from "node:crypto";
import { parse } from "yaml";
import { type Schema, isRecord } from "./schema.js";

export class ContractError extends Error {
  override name = "ContractError";
}

export interface MediaType {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, { value?: unknown }>;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema: Schema;
  example?: unknown;
  /** It takes all of the path from its place on. */
  "x-rest"?: unknown;
}

export interface RequestBody {
  required?: boolean;
  content: Record<string, MediaType>;
  "x-max-body-bytes"?: unknown;
}

export interface Answer {
  description?: string;
  content?: Record<string, MediaType>;
  headers?: Record<string, { required?: boolean; schema: Schema }>;
}

/** One operation as the contract has it, with references to shared parameters, bodies and answers followed. */
export interface ContractOperation {
  id: string;
  method: string;
  path: string;
  summary: string;
  tags: string[];
  description: string;
  parameters: Parameter[];
  requestBody: RequestBody | null;
  answers: Record<string, Answer>;
  /** Null where the operation says nothing of it. */
  security: Record<string, unknown>[] | null;
  extensions: Record<string, unknown>;
}

export interface Contract {
  text: string;
  /** As it was parsed. */
  document: Readonly<Record<string, unknown>>;
  sha256: string;
  version: string;
  schemas: Record<string, Schema>;
  /** The names that it describes. */
  securitySchemes: ReadonlySet<string>;
  operations: ContractOperation[];
  /** The codes for a request that is for no operation, as they stand at the top of the file. */
  unroutedErrors: unknown;
}

const methods = ["get", "head", "post", "put", "patch", "delete", "options"];

export function readContract(text: string): Contract {
  const document: unknown = parse(text);
  if (!isRecord(document) || !isRecord(document["info"]) || !isRecord(document["paths"])) {
    throw new ContractError("not an OpenAPI document: info or paths is missing");
  }
  if (!String(document["openapi"]).startsWith("3.1.")) throw new ContractError("openapi must be 3.1.x");
  const components = (document["components"] ?? {}) as {
    schemas?: Record<string, Schema>;
    securitySchemes?: Record<string, unknown>;
  };
  const operations = Object.entries(document["paths"]).flatMap(([path, item]) =>
    methods
      .filter((method) => isRecord(item) && method in item)
      .map((method) => readOperation(document, path, item as Record<string, unknown>, method)),
  );
  const repeated = operations.find((operation, index) => operations.findIndex((o) => o.id === operation.id) !== index);
  if (repeated) throw new ContractError(`operationId ${repeated.id} is used twice`);
  return {
    text,
    document,
    sha256: createHash("sha256").update(text).digest("hex"),
    version: String(document["info"]["version"]),
    schemas: components.schemas ?? {},
    securitySchemes: new Set(Object.keys(components.securitySchemes ?? {})),
    operations,
    unroutedErrors: document["x-errors"] ?? [],
  };
}

function readOperation(
  document: Record<string, unknown>,
  path: string,
  item: Record<string, unknown>,
  method: string,
): ContractOperation {
  const operation = item[method] as Record<string, unknown>;
  const id = operation["operationId"];
  if (typeof id !== "string" || !/^[a-z][A-Za-z0-9]*$/.test(id)) {
    throw new ContractError(`${method} ${path}: operationId must be a camelCase name`);
  }
  const followed = <T>(value: unknown): T => followReference(document, value) as T;
  const parameters = [item["parameters"], operation["parameters"]].flatMap((list) => (list ?? []) as unknown[]);
  return {
    id,
    method,
    path,
    summary: textOf(operation["summary"]),
    tags: (operation["tags"] ?? []) as string[],
    description: textOf(operation["description"]),
    parameters: parameters.map((parameter) => followed<Parameter>(parameter)),
    requestBody: operation["requestBody"] === undefined ? null : followed<RequestBody>(operation["requestBody"]),
    answers: Object.fromEntries(
      Object.entries((operation["responses"] ?? {}) as Record<string, unknown>).map(([status, answer]) => [
        status,
        followed<Answer>(answer),
      ]),
    ),
    security: (operation["security"] ?? null) as Record<string, unknown>[] | null,
    extensions: Object.fromEntries(Object.entries(operation).filter(([key]) => key.startsWith("x-"))),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function followReference(document: Record<string, unknown>, value: unknown): unknown {
  if (!isRecord(value) || typeof value["$ref"] !== "string") return value;
  const reference = value["$ref"];
  let target: unknown = document;
  for (const part of reference.replace(/^#\//, "").split("/")) {
    target = isRecord(target) ? target[part.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  }
  if (target === undefined) throw new ContractError(`${reference} leads nowhere`);
  return followReference(document, target);
}
