import { UpstreamReply, type Handler, type PresentedTicket } from "../../contract/operation.js";
import { WebhookError } from "../../platform/errors.js";
import {
  OutboundTimeoutError,
  OutboundUnreachableError,
  type CheckedUrl,
  type OutboundResponse,
  type Target,
} from "../../outbound/guarded-fetch.js";
import { checkTemplates, requestHeaders, responseBody, responseHeaders } from "../../outbound/proxied-message.js";
import { echoForms } from "../../outbound/redaction.js";
import { kindOf } from "../../vault/kinds/kinds.js";
import type { Dependencies } from "../dependencies.js";

const firstByteTimeoutMs = 30_000;
const bodilessStatuses: ReadonlySet<number> = new Set([204, 205, 304]);

export const proxyRequest =
  (dependencies: Dependencies): Handler<"proxyRequest"> =>
  async ({ body, ticket, signal, note }) => {
    const { upstream, headerTemplates } = body;
    const method = upstreamMethod(upstream.method);
    const passedOn = requestHeaders(upstream.headers ?? {});
    checkTemplates(headerTemplates);
    const content = decodeContent(upstream.body);
    const url = dependencies.fetch.check(upstream.url);
    const { host: upstreamHost, hostname } = url;
    note({ upstreamHost });
    await dependencies.hosts.check(ticket.claims.svc, hostname);
    // Refused by these rules, the ticket stays usable; from here on the upstream may have acted.
    const target = await findTarget(dependencies, url, ticket);
    await ticket.spend();
    const credential = await dependencies.credentials.forTicket(ticket.claims);
    const authorization = await kindOf(credential).authorize(credential, { headerTemplates }, dependencies);
    await dependencies.hosts.use(ticket.claims.svc, hostname);
    const headers = { ...passedOn, ...authorization.headers, "accept-encoding": "identity" };
    const sentMs = dependencies.clock.nowMs();
    const response = await send(dependencies, target, { method, headers, content, signal });
    note({ upstreamHost, upstreamStatus: response.status, upstreamMs: dependencies.clock.nowMs() - sentMs });
    return reply(response, authorization.secrets, method);
  };

/** A name that does not resolve ends in 502 or 504, and these use the ticket up. */
async function findTarget({ fetch }: Dependencies, url: CheckedUrl, ticket: PresentedTicket): Promise<Target> {
  try {
    return await fetch.target(url);
  } catch (thrown) {
    const error = upstreamRefusal(thrown);
    if (error instanceof WebhookError && error.status >= 500) await ticket.spend();
    throw error;
  }
}

interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Uint8Array | undefined;
  readonly signal: AbortSignal;
}

async function send(
  { fetch }: Dependencies,
  target: Target,
  { method, headers, content, signal }: Sent,
): Promise<OutboundResponse> {
  const request = { method, headers, body: content, firstByteTimeoutMs, signal };
  const response = await fetch.send(target, request).catch((error: unknown) => {
    throw upstreamRefusal(error);
  });
  if (response.status >= 200 && response.status <= 599) return response;
  response.body.destroy();
  throw new WebhookError("upstream_error", "The upstream answered with a status that cannot be passed on.");
}

function reply(response: OutboundResponse, secrets: readonly string[], method: string): UpstreamReply {
  const { status } = response;
  const echoes = echoForms(secrets);
  const headers = responseHeaders(response.headers, echoes);
  headers.push(["x-upstream-status", String(status)]);
  if (method !== "HEAD" && !bodilessStatuses.has(status)) {
    const { stream, length } = responseBody(response, echoes);
    if (length !== undefined) headers.push(["content-length", String(length)]);
    return new UpstreamReply(status, headers, stream);
  }
  // The end of an absent body lets the connection be used again; an upstream that sends one all the same is cut off.
  if (status === 205 && method !== "HEAD") response.body.destroy();
  else response.body.resume();
  return new UpstreamReply(status, headers, null);
}

/** Tells a client that an upstream cannot be reached; leaves any other error as it is. */
function upstreamRefusal(error: unknown): unknown {
  if (error instanceof OutboundTimeoutError)
    return new WebhookError("upstream_timeout", "The upstream did not answer in time.", { cause: error });
  if (error instanceof OutboundUnreachableError)
    return new WebhookError("upstream_error", "The upstream cannot be reached.", { cause: error });
  return error;
}

function upstreamMethod(given: string | undefined): string {
  const method = (given ?? "GET").toUpperCase();
  if (["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].includes(method)) return method;
  throw new WebhookError(
    "invalid_request",
    "The upstream's method must be GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.",
  );
}

function decodeContent(base64: string | null | undefined): Uint8Array | undefined {
  if (base64 === undefined || base64 === null || base64 === "") return undefined;
  if (base64.length % 4 !== 0) throw new WebhookError("invalid_request", "The upstream's body is not base64.");
  return Buffer.from(base64, "base64");
}
