import { Hono } from "hono";
import { operations } from "../generated/operations.js";
import { corsHeaders, preflightResponse, toErrorResponse } from "./answer.js";
import { Caller } from "./caller.js";
import { WebhookError } from "./errors.js";
import type { ForwardingSeen } from "./forwarding-seen.js";
import type { Log } from "./log.js";
import { isOfPage, serve, type Exchange, type HttpContext, type Operation, type PipelineParts } from "./pipeline.js";
import type { Bindings } from "./request-body.js";
import type { RequestLimits } from "./request-limits.js";
import type { Metrics } from "./metrics.js";
import type { RecordFields, RecordLog } from "./store/record-log.js";

export interface AppParts extends PipelineParts {
  readonly limits: RequestLimits;
  readonly record: RecordLog;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly forwarding: ForwardingSeen;
}

/** Builds the server's routes from the contract's operations; each leads into the one pipeline. */
export function createApp(parts: AppParts): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  const all: readonly Operation[] = Object.values(operations);
  for (const path of new Set(all.map((operation) => operation.path))) {
    const atPath = all.filter((operation) => operation.path === path);
    app.all(path, (c) => route(parts, c, atPath));
  }
  app.notFound((c) => refuse(parts, c, new WebhookError("not_found", "There is nothing at this path.")));
  return app;
}

function route(parts: AppParts, c: HttpContext, atPath: readonly Operation[]): Response | Promise<Response> {
  const operation = atPath.find(({ method }) => method.toUpperCase() === c.req.method);
  if (operation) return handle(parts, c, operation);
  const crossOrigin = atPath.filter(({ cors }) => cors).map(({ method }) => method.toUpperCase());
  if (c.req.method === "OPTIONS" && crossOrigin.length > 0) {
    const asksForPrivateNetwork = c.req.header("access-control-request-private-network") === "true";
    return preflightResponse(c.req.header("origin"), crossOrigin, asksForPrivateNetwork);
  }
  const allow = atPath.map(({ method }) => method.toUpperCase()).join(", ");
  return refuse(parts, c, new WebhookError("method_not_allowed", "This path does not take this method."), { allow });
}

/** A request for nothing that the contract has. */
function refuse({ config, limits, log, clock }: AppParts, c: HttpContext, error: WebhookError, headers = {}): Response {
  const { address } = new Caller(c, config);
  const refusal = attemptAdmission(limits, address, clock.nowMs()) ?? error;
  log.info("request", { op: "none", outcome: refusal.code, status: refusal.status, client: address });
  return toErrorResponse(refusal, headers, false);
}

/** Runs a request to its answer, whatever happens, and writes its one line. */
async function handle(parts: AppParts, c: HttpContext, operation: Operation): Promise<Response> {
  const { config, limits, log, clock } = parts;
  const startedAtMs = clock.nowMs();
  const caller = new Caller(c, config);
  parts.forwarding.note(caller);
  const exchange: Exchange = { c, operation, caller, facts: {} };
  const excess = attemptAdmission(limits, caller.address, startedAtMs);
  if (excess) {
    // Counted, and not recorded: a flood would wash out what the record is for.
    parts.metrics.countRequest({ operation: operation.id, outcome: excess.code, durationMs: 0 });
    return errorResponse(exchange, excess);
  }
  let outcome = "ok";
  let response: Response;
  try {
    response = await serve(parts, exchange);
  } catch (thrown) {
    const error = asWebhookError(thrown, log);
    outcome = error.code;
    limits.note(caller.address, error.code, operation, startedAtMs);
    response = errorResponse(exchange, error);
  }
  const durationMs = clock.nowMs() - startedAtMs;
  const facts = { op: operation.id, client: caller.address, ms: durationMs, ...exchange.facts };
  if (isRecorded(operation)) {
    const line = { time: new Date(startedAtMs).toISOString(), outcome, status: response.status, ...facts };
    const given = await recorded(parts, exchange, response, line);
    if (given !== response) outcome = "internal_error";
    response = given;
  }
  log.info("request", { outcome, status: response.status, ...facts });
  const { upstreamMs, refresh } = exchange.facts;
  parts.metrics.countRequest({ operation: operation.id, outcome, durationMs, upstreamMs, refresh });
  return response;
}

/** The answer goes out when its line is written; where it cannot be, nothing is given. */
async function recorded(
  { record, log, replayGuard }: AppParts,
  exchange: Exchange,
  response: Response,
  line: RecordFields,
): Promise<Response> {
  try {
    await record.append(line);
    return response;
  } catch (error) {
    log.error("the record could not be written", { name: error instanceof Error ? error.name : "unknown" });
    await response.body?.cancel();
    // Like every request that ends in 5xx, it may be sent again.
    if (exchange.use) await replayGuard.releaseRequest(exchange.use).catch(() => undefined);
    return errorResponse(
      exchange,
      new WebhookError("internal_error", "The record of this use could not be written; nothing is given."),
    );
  }
}

/** Everything that asks for a right. */
function isRecorded({ security, caller }: Operation): boolean {
  return caller === "owner" || caller === "own-page" || security.signature || security.ticket || security.exchangeCode;
}

function attemptAdmission(limits: RequestLimits, address: string, nowMs: number): WebhookError | undefined {
  const retryAfterSeconds = limits.admit(address, nowMs);
  if (retryAfterSeconds === undefined) return undefined;
  return new WebhookError("rate_limited", "Too many requests came from this address.", { retryAfterSeconds });
}

function errorResponse({ c, operation }: Exchange, error: WebhookError): Response {
  const cors = operation.cors ? corsHeaders(c.req.header("origin")) : {};
  const wantsPage = isOfPage(operation) && (c.req.header("accept") ?? "").includes("text/html");
  return toErrorResponse(error, cors, wantsPage);
}

/** What nobody foresaw: the caller learns nothing of it, and the log the error's name and place without its text. */
function asWebhookError(thrown: unknown, log: Log): WebhookError {
  if (thrown instanceof WebhookError) return thrown;
  const { name = "unknown", stack = "" } = thrown instanceof Error ? thrown : {};
  const at = stack
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, 4)
    .join("")
    .replace(/\s+/g, " ");
  log.error("internal error", { name, at });
  return new WebhookError("internal_error", "The server could not do this; its log says more.", { cause: thrown });
}
