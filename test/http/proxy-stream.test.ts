import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { callThrough, proxyBody, startProxy, startRawUpstream } from "./raw-upstream.js";

const token = "gho_16C7e42F292c6912E7";

test("the first event of a stream arrives before the upstream ends", async () => {
  const open: ServerResponse[] = [];
  const upstream = await startRawUpstream((_request, response) => {
    open.push(response);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: first\n\n");
  });
  const response = await callThrough(await startProxy(token, upstream), { url: upstream.url });
  const reader = readerOf(response);
  expect(await reader.read()).toBe("data: first\n\n");
  open[0]?.write(`data: ${token}\n\n`);
  expect(await reader.read()).toBe("data: [redacted]\n\n");
  open[0]?.end("data: last\n\n");
  expect(await reader.read()).toBe("data: last\n\n");
  expect(await reader.read()).toBeUndefined();
});

test("the head arrives before there is any body", async () => {
  const upstream = await startRawUpstream((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
  });
  const server = await startProxy(token, upstream);
  const controller = new AbortController();
  const body = await proxyBody(server, { url: upstream.url });
  const headers = await server.tokenVault.signedHeaders(body);
  const response = await fetch(`${server.url}/v1/proxy`, { method: "POST", headers, body, signal: controller.signal });
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  controller.abort();
});

test("a caller that goes away in the middle of a stream ends the call upstream", async () => {
  let hungUp: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    hungUp = resolve;
  });
  const upstream = await startRawUpstream((request, response) => {
    request.socket.on("close", hungUp);
    response.writeHead(200).write("data: first\n\n");
  });
  const server = await startProxy(token, upstream);
  const controller = new AbortController();
  const body = await proxyBody(server, { url: upstream.url });
  const headers = await server.tokenVault.signedHeaders(body);
  const response = await fetch(`${server.url}/v1/proxy`, { method: "POST", headers, body, signal: controller.signal });
  expect(await readerOf(response).read()).toBe("data: first\n\n");
  controller.abort();
  await closed;
  expect((await server.fetch(`${server.url}/v1/health`)).status).toBe(200);
});

test("a caller that goes away before the upstream answers ends the call upstream", async () => {
  let arrive: () => void = () => undefined;
  let hangUp: () => void = () => undefined;
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const closed = new Promise<void>((resolve) => (hangUp = resolve));
  const upstream = await startRawUpstream((request) => {
    request.socket.on("close", hangUp);
    arrive();
  });
  const server = await startProxy(token, upstream);
  const controller = new AbortController();
  const body = await proxyBody(server, { url: upstream.url });
  const headers = await server.tokenVault.signedHeaders(body);
  const call = fetch(`${server.url}/v1/proxy`, { method: "POST", headers, body, signal: controller.signal });
  await arrived;
  controller.abort();
  await expect(call).rejects.toThrow();
  await closed;
  expect((await server.fetch(`${server.url}/v1/health`)).status).toBe(200);
});

test("an upstream that breaks off in the middle breaks the answer off, and nothing else", async () => {
  const upstream = await startRawUpstream((request, response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("data: first\n\n", () => request.socket.destroy());
  });
  const server = await startProxy(token, upstream);
  // The network decides where it breaks; the answer must not look whole.
  const whole = callThrough(server, { url: upstream.url }).then((response) => response.text());
  await expect(whole).rejects.toThrow();
  expect((await server.fetch(`${server.url}/v1/health`)).status).toBe(200);
});

test("an answer larger than memory should hold comes through as it comes", async () => {
  const piece = Buffer.alloc(64 * 1024, "x");
  const pieces = 512;
  const upstream = await startRawUpstream((_request, response) => {
    const write = (left: number): void => {
      if (left === 0) response.end();
      else response.write(piece, () => write(left - 1));
    };
    write(pieces);
  });
  const response = await callThrough(await startProxy(token, upstream), { url: upstream.url });
  let length = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) length += chunk.length;
  expect(length).toBe(pieces * piece.length);
});

test("an upstream is not read faster than its caller reads", async () => {
  const piece = Buffer.alloc(64 * 1024, "x");
  let written = 0;
  let isHeldUp: () => void = () => undefined;
  const heldUp = new Promise<void>((resolve) => (isHeldUp = resolve));
  const upstream = await startRawUpstream((_request, response) => {
    const write = (): void => {
      while (written < 1024) {
        written++;
        if (!response.write(piece)) {
          const idle = setTimeout(isHeldUp, 300);
          response.once("drain", () => {
            clearTimeout(idle);
            write();
          });
          return;
        }
      }
      isHeldUp();
    };
    write();
  });
  const server = await startProxy(token, upstream);
  const controller = new AbortController();
  const body = await proxyBody(server, { url: upstream.url });
  const headers = await server.tokenVault.signedHeaders(body);
  await fetch(`${server.url}/v1/proxy`, { method: "POST", headers, body, signal: controller.signal });
  await heldUp;
  expect(written).toBeLessThan(1024);
  controller.abort();
});

interface TextReader {
  read(): Promise<string | undefined>;
}

function readerOf(response: Response): TextReader {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  return {
    async read() {
      const { value, done } = await reader.read();
      return done ? undefined : Buffer.from(value).toString();
    },
  };
}
