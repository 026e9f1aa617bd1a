import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf, StoppedClock } from "./answer-json.js";
import { connectTo, readAnswer, type RawAnswer } from "./raw-connection.js";

setFlagsFromString("--expose_gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** The bytes that this process, server and client, has in use. */
function bytesInUse(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const mebibyte = 1024 * 1024;

test("a body whose every byte is a chunk of its own took 290 times its length of memory", async () => {
  const server = await startBoundServer();
  const chunks = Buffer.from("1\r\n \r\n".repeat(4_096));
  const sockets = [await connectTo(server.url), await connectTo(server.url)];
  await expectHealthy(server);
  const before = bytesInUse();
  for (const socket of sockets) {
    socket.write("POST /v1/store HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (let sent = 0; sent < 60; sent++) await new Promise((resolve) => socket.write(chunks, resolve));
  }
  await expectHealthy(server);
  expect(bytesInUse() - before).toBeLessThan(4 * mebibyte);
  for (const socket of sockets) {
    const answer = readAnswer(socket);
    socket.write("0\r\n\r\n");
    expect((await answer).status).toBe(400);
    socket.destroy();
  }
});

test.each([
  ["POST /v1/store", 400],
  ["POST /v1/storage", 400],
  ["POST /v1/credential", 400],
  ["POST /nowhere", 404],
  ["DELETE /v1/store", 405],
  ["GET /v1/health", 200],
])(
  "%s held the process for as long as pieces of one byte came",
  async (request, status) => {
    const server = await startBoundServer();
    const socket = await connectTo(server.url);
    const gone = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    const answer = readAnswer(socket);
    socket.write(`${request} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n`);
    if (status !== 400) expect((await answer).status).toBe(status);
    socket.write("1\r\n \r\n".repeat(20_000));
    const { body, status: given } = await answer;
    expect(given).toBe(status);
    if (status === 400) expect(body).toContain("The request is not well-formed HTTP.");
    // The connection ends, though the body has not.
    await gone;
    await expectHealthy(server);
  },
  60_000,
);

test.each(["GET /v1/health", "POST /nowhere"])(
  "%s was taken by the thousand before any response was read",
  async (start) => {
    const server = await startBoundServer();
    const socket = await connectTo(server.url);
    socket.on("error", () => undefined);
    const gone = new Promise((resolve) => socket.once("close", resolve));
    socket.write(`${start} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`.repeat(1_000));
    // The client learns of the end by writing, since it does not read.
    const probe = setInterval(() => socket.write("\r\n"), 50);
    onTestFinished(() => {
      clearInterval(probe);
    });
    await gone;
    await expectHealthy(server);
  },
  60_000,
);

test("a body may come in pieces of ordinary length, and a short one a byte at a time", async () => {
  const server = await startBoundServer();
  for (const [piece, count] of [
    [" ".repeat(64), 16_384],
    [" ", 1_024],
  ] as const) {
    const socket = await connectTo(server.url);
    const answer = readAnswer(socket);
    socket.write("POST /v1/store HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`.repeat(count));
    socket.write("0\r\n\r\n");
    expect((await answer).body).toContain("The body is not JSON in UTF-8.");
    socket.destroy();
  }
}, 60_000);

test("bodies in flight have one limit together, which counts the memory that they take", async () => {
  const server = await startBoundServer();
  const half = Buffer.alloc(mebibyte / 2 + 1, " ");
  const sockets = await Promise.all(Array.from({ length: 130 }, () => connectTo(server.url)));
  const answers: RawAnswer[] = [];
  for (const socket of sockets) {
    void readAnswer(socket).then((answer) => answers.push(answer));
    // A little more than half takes the room of a whole one, so that there is no room for more than 128.
    socket.write(`POST /v1/store HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n`);
    socket.write(`${half.length.toString(16)}\r\n`);
    socket.write(half);
  }
  await expect.poll(() => answers.length).toBeGreaterThanOrEqual(2);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([429]));
  expect(answers[0]?.headers).toMatch(/\r\nretry-after: 1/i);
  for (const socket of sockets) socket.destroy();
  await expectHealthy(server);
});

test("bodies that were parsed before a right was shown have a limit together, until they are refused", async () => {
  const server = await startBoundServer({ settings: { TV_RATE_LIMIT_PER_MINUTE: "0" } });
  const body = JSON.stringify({ ticket: `e30.${"0".repeat(64)}`, service: "example", tokenData: " ".repeat(900_000) });
  const send = async (): Promise<number> =>
    (await server.fetch(`${server.url}/v1/store`, { method: "POST", body })).status;
  for (let count = 0; count < 20; count++) expect(await send()).toBe(401);
  const statuses = await Promise.all(Array.from({ length: 60 }, send));
  expect(statuses).toContain(401);
  expect(statuses.filter((status) => status !== 401 && status !== 429)).toEqual([]);
  expect(await send()).toBe(401);
});

describe.each(["/v1/exchange", "/v1/store", "/v1/credential", "/v1/totp-code"])("an unsigned body for %s", (path) => {
  test.each([
    ["half a million empty lists", `[${"[],".repeat(349_000)}[]]`, "too many members"],
    ["as many numbers", `{"tokenData":[${"1,".repeat(520_000)}1]}`, "too many members"],
    ["objects in one another", '{"a":'.repeat(200_000), "nested too deeply"],
  ])("was parsed before anybody had shown a right: %s", async (_what, body, words) => {
    const server = await startBoundServer();
    const parse = vi.spyOn(JSON, "parse");
    onTestFinished(() => {
      parse.mockRestore();
    });
    const response = await server.fetch(server.url + path, { method: "POST", body });
    const longest = Math.max(0, ...parse.mock.calls.map(([text]) => text.length));
    expect(longest).toBeLessThan(1_000);
    expect(await response.json()).toEqual({
      error: "invalid_request",
      message: expect.stringContaining(words) as string,
    });
  });

  test("may hold brackets and commas in its texts", async () => {
    const server = await startBoundServer();
    const body = JSON.stringify({ ticket: '[{,"\\'.repeat(2_000), service: "\\", code: '"[[' });
    const response = await server.fetch(server.url + path, { method: "POST", body });
    expect(((await response.json()) as { message: string }).message).not.toMatch(/too many|too deeply/);
  });
});

test("a credential of many members and long texts is stored", async () => {
  const { tokenVault } = await startBoundServer();
  const scopes = Object.fromEntries(Array.from({ length: 1_000 }, (_none, index) => [`scope${String(index)}`, "[,{"]));
  expect((await tokenVault.store("github", { accessToken: '["\\'.repeat(20_000), ...scopes })).status).toBe(200);
});

test("a refused mebibyte cost its sender no more than a refused byte", async () => {
  const settings = { TV_RATE_LIMIT_PER_MINUTE: "100" };
  const server = await startBoundServer({ settings, clock: new StoppedClock(Date.now()) });
  const send = async (path: string, body: string, address: string): Promise<number> =>
    (await server.fetch(server.url + path, { method: "POST", body, headers: { "x-forwarded-for": address } })).status;
  const large = "[".repeat(mebibyte);
  for (const [address, body] of [
    ["203.0.113.1", large],
    ["203.0.113.2", "["],
  ] as const) {
    expect([await send("/v1/store", body, address), await send("/v1/store", body, address)]).toEqual([400, 400]);
  }
  expect(await send("/v1/store", "[", "203.0.113.1")).toBe(429);
  expect(await send("/v1/store", "[", "203.0.113.2")).toBe(400);
  // It comes back in a minute or two, however much was sent.
  server.clock.advance(120_000);
  expect(await send("/v1/store", "[", "203.0.113.1")).toBe(400);
});

async function expectHealthy({ url, fetch }: TestServer): Promise<void> {
  expect(await answerOf(await fetch(`${url}/v1/health`))).toMatchObject({ status: "healthy" });
}
