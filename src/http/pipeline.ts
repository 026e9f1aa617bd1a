import type { AuditLog } from "../audit/audit-log.js";
import type { Config } from "../config.js";
import type {
  Handlers,
  OperationId,
  OperationRequest,
  PageSession,
  PresentedTicket,
  UpstreamFacts,
  UpstreamReply,
} from "../contract/operation.js";
import { isoMilliseconds } from "../platform/clock.js";
import { WebhookError } from "../platform/errors.js";
import type { Logger } from "../platform/logger.js";
import type { Metrics } from "../platform/metrics.js";
import {
  asksFor,
  authenticateHead,
  holds,
  lockedByOwner,
  type Authentication,
  type AuthenticationDependencies,
} from "./authentication.js";
import type { RequestLimits } from "./limits.js";
import { pageSession } from "./owner-access.js";
import { admitUnproven, parseBody, readBody, releaseUnproven, requireValid } from "./request-body.js";
import {
  abortSignalOf,
  clientOf,
  clipped,
  originOf,
  pathParameters,
  type Exchange,
  type ForwardingCounts,
  type HttpContext,
  type Operation,
} from "./request.js";
import {
  answeredError,
  corsHeaders,
  errorResponse,
  pendingResponse,
  replyResponse,
  upstreamResponse,
  type PendingResponse,
} from "./response.js";

export interface PipelineDependencies extends AuthenticationDependencies {
  readonly config: AuthenticationDependencies["config"] & Pick<Config, "trustedProxies" | "deniedAddresses">;
  readonly handlers: Handlers;
  readonly limits: RequestLimits;
  readonly auditLog: Pick<AuditLog, "append">;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly forwarding: ForwardingCounts;
}

/** An operation of the contract, and how its requests are authenticated. */
export interface Route {
  readonly operation: Operation;
  readonly authentication: Authentication;
}

const noBytes = new Uint8Array();
const noMembers: Readonly<Record<string, string>> = Object.freeze({});
/** The ticket of an operation that has none. */
const noTicket: PresentedTicket = {
  claims: { svc: "", pur: "", exp: 0, nonce: "" },
  spend: () => Promise.reject(new WebhookError("internal_error", "This operation has no ticket.")),
};

/** The steps of every request, whatever its operation. */
export class Pipeline {
  constructor(private readonly dependencies: PipelineDependencies) {}

  /** Runs a request to its response, whatever happens, and writes its one line. */
  async serve(c: HttpContext, { operation, authentication }: Route): Promise<Response> {
    const { config, clock, limits, forwarding, auditLog, logger, metrics } = this.dependencies;
    const startedAtMs = clock.nowMs();
    const client = clientOf(c, config.trustedProxies);
    forwarding.add(client);
    const fields = { op: operation.id, outcome: "ok", status: 0, client: client.address, ms: 0 };
    const exchange: Exchange = { c, operation, client, startedAtMs, fields };
    const excess = limits.admit(client.address, startedAtMs);
    if (excess) {
      // Counted, and in no log: a flood would wash out what the audit log is for.
      metrics.countRequest({ op: operation.id, outcome: excess.code, ms: 0 });
      return refusalResponse(exchange, excess);
    }
    let pending: PendingResponse;
    try {
      pending = await this.#handle(exchange, authentication);
    } catch (thrown) {
      pending = this.#refuse(exchange, thrown);
    }
    // Many that wait for their lines in the audit log would fill the memory.
    exchange.body = undefined;
    if (exchange.unprovenBytes !== undefined) releaseUnproven(exchange);
    if (pending.status >= 500) pending = await this.#release(exchange, pending);
    fields.status = pending.status;
    fields.ms = clock.nowMs() - startedAtMs;
    // Everything that asks for a right. The response goes out when its line is written.
    if (operation.security.length > 0) {
      try {
        await auditLog.append({ time: isoMilliseconds(startedAtMs), ...fields });
      } catch (error) {
        pending = await this.#refuseUnaudited(exchange, pending, error);
      }
    }
    logger.info("request", fields);
    metrics.countRequest(fields);
    return pending.send();
  }

