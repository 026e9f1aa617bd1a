import { WebhookError } from "../platform/errors.js";
import { redactHeader, type EchoForms } from "./redaction.js";

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

type HeaderPairs = readonly (readonly [string, string])[];

/** The caller's headers that go upstream, names in lower case. */
export function passedOnHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers);
  const named = connectionNamed(entries);
  const passed: Record<string, string> = { "user-agent": "tokenvault-webhook" };
  for (const [givenName, value] of entries) {
    const name = givenName.toLowerCase();
    if (hopByHop.has(name) || ofTheCaller.has(name) || ofTheMessage.has(name) || named?.has(name)) continue;
    if (!/^x-(?:tokenvault|forwarded)-/.test(name)) passed[name] = value;
  }
  return passed;
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
  const injected: Record<string, string> = {};
  for (const [name, template] of Object.entries(templates)) {
    // A function, since "$&" and its like in the token would otherwise be read as patterns.
    const header = template.replaceAll("${TOKEN}", () => token);
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(header)) {
      throw new WebhookError("invalid_request", "The stored credential holds characters that a header cannot carry.");
    }
    injected[name.toLowerCase()] = header;
  }
  return injected;
}

/** The upstream's headers less those of its connection and encoding, without the token. */
export function redactedHeaders(headers: HeaderPairs, echoes: EchoForms): [string, string][] {
  const named = connectionNamed(headers);
  const redacted: [string, string][] = [];
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || ownHeaders.has(lower) || named?.has(lower)) continue;
    // A name that holds an echo says nothing but the echo.
    if (!echoes.areInName(lower)) redacted.push([name, redactHeader(value, echoes)]);
  }
  return redacted;
}

/** The headers that an answer's or a request's Connection header names, in lower case. */
function connectionNamed(headers: HeaderPairs): Set<string> | undefined {
  let named: Set<string> | undefined;
  for (const [name, value] of headers) {
    if (name.length !== "connection".length || name.toLowerCase() !== "connection") continue;
    named ??= new Set();
    for (const option of value.split(",")) named.add(option.trim().toLowerCase());
  }
  return named;
}
