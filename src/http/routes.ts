import { HonoBase } from "hono/hono-base";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { operations } from "../../generated/operations.js";
import { WebhookError } from "../platform/errors.js";
import { serve, type PipelineDependencies } from "./pipeline.js";
import { clientOf, type Bindings, type HttpContext, type Operation } from "./request.js";
import { errorResponse, preflightResponse } from "./response.js";

/** Builds the server's routes from the contract's operations; each leads into the one pipeline. */
export function createApp(
  dependencies: PipelineDependencies,
  table: readonly Operation[] = Object.values(operations),
): HonoBase<{ Bindings: Bindings }> {
  // The router alone that these paths need, of the three that hono would bring.
  const app = new HonoBase<{ Bindings: Bindings }>({ router: new RegExpRouter() });
  for (const route of new Set(table.map((operation) => operation.route))) {
    const atRoute = table.filter((operation) => operation.route === route);
    const byMethod = new Map(atRoute.map((operation) => [operation.method.toUpperCase(), operation]));
    app.all(route, (c) => {
      const operation = byMethod.get(c.req.method);
      return operation ? serve(dependencies, c, operation) : refuseMethod(dependencies, c, atRoute);
    });
  }
  app.notFound((c) => refuse(dependencies, c, new WebhookError("not_found", "There is nothing at this path.")));
  return app;
}

function refuseMethod(dependencies: PipelineDependencies, c: HttpContext, atRoute: readonly Operation[]): Response {
  const crossOrigin = atRoute.filter(({ cors }) => cors).map(({ method }) => method.toUpperCase());
  if (c.req.method === "OPTIONS" && crossOrigin.length > 0) {
    const asksForPrivateNetwork = c.req.header("access-control-request-private-network") === "true";
    return preflightResponse(c.req.header("origin"), crossOrigin, asksForPrivateNetwork);
  }
  const allow = atRoute.map(({ method }) => method.toUpperCase()).join(", ");
  return refuse(dependencies, c, new WebhookError("method_not_allowed", "This path does not take this method."), {
    allow,
  });
}

/** Refuses a request for nothing that the contract has. */
function refuse(
  { config, limits, logger, clock }: PipelineDependencies,
  c: HttpContext,
  error: WebhookError,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const { address } = clientOf(c, config.trustedProxies);
  const refusal = limits.admit(address, clock.nowMs()) ?? error;
  logger.info("request", { op: "none", outcome: refusal.code, status: refusal.status, client: address });
  return errorResponse(refusal, headers, false);
}
