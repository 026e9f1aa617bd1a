import { Hono, type Context } from "hono";
import { operations, type OperationDefinition } from "../generated/operations.js";
import { corsHeaders, preflightResponse, toErrorResponse, toResponse } from "./answer.js";
import { identifyCaller, requireOwner, type Caller } from "./caller.js";
import type { Clock } from "./clock.js";
import type { Config } from "./config.js";
import type { Handlers, OperationId, OperationRequest, PresentedTicket } from "./contract.js";
import { WebhookError } from "./errors.js";
import { requireValid } from "./invalid-request.js";
import type { RequestLimits } from "./request-limits.js";
import type { Log } from "./log.js";
import { readSignatureHeaders, verifySignature } from "./protocol/signature.js";
import { verifyTicket } from "./protocol/ticket.js";
import { parseForm, parseJson, readBody, type Bindings } from "./request-body.js";
import type { Secret } from "./secret.js";
import type { Binding } from "./vault/binding.js";
import type { ReplayGuard, SignedUse } from "./vault/replay-guard.js";

type Operation = OperationDefinition & { readonly id: OperationId };
type HttpContext = Context<{ Bindings: Bindings }>;
type AnyHandler = (request: OperationRequest<OperationId>) => unknown;

export interface AppParts {
  readonly config: Pick<Config, "trustedProxies" | "externalUrl" | "deniedAddresses" | "ticketMaxLifetimeSeconds">;
  readonly limits: RequestLimits;
  readonly adminSecret: Secret;
  readonly handlers: Handlers;
  readonly binding: Binding;
  readonly replayGuard: ReplayGuard;
  readonly clock: Clock;
  readonly log: Log;
}

/** Builds the server's one pipeline from the contract's operations. */
export function createApp(parts: AppParts): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  const all: readonly Operation[] = Object.values(operations);
  for (const path of new Set(all.map((operation) => operation.path))) {
    const atPath = all.filter((operation) => operation.path === path);
    app.all(path, (c) => route(parts, c, atPath));
  }
  const notFound = new WebhookError("not_found", "There is nothing at this path.");
  app.notFound((c) => logged(parts, c, "none", () => Promise.reject(notFound)));
  return app;
}

function route(parts: AppParts, c: HttpContext, atPath: readonly Operation[]): Response | Promise<Response> {
  const operation = atPath.find(({ method }) => method.toUpperCase() === c.req.method);
  if (operation) return logged(parts, c, operation.id, (caller) => serve(parts, c, operation, caller), operation);
  const crossOrigin = atPath.filter(({ cors }) => cors).map(({ method }) => method.toUpperCase());
  if (c.req.method === "OPTIONS" && crossOrigin.length > 0) {
    const asksForPrivateNetwork = c.req.header("access-control-request-private-network") === "true";
    return preflightResponse(c.req.header("origin"), crossOrigin, asksForPrivateNetwork);
  }
  const methodNotAllowed = new WebhookError("method_not_allowed", "This path does not take this method.");
  const allow = atPath.map(({ method }) => method.toUpperCase()).join(", ");
  return logged(parts, c, "none", () => Promise.reject(methodNotAllowed), undefined, { allow });
}

/** Runs a request to its answer, whatever happens, and writes its one line. */
async function logged(
  { config, limits, log, clock }: AppParts,
  c: HttpContext,
  operation: string,
  work: (caller: Caller) => Promise<Response>,
  definition?: Operation,
  errorHeaders: Record<string, string> = {},
): Promise<Response> {
  const startedAtMs = clock.nowMs();
  const caller = identifyCaller(c, config);
  let outcome = "ok";
  let response: Response;
  try {
    limits.admit(caller.address, startedAtMs);
    response = await work(caller);
  } catch (thrown) {
    const error = asWebhookError(thrown, log);
    outcome = error.code;
    limits.note(caller.address, error.code, definition, startedAtMs);
    const cors = definition?.cors ? corsHeaders(c.req.header("origin")) : {};
    const wantsPage = definition?.answerType === "text/html" && (c.req.header("accept") ?? "").includes("text/html");
    response = toErrorResponse(error, { ...cors, ...errorHeaders }, wantsPage);
  }
  const { status } = response;
  log.info("request", { operation, outcome, status, client: caller.address, durationMs: clock.nowMs() - startedAtMs });
  return response;
}

/** The pipeline: caller, bound, body, authentication, validation, handler, in the order of PROTOCOL.md. */
async function serve(parts: AppParts, c: HttpContext, operation: Operation, caller: Caller): Promise<Response> {
  const { security, caller: rule } = operation;
  if (rule === "not-token-vault" && parts.config.deniedAddresses.has(caller.address)) {
    throw new WebhookError("forbidden", "This address may not store or fetch credentials.");
  }
  if (rule === "owner") {
    const isPage = operation.answerType === "text/html";
    await requireOwner(c, caller, parts.adminSecret, { isBound: parts.binding.isBound, isPage });
  }
  const { hmacKey } = parts.binding;
  if ((security.signature || security.ticket) && !hmacKey) {
    throw new WebhookError("setup_required", "This webhook is not bound to Token Vault yet.");
  }
  const query = operation.query ? c.req.query() : {};
  if (!security.signature || !hmacKey) {
    const body = parseBody(operation, await rawBodyOf(c, operation));
    // The ticket first: whoever has no good one learns nothing of what else is wrong.
    const ticket =
      security.ticket && hmacKey ? await presentedTicket(parts, operation, hmacKey, body ?? query) : noTicket;
    requireWellFormed(operation, body, query);
    return answer(parts, c, operation, { body, query, requestId: "", ticket, caller });
  }
  const { body, use } = await authenticate(parts, c, operation, hmacKey);
  try {
    requireWellFormed(operation, body, query);
    const ticket = security.ticket ? await presentedTicket(parts, operation, hmacKey, body) : noTicket;
    const response = await answer(parts, c, operation, { body, query, requestId: use.requestId, ticket, caller });
    if (response.status >= 500) await parts.replayGuard.releaseRequest(use);
    return response;
  } catch (error) {
    if (asWebhookError(error).status >= 500) await parts.replayGuard.releaseRequest(use);
    throw error;
  }
}

