import type { Context } from "hono";
import type { OperationDefinition } from "../generated/operations.js";
import { corsHeaders, toResponse } from "./answer.js";
import { requireAdminSecret, requireOwner, requireOwnPage, type Caller } from "./caller.js";
import type { Clock } from "./clock.js";
import type { Config } from "./config.js";
import type {
  Handlers,
  OperationId,
  OperationRequest,
  PageSession,
  PresentedTicket,
  UpstreamFacts,
} from "./contract.js";
import { WebhookError } from "./errors.js";
import { requireValid } from "./invalid-request.js";
import type { HmacKey } from "./protocol/hmac.js";
import { readSignatureHeaders, verifySignature } from "./protocol/signature.js";
import { verifyTicket } from "./protocol/ticket.js";
import { parseForm, parseJson, readBody, type Bindings } from "./request-body.js";
import type { OwnerSessions } from "./owner-session.js";
import type { Secret } from "./secret.js";
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
    if (applies(operation.killSwitch, body)) requireUnlocked(parts);
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
  if (operation.caller === "own-page") facts.action = String((body as Record<string, unknown>)["action"]);
  const session = new TrackedSession(parts, c, caller);
  const handler = parts.handlers[operation.id] as unknown as AnyHandler;
  const request = {
    body,
    note: (upstream: UpstreamFacts) => Object.assign(facts, upstream),
    query,
    requestId,
    ticket,
    session,
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
  const response = toResponse(reply, cors, () => c.env.outgoing?.destroy());
  if (session.cookie !== undefined) response.headers.set("set-cookie", session.cookie);
  return response;
}

/** Notes the cookie that its answer has to set. */
class TrackedSession implements PageSession {
  cookie: string | undefined;

  constructor(
    private readonly parts: PipelineParts,
    private readonly c: HttpContext,
    private readonly caller: Caller,
  ) {}

  get isOwner(): boolean {
    return this.parts.sessions.has(this.c.req.header("cookie"), this.parts.clock.nowMs());
  }

  async signIn(secret: string): Promise<void> {
    await requireAdminSecret(secret, this.parts.adminSecret);
    this.cookie = this.parts.sessions.begin(this.parts.clock.nowMs(), this.#isSecure);
  }

  signOut(): void {
    this.cookie = this.parts.sessions.end(this.c.req.header("cookie"), this.#isSecure);
  }

  get #isSecure(): boolean {
    // The browser's own word first: at home the same server may be reached over http.
    return (this.c.req.header("origin") ?? this.caller.origin).startsWith("https:");
  }
}

/** @throws WebhookError forbidden */
function requireUnlocked({ killSwitch }: PipelineParts): void {
  if (killSwitch.isLocked) throw new WebhookError("forbidden", "The owner has locked this webhook.");
}

interface TrackedTicket extends PresentedTicket {
  readonly isSpent: boolean;
}

async function presentedTicket(
  parts: PipelineParts,
  { operation: { ticketPurposes, killSwitch }, facts }: Exchange,
  key: HmacKey,
  members: unknown,
): Promise<TrackedTicket> {
  const { config, replayGuard, clock } = parts;
  const { ticket, service } = (members ?? {}) as Record<string, unknown>;
  // What is no ticket at all is the validator's to refuse.
  if (typeof ticket !== "string" || typeof service !== "string") return noTicket;
  const expected = { purposes: ticketPurposes, service, maxLifetimeSeconds: config.ticketMaxLifetimeSeconds };
  const claims = verifyTicket(key, ticket, expected, clock.nowMs());
  const { svc, pur, sub, aid, pid } = claims;
  Object.assign(facts, { service: svc, purpose: pur, sub: clipped(sub), aid: clipped(aid), pid: clipped(pid) });
  let isSpent = false;
  return {
    claims,
    get isSpent() {
      return isSpent;
    },
    async spend() {
      // Again, since the body may have taken its time.
      if (killSwitch === true) requireUnlocked(parts);
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
