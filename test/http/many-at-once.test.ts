import type { Socket } from "node:net";
import { onTestFinished, expect, test, vi } from "vitest";
import { startBoundServer, startTestServer, type TestServer } from "../support/test-server.js";
import { answerOf } from "./answer-json.js";
import { connectFrom, readAnswer, type RawAnswer } from "./raw-connection.js";

const maxAtOnce = 256;
const tooMany = maxAtOnce + 40;
/** Loopback addresses are clients like any other then. */
const untrusted = { TV_RATE_LIMIT_PER_MINUTE: "0", TRUSTED_PROXIES: "192.0.2.1" };
const slowBody = "Host: localhost\r\nContent-Length: 100\r\n\r\n{";

async function connectMany(count: number, localAddress: string, server: TestServer): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let index = 0; index < count; index++) sockets.push(await connectFrom(localAddress, server));
  return sockets;
}

/** The answers that have come, in a list that grows. */
function answersOf(sockets: readonly Socket[]): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (const socket of sockets) void readAnswer(socket).then((answer) => answers.push(answer));
  return answers;
}

async function ask(socket: Socket): Promise<number> {
  const answer = readAnswer(socket);
  socket.write("GET /v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  return (await answer).status;
}

test("one address held every connection there is, so that nobody else had any", async () => {
  const server = await startTestServer({ settings: untrusted });
  const sockets = await connectMany(tooMany, "127.0.0.1", server);
  for (const socket of sockets) socket.write(`POST /v1/exchange HTTP/1.1\r\n${slowBody}`);
  for (const socket of sockets) socket.resume();
  await expect.poll(() => sockets.filter(({ destroyed }) => destroyed).length).toBe(tooMany - maxAtOnce);
  expect(await ask(await connectFrom("127.0.0.2", server))).toBe(200);
  // Whoever lets go of some may have others.
  for (const socket of sockets) socket.destroy();
  await expect.poll(async () => ask(await connectFrom("127.0.0.1", server))).toBe(200);
});

test("slow connections kept out, or cut off, the others of their own address", async () => {
  const server = await startTestServer({ settings: untrusted });
  const kept = await connectFrom("127.0.0.1", server);
  expect(await ask(kept)).toBe(200);
  const slow = await connectMany(tooMany, "127.0.0.1", server);
  for (const socket of slow) socket.resume().write(`POST /v1/exchange HTTP/1.1\r\n${slowBody}`);
  expect(await ask(await connectFrom("127.0.0.1", server))).toBe(200);
  expect(await ask(kept)).toBe(200);
  // The first that came make room for the last.
  await expect.poll(() => slow.slice(0, tooMany - maxAtOnce).filter(({ destroyed }) => !destroyed)).toEqual([]);
  expect(slow.at(-1)?.destroyed).toBe(false);
});

test("a trusted proxy has the connections of all of its clients", async () => {
  const server = await startTestServer({ settings: { TV_RATE_LIMIT_PER_MINUTE: "0" } });
  const sockets = await connectMany(tooMany, "127.0.0.1", server);
  expect(new Set(await Promise.all(sockets.map(ask)))).toEqual(new Set([200]));
});

test("one client of a proxy held its connections with bodies that do not come", async () => {
  const server = await startBoundServer({ settings: { TV_RATE_LIMIT_PER_MINUTE: "0" } });
  const sockets = await connectMany(tooMany, "127.0.0.1", server);
  for (const socket of sockets) socket.write(`POST /v1/store HTTP/1.1\r\nX-Forwarded-For: 203.0.113.1\r\n${slowBody}`);
  const answers = answersOf(sockets);
  await expect.poll(() => answers.length).toBe(tooMany - maxAtOnce);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([429]));
  expect((await server.tokenVault.store("github", { accessToken: "example" })).status).toBe(200);
  // Requests of it without a body are answered.
  const headers = { "x-forwarded-for": "203.0.113.1" };
  expect((await server.fetch(`${server.url}/v1/health`, { headers })).status).toBe(200);
});

test("a network of IPv6 has its bodies together, however many addresses it has", async () => {
  const server = await startBoundServer({ settings: { TV_RATE_LIMIT_PER_MINUTE: "0" } });
  const sockets = await connectMany(tooMany, "127.0.0.1", server);
  for (const [index, socket] of sockets.entries())
    socket.write(`POST /v1/store HTTP/1.1\r\nX-Forwarded-For: 2001:db8:1:${index.toString(16)}::1\r\n${slowBody}`);
  const answers = answersOf(sockets);
  await expect.poll(() => answers.length).toBe(tooMany - maxAtOnce);
});

test("a body that came a byte at a time was waited for until the whole request had run out of time", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const server = await startBoundServer();
  const [slow, steady] = await connectMany(2, "127.0.0.1", server);
  const [slowAnswers, steadyAnswers] = [answersOf([slow as Socket]), answersOf([steady as Socket])];
  const head = "POST /v1/store HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400000\r\n\r\n";
  const timersBefore = vi.getTimerCount();
  slow?.write(head + "{");
  steady?.write(head + " ".repeat(200_000));
  await expect.poll(() => vi.getTimerCount()).toBe(timersBefore + 2);
  await expectReceived(server);
  vi.advanceTimersByTime(10_000);
  await expect.poll(() => slowAnswers.length).toBe(1);
  expect(slowAnswers[0]).toMatchObject({ status: 400, body: expect.stringContaining("too slowly") as string });
  expect(steadyAnswers).toEqual([]);
  steady?.write(" ".repeat(200_000));
  await expect.poll(() => steadyAnswers.length).toBe(1);
  expect(steadyAnswers[0]).toMatchObject({ status: 400, body: expect.stringContaining("not JSON") as string });
  expect(vi.getTimerCount()).toBe(timersBefore);
});

/** Bytes that were written to other connections before have been read once later requests are answered. */
async function expectReceived({ url, fetch }: TestServer): Promise<void> {
  for (let count = 0; count < 20; count++) expect(await answerOf(await fetch(`${url}/v1/health`))).toBeDefined();
}