  /** The steps in the order of llm.txt, R5. */
  async #handle(exchange: Exchange, authentication: Authentication): Promise<PendingResponse> {
    const { c, operation, client } = exchange;
    const { binding, killSwitch, config, limits } = this.dependencies;
    if (operation.refusesTokenVault && config.deniedAddresses.has(client.address))
      throw new WebhookError("forbidden", "This address may not store or fetch credentials.");
    if (authentication.needsBinding) {
      exchange.hmacKey = await binding.hmacKey();
      if (!exchange.hmacKey) throw new WebhookError("setup_required", "This webhook is not bound to Token Vault yet.");
    }
    // Before anything is consumed: a ticket serves again when the owner unlocks.
    if (operation.killSwitch === true && (await killSwitch.isLocked())) throw lockedByOwner();
    if (authentication.heads.length > 0) await authenticateHead(this.dependencies, exchange, authentication.heads);
    const rawBody =
      operation.maxBodyBytes > 0 ? await readBody(c, operation.maxBodyBytes, limits.bodies, client.address) : noBytes;
    exchange.bodyBytes = rawBody.length;
    if (authentication.parsesUnproven && rawBody.length > 0) await admitUnproven(exchange, rawBody);
    for (const step of authentication.bytes) await step(this.dependencies, exchange, rawBody);
    const values = readValues(exchange, rawBody);
    // Whoever signed may learn what is wrong with a request; who has a ticket, once it is good.
    const isSigned = exchange.use !== undefined;
    if (isSigned) requireWellFormed(exchange, values);
    for (const step of authentication.members) step(this.dependencies, exchange, values.body ?? values.query);
    if (!isSigned) requireWellFormed(exchange, values);
    const isOfSwitch = operation.killSwitch !== true && holds(operation.killSwitch, values.body);
    if (isOfSwitch && (await killSwitch.isLocked())) throw lockedByOwner();
    const hasTicket = asksFor(operation, "ticket");
    if (hasTicket && !exchange.ticket) throw new WebhookError("ticket_invalid", "The request has no ticket.");
    const reply = await this.#callHandler(exchange, values);
    // A credential that leaves without its ticket being used up could leave twice.
    if (hasTicket && !exchange.isTicketSpent) throw new WebhookError("internal_error", "The ticket was not used up.");
    if (operation.responseType === "*/*") return upstreamResponse(reply as UpstreamReply, c.env.outgoing);
    const headers = corsOf(exchange);
    if (exchange.cookie !== undefined) headers["set-cookie"] = exchange.cookie;
    return replyResponse(reply, headers, operation.method === "head");
  }

  /** Returns what the handler does: a reply, or a promise of one. */
  #callHandler(exchange: Exchange, { body, query, params, headers }: Values): unknown {
    const { operation, fields } = exchange;
    const service = serviceOf(body);
    if (service !== undefined) fields.service ??= service;
    if (asksFor(operation, "ownPage")) fields.action = String((body as Record<string, unknown>)["action"]);
    const handler = this.dependencies.handlers[operation.id] as (request: unknown) => unknown;
    return handler(new HandlerRequest(this.dependencies, exchange, body, query, params, headers));
  }

  #refuse(exchange: Exchange, thrown: unknown): PendingResponse {
    const { limits, logger } = this.dependencies;
    const { operation, client, startedAtMs } = exchange;
    const error = answeredError(operation, thrown, logger);
    exchange.fields.outcome = error.code;
    limits.countRefusal(client.address, error.code, asksFor(operation, "adminSecret"), startedAtMs);
    limits.countRefusedBytes(client.address, exchange.bodyBytes ?? 0, startedAtMs);
    return pendingResponse(refusalResponse(exchange, error));
  }

  /** Gives nothing where the line cannot be written. */
  async #refuseUnaudited(exchange: Exchange, pending: PendingResponse, cause: unknown): Promise<PendingResponse> {
    this.dependencies.logger.error("the audit log could not be written", {
      name: cause instanceof Error ? cause.name : "unknown",
    });
    pending.discard();
    await this.#releaseRequest(exchange).catch(() => undefined);
    const error = new WebhookError("internal_error", "The audit log could not be written; nothing is given.");
    exchange.fields.outcome = error.code;
    exchange.fields.status = error.status;
    return pendingResponse(refusalResponse(exchange, error));
  }

  /** A request that ends in 5xx may be sent again: its id is released. */
  async #release(exchange: Exchange, pending: PendingResponse): Promise<PendingResponse> {
    try {
      await this.#releaseRequest(exchange);
      return pending;
    } catch (thrown) {
      pending.discard();
      return this.#refuse(exchange, thrown);
    }
  }

  /** Releases the id once: from then on it may be another's. */
  async #releaseRequest(exchange: Exchange): Promise<void> {
    const { use } = exchange;
    exchange.use = undefined;
    if (use) await this.dependencies.replayGuard.releaseRequest(use);
  }
}

