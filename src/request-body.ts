import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context } from "hono";
import { WebhookError } from "./errors.js";

/** Deeper than any message of the protocol, and shallow enough for every recursive walk. */
const maxJsonDepth = 64;

/** What the Node server hands over beside the request; absent in another runtime. */
export interface Bindings {
  readonly incoming?: IncomingMessage;
  readonly outgoing?: ServerResponse;
}

/**
 * The body's bytes, as they came. What announces itself as longer than `maxBytes` is refused before it is read.
 * @throws WebhookError payload_too_large
 */
export async function readBody(c: Context<{ Bindings: Bindings }>, maxBytes: number): Promise<Uint8Array> {
  const announced = c.req.header("content-length");
  if (announced !== undefined) {
    if (!(Number(announced) <= maxBytes)) throw tooLarge();
    // The HTTP parser ends the body at the announced length; hono's own limiter would cost most of the throughput here.
    return new Uint8Array(await c.req.arrayBuffer());
  }
  if (c.req.header("transfer-encoding") === undefined) return new Uint8Array();
  const incoming = c.env.incoming;
  return collect(incoming ?? (c.req.raw.body as AsyncIterable<Uint8Array> | null) ?? [], maxBytes);
}

async function collect(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * @throws WebhookError invalid_request for what is not UTF-8, not JSON, too deep, or holds half a surrogate pair,
 * which no encoder could give back as it came
 */
export function parseJson(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new WebhookError("invalid_request", "The body is not JSON in UTF-8.");
  }
  for (let level = [value], depth = 1; level.length > 0; depth++) {
    if (depth > maxJsonDepth) throw new WebhookError("invalid_request", "The body is nested too deeply.");
    if (level.some(isIllFormed))
      throw new WebhookError("invalid_request", "The body holds a text that is not well-formed Unicode.");
    level = level.flatMap(children);
  }
  return value;
}

export function parseForm(bytes: Uint8Array): unknown {
  return Object.fromEntries(new URLSearchParams(Buffer.from(bytes).toString("utf8")));
}

/** Member names count as texts. */
function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === "object" && value !== null ? Object.entries(value).flat() : [];
}

function isIllFormed(value: unknown): boolean {
  return typeof value === "string" && /\p{Surrogate}/u.test(value);
}

function tooLarge(): WebhookError {
  return new WebhookError("payload_too_large", "The body is larger than this operation takes.");
}
