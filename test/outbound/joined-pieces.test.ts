import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { startCountedUpstream } from "./counted-upstream.js";
import { fetchFor, get } from "./whole-call.js";

const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const count = 60_000;

test("chunks of one byte are not kept one by one, each at the price of hundreds", async () => {
  const upstream = await startCountedUpstream((socket) => {
    socket.write(`${head}${"1\r\na\r\n".repeat(count)}0\r\n\r\n`);
  });
  const { fetch, url } = fetchFor(upstream);
  const { body } = await fetch.send(await fetch.target(url), get);
  await pause(100);
  const pieces: Buffer[] = [];
  for await (const piece of body as AsyncIterable<Buffer>) pieces.push(piece);
  expect(Buffer.concat(pieces).toString()).toBe("a".repeat(count));
  expect(pieces.length).toBeLessThan(count / 50);
});

test("chunks that come one by one are given at once, and the end is known", async () => {
  const upstream = await startCountedUpstream((socket) => {
    socket.write(head);
  });
  const { fetch, url } = fetchFor(upstream);
  const { body } = await fetch.send(await fetch.target(url), get);
  const pieces = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  for (const text of ["data: 1\n\n", "data: 2\n\n"]) {
    upstream.connections[0]?.write(`${text.length.toString(16)}\r\n${text}\r\n`);
    const { value } = (await pieces.next()) as { value: Buffer };
    expect(value.toString()).toBe(text);
  }
  upstream.connections[0]?.write("0\r\n\r\n");
  expect(await pieces.next()).toMatchObject({ done: true });
  expect(body.complete).toBe(true);
});

test("chunks of which the connection breaks off are no whole body", async () => {
  const upstream = await startCountedUpstream((socket) => {
    socket.end(`${head}1\r\na\r\n1\r\nb\r\n`);
  });
  const { fetch, url } = fetchFor(upstream);
  const { body } = await fetch.send(await fetch.target(url), get);
  await expect((body as unknown as { toArray(): Promise<unknown> }).toArray()).rejects.toThrow();
});
