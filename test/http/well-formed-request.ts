import type { OperationDefinition, TicketPurpose } from "../../generated/operations.js";
import { ownersHeaders, type TestServer } from "../support/test-server.js";
import { rawRequest } from "./raw-request.js";
import { asksFor, requestExamples } from "./request-examples.js";

/** Departures from the request that an operation takes. */
export interface Departure {
  readonly service?: string;
  /** Members of the body or, where there is none, of the query; undefined takes one away. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly secret?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends the head alone, which announces so many bytes. */
  readonly announcedBytes?: number;
  readonly whileTicketAges?: (server: TestServer) => void;
}

/** Of upstream calls that are refused before: to be allowed with ALLOW_PRIVATE_HOSTS. */
export const uncalledHost = "127.0.0.1:9";
const upstream = { url: `http://${uncalledHost}/` };

const forms: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  actOnHome: { action: "sign-in", secret: ownersHeaders["x-tv-admin-secret"] },
  startBinding: {},
};

/** Sends a request as its operation takes it, but for the departure. */
export async function sendWellFormed(
  server: TestServer,
  operation: OperationDefinition,
  { service = "github", members = {}, claims, secret, headers, announcedBytes, whileTicketAges }: Departure = {},
): Promise<Response> {
  const { id, method, path, bodyType } = operation;
  const example = requestExamples.find((one) => one.operation.id === id)?.body ?? forms[id] ?? {};
  const ofService = "service" in example || asksFor(operation, "ticket") ? { service } : {};
  const purpose = operation.ticketPurposes[0] as TicketPurpose;
  const ticket = asksFor(operation, "ticket")
    ? { ticket: await server.tokenVault.ticket(service, purpose, claims) }
    : {};
  whileTicketAges?.(server);
  const safe = "upstream" in example ? { upstream } : {};
  const given: Record<string, unknown> = { ...example, ...ofService, ...ticket, ...safe, ...members };
  const isForm = bodyType === "application/x-www-form-urlencoded";
  const texts = Object.entries(given).map(([name, value]): [string, string] => [name, String(value)]);
  const encoded = new URLSearchParams(texts.filter(([, value]) => value !== "undefined")).toString();
  const body = bodyType === null ? undefined : isForm ? encoded : JSON.stringify(given);
  const all: Record<string, string> = {
    ...(asksFor(operation, "adminSecret") ? ownersHeaders : {}),
    ...(asksFor(operation, "ownPage") ? { origin: server.url } : {}),
    ...(asksFor(operation, "signature") ? await signedHeaders(server, body ?? "", secret) : {}),
    ...(bodyType === null ? {} : { "content-type": bodyType }),
    ...(body === undefined ? {} : { "content-length": String(announcedBytes ?? Buffer.byteLength(body)) }),
    ...headers,
  };
  return rawRequest(server.url + path + (body === undefined && encoded !== "" ? `?${encoded}` : ""), {
    method: method.toUpperCase(),
    headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== "")),
    ...(announcedBytes === undefined && body !== undefined ? { body } : {}),
    withoutBody: announcedBytes !== undefined,
  });
}

function signedHeaders(server: TestServer, body: string, secret?: Uint8Array<ArrayBuffer>) {
  return server.tokenVault.signedHeaders(body, secret === undefined ? {} : { secret });
}
