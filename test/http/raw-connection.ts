import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface RawAnswer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/** Sends bytes that no HTTP client would, over a connection of its own. */
export async function sendRaw(url: string, ...pieces: readonly (string | Uint8Array)[]): Promise<RawAnswer> {
  const socket = await connectTo(url);
  for (const piece of pieces) socket.write(piece);
  const answer = await readAnswer(socket);
  socket.destroy();
  return answer;
}

export function connectTo(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      resolve(socket);
    });
    socket.on("error", reject);
  });
}

/** Reads one answer; its end is told by Content-Length, or by the end of the connection. */
export function readAnswer(socket: Socket): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let received = "";
    const finish = (): void => {
      const end = received.indexOf("\r\n\r\n");
      const headers = end === -1 ? received : received.slice(0, end);
      const rest = end === -1 ? "" : received.slice(end + 4);
      const isChunked = /\r\ntransfer-encoding: *chunked/i.test(headers);
      resolve({ status: Number(headers.split(" ")[1]), headers, body: isChunked ? withoutChunks(rest) : rest });
    };
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
      const end = received.indexOf("\r\n\r\n");
      const length = /\r\ncontent-length: *(\d+)/i.exec(received.slice(0, end))?.[1];
      if (end !== -1 && length !== undefined && received.length >= end + 4 + Number(length)) finish();
    });
    socket.on("error", finish);
    socket.on("close", finish);
  });
}

function withoutChunks(text: string): string {
  const end = text.indexOf("\r\n");
  const length = parseInt(text, 16);
  if (end === -1 || !(length > 0)) return "";
  return text.slice(end + 2, end + 2 + length) + withoutChunks(text.slice(end + 2 + length + 2));
}

/** Connects from one of this machine's own addresses; the connection ends with the test. */
export async function connectFrom(localAddress: string, { url }: { readonly url: string }): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), localAddress });
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on("error", () => undefined);
  await new Promise((resolve) => socket.once("connect", resolve).once("close", resolve));
  return socket;
}
