import type { Context } from "hono";
import type { OperationDefinition } from "../generated/operations.js";
import { corsHeaders, toResponse } from "./answer.js";
import { requireOwner, requireOwnPage, type Caller } from "./caller.js";
import type { Clock } from "./clock.js";
import type { Config } from "./config.js";
import type { Handlers, OperationId, OperationRequest, PresentedTicket, UpstreamFacts } from "./contract.js";
import { WebhookError } from "./errors.js";
import { requireValid } from "./invalid-request.js";
import type { HmacKey } from "./protocol/hmac.js";
import { readSignatureHeaders, verifySignature } from "./protocol/signature.js";
import { verifyTicket } from "./protocol/ticket.js";
import { parseForm, parseJson, readBody, type Bindings } from "./request-body.js";
import type { OwnerSessions } from "./owner-session.js";
import { HandlerRequest } from "./handler-request.js";
import type { Secret } from "./secret.js";
import { noTicket, TrackedTicket } from "./tracked-ticket.js";
import type { Binding } from "./vault/binding.js";
import type { KillSwitch } from "./vault/kill-switch.js";
import type { ReplayGuard, SignedUse } from "./vault/replay-guard.js";

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

/** What was authenticated of a request, for its line in the record. */
export interface Facts extends Partial<UpstreamFacts> {
  requestId?: string;
  service?: string;
  purpose?: string;
  sub?: string;
  aid?: string;
  pid?: string;
  /** Of the owner's page. */
  action?: string;
}

/** A request on its way through the pipeline. */
export interface Exchange {
  readonly c: HttpContext;
  readonly operation: Operation;
  readonly caller: Caller;
  readonly facts: Facts;
  /** The signed request's id and signature, once they are used up. */
  use?: SignedUse;
}

/** What an owner without the admin secret may do on a fresh machine, and nothing else. */
const bindingPaths: ReadonlySet<string> = new Set(["/bind", "/v1/register-url"]);

/** A page for a browser, or what the form of one sends. */
export function isOfPage({ answerType, bodyType }: Operation): boolean {
  return answerType === "text/html" || bodyType === "application/x-www-form-urlencoded";
}

/** The pipeline: caller, bound, body, authentication, validation, handler, in the order of llm.txt, R5. */
export async function serve(parts: PipelineParts, exchange: Exchange): Promise<Response> {
  const { c, operation, caller } = exchange;
  const { security, caller: rule } = operation;
  if (rule === "not-token-vault" && parts.config.deniedAddresses.has(caller.address)) {
    throw new WebhookError("forbidden", "This address may not store or fetch credentials.");
  }
  if (rule === "owner") {
    const isPage = operation.answerType === "text/html";
    const isSignedIn = isOfPage(operation) && parts.sessions.has(c.req.header("cookie"), parts.clock.nowMs());
    const isOpen = parts.isFresh() && bindingPaths.has(operation.path);
    await requireOwner(c, caller, parts.adminSecret, { isOpen, isPage, isSignedIn });
  }
  if (rule === "own-page") requireOwnPage(c);
  const { hmacKey } = parts.binding;
  if ((security.signature || security.ticket) && !hmacKey) {
    throw new WebhookError("setup_required", "This webhook is not bound to Token Vault yet.");
  }
  // Before anything is used up: a ticket serves again when the owner unlocks.
  if (operation.killSwitch === true) requireUnlocked(parts);
  const query = operation.query ? c.req.query() : noQuery;
  if (!security.signature || !hmacKey) {
    const body = parseBody(operation, await rawBodyOf(c, operation));
    // The ticket first: whoever has no good one learns nothing of what else is wrong.
    const ticket = security.ticket && hmacKey ? presentedTicket(parts, exchange, hmacKey, body ?? query) : noTicket;
    requireWellFormed(operation, body, query);
    return answer(parts, exchange, { body, query, requestId: "", ticket });
  }
  const { body, use } = await authenticate(parts, exchange, hmacKey);
  exchange.use = use;
  try {
    requireWellFormed(operation, body, query);
    if (applies(operation.killSwitch, body)) requireUnlocked(parts);
    const ticket = security.ticket ? presentedTicket(parts, exchange, hmacKey, body) : noTicket;
    const response = await answer(parts, exchange, { body, query, requestId: use.requestId, ticket });
    if (response.status >= 500) await parts.replayGuard.releaseRequest(use);
    return response;
  } catch (error) {
    if (!(error instanceof WebhookError) || error.status >= 500) await parts.replayGuard.releaseRequest(use);
    throw error;
  }
}

