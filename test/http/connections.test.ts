import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { Connections } from "../../src/http/limits.js";
import { loopback } from "../../src/platform/ip-address.js";
import { connectFrom } from "./raw-connection.js";

const request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** Listens with the limits of connections, and answers nothing. */
async function startWith(
  onRequest: (request: IncomingMessage) => void,
): Promise<{ readonly url: string; readonly open: readonly Socket[] }> {
  const server = createServer(onRequest);
  const open: Socket[] = [];
  new Connections(server, loopback);
  server.on("connection", (socket: Socket) => open.push(socket));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, open };
}

/** Returns another open connection, to which something happens once the client of too many requests is ended. */
async function bystanderOfEnded(onEnded: (bystander: Socket) => void): Promise<Socket> {
  const server = await startWith(({ socket }) => {
    if (socket.destroyed && server.open[0]) onEnded(server.open[0]);
  });
  await connectFrom("127.0.0.1", server);
  const hasty = await connectFrom("127.0.0.1", server);
  hasty.resume().write(request.repeat(40));
  await once(hasty, "close");
  await new Promise((resolve) => setTimeout(resolve, 50));
  if (!server.open[0]) throw new Error("nobody has connected");
  return server.open[0];
}

test("the others are read again when a client of too many requests was ended", async () => {
  const seen: boolean[] = [];
  const bystander = await bystanderOfEnded((socket) => seen.push(socket.isPaused()));
  expect(seen).toContain(true);
  expect(bystander.isPaused()).toBe(false);
});

test("a connection whose body was too much was read on, since another had been ended", async () => {
  const bystander = await bystanderOfEnded((socket) => socket.pause().end());
  expect(bystander.isPaused()).toBe(true);
});

test("a connection that was paused again for a body that nobody reads was read on", async () => {
  const bystander = await bystanderOfEnded((socket) => {
    socket.resume();
    process.nextTick(() => socket.pause());
  });
  expect(bystander.isPaused()).toBe(true);
});

test("connections had dozens of requests each that waited for a response, whatever the others had", async () => {
  let begun = 0;
  const server = await startWith(({ socket }) => {
    if (!socket.destroyed) begun += 1;
  });
  const sendMany = async (count: number): Promise<Socket[]> => {
    const sockets: Socket[] = [];
    for (let index = 0; index < count; index++) sockets.push(await connectFrom("127.0.0.1", server));
    for (const socket of sockets) socket.resume().write(request.repeat(31));
    return sockets;
  };
  const sockets = await sendMany(300);
  await expect.poll(() => sockets.some(({ destroyed }) => destroyed)).toBe(true);
  // Those that go away leave room.
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => server.open.every(({ destroyed }) => destroyed)).toBe(true);
  begun = 0;
  const others = await sendMany(100);
  await expect.poll(() => begun).toBe(100 * 31);
  expect(others.some(({ destroyed }) => destroyed)).toBe(false);
});
