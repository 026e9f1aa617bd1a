import { readFile } from "node:fs/promises";
import { createServer as createTlsServer } from "node:https";
import { connect, type AddressInfo } from "node:net";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { expectError } from "./answer-json.js";
import { closedPort } from "./loopback-server.js";
import { callThrough, startProxy, startRawUpstream } from "./raw-upstream.js";

const token = "gho_16C7e42F292c6912E7";

/** Of a certificate that nobody else signed, for tests alone; both are valid until 2126. */
const tlsKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQghDJVfBx5rK5OKb67
1bjT1b/KKgb74IdssXBIhMnc+UyhRANCAATSTsPq9Ok+uQ+zMr/3OKviCi4rcOK1
ifCCgVwdf9ppbNfeCjdUFDvyITREtZ0q+qITtn26bCPpWL1yR8WloZKv
-----END PRIVATE KEY-----`;
const tlsCertificate = `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUEQHIDvsM4fpfSnhWXngT5XoXupgwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyOTAzMzAzOFoYDzIxMjYxMTA1
MDMzMDM4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATSTsPq9Ok+uQ+zMr/3OKviCi4rcOK1ifCCgVwdf9ppbNfeCjdUFDvy
ITREtZ0q+qITtn26bCPpWL1yR8WloZKvo1MwUTAdBgNVHQ4EFgQUjlgSMQD3UKqD
pKBYKH89/2Ijc8IwHwYDVR0jBBgwFoAUjlgSMQD3UKqDpKBYKH89/2Ijc8IwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAhGB8wfPjz6yG9f8vHouq
0cTxMJD81hgOGClb1Y2dcFECIFoo9mb6vyoTdVLWEX/pEdrFk0izTQvqmhg+9iGX
4AYZ
-----END CERTIFICATE-----`;

describe("a body's encoding as servers give it", () => {
  const text = `before ${token} after`;

  test.each(["gzip", "deflate", "br", "gzip, br", "zstd"])("%s of nothing is an empty body", async (encoding) => {
    for (const head of [{ "Content-Length": "0" }, { "Transfer-Encoding": "chunked" }]) {
      if (encoding === "zstd" && "Transfer-Encoding" in head) continue;
      const upstream = await startRawUpstream((_request, response) => {
        response.writeHead(200, { "Content-Encoding": encoding, ...head }).flushHeaders();
        setTimeout(() => response.end(), 20);
      });
      const response = await callThrough(await startProxy(token, upstream), { url: upstream.url });
      expect([response.status, await response.text()]).toEqual([200, ""]);
    }
  });

  test.each([
    ["raw deflate", "deflate", deflateRawSync(text)],
    ["deflate with zlib's header", "deflate", deflateSync(text)],
    ["raw deflate of what does not shrink", "deflate", deflateRawSync(text, { level: 0 })],
    ["raw deflate in gzip", "deflate, gzip", gzipSync(deflateRawSync(text))],
    ["utf-8", "utf-8", Buffer.from(text)],
    ["UTF8", "UTF8", Buffer.from(text)],
    ["ISO-8859-1", "ISO-8859-1", Buffer.from(text)],
    ["none", "none", Buffer.from(text)],
    ["aws-chunked", "aws-chunked", Buffer.from(text)],
    ["aws-chunked over gzip", "gzip,aws-chunked", gzipSync(text)],
    ["a media type", "application/json", Buffer.from(text)],
    ["a media type with a charset", "text/plain; charset=utf-8", Buffer.from(text)],
    ["a charset by name", 'charset="utf-8"', Buffer.from(text)],
    ["a word that compresses nothing", "plain", Buffer.from(text)],
    ["off", "off", Buffer.from(text)],
    ["an encoding of mails", "quoted-printable", Buffer.from(text)],
    ["identity with a weight", "identity;q=1", Buffer.from(text)],
    ["gzip with a weight", "gzip;q=1.0", gzipSync(text)],
    ["gzip in quotes", '"gzip"', gzipSync(text)],
    ["gzip that nobody compressed", "gzip", Buffer.from(text)],
  ])("%s comes through without the token", async (_what, encoding, body) => {
    const upstream = await startRawUpstream((_request, response) => {
      response.writeHead(200, { "Content-Encoding": encoding });
      // Byte by byte, so that the first piece is as short as it can be.
      for (const byte of body) response.write(Buffer.of(byte));
      response.end();
    });
    const response = await callThrough(await startProxy(token, upstream), { url: upstream.url });
    expect([response.status, await response.text()]).toEqual([200, "before [redacted] after"]);
  });
});

/** Refuses each body before it has come; in a thread of its own, since here it would be read in turn with the writes. */
const refusingServer = `
  const { createServer } = require("node:http");
  const { parentPort } = require("node:worker_threads");
  const server = createServer((_request, response) => {
    response.writeHead(413, { connection: "close" });
    response.end("too large");
  });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

