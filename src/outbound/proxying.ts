import { pipeline, type Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { WebhookError } from "../errors.js";
import type { OutboundAnswer } from "./guarded-fetch.js";
import { echoForms, redactStream, redactHeader } from "./redaction.js";

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
/** What the caller's way to us says is none of the upstream's business. */
const ofTheCaller = new Set(["cookie", "forwarded", "via", "x-real-ip"]);
/** What is said of a message by whoever sends it. */
const ofTheMessage = new Set(["host", "content-length", "expect", "accept-encoding"]);

/** Headers of the answer that are ours to say. */
const ownHeaders = new Set(["content-length", "content-encoding", "x-upstream-status"]);

/** One over another is unusual already; each costs memory. */
const maxEncodings = 2;

type HeaderPairs = readonly (readonly [string, string])[];

/** The caller's headers that go upstream, names in lower case. */
export function passedOnHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const named = connectionNamed(entries);
  const passed = entries.filter(
    ([name]) =>
      ![hopByHop, ofTheCaller, ofTheMessage, named].some((names) => names.has(name)) &&
      !/^x-(?:tokenvault|forwarded)-/.test(name),
  );
  return { "user-agent": "tokenvault-webhook", ...Object.fromEntries(passed) };
}

/** @throws WebhookError invalid_request when a template is for a header that is not the caller's to set */
export function checkTemplates(templates: Readonly<Record<string, string>>): void {
  for (const template of Object.keys(templates)) {
    const name = template.toLowerCase();
    if (hopByHop.has(name) || ofTheMessage.has(name)) {
      throw new WebhookError("invalid_request", "A header template names a header that may not be set.");
    }
  }
}

/** @throws WebhookError invalid_request when a header cannot carry the token */
export function injectToken(templates: Readonly<Record<string, string>>, token: string): Record<string, string> {
  const entries = Object.entries(templates).map(([name, template]) => {
    // A function, since "$&" and its like in the token would otherwise be read as patterns.
    const header = template.replaceAll("${TOKEN}", () => token);
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(header)) {
      throw new WebhookError("invalid_request", "The stored credential holds characters that a header cannot carry.");
    }
    return [name.toLowerCase(), header] as const;
  });
  return Object.fromEntries(entries);
}

/** The upstream's headers less those of its connection and encoding, without the token. */
export function redactedHeaders(headers: HeaderPairs, token: string): [string, string][] {
  const forms = echoForms(token);
  const named = connectionNamed(headers);
  return (
    headers
      .filter(([name]) => {
        const lower = name.toLowerCase();
        return !hopByHop.has(lower) && !named.has(lower) && !ownHeaders.has(lower);
      })
      // A name that holds an echo says nothing but the echo.
      .filter(([name]) => !namesEcho(name, forms))
      .map(([name, value]) => [name, redactHeader(value, forms)])
  );
}

/** The letter case of a name is lost on the way; what is shorter than this is in too many names by chance. */
function namesEcho(name: string, forms: readonly Buffer[]): boolean {
  const lower = name.toLowerCase();
  return forms.some((form) => form.length >= 4 && lower.includes(form.toString("latin1").toLowerCase()));
}

/**
 * The upstream's body as it comes, decoded, without the token.
 * @throws WebhookError upstream_error when it is encoded in a way that cannot be decoded
 */
export function redactedBody({ headers, body }: OutboundAnswer, token: string): Readable {
  const decoders = decodersFor(headers);
  if (!decoders) {
    body.destroy();
    throw new WebhookError("upstream_error", "The upstream compressed its answer in a way that cannot be read.");
  }
  const redactor = redactStream(echoForms(token));
  // A broken stream ends the answer to the caller in the same way; there is nobody else to tell.
  pipeline([body, ...decoders, redactor], () => undefined);
  return redactor;
}

function decodersFor(headers: HeaderPairs): Transform[] | undefined {
  const encodings = headers
    .filter(([name]) => name.toLowerCase() === "content-encoding")
    .flatMap(([, value]) => value.toLowerCase().split(","))
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== "" && encoding !== "identity");
  if (encodings.length > maxEncodings) return undefined;
  const decoders = encodings.reverse().map(decoderFor);
  return decoders.every((decoder) => decoder !== undefined) ? decoders : undefined;
}

function decoderFor(encoding: string): Transform | undefined {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    default:
      return undefined;
  }
}

function connectionNamed(headers: HeaderPairs): Set<string> {
  return new Set(
    headers
      .filter(([name]) => name.toLowerCase() === "connection")
      .flatMap(([, value]) => value.split(",").map((option) => option.trim().toLowerCase())),
  );
}
