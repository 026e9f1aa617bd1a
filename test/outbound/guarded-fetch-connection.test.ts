import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import {
  GuardedFetch,
  OutboundTimeoutError,
  OutboundUnreachableError,
  type OutboundRequest,
} from "../../src/outbound/guarded-fetch.js";

const get: OutboundRequest = { method: "GET", headers: {}, firstByteTimeoutMs: 10_000 };

test("a name is dialled at the address that passed, with its own name as the host", async () => {
  const { port, requests } = await listen();
  const host = `upstream.test:${String(port)}`;
  const guarded = new GuardedFetch({
    allowPrivateHosts: new Set([host]),
    resolve: () => Promise.resolve(["127.0.0.1"]),
  });
  const answer = await guarded.send(await guarded.target(`http://${host}/a?b=c`), get);
  expect([answer.status, await textOf(answer.body)]).toEqual([200, "hello"]);
  expect(requests.map(({ url, headers }) => [url, headers.host])).toEqual([["/a?b=c", host]]);
});

test("a redirect is answered, not followed", async () => {
  const { port, requests } = await listen();
  const host = `127.0.0.1:${String(port)}`;
  const guarded = new GuardedFetch({ allowPrivateHosts: new Set([host]) });
  const answer = await guarded.send(await guarded.target(`http://${host}/redirect`), get);
  expect(answer.status).toBe(302);
  expect(answer.headers).toContainEqual(["Location", "/elsewhere"]);
  answer.body.resume();
  expect(requests).toHaveLength(1);
});

test("no answer in time, a broken connection and a caller who went away are told apart", async () => {
  const { port, arrived } = await listen();
  const host = `127.0.0.1:${String(port)}`;
  const guarded = new GuardedFetch({ allowPrivateHosts: new Set([host]) });
  const silent = await guarded.target(`http://${host}/silent`);
  await expect(guarded.send(silent, { ...get, firstByteTimeoutMs: 30 })).rejects.toThrow(OutboundTimeoutError);
  const broken = await guarded.target(`http://${host}/broken`);
  await expect(guarded.send(broken, get)).rejects.toThrow(OutboundUnreachableError);
  const abort = new AbortController();
  const aborted = guarded.send(silent, { ...get, signal: abort.signal });
  await arrived("/silent", 2);
  abort.abort();
  await expect(aborted).rejects.toThrow(OutboundUnreachableError);
});

test("whoever went away before it began has nothing sent in their name", async () => {
  const { port, requests } = await listen();
  const host = `127.0.0.1:${String(port)}`;
  const guarded = new GuardedFetch({ allowPrivateHosts: new Set([host]) });
  const target = await guarded.target(`http://${host}/a`);
  await expect(guarded.send(target, { ...get, signal: AbortSignal.abort() })).rejects.toThrow(OutboundUnreachableError);
  expect(requests).toEqual([]);
});

interface Listening {
  readonly port: number;
  readonly requests: IncomingMessage[];
  /** Resolves when that many requests for the path have come. */
  arrived(path: string, count: number): Promise<void>;
}

async function listen(): Promise<Listening> {
  const requests: IncomingMessage[] = [];
  let wake: () => void = () => undefined;
  const server = createServer((incoming, response) => {
    requests.push(incoming);
    wake();
    if (incoming.url === "/silent") return;
    if (incoming.url === "/broken") incoming.socket.destroy();
    else if (incoming.url === "/redirect") response.writeHead(302, { Location: "/elsewhere" }).end();
    else response.end("hello");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    async arrived(path, count) {
      while (requests.filter(({ url }) => url === path).length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

async function textOf(body: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
