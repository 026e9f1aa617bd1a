import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import type { TestServer } from "../support/test-server.js";
import { failingDisk } from "./failing-disk.js";
import { callThrough, proxyBody, startProxy, startRawUpstream, type ProxyCall } from "./raw-upstream.js";
import { startWithGithub } from "./ticket-bearer.js";

const token = "gho_16C7e42F292c6912E7";

test("repeated headers come apart, in their order and letter case, and their bytes as they were", async () => {
  const upstream = await startRawUpstream((_request, response) =>
    response
      .writeHead(200, ["X-One", "a, b", "x-One", "c", "Link", "<a>", "Link", "<b>", "X-Latin", "caf\u00e9 \u00ff"])
      .end("hello"),
  );
  const { answer } = await rawCall(await startProxy(token, upstream), { url: upstream.url });
  expect(pairsOf(answer, /^(?:x-one|link|x-latin)$/i)).toEqual([
    ["X-One", "a, b"],
    ["x-One", "c"],
    ["Link", "<a>"],
    ["Link", "<b>"],
    ["X-Latin", "caf\u00e9 \u00ff"],
  ]);
});

test("the upstream's Date is passed on, and there is one only", async () => {
  const date = "Wed, 21 Oct 2015 07:28:00 GMT";
  const upstream = await startRawUpstream((_request, response) => response.writeHead(200, { Date: date }).end("a"));
  const { answer } = await rawCall(await startProxy(token, upstream), { url: upstream.url });
  expect(pairsOf(answer, /^date$/i).map(([, value]) => value)).toEqual([date]);
});

test("a type that the upstream did not name is not made up", async () => {
  const upstream = await startRawUpstream((_request, response) => response.end("hello"));
  const { answer } = await rawCall(await startProxy(token, upstream), { url: upstream.url });
  expect(answer.headers["content-type"]).toBeUndefined();
});

test("a short answer has the length of what is left of it", async () => {
  const upstream = await startRawUpstream((_request, response) =>
    response.writeHead(200, { "Content-Length": String(token.length + 2) }).end(`<${token}>`),
  );
  const { answer, text } = await rawCall(await startProxy(token, upstream), { url: upstream.url });
  expect([answer.headers["content-length"], text]).toEqual(["12", "<[redacted]>"]);
});

test.each([
  ["GET", 204, undefined],
  ["GET", 304, undefined],
  ["HEAD", 200, "0"],
  ["GET", 205, "0"],
])(
  "of %s answered with %i nothing follows the head, and the next call comes through",
  async (method, status, length) => {
    const upstream = await startRawUpstream((_request, response) => response.writeHead(status).end());
    const server = await startProxy(token, upstream);
    for (let count = 0; count < 2; count++) {
      const { answer, text } = await rawCall(server, { url: upstream.url, method });
      expect([answer.statusCode, answer.headers["content-length"], text]).toEqual([status, length, ""]);
    }
  },
);

test("calls that change nothing share a connection to the upstream, and one that may act has its own", async () => {
  const upstream = await startRawUpstream((request, response) => {
    if (request.url === "/not-modified") response.writeHead(304).end();
    else response.writeHead(200, { "content-length": "5" }).end("hello");
  });
  const server = await startProxy(token, upstream);
  for (const [method, path] of [
    ["GET", "/"],
    ["HEAD", "/"],
    ["GET", "/not-modified"],
    ["POST", "/"],
    ["GET", "/"],
  ] as const)
    await (await callThrough(server, { url: upstream.url + path, method })).text();
  const sockets = upstream.requests.map(({ socket }) => socket);
  const [shared] = sockets;
  expect(sockets.map((socket) => socket === shared)).toEqual([true, true, true, false, true]);
});

test("an upstream that broke off before its answer could be passed on gives no whole answer", async () => {
  const upstream = await startRawUpstream((request, response) => {
    response.writeHead(200, { "content-length": "1000" }).flushHeaders();
    request.socket.end();
  });
  const server = await startProxy(token, upstream);
  await expect(rawCall(server, { url: upstream.url })).rejects.toThrow();
});

test("a caller of HTTP/1.0 gets the body, and the connection's end tells where it ends", async () => {
  const upstream = await startRawUpstream((_request, response) => {
    response.write("first ");
    setTimeout(() => response.end("last"), 50);
  });
  const server = await startProxy(token, upstream);
  const body = await proxyBody(server, { url: upstream.url });
  const headers = Object.entries(await server.tokenVault.signedHeaders(body));
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const fields = [...headers, ["Content-Length", String(body.length)]].map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST /v1/proxy HTTP/1.0\r\nHost: ${hostname}\r\n${fields.join("")}\r\n${body}`);
  let received = "";
  for await (const chunk of socket) received += String(chunk);
  const [head = "", content] = received.split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 200 /);
  expect(head).not.toMatch(/transfer-encoding/i);
  expect(content).toBe("first last");
});

test("where the record cannot be written the call upstream ends as well", async () => {
  let hangUp: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (hangUp = resolve));
  const upstream = await startRawUpstream((request, response) => {
    request.socket.on("close", hangUp);
    response.writeHead(200).write("endless");
  });
  const disk = failingDisk();
  const server = await startWithGithub({ settings: { ALLOW_PRIVATE_HOSTS: upstream.host }, parts: { disk } });
  disk.fullFor = "record.jsonl";
  expect((await callThrough(server, { url: upstream.url })).status).toBe(500);
  await closed;
});

test("a server that stops lets an answer come to its end, and its connection ends with it", async () => {
  let finish: () => void = () => undefined;
  const upstream = await startRawUpstream((_request, response) => {
    response.write("first ");
    finish = () => response.end("last");
  });
  const server = await startProxy(token, upstream);
  const response = await callThrough(server, { url: upstream.url });
  const stopped = server.stop();
  setTimeout(finish, 100);
  expect(await response.text()).toBe("first last");
  await stopped;
});

interface RawCall {
  readonly answer: IncomingMessage;
  readonly text: string;
}

/** With the answer's fields as they came. */
async function rawCall(server: TestServer, call: ProxyCall): Promise<RawCall> {
  const body = await proxyBody(server, call);
  const headers = await server.tokenVault.signedHeaders(body);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(`${server.url}/v1/proxy`, { method: "POST", headers, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
      answer.on("error", reject).on("end", () => {
        resolve({ answer, text });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function pairsOf({ rawHeaders }: IncomingMessage, names: RegExp): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = rawHeaders.slice(index, index + 2);
    if (names.test(name)) pairs.push([name, value]);
  }
  return pairs;
}
