import type { Context } from "hono";
import type { OperationDefinition } from "../generated/operations.js";
import { corsHeaders, toResponse } from "./answer.js";
import { requireOwner, type Caller } from "./caller.js";
import type { Clock } from "./clock.js";
import type { Config } from "./config.js";
import type { Handlers, OperationId, OperationRequest, PresentedTicket, UpstreamFacts } from "./contract.js";
import { WebhookError } from "./errors.js";
import { requireValid } from "./invalid-request.js";
import { readSignatureHeaders, verifySignature } from "./protocol/signature.js";
import { verifyTicket } from "./protocol/ticket.js";
import { parseForm, parseJson, readBody, type Bindings } from "./request-body.js";
import type { Secret } from "./secret.js";
import type { Binding } from "./vault/binding.js";
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

/** The pipeline: caller, bound, body, authentication, validation, handler, in the order of llm.txt, R5. */
export async function serve(parts: PipelineParts, exchange: Exchange): Promise<Response> {
  const { c, operation, caller } = exchange;
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
      security.ticket && hmacKey ? await presentedTicket(parts, exchange, hmacKey, body ?? query) : noTicket;
    requireWellFormed(operation, body, query);
    return answer(parts, exchange, { body, query, requestId: "", ticket });
  }
  const { body, use } = await authenticate(parts, exchange, hmacKey);
  exchange.use = use;
  try {
    requireWellFormed(operation, body, query);
    const ticket = security.ticket ? await presentedTicket(parts, exchange, hmacKey, body) : noTicket;
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
  facts.requestId = requestId;
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
}

async function answer(
  parts: PipelineParts,
  { c, operation, caller, facts }: Exchange,
  { body, query, requestId, ticket }: Prepared,
): Promise<Response> {
  const service = serviceOf(body);
  if (service !== undefined) facts.service ??= service;
  const handler = parts.handlers[operation.id] as unknown as AnyHandler;
  const request = {
    body,
    note: (upstream: UpstreamFacts) => Object.assign(facts, upstream),
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
  const cors = operation.cors ? corsHeaders(c.req.header("origin")) : {};
  return toResponse(reply, cors, () => c.env.outgoing?.destroy());
}

interface TrackedTicket extends PresentedTicket {
  readonly isSpent: boolean;
}

async function presentedTicket(
  { config, replayGuard, clock }: PipelineParts,
  { operation: { ticketPurposes }, facts }: Exchange,
  key: CryptoKey,
  members: unknown,
): Promise<TrackedTicket> {
  const { ticket, service } = (members ?? {}) as Record<string, unknown>;
  // What is no ticket at all is the validator's to refuse.
  if (typeof ticket !== "string" || typeof service !== "string") return noTicket;
  const expected = { purposes: ticketPurposes, service, maxLifetimeSeconds: config.ticketMaxLifetimeSeconds };
  const claims = await verifyTicket(key, ticket, expected, clock.nowMs());
  const { svc, pur, sub, aid, pid } = claims;
  Object.assign(facts, { service: svc, purpose: pur, sub: clipped(sub), aid: clipped(aid), pid: clipped(pid) });
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
