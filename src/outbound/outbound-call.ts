import type { ClientRequest, IncomingMessage } from "node:http";

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

export interface OutboundResponse {
  readonly status: number;
  /** As they came, repeated ones kept apart. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: IncomingMessage;
}

/** The server did not respond in time. */
export class OutboundTimeoutError extends Error {
  override readonly name = "OutboundTimeoutError";
}

/** No connection, or it broke before the response's headers. */
export class OutboundUnreachableError extends Error {
  override readonly name = "OutboundUnreachableError";
}

const connectTimeoutMs = 10_000;
const idleTimeoutMs = 120_000;

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
      resolve({ status: response.statusCode ?? 0, headers: pairs(response.rawHeaders), body: response });
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

function pairs(rawHeaders: readonly string[]): [string, string][] {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  return headers;
}
