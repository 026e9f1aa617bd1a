import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { pipeline, type Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { isObject, text } from "./body.js";
import { accessTokenOf } from "./credential.js";
import { call, checkedTarget, type Target } from "./outbound.js";
import { Redaction } from "./redaction.js";
import { invalid, Refusal } from "./refusal.js";
import type { Members, State } from "./state.js";
import { spend, type Ticket } from "./tickets.js";

export interface ProxyRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly templates: ReadonlyMap<string, string>;
  readonly body: Buffer | undefined;
}

const hopByHop =
  "connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade".split(
    " ",
  );
const dropped = "host content-length cookie expect forwarded via x-real-ip accept-encoding".split(" ");
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const headerValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/** The checked members of a proxy request (R43). */
export function proxyRequestOf(state: State, body: Members): ProxyRequest {
  const upstream = body["upstream"];
  if (!isObject(upstream)) throw invalid("The member upstream is not an object.");
  const method = upstream["method"] === undefined ? "GET" : text(upstream, "method", 1, 16).toUpperCase();
  if (!methods.includes(method)) throw invalid("The method is not one of those that are called.");
  const encoded = upstream["body"] ?? "";
  const isText = typeof encoded === "string";
  const isBase64 = isText && /^[A-Za-z0-9+/]*={0,2}$/.test(encoded) && encoded.length % 4 !== 1;
  if (!isBase64 && !state.has("bad-base64-taken")) throw invalid("The upstream's body is not base64.");
  const templates = headerMap(state, body["headerTemplates"]);
  for (const name of templates.keys())
    if ([...hopByHop, "host", "content-length"].includes(name))
      throw invalid("A template is for a header of the connection.");
  const headers = headerMap(state, upstream["headers"] ?? {});
  const bytes = encoded === "" ? undefined : Buffer.from(isText ? encoded : "", "base64");
  return { url: text(upstream, "url", 1, 8192), method, headers, templates, body: bytes };
}

