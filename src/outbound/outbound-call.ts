import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** A URL whose addresses passed the rules; the connection goes to one of them and nowhere else. */
export interface Target {
  readonly url: URL;
  readonly addresses: readonly string[];
}

/** An outbound request. Every way out of this program goes through `GuardedFetch`. */
export interface OutboundRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  /** From the start to the response's headers. */
  readonly firstByteTimeoutMs: number;
  /** Aborted when nobody waits for the response any more. */
  readonly signal?: AbortSignal | undefined;
}

export type HeaderPairs = readonly (readonly [string, string])[];

export interface OutboundResponse {
  readonly status: number;
  /** As they came, repeated ones kept apart. */
  readonly headers: HeaderPairs;
  readonly body: IncomingMessage;
}

/** The server did not respond in time. */
export class OutboundTimeoutError extends Error {
  override readonly name = "OutboundTimeoutError";
}

/** No connection, or it broke before the response's headers. */
export class OutboundUnreachableError extends Error {
  override readonly name = "OutboundUnreachableError";

  /** The code of the cause, in capitals as Node, OpenSSL and the HTTP parser give it; nothing of what was sent is in it. */
  get code(): string | undefined {
    const { code } = (this.cause ?? {}) as { code?: unknown };
    return typeof code === "string" && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : undefined;
  }
}

const connectTimeoutMs = 10_000;
const idleTimeoutMs = 120_000;
/**
 * The server may close a kept connection in the very moment in which it is used again, which fails the call. Few close
 * one within 2 s without saying so; a server that says less is believed.
 */
const keeping = { keepAlive: true, timeout: 1_500, maxFreeSockets: 128 };
/** After so many chunks of a packet no other packet is read before the rest of the program had its turn. */
const maxJoinedPieces = 256;
/** The price of a piece for Node, besides its bytes. */
const smallPieceBytes = 512;
/** These change nothing, by their definition (RFC 9110, section 9.2.1). */
const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
/** Schemes that sign in a connection, and with it whatever else comes over it (RFC 4559, section 6). */
const schemeOfConnection = /^\s*(?:negotiate|ntlm)\b/i;

type KeyedOptions = RequestOptions & { readonly connectionKey?: string };

/**
 * Keeps connections of calls that change nothing for the next ones. Each serves only its own scheme, host and port, and
 * only while the name resolves to the very addresses that passed the rules when it was opened. No call is sent again, so
 * one that may act upstream has a connection of its own.
 */
export class Connections {
  readonly #single = { http: new HttpAgent({ keepAlive: false }), https: new HttpsAgent({ keepAlive: false }) };
  readonly #kept = { http: keyed(new HttpAgent(keeping)), https: keyed(new HttpsAgent(keeping)) };

