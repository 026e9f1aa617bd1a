import type { ClientRequest, IncomingMessage } from "node:http";

/** What tells that the caller went away; an AbortSignal is one. */
export interface CallerSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** An outbound request. Every way out of this program goes through `GuardedFetch`. */
export interface OutboundRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  /** From the start to the answer's headers. */
  readonly firstByteTimeoutMs: number;
  readonly signal?: CallerSignal | undefined;
}

export interface OutboundAnswer {
  readonly status: number;
  /** As they came, repeated ones kept apart. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: IncomingMessage;
}

/** The server did not answer in time. */
export class OutboundTimeoutError extends Error {
  override readonly name = "OutboundTimeoutError";
}

/** No connection, or it broke before the answer's headers. */
export class OutboundUnreachableError extends Error {
  override readonly name = "OutboundUnreachableError";
}

const connectTimeoutMs = 10_000;
const idleTimeoutMs = 120_000;
/** They change nothing, by their definition (RFC 9110, section 9.2.1). */
const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** With these the server takes the connection, and whatever comes over it, for the one who signed in (RFC 4559, section 6). */
const schemeOfConnection = /^\s*(?:negotiate|ntlm)\b/i;

/**
 * Whether a request may take a connection that served before, and leave it to others. The server may close it in the very
 * moment in which the request goes out; nobody can tell from outside whether it was still read, and nothing is sent
 * again. So what may act upstream, or carries a body, goes over a connection of its own.
 */
function mayReuseConnection({ method, headers, body }: OutboundRequest): boolean {
  if (!safeMethods.has(method) || (body !== undefined && body.length > 0)) return false;
  return !schemeOfConnection.test(headers["authorization"] ?? "");
}

/** Begins a request, over a connection of its own or over one that is there; its headers and body are still to be given. */
export type Begin = (mayReuse: boolean) => ClientRequest;

/**
 * Makes one request, once.
 * @throws OutboundTimeoutError, OutboundUnreachableError
 */
export function sendCall(begin: Begin, request: OutboundRequest): Promise<OutboundAnswer> {
  const { headers, body, signal } = request;
  if (signal?.aborted) return Promise.reject(new OutboundUnreachableError("The caller went away."));
  return new Promise((resolve, reject) => {
    const outgoing = begin(mayReuseConnection(request));
    const onTimeout = (): void => {
      outgoing.destroy(new OutboundTimeoutError("No answer in time."));
    };
    const onAbort = (): void => {
      outgoing.destroy(new OutboundUnreachableError("The caller went away."));
    };
    const firstByteTimer = setTimeout(onTimeout, request.firstByteTimeoutMs);
    // One that served before is connected.
    const connectTimer = outgoing.reusedSocket ? undefined : setTimeout(onTimeout, connectTimeoutMs);
    let isSettled = false;
    signal?.addEventListener("abort", onAbort);
    if (connectTimer) {
      outgoing.on("socket", (socket) => {
        socket.once("encrypted" in socket ? "secureConnect" : "connect", () => {
          clearTimeout(connectTimer);
        });
      });
    }
    outgoing.on("timeout", onTimeout);
    outgoing.on("close", () => {
      clearTimeout(connectTimer);
      clearTimeout(firstByteTimer);
      signal?.removeEventListener("abort", onAbort);
      if (!isSettled) reject(new OutboundUnreachableError("The connection was closed."));
    });
    outgoing.on("upgrade", (_answer, socket) => {
      socket.destroy();
    });
    outgoing.on("error", (error) => {
      if (isSettled) return;
      isSettled = true;
      reject(
        error instanceof OutboundTimeoutError
          ? error
          : new OutboundUnreachableError("The connection failed.", { cause: error }),
      );
    });
    outgoing.on("response", (answer) => {
      isSettled = true;
      clearTimeout(connectTimer);
      clearTimeout(firstByteTimer);
      outgoing.setTimeout(idleTimeoutMs);
      resolve({ status: answer.statusCode ?? 0, headers: pairs(answer.rawHeaders), body: answer });
    });
    try {
      for (const name in headers) outgoing.setHeader(name, headers[name] ?? "");
      if (body && body.length > 0) outgoing.setHeader("content-length", String(body.length));
      outgoing.end(body && body.length > 0 ? body : undefined);
    } catch (error) {
      // Node refuses to send such a header.
      outgoing.destroy();
      throw error;
    }
  });
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  return headers;
}
