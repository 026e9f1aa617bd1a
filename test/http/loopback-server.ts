import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface GivenAnswer {
  readonly status?: number;
  /** Sent as JSON unless it is a text. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Undefined leaves the request without an answer. */
type Answerer = (request: ReceivedRequest) => GivenAnswer | undefined | Promise<GivenAnswer | undefined>;

/** An upstream, a provider or a token endpoint on a free loopback port. */
export interface LoopbackServer {
  readonly url: string;
  /** host:port, for ALLOW_PRIVATE_HOSTS. */
  readonly host: string;
  readonly received: ReceivedRequest[];
  /** The next requests get this. */
  answer: Answerer;
}

/** It is stopped when the test ends. */
export async function startLoopbackServer(answer: Answerer): Promise<LoopbackServer> {
  const received: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      const complete = { method, path, headers, body: Buffer.concat(chunks).toString("utf8") };
      received.push(complete);
      void Promise.resolve(started.answer(complete)).then((given) => {
        if (!given) return;
        const { status = 200, body = {}, headers: fields = {} } = given;
        response.writeHead(status, { "content-type": "application/json", ...fields });
        response.end(typeof body === "string" ? body : JSON.stringify(body));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const started: LoopbackServer = { url: `http://${host}`, host, received, answer };
  return started;
}

/** host:port of loopback where nothing listens. */
export async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${String(port)}`;
}
