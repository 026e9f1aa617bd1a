import { lookup } from "node:dns/promises";
import { request as httpRequest, type ClientRequest, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import { WebhookError } from "../platform/errors.js";
import { isPublicAddress } from "./address-rules.js";
import {
  Connections,
  OutboundTimeoutError,
  OutboundUnreachableError,
  sendCall,
  type OutboundRequest,
  type OutboundResponse,
  type Target,
} from "./outbound-call.js";

declare const passed: unique symbol;
/** A URL that passed the part of the rules that needs no network. */
export type CheckedUrl = URL & { readonly [passed]: true };

export type Resolver = (hostname: string) => Promise<readonly string[]>;

/** Opens the connection; only ever called with a target that passed the rules. */
export type Dialler = (target: Target, options: RequestOptions) => ClientRequest;

export interface GuardedFetchOptions {
  /** host:port entries, lower case, that may be private and may be reached over http. */
  readonly allowPrivateHosts: ReadonlySet<string>;
  /** This webhook's own public origin. */
  readonly ownOrigin?: string | undefined;
  readonly resolve?: Resolver | undefined;
  readonly dial?: Dialler | undefined;
}

export { OutboundTimeoutError, OutboundUnreachableError, type OutboundRequest, type OutboundResponse, type Target };

const resolveTimeoutMs = 5_000;
/** Of a response; some policies of content, and many cookies, take more than the 16 KiB that Node has. */
const maxHeaderBytes = 32 * 1024;
const privateAddress =
  "This host has a private or reserved address; ALLOW_PRIVATE_HOSTS names those that may be called all the same.";

export class GuardedFetch {
  readonly #connections = new Connections();

  constructor(private readonly options: GuardedFetchOptions) {}

  /**
   * Applies the rules to an address and to all that its name resolves to.
   * @throws WebhookError invalid_request, forbidden
   * @throws OutboundUnreachableError when the name does not resolve
   */
  async target(address: string | CheckedUrl): Promise<Target> {
    const url = typeof address === "string" ? this.check(address) : address;
    const literal = literalOf(url);
    if (isIP(literal) !== 0) return { url, addresses: [literal] };
    const addresses = await this.#resolveInTime(url.hostname);
    // One private address among several is how DNS rebinding looks.
    if (!this.#isAllowedPrivate(url) && !addresses.every(isPublicAddress)) throw forbidden(privateAddress);
    return { url, addresses };
  }

  /**
   * Sends one request, once, whatever happens to it; a redirect is a response like any other and is not followed.
   * @throws OutboundTimeoutError, OutboundUnreachableError
   * @throws TypeError when a header holds characters that none may hold
   */
  async send(target: Target, request: OutboundRequest): Promise<OutboundResponse> {
    if (request.signal?.aborted) throw new OutboundUnreachableError("The client went away.");
    // The other headers are no options: a kept connection keeps those of its first request, and they hold a credential.
    const options: RequestOptions = { method: request.method, headers: { host: target.url.host } };
    const { dial } = this.options;
    const outgoing = dial
      ? dial(target, options)
      : this.#dial(target, { ...options, ...this.#connections.optionsFor(target, request) });
    return sendCall(outgoing, request);
  }

  /** Ends every connection that is open. */
  close(): void {
    this.#connections.close();
  }

  /**
   * The part of the rules that needs no network.
   * @throws WebhookError invalid_request, forbidden
   */
  check(address: string): CheckedUrl {
    if (!URL.canParse(address)) throw new WebhookError("invalid_request", "The upstream's address is not a URL.");
    const url = new URL(address);
    if (url.protocol !== "https:" && url.protocol !== "http:") throw forbidden("Only https addresses may be called.");
    if (url.username !== "" || url.password !== "")
      throw forbidden("An address with a user name or password may not be called.");
    if (this.#isAllowedPrivate(url)) return url as CheckedUrl;
    if (url.protocol !== "https:")
      throw forbidden("Only https may be called; ALLOW_PRIVATE_HOSTS names the hosts that may be called over http.");
    if (hasOrigin(url, this.options.ownOrigin)) throw forbidden("This webhook may not be called through itself.");
    const literal = literalOf(url);
    if (isIP(literal) !== 0 && !isPublicAddress(literal)) throw forbidden(privateAddress);
    return url as CheckedUrl;
  }

  async #resolveInTime(hostname: string): Promise<readonly string[]> {
    const { resolve = resolveAll } = this.options;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new OutboundTimeoutError("The host name was not resolved in time."));
      }, resolveTimeoutMs);
    });
    try {
      const addresses = await Promise.race([resolve(hostname), timeout]);
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
    return this.options.allowPrivateHosts.has(`${url.hostname}:${port}`);
  }

  #dial({ url, addresses }: Target, options: RequestOptions): ClientRequest {
    // Node connects to what this gives and asks no resolver again; a literal address is used as it is.
    const lookup: RequestOptions["lookup"] = (_hostname, { all }, callback) => {
      const found = addresses.map((address) => ({ address, family: isIP(address) }));
      const [first] = found;
      if (all) callback(null, found);
      else callback(null, first?.address ?? "", first?.family);
    };
    const request = url.protocol === "https:" ? httpsRequest : httpRequest;
    return request(url, { ...options, lookup, maxHeaderSize: maxHeaderBytes });
  }
}

async function resolveAll(hostname: string): Promise<readonly string[]> {
  return (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);
}

/** The host as an address, if it is one. */
function literalOf({ hostname }: URL): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}

/** A dot at the end of a host name changes nothing but how it is written. */
function hasOrigin({ protocol, hostname, port }: URL, origin: string | undefined): boolean {
  if (origin === undefined) return false;
  return new URL(`${protocol}//${hostname.replace(/\.$/, "")}:${port}`).origin === origin;
}

function forbidden(message: string): WebhookError {
  return new WebhookError("forbidden", message);
}
