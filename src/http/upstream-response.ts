import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { UpstreamReply } from "../contract/operation.js";

/** The statuses whose answers have no body, not even an empty one (RFC 9110, section 6.4.1). */
const withoutBody: ReadonlySet<number> = new Set([204, 304]);

interface Held {
  readonly reply: UpstreamReply;
  readonly outgoing: ServerResponse;
}

/** What waits for its line in the record, by the Response that stands for it. */
const held = new WeakMap<Response, Held>();

/**
 * An upstream's answer. Where there is Node's own response it goes there, past the web's streams, which copy each piece
 * of a body and wait for it; what is returned then has the status alone, until `giveOut`.
 */
export function upstreamResponse(reply: UpstreamReply, outgoing: ServerResponse | undefined): Response {
  const { status, headers, body } = reply;
  if (outgoing) {
    const response = new Response(null, { status });
    held.set(response, { reply, outgoing });
    return response;
  }
  const fields = new Headers();
  for (const [name, value] of headers) fields.append(name, value);
  return new Response(body && (Readable.toWeb(body.stream()) as ReadableStream), { status, headers: fields });
}

/** Lets an answer go, now that it may. */
export function giveOut(response: Response): Response {
  const answer = held.get(response);
  if (!answer) return response;
  write(answer);
  return RESPONSE_ALREADY_SENT;
}

/** Gives nothing of an answer. */
export async function withhold(response: Response): Promise<void> {
  const answer = held.get(response);
  if (answer) answer.reply.body?.discard();
  else await response.body?.cancel();
}

function write({ reply: { status, headers, body }, outgoing }: Held): void {
  if (outgoing.destroyed) {
    body?.discard();
    return;
  }
  const fields: string[] = [];
  for (const [name, value] of headers) fields.push(name, value);
  const whole = body === null ? new Uint8Array() : body.whole();
  if (whole) {
    if (!withoutBody.has(status)) fields.push("content-length", String(whole.length));
    outgoing.writeHead(status, fields);
    outgoing.end(whole);
    return;
  }
  outgoing.writeHead(status, fields);
  outgoing.flushHeaders();
  body?.sendTo(outgoing);
}
