import { pipeline, Readable } from "node:stream";
import type { ErrorOf, UpstreamFacts, UpstreamReply } from "../../contract/operation.js";
import { decodersFor } from "../../outbound/content-encoding.js";
import { listed, type HeaderPairs } from "../../outbound/outbound-call.js";
import {
  OutboundTimeoutError,
  OutboundUnreachableError,
  type OutboundResponse,
  type Target,
} from "../../outbound/guarded-fetch.js";
import { EchoForms, redactHeader, redactStream, redactWhole } from "../../outbound/redaction.js";
import { WebhookError } from "../../platform/errors.js";
import type { Authorization } from "../../vault/kinds/kind.js";
import { kindOf } from "../../vault/kinds/kinds.js";
import type { OperationHandler } from "../dependencies.js";

type Refusal = ErrorOf<"proxyRequest">;

const firstByteTimeoutMs = 30_000;
const methods: readonly string[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const bodilessStatuses: ReadonlySet<number> = new Set([204, 205, 304]);
/** Headers of one connection, not of the message (RFC 9110, section 7.6.1). */
const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];
/** Headers that whoever sends a message says of it. */
const ofTheMessage = new Set([
  ...hopByHop,
  "host",
  "content-length",
  "expect",
  "accept-encoding",
  // An echo could be fetched in parts that are too short to be known.
  "range",
  "if-range",
  "request-range",
]);
/** Headers of the client's way to us are none of the upstream's business. */
const ofTheClient = new Set(["cookie", "forwarded", "via", "x-real-ip"]);
/** Headers of the response that are ours to say. */
const ownHeaders = new Set([...hopByHop, "content-length", "content-encoding", "x-upstream-status"]);
export const proxyRequest: OperationHandler<"proxyRequest"> = async (dependencies, { body, ticket, signal, note }) => {
  const { clock, credentials, fetch, hosts } = dependencies;
  const { upstream, headerTemplates } = body;
  const method = upstreamMethod(upstream.method);
  const passedOn = requestHeaders(upstream.headers ?? {});
  checkTemplates(headerTemplates);
  const content = decodeContent(upstream.body);
  const url = fetch.check(upstream.url);
  const { host: upstreamHost, hostname } = url;
  note({ upstreamHost });
  await hosts.check(ticket.claims.svc, hostname);
  const prepare = async (): Promise<{ target: Target; authorization: Authorization }> => {
    const target = await fetch.target(url).catch((thrown: unknown) => {
      throw upstreamRefusal(thrown, note);
    });
    const credential = await credentials.forTicket(ticket.claims);
    return { target, authorization: await kindOf(credential).authorize(credential, { headerTemplates }, dependencies) };
  };
  const { target, authorization } = await prepare().catch(async (error: unknown) => {
    // Refused by validation or by the upstream's rules, the ticket stays usable.
    if (!(error instanceof WebhookError && (error.status === 400 || error.status === 403))) await ticket.spend();
    throw error;
  });
  // From here on the upstream may have acted.
  await ticket.spend();
  await hosts.use(ticket.claims.svc, hostname);
  const headers = { ...passedOn, ...authorization.headers, "accept-encoding": "identity" };
  const sentMs = clock.nowMs();
  const request = { method, headers, body: content, firstByteTimeoutMs, signal };
  const response = await fetch.send(target, request).catch((thrown: unknown) => {
    throw upstreamRefusal(thrown, note);
  });
  const { status: upstreamStatus } = response;
  if (upstreamStatus < 200 || upstreamStatus > 599) {
    response.body.destroy();
    throw new WebhookError(
      "upstream_error" satisfies Refusal,
      "The upstream answered with a status that cannot be passed on.",
    );
  }
  note({ upstreamHost, upstreamStatus, upstreamMs: clock.nowMs() - sentMs });
  try {
    return upstreamReply(response, new EchoForms(authorization.secrets), method);
  } catch (error) {
    response.body.destroy();
    throw error;
  }
};

function upstreamMethod(given = "GET"): string {
  const method = given.toUpperCase();
  if (methods.includes(method)) return method;
  throw new WebhookError(
    "invalid_request" satisfies Refusal,
    "The upstream's method must be GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.",
  );
}

/** The client's headers that go upstream, names in lower case. */
function requestHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers);
  const named = new Set(listed(entries, "connection"));
  const passed: Record<string, string> = { "user-agent": "tokenvault-webhook" };
  for (const [givenName, value] of entries) {
    const name = givenName.toLowerCase();
    if (ofTheMessage.has(name) || ofTheClient.has(name) || named.has(name)) continue;
    if (!/^x-(?:tokenvault|forwarded)-/.test(name)) passed[name] = value;
  }
  return passed;
}

