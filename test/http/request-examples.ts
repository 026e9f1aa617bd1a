import { readFileSync } from "node:fs";
import { parse } from "yaml";
import {
  operations,
  type OperationDefinition,
  type SecurityScheme,
  type TicketPurpose,
} from "../../generated/operations.js";
import type { SignedOptions } from "../support/token-vault-double.js";
import { ownersHeaders, type TestServer } from "../support/test-server.js";

export type Json = Readonly<Record<string, unknown>>;
export type Schema = Readonly<Record<string, unknown>>;

interface Media {
  readonly schema?: Schema;
  readonly examples?: Readonly<Record<string, { readonly value: Record<string, unknown> }>>;
}
interface Body {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, Media>>;
}
interface Documented {
  readonly operationId: string;
  readonly requestBody?: Body;
}

const contract = parse(readFileSync(new URL("../../openapi.yaml", import.meta.url), "utf8")) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>;
};

export const allOperations: readonly OperationDefinition[] = Object.values(operations);
export const signedOperations = allOperations.filter((operation) => asksFor(operation, "signature"));
export const ticketOperations = allOperations.filter((operation) => asksFor(operation, "ticket"));

/** Says that the contract names the scheme, alone or as one to choose from. */
export function asksFor({ security }: OperationDefinition, scheme: SecurityScheme): boolean {
  return security.flat().includes(scheme);
}

/** A request body as the contract shows it, with the schema that it is held against. */
export interface RequestExample {
  readonly operation: OperationDefinition;
  readonly name: string;
  readonly body: Json;
  readonly schema: Schema;
}

export const requestExamples: readonly RequestExample[] = Object.values(contract.paths)
  .flatMap((methods) => Object.values(methods))
  .flatMap((documented) => {
    const media = resolve(documented.requestBody)?.content?.["application/json"];
    const operation = allOperations.find(({ id }) => id === documented.operationId);
    if (!media?.schema || !operation) return [];
    const schema = media.schema;
    return Object.entries(media.examples ?? {}).map(([name, { value }]) => ({ operation, name, body: value, schema }));
  });

export function exampleOf(id: string): RequestExample {
  const example = requestExamples.find(({ operation }) => operation.id === id);
  if (!example) throw new Error(`the contract has no example of ${id}`);
  return example;
}

/** Follows a reference, if it is one. */
export function resolve<T extends { readonly $ref?: string }>(node: T | undefined): T | undefined {
  if (node?.$ref === undefined) return node;
  const names = node.$ref.slice(2).split("/");
  return resolve(names.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], contract) as T);
}

/** The example as this server takes it: with a ticket of its own, and with `upstreamUrl` for the contract's upstream. */
export async function freshBody(
  server: TestServer,
  { operation, body }: RequestExample,
  upstreamUrl: string,
): Promise<Record<string, unknown>> {
  const fresh: Record<string, unknown> = { ...body };
  if (asksFor(operation, "ticket"))
    fresh["ticket"] = await server.tokenVault.ticket(
      String(body["service"]),
      operation.ticketPurposes[0] as TicketPurpose,
    );
  if ("upstream" in body) fresh["upstream"] = { ...(body["upstream"] as object), url: upstreamUrl };
  return fresh;
}

/** Sends a body to its operation, signed where the contract says so. */
export async function sendTo(
  server: TestServer,
  operation: OperationDefinition,
  body: string | Uint8Array<ArrayBuffer>,
  options: SignedOptions = {},
): Promise<Response> {
  const headers = asksFor(operation, "signature")
    ? await server.tokenVault.signedHeaders(body, options)
    : {
        "content-type": "application/json",
        ...(asksFor(operation, "adminSecret") ? ownersHeaders : {}),
        ...options.headers,
      };
  return server.fetch(server.url + operation.path, { method: "POST", headers, body });
}
