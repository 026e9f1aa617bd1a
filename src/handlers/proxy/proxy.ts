import { UpstreamReply, type CallerSignal, type Handler, type PresentedTicket } from "../../contract/operation.js";
import { WebhookError } from "../../platform/errors.js";
import {
  OutboundTimeoutError,
  OutboundUnreachableError,
  type CheckedUrl,
  type OutboundAnswer,
  type Target,
} from "../../outbound/guarded-fetch.js";
import { PassedBody } from "../../outbound/passed-body.js";
import { checkTemplates, injectToken, passedOnHeaders, redactedHeaders } from "../../outbound/proxying.js";
import { echoForms } from "../../outbound/redaction.js";
import type { TicketClaims } from "../../protocol/ticket.js";
import { parseServiceAccount, storedScope } from "../../vault/kinds/google-account.js";
import { publicMembers } from "../../vault/token-document.js";
import { storedToken } from "../credentials/stored-token.js";
import type { Services } from "../dependencies.js";

const firstByteTimeoutMs = 30_000;
const bodilessStatuses: ReadonlySet<number> = new Set([204, 205, 304]);

export const proxyRequest =
  (services: Services): Handler<"proxyRequest"> =>
  async ({ body, ticket, signal, note }) => {
    const { upstream, headerTemplates } = body;
    const method = upstreamMethod(upstream.method);
    const passedOn = passedOnHeaders(upstream.headers ?? {});
    checkTemplates(headerTemplates);
    const content = decodeContent(upstream.body);
    const url = services.fetch.check(upstream.url);
    const { host: upstreamHost, hostname } = url;
    note({ upstreamHost });
    services.hosts.check(ticket.claims.svc, hostname);
    // Refused by these rules, the ticket stays usable; from here on the upstream may have acted.
    const target = await findTarget(services, url, ticket);
    await ticket.spend();
    const token = await accessToken(services, ticket.claims);
    await services.hosts.use(ticket.claims.svc, hostname);
    const headers = Object.assign(passedOn, injectToken(headerTemplates, token), { "accept-encoding": "identity" });
    const sentMs = services.clock.nowMs();
    const answer = await send(services, target, { method, headers, content, signal });
    note({ upstreamHost, upstreamStatus: answer.status, upstreamMs: services.clock.nowMs() - sentMs });
    return reply(answer, token, method);
  };

/** A name that does not resolve ends in 502 or 504, and these use the ticket up. */
async function findTarget({ fetch }: Services, url: CheckedUrl, ticket: PresentedTicket): Promise<Target> {
  try {
    return await fetch.target(url);
  } catch (thrown) {
    const error = upstreamRefusal(thrown);
    if (error instanceof WebhookError && error.status >= 500) await ticket.spend();
    throw error;
  }
}

function accessToken({ tokens, minted }: Services, claims: TicketClaims): string | Promise<string> {
  const document = storedToken(tokens, claims);
  const token = tokens.secretText(claims.svc, document, "accessToken");
  if (token === undefined) throw new WebhookError("token_not_found", "No access token is stored for this service.");
  const account = parseServiceAccount(token);
  return account
    ? minted.get(account, storedScope(publicMembers(document))).then((mintedToken) => mintedToken.accessToken)
    : token;
}

interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Uint8Array | undefined;
  readonly signal: CallerSignal;
}

async function send(
  { fetch }: Services,
  target: Target,
  { method, headers, content, signal }: Sent,
): Promise<OutboundAnswer> {
  const request = { method, headers, body: content, firstByteTimeoutMs, signal };
  const answer = await fetch.send(target, request).catch((error: unknown) => {
    throw upstreamRefusal(error);
  });
  if (answer.status >= 200 && answer.status <= 599) return answer;
  answer.body.destroy();
  throw new WebhookError("upstream_error", "The upstream answered with a status that cannot be passed on.");
}

function reply(answer: OutboundAnswer, token: string, method: string): UpstreamReply {
  const echoes = echoForms(token);
  const headers = redactedHeaders(answer.headers, echoes);
  headers.push(["x-upstream-status", String(answer.status)]);
  if (method !== "HEAD" && !bodilessStatuses.has(answer.status))
    return new UpstreamReply(answer.status, headers, new PassedBody(answer, echoes));
  // Where there cannot be a body its end lets the connection be used again; an upstream that sends one is cut off.
  if (answer.status === 205 && method !== "HEAD") answer.body.destroy();
  else answer.body.resume();
  return new UpstreamReply(answer.status, headers, null);
}

/** What a caller is told where an upstream cannot be reached; any other error as it is. */
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
