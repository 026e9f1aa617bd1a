import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface CountedUpstream {
  readonly port: number;
  /** host:port */
  readonly host: string;
  /** The connections that were opened, in order. */
  readonly connections: readonly Socket[];
  /** The head of each request that came, with the number of its connection from 1. */
  readonly requests: readonly { readonly connection: number; readonly head: string }[];
  /** Resolves when so many connections have ended. */
  ended(count: number): Promise<void>;
}

/** Handles a request, given the connection, its number from 1, and the request's number on it from 1. */
export type Script = (socket: Socket, connection: number, request: number) => void;

export const keptAnswer = (body: string, headers = ""): string =>
  `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${String(body.length)}\r\n\r\n${body}`;

/** An upstream on loopback that counts its connections; it is stopped when the test ends. */
export async function startCountedUpstream(
  script: Script,
  { address = "127.0.0.1", port = 0, listener = (serve: (socket: Socket) => void): Server => createServer(serve) } = {},
): Promise<CountedUpstream> {
  const connections: Socket[] = [];
  const requests: { connection: number; head: string }[] = [];
  let endedCount = 0;
  let wake: () => void = () => undefined;
  const server = listener((socket) => {
    const connection = connections.push(socket);
    let onThis = 0;
    let received = "";
    socket.on("error", () => undefined);
    socket.on("close", () => {
      endedCount++;
      wake();
    });
    socket.on("data", (bytes) => {
      received += bytes.toString("latin1");
      for (let end = received.indexOf("\r\n\r\n"); end !== -1; end = received.indexOf("\r\n\r\n")) {
        requests.push({ connection, head: received.slice(0, end) });
        received = received.slice(end + 4);
        script(socket, connection, ++onThis);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  onTestFinished(() => {
    for (const socket of connections) socket.destroy();
    server.close();
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    host: `${address}:${String(bound)}`,
    connections,
    requests,
    async ended(count) {
      while (endedCount < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
