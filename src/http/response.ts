import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { pipeline, Readable } from "node:stream";
import { Page, PlainText, Redirect, StatusReply, type UpstreamReply } from "../contract/operation.js";
import { errorPage } from "../pages/error-page.js";
import { styleText } from "../pages/layout.js";
import { WebhookError } from "../platform/errors.js";
import type { Logger } from "../platform/logger.js";
import type { Operation } from "./request.js";

type HeaderFields = Record<string, string>;

const noBytes = new Uint8Array();
/** The statuses whose responses have no body, not even an empty one (RFC 9110, section 6.4.1). */
const bodilessStatuses: ReadonlySet<number> = new Set([204, 304]);

/** A response that waits for its line in the audit log. */
export interface PendingResponse {
  readonly status: number;
  /** Lets it go. */
  send(): Response;
  /** Gives nothing of it. */
  discard(): void;
}

export function pendingResponse(response: Response): PendingResponse {
  return { status: response.status, send: () => response, discard: () => undefined };
}

/** Turns what a handler returned into HTTP. */
export function replyResponse(reply: unknown, headers: HeaderFields, isHead = false): PendingResponse {
  // RFC 9110, section 9.3.2: the length that GET has. The framework drops the body, and would drop its length too.
  if (isHead) headers["content-length"] = String(Buffer.byteLength(JSON.stringify(reply)));
  if (reply instanceof StatusReply) {
    const { body, status } = reply as StatusReply<201 | 202 | 204, unknown>;
    return pendingResponse(plainResponse(body, status, headers));
  }
  return pendingResponse(plainResponse(reply, 200, headers));
}

function plainResponse(reply: unknown, status: number, headers: HeaderFields): Response {
  if (reply instanceof Redirect) return response(null, 303, { ...headers, location: reply.location });
  if (reply instanceof Page) return pageResponse(reply, status, headers);
  if (reply instanceof PlainText) return response(reply.text, status, headers, `${reply.mediaType}; charset=utf-8`);
  if (reply === null) return response(null, status, headers);
  return response(JSON.stringify(reply), status, headers, "application/json");
}

/** Gives the error to answer with: one that the contract lists for this operation, since its clients are written for those. */
export function answeredError({ id, errors }: Operation, thrown: unknown, logger: Logger): WebhookError {
  const error = asWebhookError(thrown, logger);
  if (errors.includes(error.code)) return error;
  logger.error("the contract does not list this error for this operation", { op: id, code: error.code });
  return internalError(error);
}

/** Hides an unforeseen error: the client learns nothing of it, the log its name and place without its text. */
function asWebhookError(thrown: unknown, logger: Logger): WebhookError {
  if (thrown instanceof WebhookError) return thrown;
  const { name = "unknown", stack = "" } = thrown instanceof Error ? thrown : {};
  const at = stack
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, 4)
    .join("")
    .replace(/\s+/g, " ");
  logger.error("internal error", { name, at });
  return internalError(thrown);
}

function internalError(cause: unknown): WebhookError {
  return new WebhookError("internal_error", "The server could not do this; its log says more.", { cause });
}

/** Makes an error a response, in this one place. A person who opened a page gets a page. */
export function errorResponse(error: WebhookError, headers: HeaderFields, wantsPage: boolean): Response {
  if (wantsPage) return pageResponse(errorPage(error), error.status, {});
  const { retryAfterSeconds } = error.options;
  if (retryAfterSeconds !== undefined) headers["retry-after"] = String(retryAfterSeconds);
  // The refused body would follow on this connection.
  if (error.code === "payload_too_large") headers["connection"] = "close";
  return response(
    JSON.stringify({ error: error.code, message: error.message }),
    error.status,
    headers,
    "application/json",
  );
}

/** Adds to a response's own headers those of all. By assignment: what is added to a spread is many times as slow in V8. */
function response(body: string | null, status: number, headers: HeaderFields, contentType?: string): Response {
  headers["cache-control"] = "no-store";
  headers["x-content-type-options"] = "nosniff";
  if (contentType !== undefined) headers["content-type"] = contentType;
  return new Response(body, { status, headers });
}

/** The headers that let a page of another origin read the response; no cookie or login is involved. */
export function corsHeaders(origin: string | undefined): HeaderFields {
  const headers: HeaderFields = { vary: "Origin" };
  if (origin !== undefined) headers["access-control-allow-origin"] = origin;
  return headers;
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

function pageResponse({ html, formTargets, link }: Page, status: number, headers: HeaderFields): Response {
  const styleHash = createHash("sha256").update(styleText(html)).digest("base64");
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    `form-action ${["'self'", ...formTargets].join(" ")}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  headers["content-security-policy"] = policy.join("; ");
  headers["referrer-policy"] = "same-origin";
  headers["x-frame-options"] = "DENY";
  if (link !== undefined) headers["link"] = link;
  return response(html, status, headers, "text/html; charset=utf-8");
}

/**
 * Passes an upstream's response on.
 * @param outgoing Node's own response, where there is one: the body goes there, past the web's streams, which copy each
 * piece of it
 */
export function upstreamResponse(reply: UpstreamReply, outgoing?: ServerResponse): PendingResponse {
  const { status, headers, body } = reply;
  return {
    status,
    send() {
      if (outgoing) {
        writeUpstream(reply, outgoing);
        return RESPONSE_ALREADY_SENT;
      }
      const fields = new Headers();
      for (const [name, value] of headers) fields.append(name, value);
      return new Response(body && (Readable.toWeb(body) as ReadableStream), { status, headers: fields });
    },
    discard() {
      body?.destroy();
    },
  };
}

function writeUpstream({ status, headers, body }: UpstreamReply, outgoing: ServerResponse): void {
  if (outgoing.destroyed) {
    body?.destroy();
    return;
  }
  const fields = headers.flat();
  if (!body && !bodilessStatuses.has(status)) fields.push("content-length", "0");
  outgoing.writeHead(status, fields);
  if (!body) {
    outgoing.end();
    return;
  }
  // Sends the headers as Latin-1, as they came; flushHeaders would write them as UTF-8.
  outgoing.write(noBytes);
  // Destroys each side where the other breaks off, so that nobody takes for whole what is not.
  pipeline(body, outgoing, () => undefined);
}
