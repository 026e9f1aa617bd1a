import { getRequestListener } from "@hono/node-server";
import { HonoBase } from "hono/hono-base";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { operations } from "../../generated/operations.js";
import type { Config } from "../config.js";
import { StartError, WebhookError } from "../platform/errors.js";
import { Pipeline, type PipelineDependencies, type Route } from "./pipeline.js";
import { Connections } from "./limits.js";
import { authenticationOf } from "./authentication.js";
import { limitPieces } from "./request-body.js";
import { clientOf, type Bindings, type HttpContext, type Operation } from "./request.js";
import { errorResponse, preflightResponse } from "./response.js";

type Fetch = Parameters<typeof getRequestListener>[0];

export interface Listener {
  /** http://host:port, as it listens. */
  readonly url: string;
  /** Begins to answer; requests that came before wait until then. */
  serve(fetch: Fetch): void;
  /** Ends after the last response. */
  close(): Promise<void>;
}

const headersTimeoutMs = 10_000;
const requestTimeoutMs = 60_000;
const checkingIntervalMs = 5_000;
/**
 * Longer than proxies keep an idle connection to their origin, so that none sends a request into one that just ends here:
 * nginx and AWS 60 s, Go's (Caddy, Traefik, cloudflared) 90 s, Azure 240 s, Google 600 s, Cloudflare 900 s.
 */
const keepAliveTimeoutMs = 920_000;
/** A client has so long to read why the rest of its body is not read. */
const unreadTimeoutMs = 2_000;
/** A stream without an end would otherwise keep a stopping server for ever. */
const drainTimeoutMs = 10_000;

const nowhere = new WebhookError("not_found", "There is nothing at this path.");
const malformed = new WebhookError("invalid_request", "The request is not well-formed HTTP.");

/** Builds the server's routes from the contract's operations; each leads into the one pipeline. */
export function createApp(
  dependencies: PipelineDependencies,
  table: readonly Operation[] = Object.values(operations),
): HonoBase<{ Bindings: Bindings }> {
  // The router alone that these paths need, of the three that hono would bring.
  const app = new HonoBase<{ Bindings: Bindings }>({ router: new RegExpRouter() });
  const pipeline = new Pipeline(dependencies);
  for (const route of new Set(table.map((operation) => operation.route))) {
    const atRoute = table.filter((operation) => operation.route === route);
    const byMethod = new Map<string, Route>();
    for (const operation of atRoute)
      byMethod.set(operation.method.toUpperCase(), { operation, authentication: authenticationOf(operation) });
    app.all(route, (c) => {
      if (!isCanonical(c, route)) return refuse(dependencies, c, nowhere);
      const found = byMethod.get(c.req.method);
      return found ? pipeline.serve(c, found) : refuseMethod(dependencies, c, atRoute);
    });
  }
  app.notFound((c) => refuse(dependencies, c, nowhere));
  return app;
}

/**
 * Compares the path as it was sent with the route that the router has found for the decoded one: what a proxy in front
 * takes for another path would otherwise get past its rules.
 */
function isCanonical({ env: { incoming }, req }: HttpContext, route: string): boolean {
  const target = incoming?.url ?? req.url;
  // RFC 9112, section 3.2.2: a target may be a whole URL.
  const origin = target.startsWith("/") ? "" : (/^https?:\/\/[^/?#]*/.exec(target)?.[0] ?? "");
  const path = target.slice(origin.length).split("?", 1)[0] || "/";
  if (!route.includes(":")) return path === route;
  const given = path.split("/");
  if (given.some((segment) => /^(?:\.|%2e){1,2}$|[\\#]/i.test(segment))) return false;
  return route.split("/").every((segment, index) => segment.startsWith(":") || segment === given[index]);
}

function refuseMethod(dependencies: PipelineDependencies, c: HttpContext, atRoute: readonly Operation[]): Response {
  const crossOrigin = atRoute.filter(({ cors }) => cors).map(({ method }) => method.toUpperCase());
  if (c.req.method === "OPTIONS" && crossOrigin.length > 0) {
    const asksForPrivateNetwork = c.req.header("access-control-request-private-network") === "true";
    return preflightResponse(c.req.header("origin"), crossOrigin, asksForPrivateNetwork);
  }
  const allow = atRoute.map(({ method }) => method.toUpperCase()).join(", ");
  return refuse(dependencies, c, new WebhookError("method_not_allowed", "This path does not take this method."), {
    allow,
  });
}

/** Refuses a request for nothing that the contract has. */
function refuse(
  { config, limits, logger, clock }: PipelineDependencies,
  c: HttpContext,
  error: WebhookError,
  headers: Record<string, string> = {},
): Response {
  const { address } = clientOf(c, config.trustedProxies);
  const refusal = limits.admit(address, clock.nowMs()) ?? error;
  logger.info("request", { op: "none", outcome: refusal.code, status: refusal.status, client: address });
  return errorResponse(refusal, headers, false);
}

/** Takes the port. @throws StartError */
export function listen({ host, port, trustedProxies }: Config): Promise<Listener> {
  let begin!: (fetch: Fetch) => void;
  const begun = new Promise<Fetch>((resolve) => (begin = resolve));
  let fetch: Fetch = async (request, bindings) => (await begun)(request, bindings);
  const serve: Listener["serve"] = (given) => {
    fetch = given;
    begin(given);
  };
  const handle = getRequestListener((request, bindings) => fetch(request, bindings), {
    errorHandler: () => errorResponse(malformed, {}, false),
    // Stands for the host that HTTP/1.0 need not name.
    hostname: "localhost",
  });
  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      // Node's 30 s between two checks would let both run over by as much.
      connectionsCheckingInterval: checkingIntervalMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      // A missing Host is refused further on, in the contract's words.
      requireHostHeader: false,
    },
    (request, response) => {
      // One that was refused may have sent more requests already.
      if (request.socket.destroyed) return;
      limitPieces(request, response, () => {
        refusePieces(request.socket, response);
      });
      if (hasClearHost(request) && isExpectationKnown(request)) void handle(request, response);
      else refuseUnread(response);
    },
  );
  server.on("clientError", (_error, socket) => {
    refuseMalformed(socket);
  });
  server.on("connect", (_request, socket) => {
    refuseMalformed(socket);
  });
  // The body is asked for where it is read, so that what the headers alone refuse is refused at once.
  for (const event of ["checkContinue", "checkExpectation"])
    server.on(event, (request, response) => server.emit("request", request, response));
  const connections = new Connections(server, trustedProxies);
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(new StartError(listenProblem(error.code, host, port), { cause: error }));
    });
    // As many may wait to be accepted: one that finds no room tries again after a second.
    server.listen(port, host, server.maxConnections, () => {
      const url = listeningUrl(server.address() as AddressInfo);
      resolve({ url, serve, close: () => drain(server, connections) });
    });
  });
}

