import { lookup } from "node:dns/promises";
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import { WebhookError } from "../errors.js";
import { isPublicAddress } from "./address-rules.js";

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
  /** From the start to the answer's headers. */
  readonly firstByteTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface OutboundAnswer {
  readonly status: number;
  /** As they came, repeated ones kept apart. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: IncomingMessage;
}

export interface Resolver {
  (hostname: string): Promise<readonly string[]>;
}

/** Opens the connection; only ever called with a target that passed the rules. */
export interface Dialler {
  (target: Target, options: RequestOptions): ReturnType<typeof httpRequest>;
}

export interface GuardedFetchOptions {
  /** host:port entries, lower case, that may be private and may be reached over http. */
  readonly allowPrivateHosts: ReadonlySet<string>;
  /** This webhook's own public origin. */
  readonly ownOrigin?: string | undefined;
  readonly resolve?: Resolver;
  readonly dial?: Dialler;
}

/** The server did not answer in time. */
export class OutboundTimeoutError extends Error {
  override readonly name = "OutboundTimeoutError";
}

/** No connection, or it broke before the answer's headers. */
export class OutboundUnreachableError extends Error {
  override readonly name = "OutboundUnreachableError";
}

const resolveTimeoutMs = 5_000;
const connectTimeoutMs = 10_000;
const idleTimeoutMs = 120_000;

export class GuardedFetch {
  readonly #options: GuardedFetchOptions;
  readonly #resolve: Resolver;
  readonly #dial: Dialler;
  readonly #agents = { http: new HttpAgent({ keepAlive: false }), https: new HttpsAgent({ keepAlive: false }) };

  constructor(options: GuardedFetchOptions) {
    this.#options = options;
    this.#resolve = options.resolve ?? resolveAll;
    this.#dial = options.dial ?? ((target, request) => this.#dialAddresses(target, request));
  }

  /**
   * Applies the rules to an address and to all that its name resolves to.
   * @throws WebhookError invalid_request, forbidden
   * @throws OutboundUnreachableError when the name does not resolve
   */
  async target(address: string): Promise<Target> {
    const url = this.check(address);
    const literal = url.hostname.replace(/^\[(.*)\]$/, "$1");
    if (isIP(literal) !== 0) return { url, addresses: [literal] };
    const addresses = await this.#resolveInTime(url.hostname);
    // One private address among several is how DNS rebinding looks.
    if (!this.#isAllowedPrivate(url) && !addresses.every(isPublicAddress)) throw privateAddress();
    return { url, addresses };
  }

  /**
   * Sends one request; redirects are answered, not followed.
   * @throws OutboundTimeoutError, OutboundUnreachableError
   */
  send(target: Target, request: OutboundRequest): Promise<OutboundAnswer> {
    const { method, headers, body, signal } = request;
    if (signal?.aborted) return Promise.reject(new OutboundUnreachableError("The caller went away."));
    return new Promise((resolve, reject) => {
      const outgoing = this.#dial(target, {
        method,
        headers: { ...headers, host: target.url.host },
      });
      const stop = (error: Error) => () => {
        outgoing.destroy(error);
      };
      const onTimeout = stop(new OutboundTimeoutError("No answer in time."));
      const onAbort = stop(new OutboundUnreachableError("The caller went away."));
      const connectTimer = setTimeout(onTimeout, connectTimeoutMs);
      const firstByteTimer = setTimeout(onTimeout, request.firstByteTimeoutMs);
      outgoing.on("socket", (socket) => {
        socket.once(target.url.protocol === "https:" ? "secureConnect" : "connect", () => {
          clearTimeout(connectTimer);
        });
      });
      signal?.addEventListener("abort", onAbort);
      outgoing.on("timeout", onTimeout);
      outgoing.on("close", () => {
        clearTimeout(connectTimer);
        clearTimeout(firstByteTimer);
        signal?.removeEventListener("abort", onAbort);
        // Closed without an answer or an error; whoever was answered hears nothing of this.
        reject(new OutboundUnreachableError("The connection was closed."));
      });
      outgoing.on("upgrade", (_answer, socket) => {
        socket.destroy();
      });
      outgoing.on("error", (error) => {
        reject(
          error instanceof OutboundTimeoutError
            ? error
            : new OutboundUnreachableError("The connection failed.", { cause: error }),
        );
      });
      outgoing.on("response", (answer) => {
        clearTimeout(connectTimer);
        clearTimeout(firstByteTimer);
        outgoing.setTimeout(idleTimeoutMs);
        resolve({ status: answer.statusCode ?? 0, headers: pairs(answer.rawHeaders), body: answer });
      });
      if (body && body.length > 0) outgoing.setHeader("content-length", String(body.length));
      outgoing.end(body && body.length > 0 ? body : undefined);
    });
  }

  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  /**
   * The part of the rules that needs no network.
   * @throws WebhookError invalid_request, forbidden
   */
  check(address: string): URL {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!url) throw new WebhookError("invalid_request", "The upstream's address is not a URL.");
    if (url.protocol !== "https:" && url.protocol !== "http:") throw forbidden("Only https addresses may be called.");
    if (url.username !== "" || url.password !== "")
      throw forbidden("An address with a user name or password may not be called.");
    if (this.#isAllowedPrivate(url)) return url;
    if (url.protocol !== "https:")
      throw forbidden("Only https may be called; ALLOW_PRIVATE_HOSTS names the hosts that may be called over http.");
    if (hasOrigin(url, this.#options.ownOrigin)) throw forbidden("This webhook may not be called through itself.");
    const literal = url.hostname.replace(/^\[(.*)\]$/, "$1");
    if (isIP(literal) !== 0 && !isPublicAddress(literal)) throw privateAddress();
    return url;
  }

  async #resolveInTime(hostname: string): Promise<readonly string[]> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new OutboundTimeoutError("The host name was not resolved in time."));
      }, resolveTimeoutMs);
    });
    try {
      const addresses = await Promise.race([this.#resolve(hostname), timeout]);
      if (addresses.length > 0) return addresses;
    } catch (error) {
      if (error instanceof OutboundTimeoutError) throw error;
      throw new OutboundUnreachableError("The host name could not be resolved.", { cause: error });
    } finally {
      clearTimeout(timer);
    }
    throw new OutboundUnreachableError("The host name has no address.");
  }

  #isAllowedPrivate(url: URL): boolean {
    const port = url.port || (url.protocol === "https:" ? "443" : "80");
    return this.#options.allowPrivateHosts.has(`${url.hostname}:${port}`);
  }

  #dialAddresses({ url, addresses }: Target, options: RequestOptions): ReturnType<typeof httpRequest> {
    const isTls = url.protocol === "https:";
    const settings: RequestOptions = {
      ...options,
      agent: isTls ? this.#agents.https : this.#agents.http,
      // Node connects to what this gives and asks no resolver again; a literal address is used as it is.
      lookup: (_hostname, { all }, callback) => {
        const found = addresses.map((address) => ({ address, family: isIP(address) }));
        const [first] = found;
        if (all) callback(null, found);
        else callback(null, first?.address ?? "", first?.family);
      },
    };
    return isTls ? httpsRequest(url, settings) : httpRequest(url, settings);
  }
}

async function resolveAll(hostname: string): Promise<readonly string[]> {
  return (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  return headers;
}

/** A dot at the end of a host name changes nothing but how it is written. */
function hasOrigin({ protocol, hostname, port }: URL, origin: string | undefined): boolean {
  if (origin === undefined) return false;
  return new URL(`${protocol}//${hostname.replace(/\.$/, "")}:${port}`).origin === origin;
}

function privateAddress(): WebhookError {
  return forbidden(
    "This host has a private or reserved address; ALLOW_PRIVATE_HOSTS names those that may be called all the same.",
  );
}

function forbidden(message: string): WebhookError {
  return new WebhookError("forbidden", message);
}
