import type { Context } from "hono";
import type { OperationDefinition } from "../../generated/operations.js";
import { corsHeaders, toResponse } from "./response.js";
import { requireOwner, requireOwnPage, type Caller } from "./client.js";
import type { Clock } from "../platform/clock.js";
import type { Config } from "../config.js";
import type { Handlers, OperationId, OperationRequest, PresentedTicket } from "../contract/operation.js";
import { WebhookError } from "../platform/errors.js";
import { requireValid } from "../contract/validation.js";
import type { HmacKey } from "../protocol/hmac.js";
import { readSignatureHeaders, verifySignature, type ClaimedSignature } from "../protocol/signature.js";
import { verifyTicket } from "../protocol/ticket.js";
import { parseForm, parseJson, readBody, type Bindings } from "./request-body.js";
import type { OwnerSessions } from "./owner-sessions.js";
import type { RequestFacts } from "./request-facts.js";
import { HandlerRequest } from "./handler-request.js";
import type { Secret } from "../platform/secret.js";
import { noTicket, TrackedTicket } from "./tracked-ticket.js";
import { withhold } from "./upstream-response.js";
import type { Binding } from "../vault/binding.js";
import type { KillSwitch } from "../vault/kill-switch.js";
import type { ReplayGuard, SignedUse } from "../replay/replay-guard.js";

export type Operation = OperationDefinition & { readonly id: OperationId };
export type HttpContext = Context<{ Bindings: Bindings }>;
type AnyHandler = (request: OperationRequest<OperationId>) => unknown;

export interface PipelineParts {
  readonly config: Pick<Config, "trustedProxies" | "externalUrl" | "deniedAddresses" | "ticketMaxLifetimeSeconds">;
  readonly adminSecret: Secret;
  readonly handlers: Handlers;
  readonly binding: Binding;
  readonly replayGuard: ReplayGuard;
  /** Nothing is stored and no secret is shared: whoever binds it first on this machine is its owner. */
  readonly isFresh: () => boolean;
  readonly killSwitch: KillSwitch;
  readonly sessions: OwnerSessions;
  readonly clock: Clock;
}

/** A request on its way through the pipeline. */
export interface Exchange {
  readonly c: HttpContext;
  readonly operation: Operation;
  readonly caller: Caller;
  readonly startedAtMs: number;
  readonly facts: RequestFacts;
  /** The signed request's id and signature, once they are used up. */
  use?: SignedUse | undefined;
}

/** What an owner without the admin secret may do on a fresh machine, and nothing else. */
const bindingPaths: ReadonlySet<string> = new Set(["/bind", "/v1/register-url"]);

/** A page for a browser, or what the form of one sends. */
export function isOfPage({ answerType, bodyType }: Operation): boolean {
  return answerType === "text/html" || bodyType === "application/x-www-form-urlencoded";
}

/**
 * The pipeline: caller, bound, body, authentication, validation, handler, in the order of llm.txt, R5. It is a promise only
 * where something has to be waited for; what it throws and what it rejects with is the same.
 */
export function serve(parts: PipelineParts, exchange: Exchange): Response | Promise<Response> {
  const { c, operation, caller } = exchange;
  if (operation.caller === "not-token-vault" && parts.config.deniedAddresses.has(caller.address)) {
    throw new WebhookError("forbidden", "This address may not store or fetch credentials.");
  }
  if (operation.caller === "owner") return serveOwner(parts, exchange);
  if (operation.caller === "own-page") requireOwnPage(c);
  return serveAllowed(parts, exchange);
}

async function serveOwner(parts: PipelineParts, exchange: Exchange): Promise<Response> {
  const { c, operation, caller } = exchange;
  const isPage = operation.answerType === "text/html";
  const isSignedIn = isOfPage(operation) && parts.sessions.has(c.req.header("cookie"), parts.clock.nowMs());
  const isOpen = parts.isFresh() && bindingPaths.has(operation.path);
  await requireOwner(c, caller, parts.adminSecret, { isOpen, isPage, isSignedIn });
  return serveAllowed(parts, exchange);
}

