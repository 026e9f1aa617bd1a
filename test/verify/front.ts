import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createNetServer, type AddressInfo, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";

export interface SeenRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

export interface Front {
  readonly url: string;
  /** Every request so far. */
  readonly seen: SeenRequest[];
}

/** Answers, or returns false to pass the request on. */
export type Handler = (request: SeenRequest, response: ServerResponse) => boolean;

/**
 * A small server that reads each body whole, then lets the handler answer.
 * @param behind where the rest is passed on to; without one it is 404
 */
export async function startFront(handler: Handler, behind?: string, host = "127.0.0.1"): Promise<Front> {
  const seen: SeenRequest[] = [];
  const server = createServer((incoming, response) => {
    response.on("error", () => undefined);
    buffer(incoming).then(
      (body) => {
        const { method = "", url = "", headers } = incoming;
        const request = { method, path: url.replace(/\?.*/s, ""), headers: { ...headers }, body };
        seen.push(request);
        if (handler(request, response)) return;
        if (behind === undefined) response.writeHead(404).end();
        else passOn(new URL(url, behind), request, response);
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://${host}:${String((server.address() as AddressInfo).port)}`, seen };
}

/** A server that writes bytes of its own for each connection that says something. */
export async function startSocketServer(onData: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createNetServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    socket.on("data", () => {
      onData(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

export function answerJson(response: ServerResponse, value: unknown, status = 200, headers = {}): true {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof value === "string" ? value : JSON.stringify(value));
  return true;
}

function passOn(url: URL, { method, headers, body }: SeenRequest, response: ServerResponse): void {
  const { "transfer-encoding": _framing, ...passed } = headers;
  const onward = httpRequest(url, { method, headers: { ...passed, "content-length": body.length }, agent: false });
  onward.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  onward.end(body);
}