interface Values {
  readonly body: unknown;
  readonly query: unknown;
  readonly params: unknown;
  readonly headers: unknown;
}

/** @throws WebhookError invalid_request */
function readValues(exchange: Exchange, rawBody: Uint8Array): Values {
  const { c, operation } = exchange;
  const body = operation.bodyType === null ? { value: undefined } : parseBody(exchange, rawBody);
  if ("error" in body) throw body.error;
  return {
    body: body.value,
    query: operation.query ? c.req.query() : noMembers,
    params: operation.params ? pathParameters(exchange) : noMembers,
    headers: operation.headers ? c.req.header() : noMembers,
  };
}

/** @throws WebhookError invalid_request */
function requireWellFormed({ operation, isBodyValid }: Exchange, { body, query, params, headers }: Values): void {
  if (operation.body && body !== undefined && isBodyValid !== true) requireValid(operation.body, body);
  if (operation.query) requireValid(operation.query, query);
  if (operation.params) requireValid(operation.params, params);
  if (operation.headers) requireValid(operation.headers, headers);
}

/** Makes what only some handlers ask for when they do. A class: V8 gives each object literal with getters a new shape. */
class HandlerRequest implements Omit<OperationRequest<OperationId>, keyof Values> {
  readonly note = (facts: UpstreamFacts): void => {
    Object.assign(this.exchange.fields, facts);
  };

  constructor(
    private readonly dependencies: PipelineDependencies,
    private readonly exchange: Exchange,
    readonly body: unknown,
    readonly query: unknown,
    readonly params: unknown,
    readonly headers: unknown,
  ) {}

  get requestId(): string {
    return this.exchange.use?.requestId ?? "";
  }

  get ticket(): PresentedTicket {
    return this.exchange.ticket ?? noTicket;
  }

  get origin(): string {
    return originOf(this.exchange, this.dependencies.config.externalUrl);
  }

  get signal(): AbortSignal {
    return abortSignalOf(this.exchange);
  }

  get session(): PageSession {
    return pageSession(this.dependencies, this.exchange);
  }

  get isFirstBinding(): boolean {
    return this.exchange.isFirstBinding === true;
  }
}

/** The subject of a signed request: a service or, in the storage, a key. */
function serviceOf(body: unknown): string | undefined {
  const { service, key } = (body ?? noMembers) as Record<string, unknown>;
  const subject = typeof service === "string" ? service : key;
  return typeof subject === "string" ? clipped(subject) : undefined;
}

/** A browser that opens one of our pages, or comes from the owner's, gets a page. */
function refusalResponse(exchange: Exchange, error: WebhookError): Response {
  const { operation } = exchange;
  const isOfPage = operation.responseType === "text/html" || asksFor(operation, "ownPage");
  const wantsPage = isOfPage && (exchange.c.req.header("accept") ?? "").includes("text/html");
  return errorResponse(error, corsOf(exchange), wantsPage);
}

function corsOf({ c, operation }: Exchange): Record<string, string> {
  return operation.cors ? corsHeaders(c.req.header("origin")) : {};
}