/** RFC 9112, section 3.2: one host and no more, which only HTTP/1.0 may leave out. */
function hasClearHost({ rawHeaders, headers, httpVersion }: IncomingMessage): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name.length === 4 && name.toLowerCase() === "host") hosts += 1;
  }
  return hosts === 0 ? httpVersion === "1.0" : hosts === 1 && headers.host !== "";
}

/** RFC 9110, section 10.1.1: there is one expectation, and HTTP/1.0 knows none. */
function isExpectationKnown({ headers: { expect }, httpVersion }: IncomingMessage): boolean {
  return expect === undefined || httpVersion === "1.0" || /(?:^|\W)100-continue(?:$|\W)/i.test(expect);
}

function refuseUnread(response: ServerResponse): void {
  response
    .writeHead(malformed.status, { "content-type": "application/json", connection: "close" })
    .end(malformedBody());
}

/** Refuses what is not HTTP, or has headers too long to be read, in the contract's words all the same. */
function refuseMalformed(socket: Duplex): void {
  // Node lets go of the socket of a CONNECT: without this its reset would end the process.
  socket.on("error", () => {
    socket.destroy();
  });
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(malformedMessage(), () => {
    socket.destroy();
  });
}

/** Refuses the rest of a body in the same way, and leaves it in the kernel: even to throw it away costs too much. */
function refusePieces(socket: Socket, response: ServerResponse): void {
  socket.pause();
  if (response.headersSent) {
    socket.destroy();
    return;
  }
  socket.end(malformedMessage());
  // Bytes that are unread when a connection is closed make the client lose the response.
  setTimeout(() => {
    socket.destroy();
  }, unreadTimeoutMs).unref();
}

function malformedMessage(): string {
  const body = malformedBody();
  return `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${String(body.length)}\r\nConnection: close\r\n\r\n${body}`;
}

function malformedBody(): string {
  return JSON.stringify({ error: malformed.code, message: malformed.message });
}

/** Idle connections are closed at once, busy ones after their response. */
function drain(server: Server, connections: Connections): Promise<void> {
  return new Promise((resolve) => {
    const reaper = setInterval(() => {
      connections.endIdle();
    }, 50);
    const deadline = setTimeout(() => {
      server.closeAllConnections();
    }, drainTimeoutMs);
    server.close(() => {
      clearInterval(reaper);
      clearTimeout(deadline);
      resolve();
    });
    connections.endIdle();
  });
}

/** Names a server that listens on every interface as this machine reaches it. */
export function localUrl(url: string): string {
  return url.replace(/\/\/(?:0\.0\.0\.0|\[::\])/, "//localhost");
}

function listeningUrl({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${String(port)}`;
}

function listenProblem(code: string | undefined, host: string, port: number): string {
  if (code === "EADDRINUSE")
    return `PORT ${String(port)} is in use by another program or a server that runs already; set another PORT.`;
  if (code === "EACCES") return `PORT ${String(port)} may not be used by this user; set one above 1023.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return `HOST ${host} is not an address of this machine.`;
  if (code === "EMFILE" || code === "ENFILE")
    return "The server could not listen: too many files open. Raise the limit of open files (`ulimit -n`).";
  return `The server could not listen (${code ?? "unknown error"}); check HOST and PORT.`;
}