test("an upstream that refuses a large body at once and closes has its answer passed on", async () => {
  const worker = new Worker(refusingServer, { eval: true });
  onTestFinished(() => void worker.terminate());
  const port = await new Promise((resolve) => worker.once("message", resolve));
  const host = `127.0.0.1:${String(port)}`;
  const proxy = await startProxy(token, { host });
  for (let count = 0; count < 25; count++) {
    const body = Buffer.alloc(2_000_000 + count * 120_000, "x").toString("base64");
    const response = await callThrough(proxy, { url: `http://${host}/`, method: "POST", body });
    expect([count, response.status, await response.text()]).toEqual([count, 413, "too large"]);
  }
});

describe("headers as servers send them", () => {
  test("of 20 kB in 60 cookies come through", async () => {
    const cookies = Array.from({ length: 60 }, (_, index) => `c${String(index)}=${"x".repeat(330)}`);
    const upstream = await startRawUpstream((_request, response) =>
      response.writeHead(200, { "Set-Cookie": cookies }).end("ok"),
    );
    const server = await startProxy(token, upstream);
    const received = await rawAnswer(server.url, await signed(server, upstream.url));
    expect(received.match(/^set-cookie: c\d+=x{330}\r$/gim)).toHaveLength(60);
  });

  test("that are longer than any should be, and a status of no meaning, are called what they are", async () => {
    const sentences: string[] = [];
    for (const head of [
      `HTTP/1.1 200 OK\r\nX-Long: ${"x".repeat(100_000)}`,
      "HTTP/1.1 999 Request denied\r\nContent-Length: 0",
      "SSH-2.0-OpenSSH_9.6",
    ]) {
      const upstream = await startRawUpstream((request) => request.socket.end(`${head}\r\n\r\n`));
      const response = await callThrough(await startProxy(token, upstream), { url: upstream.url });
      const { error, message } = (await response.json()) as { error: string; message: string };
      expect([response.status, error]).toEqual([502, "upstream_error"]);
      sentences.push(message);
    }
    expect(sentences).toEqual([
      "The upstream's headers are too long.",
      "The upstream answered with a status that cannot be passed on.",
      "The upstream's response is not well-formed HTTP.",
    ]);
  });
});

test("HEAD tells the length that the upstream gave", async () => {
  const upstream = await startRawUpstream((_request, response) =>
    response.writeHead(200, { "Content-Length": "1234" }).end(),
  );
  const response = await callThrough(await startProxy(token, upstream), { url: upstream.url, method: "HEAD" });
  expect(response.headers.get("x-upstream-content-length")).toBe("1234");
  // A POST is answered, and nothing follows.
  expect([response.headers.get("content-length"), await response.text()]).toEqual(["0", ""]);
});

test("a response that its transfer compresses comes through without the token", async () => {
  const compressed = gzipSync(`before ${token} after`);
  const upstream = await startRawUpstream((_request, { socket }) => {
    const head = "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: gzip, chunked\r\n\r\n";
    socket?.write(`${head}${compressed.length.toString(16)}\r\n`);
    socket?.write(compressed);
    socket?.end("\r\n0\r\n\r\n");
  });
  const response = await callThrough(await startProxy(token, upstream), { url: upstream.url });
  expect([response.status, await response.text()]).toEqual([200, "before [redacted] after"]);
});

describe("why an upstream cannot be reached is in the log and in the audit line, and not in the answer", () => {
  test("where its certificate is its own", async () => {
    const server = createTlsServer({ key: tlsKey, cert: tlsCertificate }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    onTestFinished(() => void server.close());
    const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    await expectCause(host, `https://${host}/`, "DEPTH_ZERO_SELF_SIGNED_CERT", "certificate");
  });

  test("where nothing listens", async () => {
    const host = await closedPort();
    await expectCause(host, `http://${host}/`, "ECONNREFUSED", "cannot be reached");
  });

  test("where it ends the connection", async () => {
    const { host, url } = await startRawUpstream(({ socket }) => void socket.destroy());
    await expectCause(host, url, "ECONNRESET", "broke the connection off");
  });

  async function expectCause(host: string, url: string, code: string, word: string): Promise<void> {
    const server = await startProxy(token, { host });
    const response = await callThrough(server, { url });
    const text = await response.clone().text();
    await expectError(response, "upstream_error");
    expect(text).toContain(word);
    expect(text).not.toContain(code);
    expect(server.logLines.at(-1)).toContain(`"upstreamError":"${code}"`);
    const lines = await readFile(join(server.folder, "data", "record.jsonl"), "utf8");
    expect(lines.trim().split("\n").at(-1)).toContain(`"upstreamError":"${code}"`);
  }
});

async function signed(server: Awaited<ReturnType<typeof startProxy>>, url: string): Promise<string> {
  const ticket = await server.tokenVault.ticket("github", "proxy");
  const body = JSON.stringify({ ticket, service: "github", upstream: { url }, headerTemplates: {} });
  const headers = Object.entries(await server.tokenVault.signedHeaders(body)).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const { host } = new URL(server.url);
  const head = ["POST /v1/proxy HTTP/1.1", `Host: ${host}`, "Connection: close", ...headers];
  return `${[...head, `Content-Length: ${String(body.length)}`].join("\r\n")}\r\n\r\n${body}`;
}

/** The answer's bytes: most clients take less than 20 kB of headers. */
async function rawAnswer(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(request);
  let received = "";
  for await (const piece of socket) received += String(piece);
  return received;
}
