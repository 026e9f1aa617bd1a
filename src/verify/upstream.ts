import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CannotVerify } from "./check-errors.js";

/** A request that the upstream received. */
export interface UpstreamCall {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Name and value in turn, as received. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage["headers"];
  readonly body: Uint8Array;
}

export type UpstreamHandler = (call: UpstreamCall, response: ServerResponse) => void;

/** A path of the upstream with a response of its own. */
export interface UpstreamRoute {
  /** The address for the webhook. */
  readonly url: string;
  /** Every call so far. */
  readonly calls: UpstreamCall[];
}

/** The API and the OAuth provider that the webhook is made to call, on one loopback port. */
export class Upstream {
  /** Responds at /oauth/token; `tokenCalls` holds every call. */
  tokenHandler: UpstreamHandler = (_call, response) => response.writeHead(404).end();
  readonly tokenCalls: UpstreamCall[] = [];
  readonly #routes = new Map<string, { handler: UpstreamHandler; calls: UpstreamCall[] }>();
  readonly #server: Server;
  #baseUrl = "";

  private constructor() {
    this.#server = createServer((request, response) => {
      // A client that goes away is no trouble of this server.
      response.on("error", () => undefined);
      void this.#handle(request, response).catch(() => response.destroy());
    });
  }

  /**
   * @param port 0 for any free one
   * @param reachedAt how the webhook reaches it, when that is not this loopback address
   * @throws CannotVerify when the port cannot be used
   */
  static async start(port: number, reachedAt?: string): Promise<Upstream> {
    const upstream = new Upstream();
    await new Promise<void>((resolve, reject) => {
      upstream.#server.once("error", () => {
        reject(
          new CannotVerify(`Port ${String(port)} cannot be used for the upstream; choose another --upstream-port.`),
        );
      });
      upstream.#server.listen(port, "127.0.0.1", resolve);
    });
    upstream.#baseUrl = reachedAt?.replace(/\/$/, "") ?? `http://127.0.0.1:${String(upstream.port)}`;
    return upstream;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** host:port as the webhook reaches it. */
  get host(): string {
    return new URL(this.#baseUrl).host;
  }

  get tokenUrl(): string {
    return `${this.#baseUrl}/oauth/token`;
  }

  /** Adds a new path with this response. */
  route(handler: UpstreamHandler): UpstreamRoute {
    const path = `/${crypto.randomUUID()}`;
    const calls: UpstreamCall[] = [];
    this.#routes.set(path, { handler, calls });
    return { url: this.#baseUrl + path, calls };
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const { method = "", url = "/", rawHeaders, headers } = request;
    const call: UpstreamCall = { method, target: url, rawHeaders, headers, body: Buffer.concat(chunks) };
    const prefix = new URL(this.#baseUrl).pathname.replace(/\/$/, "");
    const path = url.replace(/\?.*/, "").slice(url.startsWith(prefix) ? prefix.length : 0);
    if (path === "/oauth/token") {
      this.tokenCalls.push(call);
      this.tokenHandler(call, response);
      return;
    }
    // A route serves the paths below it too.
    const route = [...this.#routes].find(([known]) => path === known || path.startsWith(`${known}/`))?.[1];
    if (!route) {
      response.writeHead(404).end();
      return;
    }
    route.calls.push(call);
    route.handler(call, response);
  }
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}
