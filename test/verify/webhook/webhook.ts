import { randomBytes } from "node:crypto";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { requireOwner } from "./binding.js";
import { parseObject, readBody } from "./body.js";
import { clientAddress, tokenVaultAddress } from "./caller.js";
import type { FaultName } from "./faults.js";
import { operations, type Operation } from "./operations.js";
import { Refusal } from "./refusal.js";
import { requireMac, signedHeaders, consumeRequest } from "./signature.js";
import { collectionNames, type Members, type Provider, type State } from "./state.js";

export interface WebhookOptions {
  readonly fault?: FaultName;
  readonly adminSecret?: string;
  /** host:port pairs that the proxy may call, also over http. */
  readonly allowedHosts?: readonly string[];
  readonly providers?: Readonly<Record<string, Provider>>;
}

export interface RunningWebhook {
  readonly url: string;
  readonly adminSecret: string;
  close(): Promise<void>;
}

/** A webhook in memory, on a free port of 127.0.0.1: whole, but for the one fault that is switched on. */
export async function startWebhook(options: WebhookOptions = {}): Promise<RunningWebhook> {
  const state: State = {
    has: (fault) => fault === options.fault,
    adminSecret: options.adminSecret ?? randomBytes(24).toString("base64url"),
    webhookId: `wh_${randomBytes(16).toString("hex")}`,
    encryptionKey: randomBytes(32),
    startedMs: Date.now(),
    port: 0,
    secret: undefined,
    registrations: new Map(),
    used: new Map(),
    collections: new Map(collectionNames.map((name) => [name, new Map<string, Members>()])),
    hosts: new Map(),
    renewals: new Map(),
    allowedHosts: new Set(options.allowedHosts),
    providers: options.providers ?? {},
  };
  let count = 0;
  const listener = (req: IncomingMessage, res: ServerResponse): void => {
    if (bendsConnection(state, req)) return;
    if (state.has("dies-of-small-chunks")) diesOfChunks(server, req);
    const isBusy = state.has("busy") && ++count % 25 === 0;
    const busy = new Refusal("rate_limited", "There are too many requests.", { "Retry-After": "1" });
    const answering = isBusy ? Promise.reject(busy) : answer(state, req, res);
    answering.catch((error: unknown) => refuse(state, req, res, error));
  };
  const server: http.Server = http.createServer({ requireHostHeader: false }, listener).on("checkContinue", listener);
  server.on("clientError", (_error, socket) => {
    const body = '{"error":"invalid_request","message":"This is not HTTP."}';
    const head = `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close`;
    if (socket.writable) socket.end(`${head}\r\n\r\n${body}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  state.port = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${state.port}`,
    adminSecret: state.adminSecret,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The faults of a whole server, from the binding on. */
function bendsConnection(state: State, req: IncomingMessage): boolean {
  if (!state.secret) return false;
  const isStorage = req.method === "POST" && req.url === "/v1/storage";
  if (isStorage && state.has("resets")) req.socket.destroy();
  if (isStorage && (state.has("hangs") || state.has("resets"))) return true;
  if (req.method !== "GET" || !req.url?.startsWith("/v1/credential") || !state.has("garbage")) return false;
  req.socket.end("\u0000garbage, and no HTTP\r\n\r\n");
  return true;
}

function diesOfChunks(server: http.Server, req: IncomingMessage): void {
  let chunks = 0;
  req.on("data", () => {
    if (++chunks < 10_000 || req.headers["transfer-encoding"] === undefined) return;
    server.close();
    server.closeAllConnections();
  });
}

/** In the order of R5. */
async function answer(state: State, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const hosts = req.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host");
  if (hosts.length !== 1 && !state.has("any-host-header")) throw new Refusal("invalid_request", "It has not one Host.");
  const url = new URL(`http://webhook${req.url ?? "/"}`);
  const sent = state.has("paths-normalised") ? url.pathname : (req.url ?? "/").replace(/\?.*/s, "");
  const there = operations.filter(({ path }) => path === sent);
  const operation = there.find(({ method }) => method === req.method);
  setHeaders(state, req, res, there);
  if (there.length === 0) throw new Refusal("not_found", "There is no such path.");
  const methods = there.map(({ method }) => method).join(", ");
  if (req.method === "OPTIONS" && there.some(({ cors }) => cors) && !state.has("no-preflight")) {
    preflight(state, req, res, methods);
    return;
  }
  if (!operation && state.has("wrong-method-404")) throw new Refusal("not_found", "There is no such path.");
  if (!operation) throw new Refusal("method_not_allowed", "The path has other methods.", { Allow: methods });
  const client = clientAddress(state, req);
  const isLate = state.has("token-vault-after-ticket") && operation.limit === undefined;
  const isDenied = (operation.deniesTokenVault ?? false) && client === tokenVaultAddress;
  const denied = new Refusal("forbidden", "Token Vault itself gets no credentials.");
  if (isDenied && !isLate && !state.has("token-vault-not-refused")) throw denied;
  if (operation.auth === "owner") requireOwner(state, req, client, operation.path);
  const isSealed = operation.auth === "signature" || operation.auth === "ticket";
  if (isSealed && !state.secret)
    throw new Refusal(
      state.has("setup-required-missing") ? "auth_failed" : "setup_required",
      "This webhook is not bound yet.",
    );
  const finish = await run(state, operation, req, res, url);
  if (isDenied && isLate) throw denied;
  if (finish) sendJson(state, req, res, 200, finish);
}

async function run(
  state: State,
  operation: Operation,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
): Promise<Members | undefined> {
  const { limit, path, auth } = operation;
  if (limit === undefined) {
    const members = Object.fromEntries(url.searchParams);
    return operation.run({ state, req, res, members, requestId: "" });
  }
  const isFree = state.has("unsigned-health-taken") && path === "/v1/health";
  const isFreeProxy = state.has("unsigned-proxy-taken") && path === "/v1/proxy";
  const { secret } = state;
  const signed =
    auth === "signature" && secret && !isFree && !isFreeProxy ? signedHeaders(state, req.headers) : undefined;
  const idEarly =
    signed && state.has("ids-burnt-before-mac") ? await consumeRequest(state, signed, path, false) : undefined;
  const bytes = await readBody(
    state,
    req,
    res,
    state.has("proxy-body-limit-small") ? Math.min(limit, 1_048_576) : limit,
  );
  const members = (): Members => membersOf(state, req, operation, bytes);
  if (state.has("validates-before-signature")) members();
  if (!signed || !secret) return operation.run({ state, req, res, members: members(), requestId: "" });
  requireMac(state, secret, signed, bytes);
  const giveBack = idEarly ?? (await consumeRequest(state, signed, path, servesOnce(operation, bytes)));
  const isRefused = (error: unknown): boolean => error instanceof Refusal && error.status < 500;
  try {
    const result = await operation.run({ state, req, res, members: members(), requestId: signed.requestId });
    if (res.statusCode >= 500) giveBack();
    return result;
  } catch (error) {
    const isKept = isRefused(error) ? !state.has("ids-given-back-after-4xx") : state.has("ids-kept-after-5xx");
    if (!isKept) giveBack();
    throw error;
  }
}

function servesOnce(operation: Operation, bytes: Buffer): boolean {
  try {
    return operation.servesOnce?.(JSON.parse(bytes.toString("utf8")) as Members) ?? false;
  } catch {
    return false;
  }
}

function membersOf(state: State, req: IncomingMessage, operation: Operation, bytes: Buffer): Members {
  if (operation.path === "/bind") return Object.fromEntries(new URLSearchParams(bytes.toString("utf8")));
  if (bytes.length === 0 && operation.mayBeEmpty) return {};
  if (state.has("content-type-needed") && req.headers["content-type"] !== "application/json")
    throw new Refusal("invalid_request", "The body is not called JSON.");
  return parseObject(state, bytes);
}

function setHeaders(state: State, req: IncomingMessage, res: ServerResponse, there: readonly Operation[]): void {
  if (!state.has("cacheable-answers")) res.setHeader("Cache-Control", "no-store");
  if (!state.has("nosniff-missing")) res.setHeader("X-Content-Type-Options", "nosniff");
  const isCrossOrigin = there.some(({ cors }) => cors);
  const isExchange = there.some(({ path }) => path === "/v1/exchange") && state.has("cors-at-exchange");
  if (!isCrossOrigin && !isExchange && !(state.has("cors-everywhere") && there.length > 0)) return;
  if (!state.has("vary-missing")) res.setHeader("Vary", "Origin");
  const { origin } = req.headers;
  if (origin === undefined) return;
  res.setHeader("Access-Control-Allow-Origin", state.has("cors-origin-fixed") ? "https://tokenvault.uk" : origin);
  if (state.has("cors-with-credentials")) res.setHeader("Access-Control-Allow-Credentials", "true");
}

function preflight(state: State, req: IncomingMessage, res: ServerResponse, methods: string): void {
  res.setHeader("Access-Control-Allow-Methods", `${methods}, OPTIONS`);
  if (!state.has("preflight-without-headers")) res.setHeader("Access-Control-Allow-Headers", "Content-Type, Accept");
  const asksForPrivate = req.headers["access-control-request-private-network"] === "true";
  if (asksForPrivate && !state.has("no-private-network")) res.setHeader("Access-Control-Allow-Private-Network", "true");
  res.writeHead(204).end();
}

function refuse(state: State, req: IncomingMessage, res: ServerResponse, error: unknown): void {
  const refusal = error instanceof Refusal ? error : new Refusal("internal_error", "Something went wrong here.");
  if (res.headersSent) {
    res.destroy();
    return;
  }
  for (const [name, value] of Object.entries(refusal.headers))
    if (name !== "Allow" || !state.has("allow-missing")) res.setHeader(name, value);
  if (state.has("no-cors-on-errors")) res.removeHeader("Access-Control-Allow-Origin");
  const isPage = req.url?.startsWith("/bind") && req.method === "GET" && req.headers.accept?.includes("text/html");
  if (isPage || state.has("html-error-pages")) {
    res.writeHead(refusal.status, { "Content-Type": "text/html; charset=utf-8" });
    res.end(`<!doctype html><title>${refusal.status}</title><p>${refusal.code}</p>`);
    return;
  }
  const stack = state.has("stack-in-messages") && error instanceof Error ? ` ${error.stack ?? ""}` : "";
  const code = state.has("error-code-of-its-own") && refusal.code === "ticket_invalid" ? "bad_ticket" : refusal.code;
  const isWrong = state.has("wrong-status-for-code") && refusal.code === "ticket_invalid";
  const extra = state.has("extra-member-in-errors") ? { status: refusal.status } : {};
  sendJson(state, req, res, isWrong ? 403 : refusal.status, {
    error: code,
    message: refusal.message + stack,
    ...extra,
  });
}

function sendJson(state: State, req: IncomingMessage, res: ServerResponse, status: number, body: Members): void {
  if (state.has("credential-cacheable") && req.url?.startsWith("/v1/credential")) res.removeHeader("Cache-Control");
  const bytes = Buffer.from(JSON.stringify(body));
  const type = state.has("json-as-text") ? "text/plain" : "application/json; charset=utf-8";
  res.writeHead(status, { "Content-Type": type, "Content-Length": bytes.length }).end(bytes);
}
