import type { components } from "../../generated/types.js";
import { holds, succeeded } from "./expectation.js";
import type { Reply } from "./reply.js";
import type { Stage } from "./stage.js";
import { sendJson, type UpstreamCall, type UpstreamRoute } from "./upstream.js";

export const bearer = { Authorization: "Bearer ${TOKEN}" };

/** The ways in which a proxied call differs from a GET with the credential as a bearer token. */
export interface CallOptions {
  readonly ticket?: string;
  /** The suffix of the route's address. */
  readonly path?: string;
  readonly upstream?: Omit<components["schemas"]["Upstream"], "url">;
  readonly headerTemplates?: Readonly<Record<string, string>>;
}

/** A route of the upstream that answers an empty object. */
export function quietRoute({ upstream }: Stage): UpstreamRoute {
  return upstream.route((_call, response) => {
    sendJson(response, {});
  });
}

export function callUpstream(
  { tokenVault }: Stage,
  service: string,
  { url }: UpstreamRoute,
  options: CallOptions = {},
): Promise<Reply> {
  const { ticket, path = "", upstream = {}, headerTemplates = bearer } = options;
  const target = { ...upstream, url: url + path };
  return tokenVault.proxy({ service, upstream: target, headerTemplates, ...(ticket !== undefined && { ticket }) });
}

/** Resolves to the upstream's one call. @throws CheckFailure unless it was called once and its response came back */
export async function proxied(stage: Stage, service: string, options: CallOptions = {}): Promise<UpstreamCall> {
  const route = quietRoute(stage);
  succeeded(await callUpstream(stage, service, route, options));
  const [received] = route.calls;
  holds(received !== undefined && route.calls.length === 1, `The upstream got ${String(route.calls.length)} calls.`);
  return received;
}