function headerMap(state: State, value: unknown): ReadonlyMap<string, string> {
  if (!isObject(value) || Object.keys(value).length > 100) throw invalid("The headers are not an object of texts.");
  const entries = Object.entries(value).map(([name, one]): [string, string] => {
    if (typeof one !== "string" && state.has("odd-template-500")) throw new TypeError("replaceAll is not a function");
    const fits = typeof one === "string" && one.length <= 16_384 && headerValue.test(one);
    if (!fits || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw invalid("A header is not one that can be sent.");
    return [name.toLowerCase(), one];
  });
  return new Map(entries);
}

/** Sends the request upstream with the credential in it, and streams the answer (R42 to R45). */
export async function proxied(
  state: State,
  request: ProxyRequest,
  service: string,
  ticket: Ticket,
  res: ServerResponse,
): Promise<void> {
  const target = await checkedTarget(state, request.url);
  requireHost(state, service, target);
  if (!state.has("proxy-failure-keeps-ticket")) await spend(state, ticket);
  const token = await accessTokenOf(state, service, ticket);
  const headers = headersOf(state, request, token);
  requireHost(state, service, target);
  pin(state, service, target);
  const abort = new AbortController();
  res.on("close", () => abort.abort());
  const answer = await callOnce(state, target, request, headers, abort.signal);
  if (state.has("proxy-failure-keeps-ticket")) await spend(state, ticket);
  const redaction = new Redaction(state, token);
  const decoders = decodersOf(state, answer);
  for (const name of res.getHeaderNames()) res.removeHeader(name);
  for (const [name, value] of answeredHeaders(state, answer, redaction)) res.appendHeader(name, value);
  if (!state.has("upstream-status-missing")) res.setHeader("X-Upstream-Status", String(answer.statusCode));
  res.writeHead(answer.statusCode ?? 502);
  await forward(state, answer, [...decoders, redaction.stream()], res);
}

async function callOnce(
  state: State,
  target: Target,
  request: ProxyRequest,
  headers: readonly (readonly [string, string])[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const send = (to: Target): Promise<IncomingMessage> =>
    call(to, request.method, headers, request.body, 30_000, signal);
  const again = state.has("reset-call-repeated");
  const answer = await send(target).catch((error: unknown) => {
    if (state.has("upstream-error-500")) throw new Error("fetch failed");
    if (again) return send(target);
    throw error;
  });
  const { location } = answer.headers;
  if (!state.has("redirects-followed") || location === undefined) return answer;
  answer.resume();
  return send({ ...target, url: new URL(location, target.url) });
}

function requireHost(state: State, service: string, { url }: Target): void {
  const { listed, pinned } = state.hosts.get(service) ?? {};
  if (state.has("pinned-host-ignored")) return;
  const isListed = listed?.some((entry) =>
    entry.startsWith("*.") ? url.hostname.endsWith(entry.slice(1)) : entry === url.hostname,
  );
  if (isListed ?? (pinned === undefined || pinned === url.hostname)) return;
  throw new Refusal("forbidden", "This credential is sent to other hosts only.");
}

function pin(state: State, service: string, { url }: Target): void {
  const hosts = state.hosts.get(service) ?? {};
  if (!hosts.listed) state.hosts.set(service, { ...hosts, pinned: url.hostname });
}

function headersOf(state: State, request: ProxyRequest, token: string): [string, string][] {
  const named = (request.headers.get("connection") ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  const isPassed = (name: string): boolean => {
    if (name.startsWith("x-tokenvault-")) return state.has("protocol-headers-passed-on");
    if (name === "cookie") return state.has("cookies-passed-on");
    if (name.startsWith("x-forwarded-")) return state.has("forwarded-headers-passed-on");
    return ![...hopByHop, ...dropped, ...named].includes(name);
  };
  const sent = new Map([...request.headers].filter(([name]) => isPassed(name)));
  for (const [name, template] of request.templates) sent.set(name, injected(state, template, token));
  if (state.has("template-everywhere"))
    for (const [name, value] of sent)
      sent.set(
        name,
        value.replaceAll("${TOKEN}", () => token),
      );
  for (const value of sent.values())
    if (!headerValue.test(value))
      throw invalid(
        state.has("token-in-messages") ? `Not a header value: ${value}` : "The credential cannot stand in a header.",
      );
  return [...[...sent].filter(([name]) => name !== "accept-encoding"), ["accept-encoding", "identity"]];
}

function injected(state: State, template: string, token: string): string {
  if (state.has("patterns-in-token")) return template.replaceAll("${TOKEN}", token);
  if (state.has("first-template-only")) return template.replace("${TOKEN}", () => token);
  return template.replaceAll("${TOKEN}", () => token);
}

function answeredHeaders(state: State, answer: IncomingMessage, redaction: Redaction): [string, string][] {
  const named = (answer.headers.connection ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  const gone = [...hopByHop, ...named, "content-length", "content-encoding", "x-upstream-status"];
  const result: [string, string][] = [];
  for (let index = 0; index + 1 < answer.rawHeaders.length; index += 2) {
    const name = answer.rawHeaders[index] ?? "";
    const value = redaction.header(answer.rawHeaders[index + 1] ?? "");
    const lower = name.toLowerCase();
    const isKept = lower === "keep-alive" || lower === "proxy-authenticate" || lower === "te" || lower === "trailer";
    if (gone.includes(lower) && !(isKept && state.has("hop-by-hop-answered"))) continue;
    const before = result.find(([one]) => one.toLowerCase() === lower);
    if (before && state.has("repeated-headers-joined")) before[1] += `, ${value}`;
    else result.push([name, value]);
  }
  if (state.has("content-encoding-answered") && answer.headers["content-encoding"])
    result.push(["Content-Encoding", answer.headers["content-encoding"]]);
  return result;
}

function decodersOf(state: State, answer: IncomingMessage): Transform[] {
  const header = answer.headers["content-encoding"] ?? "";
  const names = (state.has("encodings-case-counts") ? header : header.toLowerCase()).split(",");
  // An empty body has no encoding.
  if (answer.headers["content-length"] === "0") return [];
  const encodings = names.map((name) => name.trim()).filter((name) => name !== "" && name !== "identity");
  if (state.has("gzip-passed-on") || state.has("content-encoding-answered")) return [];
  if (encodings.length > 2) throw new Refusal("upstream_error", "The upstream's answer is encoded too often.");
  return encodings.reverse().map((encoding): Transform => {
    if (encoding === "gzip" || encoding === "x-gzip") return createGunzip();
    if (encoding === "deflate") return createInflate();
    if (encoding === "br") return createBrotliDecompress();
    throw new Refusal("upstream_error", "The upstream's answer is in an encoding that is not known.");
  });
}

/** The body, as it comes. What breaks off upstream breaks off here. */
async function forward(
  state: State,
  answer: IncomingMessage,
  steps: readonly Transform[],
  res: ServerResponse,
): Promise<void> {
  res.flushHeaders();
  if (state.has("streams-buffered") || state.has("binary-as-text")) {
    const whole = await buffer(steps.reduce<Readable>((from, step) => from.pipe(step), answer));
    res.end(state.has("binary-as-text") ? whole.toString("utf8") : whole);
    return;
  }
  pipeline([answer, ...steps, res], (error) => {
    if (error) res.destroy();
  });
}
