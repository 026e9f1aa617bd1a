import { HonoBase } from "hono/hono-base";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { operations } from "../../generated/operations.js";
import { corsHeaders, preflightResponse, toErrorResponse } from "./response.js";
import { Caller } from "./client.js";
import { isoMilliseconds } from "../platform/clock.js";
import { endOfTurn } from "../platform/end-of-turn.js";
import { WebhookError } from "../platform/errors.js";
import type { ForwardingSeen } from "./forwarding-counts.js";
import { JsonText } from "../platform/json-text.js";
import type { Log } from "../platform/logger.js";
import type { Metrics } from "../platform/metrics.js";
import {
  giveBack,
  isOfPage,
  serve,
  type Exchange,
  type HttpContext,
  type Operation,
  type PipelineParts,
} from "./pipeline.js";
import type { Bindings } from "./request-body.js";
import { RequestFacts } from "./request-facts.js";
import type { RequestLimits } from "./request-limits.js";
import type { RecordLog } from "../audit/audit-log.js";
import { giveOut, withhold } from "./upstream-response.js";

export interface AppParts extends PipelineParts {
  readonly limits: RequestLimits;
  readonly record: RecordLog;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly forwarding: ForwardingSeen;
}

/** Builds the server's routes from the contract's operations; each leads into the one pipeline. */
export function createApp(parts: AppParts): HonoBase<{ Bindings: Bindings }> {
  // The router alone that these paths need, of the three that hono would bring.
  const app = new HonoBase<{ Bindings: Bindings }>({ router: new RegExpRouter() });
  const all: readonly Operation[] = Object.values(operations);
  for (const path of new Set(all.map((operation) => operation.path))) {
    const atPath = all.filter((operation) => operation.path === path);
    const byMethod = new Map(atPath.map((operation) => [operation.method.toUpperCase(), operation]));
    app.all(path, (c) => {
      const operation = byMethod.get(c.req.method);
      return operation ? handle(parts, c, operation) : refuseMethod(parts, c, atPath);
    });
  }
  app.notFound((c) => refuse(parts, c, new WebhookError("not_found", "There is nothing at this path.")));
  return app;
}

function refuseMethod(parts: AppParts, c: HttpContext, atPath: readonly Operation[]): Response {
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
  const startedAtMs = parts.clock.nowMs();
  const caller = new Caller(c, parts.config);
  parts.forwarding.note(caller);
  const exchange: Exchange = {
    c,
    operation,
    caller,
    startedAtMs,
    facts: new RequestFacts(operation.id, caller.address),
  };
  const excess = attemptAdmission(parts.limits, caller.address, startedAtMs);
  if (excess) {
    // Counted, and not recorded: a flood would wash out what the record is for.
    parts.metrics.countRequest({ op: operation.id, outcome: excess.code, ms: 0 });
    return errorResponse(exchange, excess);
  }
  let response: Response;
  try {
    response = await serve(parts, exchange);
  } catch (thrown) {
    response = refusalOf(parts, exchange, thrown);
  }
  // The answer goes out when its line is written; where it cannot be, nothing is given.
  const line = factsText(parts, exchange, response);
  try {
    if (isRecorded(operation)) await parts.record.append(recordText(exchange, line));
    // Answers that go out one right after the other cost half of what they cost one by one: the client's side is awake.
    else await endOfTurn();
  } catch (error) {
    return refuseUnrecorded(parts, exchange, response, error);
  }
  return note(parts, exchange.facts, line, response);
}

function refusalOf({ limits, log }: AppParts, exchange: Exchange, thrown: unknown): Response {
  const error = asWebhookError(thrown, log);
  exchange.facts.outcome = error.code;
  limits.note(exchange.caller.address, error.code, exchange.operation, exchange.startedAtMs);
  return errorResponse(exchange, error);
}

/** What is said of a request that has its answer. */
function factsText({ clock }: AppParts, { facts, startedAtMs }: Exchange, response: Response): JsonText {
  facts.status = response.status;
  facts.ms = clock.nowMs() - startedAtMs;
  return new JsonText(JSON.stringify(facts));
}

function recordText({ startedAtMs }: Exchange, line: JsonText): JsonText {
  return new JsonText(`{"time":"${isoMilliseconds(startedAtMs)}",${line.members}`);
}

/** The request's line in the log, and its count. */
function note({ log, metrics }: AppParts, facts: RequestFacts, line: JsonText, response: Response): Response {
  log.info("request", line);
  metrics.countRequest(facts);
  return giveOut(response);
}

async function refuseUnrecorded(
  parts: AppParts,
  exchange: Exchange,
  response: Response,
  error: unknown,
): Promise<Response> {
  const { log } = parts;
  log.error("the record could not be written", { name: error instanceof Error ? error.name : "unknown" });
  await withhold(response);
  await giveBack(parts, exchange).catch(() => undefined);
  const refusal = new WebhookError("internal_error", "The record of this use could not be written; nothing is given.");
  exchange.facts.outcome = refusal.code;
  exchange.facts.status = refusal.status;
  return note(parts, exchange.facts, new JsonText(JSON.stringify(exchange.facts)), errorResponse(exchange, refusal));
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
