import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { Page, PlainText, Redirect, UpstreamReply } from "../contract/operation.js";
import type { WebhookError } from "../platform/errors.js";
import { JsonText } from "../platform/json-text.js";
import { errorPage } from "../pages/error-page.js";
import { styleText } from "../pages/layout.js";
import { upstreamResponse } from "./upstream-response.js";

type HeaderFields = Record<string, string>;

const always = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
const json = { ...always, "content-type": "application/json" };
/** Made once, since most answers have just these. */
const jsonInit = { status: 200, headers: json };
const anyOrigin = { vary: "Origin" };
const jsonInitOfAnyOrigin = { status: 200, headers: { ...json, ...anyOrigin } };

/** Turns what a handler answered into HTTP. */
export function toResponse(
  reply: unknown,
  cors: HeaderFields | undefined,
  outgoing: ServerResponse | undefined,
): Response {
  if (reply instanceof UpstreamReply) return upstreamResponse(reply, outgoing);
  if (reply instanceof Redirect)
    return new Response(null, { status: 303, headers: { ...always, location: reply.location } });
  if (reply instanceof Page) return pageResponse(reply, 200);
  if (reply instanceof PlainText) {
    return new Response(reply.text, { headers: { ...always, "content-type": `${reply.mediaType}; charset=utf-8` } });
  }
  if (reply === null) return new Response(null, { status: 200, headers: { ...always, ...cors } });
  return new Response(reply instanceof JsonText ? reply.text : JSON.stringify(reply), jsonInitFor(cors));
}

function jsonInitFor(cors: HeaderFields | undefined): ResponseInit {
  if (cors === undefined) return jsonInit;
  return cors === anyOrigin ? jsonInitOfAnyOrigin : { status: 200, headers: { ...json, ...cors } };
}

/** The one place where an error becomes an answer. A person who opened a page gets a page. */
export function toErrorResponse(error: WebhookError, headers: HeaderFields, wantsPage: boolean): Response {
  if (wantsPage) return pageResponse(errorPage(error), error.status);
  const { retryAfterSeconds } = error.options;
  return new Response(JSON.stringify({ error: error.code, message: error.message }), {
    status: error.status,
    headers: {
      ...json,
      ...headers,
      ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
      // What follows on this connection is the body that was refused.
      ...(error.code === "payload_too_large" ? { connection: "close" } : {}),
    },
  });
}

/** What lets a page of another origin read the answer; no cookie or login is involved. */
export function corsHeaders(origin: string | undefined): HeaderFields {
  return origin === undefined ? anyOrigin : { vary: "Origin", "access-control-allow-origin": origin };
}

export function preflightResponse(
  origin: string | undefined,
  methods: readonly string[],
  asksForPrivateNetwork: boolean,
): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...corsHeaders(origin),
      "access-control-allow-methods": [...methods, "OPTIONS"].join(", "),
      "access-control-allow-headers": "Content-Type, Accept",
      "access-control-max-age": "600",
      // A page on the Internet may call a webhook at home (Private Network Access).
      ...(asksForPrivateNetwork ? { "access-control-allow-private-network": "true" } : {}),
    },
  });
}

function pageResponse({ html, formTargets, link }: Page, status: number): Response {
  const styleHash = createHash("sha256").update(styleText(html)).digest("base64");
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    `form-action ${["'self'", ...formTargets].join(" ")}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return new Response(html, {
    status,
    headers: {
      ...always,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy.join("; "),
      "referrer-policy": "same-origin",
      "x-frame-options": "DENY",
      ...(link === undefined ? {} : { link }),
    },
  });
}
