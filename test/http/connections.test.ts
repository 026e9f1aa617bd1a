import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { Connections } from "../../src/http/limits.js";
import { loopback } from "../../src/platform/ip-address.js";
import { connectFrom } from "./raw-connection.js";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server whose `bystander` is another open connection, once the client of too many requests is ended. */
async function whenOneIsEnded(onEnded: (bystander: Socket) => void): Promise<Socket> {
  const open: Socket[] = [];
  const answer: Answer = ({ socket }) => {
    if (socket.destroyed && open[0]) onEnded(open[0]);
  };
  const server = createServer(answer);
  const connections = new Connections(server, loopback);
  onTestFinished(() => {
    connections.endIdle();
    server.close();
  });
  server.on("connection", (socket: Socket) => open.push(socket));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const at = { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
  await connectFrom("127.0.0.1", at);
  const hasty = await connectFrom("127.0.0.1", at);
  hasty.resume().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(40));
  await once(hasty, "close");
  await new Promise((resolve) => setTimeout(resolve, 50));
  if (!open[0]) throw new Error("nobody has connected");
  return open[0];
}

test("the others are read again when a client of too many requests was ended", async () => {
  const seen: boolean[] = [];
  const bystander = await whenOneIsEnded((socket) => seen.push(socket.isPaused()));
  expect(seen).toContain(true);
  expect(bystander.isPaused()).toBe(false);
});

test("a connection whose body was too much was read on, since another had been ended", async () => {
  const bystander = await whenOneIsEnded((socket) => socket.pause().end());
  expect(bystander.isPaused()).toBe(true);
});

test("a connection that was paused again for a body that nobody reads was read on", async () => {
  const bystander = await whenOneIsEnded((socket) => {
    socket.resume();
    process.nextTick(() => socket.pause());
  });
  expect(bystander.isPaused()).toBe(true);
});