/** Section 1 of PROTOCOL.md, checks 2 to 6: of parallel copies of a request one comes through. */
async function authenticate(
  { replayGuard, clock }: AppParts,
  c: HttpContext,
  operation: Operation,
  key: CryptoKey,
): Promise<{ readonly body: unknown; readonly use: SignedUse }> {
  const headers = {
    signature: c.req.header("x-tokenvault-signature"),
    timestamp: c.req.header("x-tokenvault-timestamp"),
    requestId: c.req.header("x-tokenvault-request-id"),
  };
  const claimed = readSignatureHeaders(headers, clock.nowMs());
  const rawBody = await rawBodyOf(c, operation);
  await verifySignature(key, claimed, rawBody);
  const { requestId, signature, timestamp } = claimed;
  replayGuard.refuseUsedSignature(signature);
  const parsed = attempt(() => parseBody(operation, rawBody));
  const changes = "value" in parsed && servesOnce(operation, parsed.value);
  const use = { requestId, timestampSeconds: Number(timestamp), ...(changes ? { signature } : {}) };
  await replayGuard.useRequest(use);
  if ("error" in parsed) throw parsed.error;
  return { body: parsed.value, use };
}

async function rawBodyOf(c: HttpContext, { maxBodyBytes }: Operation): Promise<Uint8Array> {
  return maxBodyBytes > 0 ? readBody(c, maxBodyBytes) : new Uint8Array();
}

interface Prepared {
  readonly body: unknown;
  readonly query: unknown;
  readonly requestId: string;
  readonly ticket: TrackedTicket;
  readonly caller: Caller;
}

async function answer(parts: AppParts, c: HttpContext, operation: Operation, prepared: Prepared): Promise<Response> {
  const { body, query, requestId, ticket, caller } = prepared;
  const handler = parts.handlers[operation.id] as unknown as AnyHandler;
  const request = {
    body,
    query,
    requestId,
    ticket,
    origin: caller.origin,
    // Asked for by the proxy alone: it makes the server build a whole Request.
    get signal() {
      return c.req.raw.signal;
    },
  };
  const reply = await handler(request as OperationRequest<OperationId>);
  // A credential that leaves without its ticket being used up could leave twice.
  if (operation.security.ticket && !ticket.isSpent)
    throw new WebhookError("internal_error", "The ticket was not used up.");
  return toResponse(reply, operation.cors ? corsHeaders(c.req.header("origin")) : {});
}

interface TrackedTicket extends PresentedTicket {
  readonly isSpent: boolean;
}

async function presentedTicket(
  { config, replayGuard, clock }: AppParts,
  { ticketPurposes }: Operation,
  key: CryptoKey,
  members: unknown,
): Promise<TrackedTicket> {
  const { ticket, service } = (members ?? {}) as Record<string, unknown>;
  // What is no ticket at all is the validator's to refuse.
  if (typeof ticket !== "string" || typeof service !== "string") return noTicket;
  const expected = { purposes: ticketPurposes, service, maxLifetimeSeconds: config.ticketMaxLifetimeSeconds };
  const claims = await verifyTicket(key, ticket, expected, clock.nowMs());
  let isSpent = false;
  return {
    claims,
    get isSpent() {
      return isSpent;
    },
    async spend() {
      await replayGuard.useNonce(claims.nonce, claims.iat, claims.exp);
      isSpent = true;
    },
  };
}

const noTicket: TrackedTicket = {
  claims: { svc: "", pur: "", exp: 0, nonce: "" },
  isSpent: false,
  spend: () => Promise.reject(new WebhookError("internal_error", "This operation has no ticket.")),
};

function parseBody({ bodyType, bodyRequired }: Operation, rawBody: Uint8Array): unknown {
  if (bodyType === null || (rawBody.length === 0 && !bodyRequired)) return undefined;
  return bodyType === "application/json" ? parseJson(rawBody) : parseForm(rawBody);
}

function requireWellFormed(
  { body: bodyValidator, query: queryValidator }: Operation,
  body: unknown,
  query: unknown,
): void {
  if (bodyValidator && body !== undefined) requireValid(bodyValidator, body);
  if (queryValidator) requireValid(queryValidator, query);
}

function servesOnce({ rememberSignature }: Operation, body: unknown): boolean {
  if (rememberSignature === null || rememberSignature === true) return rememberSignature === true;
  const value = (body as Record<string, unknown> | null)?.[rememberSignature.member];
  return typeof value === "string" && rememberSignature.values.includes(value);
}

function attempt<T>(work: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

/** What nobody foresaw: the caller learns nothing of it, and the log the error's name and place without its text. */
function asWebhookError(thrown: unknown, log?: Log): WebhookError {
  if (thrown instanceof WebhookError) return thrown;
  const { name = "unknown", stack = "" } = thrown instanceof Error ? thrown : {};
  const at = stack
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, 4)
    .join("")
    .replace(/\s+/g, " ");
  log?.error("internal error", { name, at });
  return new WebhookError("internal_error", "The server could not do this; its log says more.", { cause: thrown });
}