function serveAllowed(parts: PipelineParts, exchange: Exchange): Response | Promise<Response> {
  const { c, operation } = exchange;
  const { signature, ticket } = operation.security;
  const { hmacKey } = parts.binding;
  if ((signature || ticket) && !hmacKey) {
    throw new WebhookError("setup_required", "This webhook is not bound to Token Vault yet.");
  }
  // Before anything is used up: a ticket serves again when the owner unlocks.
  if (operation.killSwitch === true) requireUnlocked(parts);
  if (signature && hmacKey) return serveSigned(parts, exchange, hmacKey);
  if (operation.maxBodyBytes === 0) return serveUnsigned(parts, exchange, noBytes);
  return readBody(c, operation.maxBodyBytes).then((rawBody) => serveUnsigned(parts, exchange, rawBody));
}

function serveUnsigned(parts: PipelineParts, exchange: Exchange, rawBody: Uint8Array): Response | Promise<Response> {
  const { operation } = exchange;
  const { hmacKey } = parts.binding;
  const query = queryOf(exchange);
  const body = parseBody(operation, rawBody);
  // The ticket first: whoever has no good one learns nothing of what else is wrong.
  const ticket =
    operation.security.ticket && hmacKey ? presentedTicket(parts, exchange, hmacKey, body ?? query) : noTicket;
  requireWellFormed(operation, body, query);
  return answer(parts, exchange, { body, query, requestId: "", ticket });
}

async function serveSigned(parts: PipelineParts, exchange: Exchange, key: HmacKey): Promise<Response> {
  const { c, operation } = exchange;
  const claimed = claimedSignature(parts, exchange);
  const rawBody = operation.maxBodyBytes > 0 ? await readBody(c, operation.maxBodyBytes) : noBytes;
  const { parsed, use } = authenticate(parts, exchange, key, claimed, rawBody);
  await parts.replayGuard.useRequest(use);
  exchange.use = use;
  try {
    if ("error" in parsed) throw parsed.error;
    const body = parsed.value;
    const query = queryOf(exchange);
    requireWellFormed(operation, body, query);
    if (applies(operation.killSwitch, body)) requireUnlocked(parts);
    const ticket = operation.security.ticket ? presentedTicket(parts, exchange, key, body) : noTicket;
    const response = await answer(parts, exchange, { body, query, requestId: use.requestId, ticket });
    if (response.status >= 500) {
      await giveBack(parts, exchange).catch(async (error: unknown) => {
        await withhold(response);
        throw error;
      });
    }
    return response;
  } catch (error) {
    if (!(error instanceof WebhookError) || error.status >= 500) await giveBack(parts, exchange);
    throw error;
  }
}

/** A request that ends in 5xx may be sent again. Its id is given back once: from then on it may be another's. */
export async function giveBack({ replayGuard }: PipelineParts, exchange: Exchange): Promise<void> {
  const { use } = exchange;
  exchange.use = undefined;
  if (use) await replayGuard.releaseRequest(use);
}

function claimedSignature({ clock }: PipelineParts, { c }: Exchange): ClaimedSignature {
  const headers = {
    signature: c.req.header("x-tokenvault-signature"),
    timestamp: c.req.header("x-tokenvault-timestamp"),
    requestId: c.req.header("x-tokenvault-request-id"),
  };
  return readSignatureHeaders(headers, clock.nowMs());
}

/** R19 and R20, up to the use of the request, by which of parallel copies one comes through. What is used is to be read. */
function authenticate(
  { replayGuard }: PipelineParts,
  { operation, facts }: Exchange,
  key: HmacKey,
  claimed: ClaimedSignature,
  rawBody: Uint8Array,
): { readonly parsed: Attempted<unknown>; readonly use: SignedUse } {
  verifySignature(key, claimed, rawBody);
  const { requestId, signature, timestamp } = claimed;
  facts.requestId = requestId;
  replayGuard.refuseUsedSignature(signature);
  const parsed = attempt(() => parseBody(operation, rawBody));
  const changes = "value" in parsed && applies(operation.rememberSignature, parsed.value);
  const timestampSeconds = Number(timestamp);
  return { parsed, use: changes ? { requestId, timestampSeconds, signature } : { requestId, timestampSeconds } };
}

