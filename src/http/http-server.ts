import { getRequestListener } from "@hono/node-server";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { errorResponse } from "./response.js";
import type { Config } from "../config.js";
import { StartError, WebhookError } from "../platform/errors.js";

export interface Listener {
  /** http://host:port, as it listens. */
  readonly url: string;
  /** Ends after the last response. */
  close(): Promise<void>;
}

const headersTimeoutMs = 10_000;
const requestTimeoutMs = 60_000;
const checkingIntervalMs = 5_000;
/** Room for clients that idle, and an end to it. */
const maxConnections = 4096;
const keepAliveTimeoutMs = 65_000;
/** A stream without an end would otherwise keep a stopping server for ever. */
const drainTimeoutMs = 10_000;

const malformed = new WebhookError("invalid_request", "The request is not well-formed HTTP.");

/** Serves HTTP. @throws StartError */
export function listen(fetch: Parameters<typeof getRequestListener>[0], { host, port }: Config): Promise<Listener> {
  const handle = getRequestListener(fetch, { errorHandler: () => errorResponse(malformed, {}, false) });
  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      // How often the two are looked at; Node's 30 s would let them run over by as much.
      connectionsCheckingInterval: checkingIntervalMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      // A missing Host is refused further on, in the contract's words.
      requireHostHeader: false,
    },
    (request, response) => void handle(request, response),
  );
  server.maxConnections = maxConnections;
  server.on("clientError", (_error, socket) => {
    refuseMalformed(socket);
  });
  server.on("connect", (_request, socket) => {
    refuseMalformed(socket);
  });
  server.on("checkExpectation", (_request, response: ServerResponse) => {
    response
      .writeHead(malformed.status, { "content-type": "application/json", connection: "close" })
      .end(malformedBody());
  });
  const connections = trackConnections(server);
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(new StartError(listenProblem(error.code, host, port), { cause: error }));
    });
    server.listen(port, host, () => {
      resolve({ url: listeningUrl(server.address() as AddressInfo), close: () => drain(server, connections) });
    });
  });
}

/** What is not HTTP, or has headers too long to be read, is refused in the contract's words all the same. */
function refuseMalformed(socket: Duplex): void {
  // Node lets go of the socket of a CONNECT: without this its reset would end the process.
  socket.on("error", () => {
    socket.destroy();
  });
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = malformedBody();
  const head = `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${String(body.length)}\r\nConnection: close\r\n\r\n`;
  socket.end(head + body, () => {
    socket.destroy();
  });
}

function malformedBody(): string {
  return JSON.stringify({ error: malformed.code, message: malformed.message });
}

interface Connections {
  /** Ends those without a request on its way, whether they ever sent one or not. */
  closeIdle(): void;
}

/**
 * Node itself does not count a connection as idle that has not sent a whole request. What is kept of a connection is a
 * flag: a response that could be reached from here would live until the next collection of old memory, and all it knows.
 */
function trackConnections(server: Server): Connections {
  const states = new Map<Socket, { isBusy: boolean; readonly onAnswered: () => void }>();
  server.on("connection", (socket: Socket) => {
    const state = {
      isBusy: false,
      onAnswered: () => {
        state.isBusy = false;
      },
    };
    states.set(socket, state);
    socket.on("close", () => states.delete(socket));
  });
  server.on("request", ({ socket }, response: ServerResponse) => {
    const state = states.get(socket);
    if (!state) return;
    state.isBusy = true;
    response.on("close", state.onAnswered);
  });
  return {
    closeIdle() {
      for (const [socket, { isBusy }] of states) if (!isBusy) socket.destroy();
    },
  };
}

/** Idle connections are closed at once, busy ones after their response. */
function drain(server: Server, connections: Connections): Promise<void> {
  return new Promise((resolve) => {
    const reaper = setInterval(() => {
      connections.closeIdle();
    }, 50);
    const deadline = setTimeout(() => {
      server.closeAllConnections();
    }, drainTimeoutMs);
    server.close(() => {
      clearInterval(reaper);
      clearTimeout(deadline);
      resolve();
    });
    connections.closeIdle();
  });
}

/** How this machine reaches a server that listens on every interface: the loopback one is among them. */
export function localUrl(url: string): string {
  return url.replace(/\/\/(?:0\.0\.0\.0|\[::\])/, "//localhost");
}

function listeningUrl({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${String(port)}`;
}

function listenProblem(code: string | undefined, host: string, port: number): string {
  if (code === "EADDRINUSE") return `PORT ${String(port)} is in use by another program; set another PORT.`;
  if (code === "EACCES") return `PORT ${String(port)} may not be used by this user; set one above 1023.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return `HOST ${host} is not an address of this machine.`;
  return `The server could not listen (${code ?? "unknown error"}); check HOST and PORT.`;
}
