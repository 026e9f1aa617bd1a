import { pipeline, Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { WebhookError } from "../platform/errors.js";
import type { OutboundResponse } from "./outbound-call.js";
import { redactHeader, redactStream, redactWhole, type EchoForms } from "./redaction.js";

/** Headers of one connection, not of the message (RFC 9110, section 7.6.1). */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
/** Headers of the client's way to us are none of the upstream's business. */
const ofTheClient = new Set(["cookie", "forwarded", "via", "x-real-ip"]);
/** Headers that whoever sends a message says of it. */
const ofTheMessage = new Set(["host", "content-length", "expect", "accept-encoding"]);
/** Headers of the response that are ours to say. */
const ownHeaders = new Set(["content-length", "content-encoding", "x-upstream-status"]);
/** One encoding over another is unusual already; each costs memory. */
const maxEncodings = 2;
const decoders: ReadonlyMap<string, () => Transform> = new Map([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);

type HeaderPairs = readonly (readonly [string, string])[];

/** The client's headers that go upstream, names in lower case. */
export function requestHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers);
  const named = connectionOptions(entries);
  const passed: Record<string, string> = { "user-agent": "tokenvault-webhook" };
  for (const [givenName, value] of entries) {
    const name = givenName.toLowerCase();
    if (hopByHop.has(name) || ofTheClient.has(name) || ofTheMessage.has(name) || named.has(name)) continue;
    if (!/^x-(?:tokenvault|forwarded)-/.test(name)) passed[name] = value;
  }
  return passed;
}

/** @throws WebhookError invalid_request when a template is for a header that is not the client's to set */
export function checkTemplates(templates: Readonly<Record<string, string>>): void {
  for (const template of Object.keys(templates)) {
    const name = template.toLowerCase();
    if (hopByHop.has(name) || ofTheMessage.has(name)) {
      throw new WebhookError("invalid_request", "A header template names a header that may not be set.");
    }
  }
}

/** The upstream's headers less those of its connection and encoding, without the token. */
export function responseHeaders(headers: HeaderPairs, echoes: EchoForms): [string, string][] {
  const named = connectionOptions(headers);
  const redacted: [string, string][] = [];
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || ownHeaders.has(lower) || named.has(lower)) continue;
    // A name that holds an echo says nothing but the echo.
    if (!echoes.areInName(lower)) redacted.push([name, redactHeader(value, echoes)]);
  }
  return redacted;
}

/** A response's body without the token. */
export interface ProxiedBody {
  readonly stream: Readable;
  /** In bytes, where all of it has come already. */
  readonly length?: number;
}

/**
 * The upstream's body, decoded and without the token, as it comes and not faster than it is read. Where it breaks off,
 * the stream is destroyed; where its reader destroys the stream, the upstream's connection ends.
 * @throws WebhookError upstream_error when it is encoded in a way that cannot be decoded
 */
export function responseBody({ headers, body }: OutboundResponse, echoes: EchoForms): ProxiedBody {
  const decoding = decodersFor(headers);
  if (!decoding) {
    body.destroy();
    throw new WebhookError("upstream_error", "The upstream compressed its answer in a way that cannot be read.");
  }
  if (body.complete && !body.destroyed && decoding.length === 0) {
    const whole = redactWhole((body.read() as Buffer | null) ?? Buffer.alloc(0), echoes);
    const stream = new Readable();
    stream.push(whole);
    stream.push(null);
    return { stream, length: whole.length };
  }
  const stream = redactStream(echoes);
  // It may break before anybody reads it; who does then finds it destroyed.
  stream.on("error", () => undefined);
  pipeline([body, ...decoding, stream], () => undefined);
  return { stream };
}

/** The headers that a Connection header names, in lower case. */
function connectionOptions(headers: HeaderPairs): Set<string> {
  return new Set(listed(headers, "connection"));
}

/** The decoders for a body's encodings, the last applied first; undefined when one is not known. */
function decodersFor(headers: HeaderPairs): Transform[] | undefined {
  const encodings = listed(headers, "content-encoding").filter((encoding) => !["", "identity"].includes(encoding));
  if (encodings.length > maxEncodings) return undefined;
  const made = encodings.reverse().map((encoding) => decoders.get(encoding)?.());
  return made.every((decoder) => decoder !== undefined) ? made : undefined;
}

/** All entries of a header whose value is a list, in lower case (RFC 9110, section 5.6.1). */
function listed(headers: HeaderPairs, wanted: string): string[] {
  return headers
    .filter(([name]) => name.toLowerCase() === wanted)
    .flatMap(([, value]) => value.toLowerCase().split(","))
    .map((entry) => entry.trim());
}
