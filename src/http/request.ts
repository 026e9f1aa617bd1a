import type { Context } from "hono";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { OperationDefinition } from "../../generated/operations.js";
import type { Config } from "../config.js";
import type { OperationId, PresentedTicket, UpstreamFacts } from "../contract/operation.js";
import { WebhookError } from "../platform/errors.js";
import { clientAddress, normalizeAddress } from "../platform/ip-address.js";
import type { ClaimedSignature, HmacKey } from "../protocol/signature.js";
import type { SignedUse } from "../replay/replay-cache.js";

/** The Node server hands these over beside the request; other runtimes do not. */
export interface Bindings {
  readonly incoming?: IncomingMessage;
  readonly outgoing?: ServerResponse;
}

export type HttpContext = Context<{ Bindings: Bindings }>;
export type Operation = OperationDefinition & { readonly id: OperationId };

/** The sender of a request, as far as can be told. */
export interface Client {
  /** Without port; "unknown" when a trusted proxy named none. */
  readonly address: string;
  /** The other end of the connection. */
  readonly peer: string;
  /** The peer is a trusted proxy. */
  readonly isProxied: boolean;
  /** The request came with X-Forwarded-For, believed or not. */
  readonly hasForwardedFor: boolean;
}

/** A request's line in the log and, where it asked for a right, in the audit log. */
export interface RequestFields extends UpstreamFacts {
  readonly op: OperationId;
  /** "ok", or the error's code. */
  outcome: string;
  status: number;
  readonly client: string;
  /** Milliseconds to the response. */
  ms: number;
  requestId?: string;
  service?: string;
  purpose?: string;
  /** Of a ticket: the user, the agent and the proxy configuration. */
  sub?: string;
  aid?: string;
  pid?: string;
  /** Of the owner's page. */
  action?: string;
}

/** A request on its way through the pipeline, with what authentication found out of it. */
export interface Exchange {
  readonly c: HttpContext;
  readonly operation: Operation;
  readonly client: Client;
  readonly startedAtMs: number;
  readonly fields: RequestFields;
  /** The secret shared with Token Vault, where the operation needs it. */
  hmacKey?: HmacKey | undefined;
  /** The signature's headers, before its MAC is verified. */
  claimed?: ClaimedSignature;
  /** The signed request's id and signature, once they are consumed. */
  use?: SignedUse | undefined;
  /** Nobody has shown the admin secret: whoever is on this machine may bind first. */
  isFirstBinding?: boolean;
  ticket?: PresentedTicket;
  isTicketSpent?: boolean;
  /** The body's length, once it was received. */
  bodyBytes?: number;
  /** The part of them that counts as parsed before a right was shown. */
  unprovenBytes?: number;
  /** The body of a signed request has been found valid. */
  isBodyValid?: boolean;
  /** The parsed body, or why there is none. */
  body?: { readonly value: unknown } | { readonly error: unknown } | undefined;
  /** The cookie that the response sets. */
  cookie?: string;
}

export function clientOf(c: HttpContext, trustedProxies: Config["trustedProxies"]): Client {
  const forwardedFor = c.req.header("x-forwarded-for");
  const peer = c.env.incoming?.socket.remoteAddress ?? "unknown";
  return {
    peer,
    isProxied: trustedProxies.has(normalizeAddress(peer)),
    hasForwardedFor: forwardedFor !== undefined,
    address: clientAddress(peer, forwardedFor, trustedProxies),
  };
}

/** This webhook's origin as the client wrote it, or as it is configured. */
export function originOf({ c, client }: Exchange, externalUrl: string | undefined): string {
  if (externalUrl !== undefined) return externalUrl;
  const forwarded = (name: string, index: number): string | undefined =>
    client.isProxied ? c.req.header(name)?.split(",").at(index)?.trim() : undefined;
  const host = forwarded("x-forwarded-host", -1) ?? c.req.header("host") ?? "";
  // Each proxy adds how it was reached: the first one by the client, the others by one another.
  const scheme = forwarded("x-forwarded-proto", 0)?.toLowerCase() === "https" ? "https" : "http";
  return isHost(host) ? new URL(`${scheme}://${host}`).origin : "http://localhost";
}

export function isHost(host: string): boolean {
  return /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/i.test(host) && URL.canParse(`http://${host}`);
}

/** The parameters of the path, each decoded once; the one that takes the rest as it came. @throws WebhookError invalid_request */
export function pathParameters({ c, operation: { path, restParameter } }: Exchange): Record<string, string> {
  const given = new URL(c.req.url).pathname.split("/");
  const parameters: Record<string, string> = {};
  for (const [index, segment] of path.split("/").entries()) {
    if (!segment.startsWith("{")) continue;
    const name = segment.slice(1, -1);
    parameters[name] = name === restParameter ? given.slice(index).join("/") : decoded(given[index] ?? "");
  }
  return parameters;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new WebhookError("invalid_request", "The path is not well-formed percent-encoding.");
  }
}

/** Tells that the client went away, without the whole Request that the server library would build for that. */
export function abortSignalOf({ c: { env, req } }: Exchange): AbortSignal {
  const { outgoing } = env;
  if (!outgoing) return req.raw.signal;
  const controller = new AbortController();
  if (outgoing.destroyed || outgoing.closed) controller.abort();
  else
    outgoing.once("close", () => {
      controller.abort();
    });
  return controller.signal;
}

/** A line of the log has its length, whatever a client names. */
const maxFieldLength = 256;

export function clipped(text: string): string {
  return text.slice(0, maxFieldLength);
}

/** Counts since the server's start, for the owner's diagnosis. */
export interface ForwardedForCounts {
  /** From a trusted proxy, with the header X-Forwarded-For. */
  trustedWith: number;
  /** From a trusted proxy, without it: whoever stands behind it looks like the proxy itself. */
  trustedWithout: number;
  /** With the header, from a peer that is not trusted, so that it did not count. */
  untrustedWith: number;
  /** The last such peer. */
  untrustedPeer?: string;
}

export class ForwardingCounts {
  readonly counts: ForwardedForCounts = { trustedWith: 0, trustedWithout: 0, untrustedWith: 0 };

  add({ peer, isProxied, hasForwardedFor }: Client): void {
    if (isProxied && hasForwardedFor) this.counts.trustedWith += 1;
    else if (isProxied) this.counts.trustedWithout += 1;
    else if (hasForwardedFor) {
      this.counts.untrustedWith += 1;
      this.counts.untrustedPeer = peer;
    }
  }
}
