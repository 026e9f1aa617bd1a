import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startChildServer, type ChildServer } from "../crash/child-server.js";
import { temporaryFolder } from "../support/test-server.js";
import { connectFrom, readAnswer, type RawAnswer } from "./raw-connection.js";

/** Half as much as a small container has. */
const nodeMebibytes = 256;
/** The container's own limit is 512; what was measured is 180. */
const maxResidentMebibytes = 400;
const clients = 200;
const floodMs = 4_000;

const head = (start: string, fields = ""): string => `${start} HTTP/1.1\r\nHost: localhost\r\n${fields}`;
const chunked = "Transfer-Encoding: chunked\r\n\r\n";
const onePieceAByte = "1\r\n \r\n".repeat(8_192);
const health = head("GET /v1/health", "\r\n");

/** The beginning of a connection, and what follows it again and again. */
const floods: readonly (readonly [name: string, start: string, rest: string])[] = [
  ["a stored credential in pieces of one byte", head("POST /v1/store", chunked), onePieceAByte],
  ["a code in pieces of one byte", head("POST /v1/exchange", chunked), onePieceAByte],
  ["an unsigned message in pieces of one byte", head("POST /v1/storage", chunked), onePieceAByte],
  ["an unsigned proxy call in pieces of one byte", head("POST /v1/proxy", chunked), onePieceAByte],
  ["the owner's page in pieces of one byte", head("POST /", chunked), onePieceAByte],
  ["pieces of one byte after 100", head("POST /v1/store", `Expect: 100-continue\r\n${chunked}`), onePieceAByte],
  ["pieces of one byte to nowhere", head("POST /nowhere", chunked), onePieceAByte],
  ["pieces of one byte by a method that is not taken", head("PUT /v1/store", chunked), onePieceAByte],
  ["pieces of one byte where no body belongs", head("GET /v1/health", chunked), onePieceAByte],
  [
    "an expectation that is not known",
    "",
    head("POST /v1/exchange", "Expect: more\r\nContent-Length: 0\r\n\r\n").repeat(500),
  ],
  ["a body that is long", head("POST /v1/store", "Content-Length: 1048576\r\n\r\n"), " ".repeat(65_536)],
  ["a body that is too long", head("POST /v1/store", "Content-Length: 9999999\r\n\r\n"), " ".repeat(65_536)],
  ["a chunk that is too long", head("POST /v1/store", `${chunked}1000000\r\n`), " ".repeat(65_536)],
  ["requests that do not wait for a response", "", health.repeat(1_000)],
  ["requests to nowhere that do not wait for a response", "", head("POST /nowhere", "\r\n").repeat(1_000)],
];

async function startSmallServer(settings: Readonly<Record<string, string>> = {}): Promise<ChildServer> {
  const options = `--max-old-space-size=${String(nodeMebibytes)}`;
  const folder = await temporaryFolder();
  const server = await startChildServer(folder, {
    NODE_OPTIONS: options,
    TV_RATE_LIMIT_PER_MINUTE: "6000",
    ...settings,
  });
  onTestFinished(() => server.kill("SIGKILL"));
  return server;
}

async function residentMebibytes({ pid }: ChildServer): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

async function expectHealthy({ url }: ChildServer): Promise<void> {
  expect((await fetch(`${url}/v1/health`)).status).toBe(200);
}

function ask(socket: Socket): Promise<RawAnswer> {
  const answer = readAnswer(socket);
  socket.write(health);
  return answer;
}

function flood(socket: Socket, start: string, rest: string, until: number): void {
  let left = 6_000_000;
  const goOn = (): void => {
    while (!socket.destroyed && left > 0 && Date.now() < until) {
      left -= rest.length;
      if (!socket.write(rest)) {
        socket.once("drain", goOn);
        return;
      }
    }
  };
  socket.write(start);
  goOn();
}

test.each(floods)("a small container's memory was filled by %s", async (_name, start, rest) => {
  const server = await startSmallServer();
  const sockets: Socket[] = [];
  for (let count = 0; count < clients; count++) sockets.push((await connectFrom("127.0.0.2", server)).resume());
  const until = Date.now() + floodMs;
  // Some read no response.
  for (const socket of sockets.slice(clients / 2)) socket.pause();
  for (const socket of sockets) flood(socket, start, rest, until);
  let most = 0;
  const watch = async (): Promise<void> => {
    most = Math.max(most, await residentMebibytes(server));
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  while (Date.now() < until) await watch();
  for (const socket of sockets) socket.destroy();
  await expectHealthy(server);
  // Bytes that were in the kernel still come when its sender has gone.
  for (let count = 0; count < 40; count++) await watch();
  await expectHealthy(server);
  expect(most).toBeLessThan(maxResidentMebibytes);
});

/** One character that is no Latin-1 makes a text of JSON take two bytes for each. */
const wide = "\u0100".padEnd(1_000_000, "a");

test.each([
  ["/v1/exchange", { code: "00000000-0000-4000-8000-000000000000", more: wide }],
  ["/v1/exchange", { code: wide }],
  ["/v1/store", { ticket: `e30.${"0".repeat(64)}`, service: "example", tokenData: { accessToken: wide } }],
  ["/v1/credential", { ticket: wide, service: "example" }],
])("a small container's memory was filled by parsed bodies for %s that all ended together", async (path, message) => {
  const server = await startSmallServer({ TRUSTED_PROXIES: "192.0.2.1" });
  const body = Buffer.from(JSON.stringify(message));
  const sockets: Socket[] = [];
  for (let count = 0; count < clients; count++) {
    const socket = (await connectFrom(`127.0.0.${String(2 + (count % 2))}`, server)).resume();
    sockets.push(socket);
    socket.write(head(`POST ${path}`, `Content-Length: ${String(body.length)}\r\n\r\n`));
    socket.write(body.subarray(0, -1));
  }
  await expect.poll(() => sockets.every((socket) => socket.destroyed || socket.writableLength === 0)).toBe(true);
  await expectHealthy(server);
  for (const socket of sockets) if (!socket.destroyed) socket.write(body.subarray(-1));
  let most = 0;
  for (let count = 0; count < 60; count++) {
    most = Math.max(most, await residentMebibytes(server));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await expectHealthy(server);
  expect(most).toBeLessThan(maxResidentMebibytes);
});

test.each([
  ["that a trusted proxy may have", {}],
  ["that one address may not have", { TRUSTED_PROXIES: "192.0.2.1" }],
])("4,096 slow connections %s kept everyone else out", async (_name, settings: Record<string, string>) => {
  const server = await startSmallServer(settings);
  const kept = await connectFrom("127.0.0.3", server);
  expect((await ask(kept)).status).toBe(200);
  for (let count = 0; count < 4_096; count++) {
    const socket = (await connectFrom("127.0.0.2", server)).resume();
    socket.write(head("POST /v1/store", "Content-Length: 100\r\n\r\n{"));
  }
  for (let count = 0; count < 50; count++) await expectHealthy(server);
  expect((await ask(kept)).status).toBe(200);
  expect(await residentMebibytes(server)).toBeLessThan(maxResidentMebibytes);
});