/** @throws WebhookError invalid_request when a template is for a header that is not the client's to set */
function checkTemplates(templates: Readonly<Record<string, string>>): void {
  if (Object.keys(templates).some((name) => ofTheMessage.has(name.toLowerCase())))
    throw new WebhookError(
      "invalid_request" satisfies Refusal,
      "A header template names a header that may not be set.",
    );
}

function decodeContent(base64: string | null | undefined): Uint8Array | undefined {
  if (!base64) return undefined;
  if (base64.length % 4 !== 0)
    throw new WebhookError("invalid_request" satisfies Refusal, "The upstream's body is not base64.");
  return Buffer.from(base64, "base64");
}

/** Tells a client why an upstream gave no response, and the owner's logs the code of it; leaves any other error as it is. */
function upstreamRefusal(error: unknown, note: (facts: UpstreamFacts) => void): unknown {
  if (error instanceof OutboundTimeoutError)
    return new WebhookError("upstream_timeout" satisfies Refusal, "The upstream did not answer in time.", {
      cause: error,
    });
  if (!(error instanceof OutboundUnreachableError)) return error;
  const { code } = error;
  if (code !== undefined) note({ upstreamError: code });
  return new WebhookError("upstream_error" satisfies Refusal, sentenceFor(code), { cause: error });
}

function sentenceFor(code = ""): string {
  if (code === "HPE_HEADER_OVERFLOW") return "The upstream's headers are too long.";
  if (code.startsWith("HPE_")) return "The upstream's response is not well-formed HTTP.";
  if (/CERT|_TLS_|SIGNATURE|ISSUER/.test(code)) return "The upstream's certificate cannot be trusted.";
  return "The upstream cannot be reached.";
}

/**
 * Passes on the upstream's response without the token: its body decoded, as it comes and not faster than it is read. Where
 * that breaks off, the reply's body is destroyed; where this one's reader destroys it, the upstream's connection ends.
 * @throws WebhookError upstream_error when it is encoded in a way that cannot be decoded, or takes too long to be searched
 */
function upstreamReply(response: OutboundResponse, echoes: EchoForms, method: string): UpstreamReply {
  const { status, body } = response;
  const headers = responseHeaders(response.headers, echoes);
  headers.push(["x-upstream-status", String(status)]);
  if (method === "HEAD" || bodilessStatuses.has(status)) {
    // The end of an absent body lets the connection be used again; an upstream that sends one all the same is cut off.
    if (status === 205 && method !== "HEAD") body.destroy();
    else body.resume();
    // The length of a body that would have come frames no response to a POST.
    const length = method === "HEAD" ? singleValue(response.headers, "content-length") : undefined;
    if (length !== undefined) headers.push(["x-upstream-content-length", length]);
    return { status, headers, body: null };
  }
  // No bytes are whole, in whatever encoding.
  const isEmpty = singleValue(response.headers, "content-length") === "0";
  const encodings = isEmpty ? [] : listed(response.headers, "content-encoding");
  const decoding = encodings.length === 0 ? [] : decodersFor(encodings);
  if (!decoding)
    throw new WebhookError(
      "upstream_error" satisfies Refusal,
      "The upstream compressed its answer in a way that cannot be read.",
    );
  if (body.complete && !body.destroyed && decoding.length === 0) {
    const whole = redactWhole((body.read() as Buffer | null) ?? Buffer.alloc(0), echoes);
    headers.push(["content-length", String(whole.length)]);
    const stream = new Readable();
    stream.push(whole);
    stream.push(null);
    return { status, headers, body: stream };
  }
  const stream = redactStream(echoes);
  // It may break before anybody reads it; who does then finds it destroyed.
  stream.on("error", () => undefined);
  pipeline([body, ...decoding, stream], () => undefined);
  return { status, headers, body: stream };
}

/** The upstream's headers less those of its connection and encoding, without the token. */
function responseHeaders(headers: HeaderPairs, echoes: EchoForms): [string, string][] {
  const named = new Set(listed(headers, "connection"));
  const redacted: [string, string][] = [];
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (ownHeaders.has(lower) || named.has(lower)) continue;
    // A name that holds an echo says nothing but the echo.
    if (!echoes.areInName(lower)) redacted.push([name, redactHeader(value, echoes)]);
  }
  return redacted;
}

/** The value of a header that comes once. */
function singleValue(headers: HeaderPairs, wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}