/** R19 and R20: of parallel copies of a request one comes through. */
async function authenticate(
  { replayGuard, clock }: PipelineParts,
  { c, operation, facts }: Exchange,
  key: HmacKey,
): Promise<{ readonly body: unknown; readonly use: SignedUse }> {
  const headers = {
    signature: c.req.header("x-tokenvault-signature"),
    timestamp: c.req.header("x-tokenvault-timestamp"),
    requestId: c.req.header("x-tokenvault-request-id"),
  };
  const claimed = readSignatureHeaders(headers, clock.nowMs());
  const rawBody = await rawBodyOf(c, operation);
  verifySignature(key, claimed, rawBody);
  const { requestId, signature, timestamp } = claimed;
  facts.requestId = requestId;
  replayGuard.refuseUsedSignature(signature);
  const parsed = attempt(() => parseBody(operation, rawBody));
  const changes = "value" in parsed && applies(operation.rememberSignature, parsed.value);
  const use = { requestId, timestampSeconds: Number(timestamp), ...(changes ? { signature } : {}) };
  await replayGuard.useRequest(use);
  if ("error" in parsed) throw parsed.error;
  return { body: parsed.value, use };
}

async function rawBodyOf(c: HttpContext, { maxBodyBytes }: Operation): Promise<Uint8Array> {
  return maxBodyBytes > 0 ? readBody(c, maxBodyBytes) : noBytes;
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

async function answer(parts: PipelineParts, exchange: Exchange, prepared: Prepared): Promise<Response> {
  const { c, operation, facts } = exchange;
  const { body, ticket } = prepared;
  const service = serviceOf(body);
  if (service !== undefined) facts.service ??= service;
  if (operation.caller === "own-page") facts.action = String((body as Record<string, unknown>)["action"]);
  const handler = parts.handlers[operation.id] as unknown as AnyHandler;
  const request = new HandlerRequest(parts, exchange, prepared);
  const reply = await handler(request as unknown as OperationRequest<OperationId>);
  // A credential that leaves without its ticket being used up could leave twice.
  if (operation.security.ticket && !ticket.isSpent)
    throw new WebhookError("internal_error", "The ticket was not used up.");
  const cors = operation.cors ? corsHeaders(c.req.header("origin")) : {};
  const response = toResponse(reply, cors, () => c.env.outgoing?.destroy());
  if (request.cookie !== undefined) response.headers.set("set-cookie", request.cookie);
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
  const { svc, pur, sub, aid, pid } = claims;
  Object.assign(facts, { service: svc, purpose: pur, sub: clipped(sub), aid: clipped(aid), pid: clipped(pid) });
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
  const given = condition.members.flatMap((member) => (body as Record<string, unknown> | null)?.[member] ?? []);
  return given.some((value) => typeof value === "string" && condition.values.includes(value));
}

/** A line of the record has its length. */
function clipped(text: string | null | undefined): string | undefined {
  return text?.slice(0, 256);
}

/** What a signed request is about: a service or, in the storage, a key. */
function serviceOf(body: unknown): string | undefined {
  const { service, key } = (body ?? {}) as Record<string, unknown>;
  return clipped([service, key].find((name) => typeof name === "string"));
}

function attempt<T>(work: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}