function queryOf({ c, operation }: Exchange): Readonly<Record<string, string>> {
  return operation.query ? c.req.query() : noQuery;
}

/** What has been made of a request before its handler is called. */
export interface Prepared {
  readonly body: unknown;
  readonly query: unknown;
  readonly requestId: string;
  readonly ticket: PresentedTicket & { readonly isSpent: boolean };
}

/** Of a request without one; a new one each time would be a buffer that has to be collected. */
const noBytes = new Uint8Array();
const noQuery: Readonly<Record<string, string>> = Object.freeze({});

function answer(parts: PipelineParts, exchange: Exchange, prepared: Prepared): Response | Promise<Response> {
  const { operation, facts } = exchange;
  const { body } = prepared;
  facts.service ??= serviceOf(body);
  if (operation.caller === "own-page") facts.action = String((body as Record<string, unknown>)["action"]);
  const handler = parts.handlers[operation.id] as unknown as AnyHandler;
  const request = new HandlerRequest(parts, exchange, prepared);
  const reply = handler(request as unknown as OperationRequest<OperationId>);
  if (!(reply instanceof Promise)) return respond(exchange, request, reply);
  return reply.then((awaited) => respond(exchange, request, awaited));
}

function respond({ c, operation }: Exchange, { ticket, cookie }: HandlerRequest, reply: unknown): Response {
  // A credential that leaves without its ticket being used up could leave twice.
  if (operation.security.ticket && !ticket.isSpent)
    throw new WebhookError("internal_error", "The ticket was not used up.");
  const cors = operation.cors ? corsHeaders(c.req.header("origin")) : undefined;
  const response = toResponse(reply, cors, c.env.outgoing);
  if (cookie !== undefined) response.headers.set("set-cookie", cookie);
  return response;
}

/** @throws WebhookError forbidden */
function requireUnlocked({ killSwitch }: PipelineParts): void {
  if (killSwitch.isLocked) throw new WebhookError("forbidden", "The owner has locked this webhook.");
}

function presentedTicket(
  parts: PipelineParts,
  { operation: { ticketPurposes, killSwitch }, facts }: Exchange,
  key: HmacKey,
  members: unknown,
): Prepared["ticket"] {
  const { config, replayGuard, clock } = parts;
  const { ticket, service } = (members ?? {}) as Record<string, unknown>;
  // What is no ticket at all is the validator's to refuse.
  if (typeof ticket !== "string" || typeof service !== "string") return noTicket;
  const expected = { purposes: ticketPurposes, service, maxLifetimeSeconds: config.ticketMaxLifetimeSeconds };
  const claims = verifyTicket(key, ticket, expected, clock.nowMs());
  facts.service = claims.svc;
  facts.purpose = claims.pur;
  facts.sub = clipped(claims.sub);
  facts.aid = clipped(claims.aid);
  facts.pid = clipped(claims.pid);
  return new TrackedTicket(claims, replayGuard, () => {
    if (killSwitch === true) requireUnlocked(parts);
  });
}

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

/** Whether a condition of the contract on a body holds. */
function applies(condition: Operation["rememberSignature"], body: unknown): boolean {
  if (condition === null || condition === true) return condition === true;
  const holds = (value: unknown): boolean => typeof value === "string" && condition.values.includes(value);
  return condition.members.some((member) => {
    const given = (body as Record<string, unknown> | null)?.[member];
    return Array.isArray(given) ? given.some(holds) : holds(given);
  });
}

/** A line of the record has its length. */
function clipped(text: string | null | undefined): string | undefined {
  return text?.slice(0, 256);
}

/** What a signed request is about: a service or, in the storage, a key. */
function serviceOf(body: unknown): string | undefined {
  const { service, key } = (body ?? noQuery) as Record<string, unknown>;
  if (typeof service === "string") return clipped(service);
  return typeof key === "string" ? clipped(key) : undefined;
}

type Attempted<T> = { readonly value: T } | { readonly error: unknown };

function attempt<T>(work: () => T): Attempted<T> {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}
