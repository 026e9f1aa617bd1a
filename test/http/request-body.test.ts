import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf } from "./answer-json.js";
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

async function expectHealthy({ url, fetch }: TestServer): Promise<void> {
  expect(await answerOf(await fetch(`${url}/v1/health`))).toMatchObject({ status: "healthy" });
}
