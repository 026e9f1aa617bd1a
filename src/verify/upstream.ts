import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CannotVerify } from "./check-errors.js";

/** What the upstream was sent. */
export interface UpstreamCall {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Name and value in turn, as received. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage["headers"];
  readonly body: Uint8Array;
}

export type UpstreamAnswer = (call: UpstreamCall, response: ServerResponse) => void;

/** A place at the upstream with an answer of its own. */
export interface UpstreamRoute {
  /** As the webhook reaches it. */
  readonly url: string;
  /** Every call so far. */
  readonly calls: UpstreamCall[];
}

/** The API and the OAuth provider that the webhook is made to call, on one loopback port. */
export class Upstream {
  /** The answer of /oauth/token, and every call of it. */
  tokenAnswer: UpstreamAnswer = (_call, response) => response.writeHead(404).end();
  readonly tokenCalls: UpstreamCall[] = [];
  readonly #routes = new Map<string, { answer: UpstreamAnswer; calls: UpstreamCall[] }>();
  readonly #server: Server;
  #baseUrl = "";

  private constructor() {
    this.#server = createServer((request, response) => {
      // A caller that goes away is not this server's trouble.
      response.on("error", () => undefined);
      void this.#answer(request, response).catch(() => response.destroy());
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

  /** A new path that answers so. */
  route(answer: UpstreamAnswer): UpstreamRoute {
    const path = `/${crypto.randomUUID()}`;
    const calls: UpstreamCall[] = [];
    this.#routes.set(path, { answer, calls });
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

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const { method = "", url = "/", rawHeaders, headers } = request;
    const call: UpstreamCall = { method, target: url, rawHeaders, headers, body: Buffer.concat(chunks) };
    const prefix = new URL(this.#baseUrl).pathname.replace(/\/$/, "");
    const path = url.replace(/\?.*/, "").slice(url.startsWith(prefix) ? prefix.length : 0);
    if (path === "/oauth/token") {
      this.tokenCalls.push(call);
      this.tokenAnswer(call, response);
      return;
    }
    // A route answers what is below it too.
    const route = [...this.#routes].find(([known]) => path === known || path.startsWith(`${known}/`))?.[1];
    if (!route) {
      response.writeHead(404).end();
      return;
    }
    route.calls.push(call);
    route.answer(call, response);
  }
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}
