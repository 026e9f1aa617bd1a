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
/** A connection that the server closed while it idled shows it within a round trip. */
const staleWithinMs = 1_000;
/** They change nothing, by their definition (RFC 9110, section 9.2.1). */
const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** With these the server takes the connection, and whatever comes over it, for the one who signed in (RFC 4559, section 6). */
const schemeOfConnection = /^\s*(?:negotiate|ntlm)\b/i;

/**
 * Whether a request may take a connection that served before, and leave it to others. The server may close it in the very
 * moment in which the request goes out, and nobody can tell from outside whether the request was still read. So what may
 * act upstream, or carries a body, goes over a connection of its own.
 */
function mayReuseConnection({ method, headers, body }: OutboundRequest): boolean {
  if (!safeMethods.has(method) || (body !== undefined && body.length > 0)) return false;
  return !schemeOfConnection.test(headers["authorization"] ?? "");
}

/** Begins a request, over a connection of its own or over one that is there; its headers and body are still to be given. */
export type Begin = (mayReuse: boolean) => ClientRequest;

/** @throws OutboundTimeoutError, OutboundUnreachableError */
export function sendCall(begin: Begin, request: OutboundRequest): Promise<OutboundAnswer> {
  if (request.signal?.aborted) return Promise.reject(new OutboundUnreachableError("The caller went away."));
  return new Promise((resolve, reject) => {
    new OutboundCall(begin, request, resolve, reject).attempt(mayReuseConnection(request));
  });
}

class OutboundCall {
  #outgoing: ClientRequest | undefined;
  /** There is no time left, or nobody waits any more. */
  #isGivenUp = false;
  readonly #firstByteTimer: NodeJS.Timeout;

  constructor(
    private readonly begin: Begin,
    private readonly request: OutboundRequest,
    private readonly resolve: (answer: OutboundAnswer) => void,
    private readonly reject: (error: unknown) => void,
  ) {
    this.#firstByteTimer = setTimeout(this.#onTimeout, request.firstByteTimeoutMs);
    request.signal?.addEventListener("abort", this.#onAbort);
  }

  attempt(mayReuse: boolean): void {
    try {
      const outgoing = this.begin(mayReuse);
      this.#outgoing = outgoing;
      const start = outgoing.reusedSocket ? new ReusedStart(outgoing) : new FreshStart(outgoing, this.#onTimeout);
      this.#listen(outgoing, start);
      const { headers, body } = this.request;
      for (const name in headers) outgoing.setHeader(name, headers[name] ?? "");
      if (body && body.length > 0) outgoing.setHeader("content-length", String(body.length));
      outgoing.end(body && body.length > 0 ? body : undefined);
    } catch (error) {
      // Node refuses to send such a header or path.
      this.#giveUp();
      this.#end();
      this.reject(error);
    }
  }

  #listen(outgoing: ClientRequest, start: Start): void {
    let isOver = false;
    outgoing.on("timeout", this.#onTimeout);
    outgoing.on("upgrade", (_answer, socket) => {
      socket.destroy();
    });
    outgoing.on("response", (answer) => {
      isOver = true;
      start.end();
      clearTimeout(this.#firstByteTimer);
      outgoing.setTimeout(idleTimeoutMs);
      this.resolve({ status: answer.statusCode ?? 0, headers: pairs(answer.rawHeaders), body: answer });
    });
    outgoing.on("error", (error) => {
      if (isOver) return;
      isOver = true;
      start.end();
      if (start.wasStale && !this.#isGivenUp) {
        this.attempt(false);
        return;
      }
      this.reject(
        error instanceof OutboundTimeoutError
          ? error
          : new OutboundUnreachableError("The connection failed.", { cause: error }),
      );
    });
    outgoing.on("close", () => {
      if (this.#outgoing !== outgoing) return;
      start.end();
      this.#end();
      if (!isOver) this.reject(new OutboundUnreachableError("The connection was closed."));
    });
  }

  #end(): void {
    clearTimeout(this.#firstByteTimer);
    this.request.signal?.removeEventListener("abort", this.#onAbort);
  }

  #giveUp(error?: Error): void {
    this.#isGivenUp = true;
    this.#outgoing?.destroy(error);
  }

  readonly #onTimeout = (): void => {
    this.#giveUp(new OutboundTimeoutError("No answer in time."));
  };

  readonly #onAbort = (): void => {
    this.#giveUp(new OutboundUnreachableError("The caller went away."));
  };
}

/** The time until a request's connection is seen to work. */
interface Start {
  /** Whether the connection turned out to be closed already: nothing came of an answer, and at once. */
  readonly wasStale: boolean;
  end(): void;
}

class FreshStart implements Start {
  readonly wasStale = false;
  readonly #timer: NodeJS.Timeout;

  constructor(outgoing: ClientRequest, onTimeout: () => void) {
    this.#timer = setTimeout(onTimeout, connectTimeoutMs);
    const end = (): void => {
      this.end();
    };
    outgoing.on("socket", (socket) => {
      socket.once("encrypted" in socket ? "secureConnect" : "connect", end);
    });
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

class ReusedStart implements Start {
  wasStale = true;
  readonly #timer: NodeJS.Timeout;

  constructor(outgoing: ClientRequest) {
    const onHeard = (): void => {
      this.wasStale = false;
    };
    this.#timer = setTimeout(onHeard, staleWithinMs);
    outgoing.on("socket", (socket) => {
      // Before Node's own listener, which may find that what came is no HTTP.
      socket.prependOnceListener("data", onHeard);
    });
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  return headers;
}