  /** The options that give a request its connection. */
  optionsFor({ url, addresses }: Target, request: OutboundRequest): KeyedOptions {
    const scheme = url.protocol === "https:" ? "https" : "http";
    // Bun and Deno take no key for a connection.
    const takesKeys = !("Bun" in globalThis || "Deno" in globalThis);
    if (!takesKeys || !mayShare(request)) return { agent: this.#single[scheme] };
    const connectionKey = `${url.origin} at ${[...addresses].sort().join(" ")}`;
    // Node would take the limit of an idle connection for that of a response.
    return { agent: this.#kept[scheme], connectionKey, timeout: 0 };
  }

  /** Ends every connection, idle or not. */
  close(): void {
    for (const agents of [this.#single, this.#kept]) for (const agent of Object.values(agents)) agent.destroy();
  }
}

function mayShare({ method, headers, body }: OutboundRequest): boolean {
  if (!safeMethods.has(method) || (body !== undefined && body.length > 0)) return false;
  return !schemeOfConnection.test(headers["authorization"] ?? "");
}

function keyed<A extends HttpAgent>(agent: A): A {
  // Node's own asks for the server's Keep-Alive hint, and says whether there is time enough.
  const keep = agent.keepSocketAlive.bind(agent) as (socket: Duplex) => boolean;
  const reuse = agent.reuseSocket.bind(agent);
  agent.getName = (options?: KeyedOptions) => options?.connectionKey ?? "";
  agent.keepSocketAlive = (socket: Duplex): boolean => {
    socket.on("data", destroySelf);
    return keep(socket);
  };
  agent.reuseSocket = (socket: Duplex, request: ClientRequest) => {
    socket.off("data", destroySelf);
    reuse(socket, request);
  };
  return agent;
}

/** Ends an idle connection on which something comes: it would be taken for the response to the next request. */
function destroySelf(this: Duplex): void {
  this.destroy();
}

/**
 * Gives a request that has been dialled its headers and body, and waits for the response's headers.
 * @throws OutboundTimeoutError, OutboundUnreachableError
 * @throws TypeError when a header holds characters that none may hold
 */
export function sendCall(
  outgoing: ClientRequest,
  { headers, body, firstByteTimeoutMs, signal }: OutboundRequest,
): Promise<OutboundResponse> {
  return new Promise((resolve, reject) => {
    const onTimeout = (): void => {
      outgoing.destroy(new OutboundTimeoutError("No response in time."));
    };
    const onAbort = (): void => {
      outgoing.destroy(new OutboundUnreachableError("The client went away."));
    };
    const firstByteTimer = setTimeout(onTimeout, firstByteTimeoutMs);
    const connectTimer = setTimeout(onTimeout, connectTimeoutMs);
    signal?.addEventListener("abort", onAbort);
    outgoing.on("socket", (socket) => {
      if (body && body.length > 0) outliveFailedWrites(outgoing, socket);
      if (outgoing.reusedSocket) clearTimeout(connectTimer);
      else {
        socket.once("encrypted" in socket ? "secureConnect" : "connect", () => {
          clearTimeout(connectTimer);
        });
      }
    });
    outgoing.on("timeout", onTimeout);
    outgoing.on("upgrade", (_response, socket) => {
      socket.destroy();
    });
    outgoing.on("response", (response) => {
      clearTimeout(connectTimer);
      clearTimeout(firstByteTimer);
      outgoing.setTimeout(idleTimeoutMs);
      const headers = pairs(response.rawHeaders);
      if (headers.some(([name]) => name.toLowerCase() === "transfer-encoding")) joinPieces(response);
      resolve({ status: response.statusCode ?? 0, headers, body: response });
    });
    outgoing.on("error", (error) => {
      if (error instanceof OutboundTimeoutError) reject(error);
      else reject(new OutboundUnreachableError("The connection failed.", { cause: error }));
    });
    outgoing.on("close", () => {
      clearTimeout(connectTimer);
      clearTimeout(firstByteTimer);
      signal?.removeEventListener("abort", onAbort);
      reject(new OutboundUnreachableError("The connection was closed."));
    });
    try {
      for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
      if (body && body.length > 0) outgoing.setHeader("content-length", String(body.length));
      outgoing.end(body && body.length > 0 ? body : undefined);
    } catch (error) {
      outgoing.destroy();
      throw error;
    }
  });
}

/**
 * Lets a response come in that a server sends before it breaks off a body which it does not read: Node destroys a socket
 * when a write fails, with what it has not read yet. Such a connection serves once.
 */
function outliveFailedWrites(outgoing: ClientRequest, socket: Socket): void {
  type Done = (error?: Error | null) => void;
  interface Writer {
    _write(data: unknown, encoding: string, done: Done): void;
    _writev(chunks: unknown, done: Done): void;
  }
  const writer = socket as unknown as Writer;
  const outlive =
    (done: Done): Done =>
    (error) => {
      if (!error) done();
      // Reading ends by itself: with the response, or with the error that the other side left.
      else outgoing.once("response", (response) => response.once("close", () => socket.destroy()));
    };
  const write = writer._write.bind(socket);
  const writeAll = writer._writev.bind(socket);
  writer._write = (data, encoding, done) => {
    write(data, encoding, outlive(done));
  };
  writer._writev = (chunks, done) => {
    writeAll(chunks, outlive(done));
  };
}

/**
 * Joins the chunks of a body that come in one packet. Node gives each by itself and keeps as many as there may be bytes
 * until they are read; each of a single byte takes hundreds.
 */
function joinPieces(response: IncomingMessage): void {
  const push = response.push.bind(response);
  let pieces: Uint8Array[] = [];
  let length = 0;
  const flush = (): void => {
    const joined = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
    pieces = [];
    length = 0;
    if (joined && joined.length > 0) push(joined);
  };
  response.push = (piece: Uint8Array | null) => {
    if (piece === null) {
      flush();
      return push(null);
    }
    // Larger pieces go on at once: Deno waits for ever where a stream says "enough" before it got its bytes.
    if (pieces.length === 0 && piece.length >= smallPieceBytes) return push(piece);
    if (pieces.length === 0) process.nextTick(flush);
    pieces.push(piece);
    length += piece.length;
    return pieces.length < maxJoinedPieces && response.readableLength + length < response.readableHighWaterMark;
  };
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  return headers;
}

/** All entries of a header whose value is a list, in lower case (RFC 9110, section 5.6.1). */
export function listed(headers: HeaderPairs, wanted: string): string[] {
  return headers
    .filter(([name]) => name.toLowerCase() === wanted)
    .flatMap(([, value]) => value.toLowerCase().split(","))
    .map((entry) => entry.trim());
}
