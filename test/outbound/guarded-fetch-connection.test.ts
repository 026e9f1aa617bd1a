import { once } from "node:events";
import { Agent, createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { Socket, type AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { createServer as createTlsServer } from "node:tls";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  GuardedFetch,
  OutboundTimeoutError,
  OutboundUnreachableError,
  type OutboundRequest,
} from "../../src/outbound/guarded-fetch.js";

const hasIpv6Loopback = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
const get: OutboundRequest = { method: "GET", headers: {}, firstByteTimeoutMs: 60_000 };

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

test("over TLS the name is the server name, and a literal address is none", async () => {
  const names: string[] = [];
  // It tells no certificate: who asks for one under which name is all that is looked at.
  const server = createTlsServer({
    SNICallback: (name, done) => {
      names.push(name);
      done(new Error("no certificate"));
    },
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  server.on("tlsClientError", () => undefined);
  const port = String((server.address() as AddressInfo).port);
  const hosts = [`upstream.test:${port}`, `127.0.0.1:${port}`];
  const guarded = new GuardedFetch({
    allowPrivateHosts: new Set(hosts),
    resolve: () => Promise.resolve(["127.0.0.1"]),
  });
  for (const host of hosts) {
    const target = await guarded.target(`https://${host}/`);
    await expect(guarded.send(target, get)).rejects.toThrow(OutboundUnreachableError);
  }
  expect(names).toEqual(["upstream.test"]);
});

test.skipIf(!hasIpv6Loopback)(
  "an IPv6 address is dialled without its brackets, and is the host with them",
  async () => {
    const { port, requests } = await listen("::1");
    const host = `[::1]:${String(port)}`;
    const guarded = new GuardedFetch({ allowPrivateHosts: new Set([host]) });
    const answer = await guarded.send(await guarded.target(`http://${host}/a`), get);
    expect([answer.status, await textOf(answer.body)]).toEqual([200, "hello"]);
    expect(requests.map(({ url, headers }) => [url, headers.host])).toEqual([["/a", host]]);
  },
);

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

test("who is connected may take the whole time to answer; who is not is given up after 10 seconds", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const { port, arrived } = await listen();
  const host = `127.0.0.1:${String(port)}`;
  const guarded = new GuardedFetch({ allowPrivateHosts: new Set([host]) });
  const outcome = { connected: "waits", unconnected: "waits" };
  const slow = guarded.send(await guarded.target(`http://${host}/silent`), { ...get, firstByteTimeoutMs: 30_000 });
  slow.catch((error: Error) => (outcome.connected = error.name));
  await arrived("/silent", 1);
  // A socket that never connects, without a network.
  const nowhere = new Agent();
  nowhere.createConnection = () => Object.assign(new Socket(), { connecting: true });
  const dial = new GuardedFetch({
    allowPrivateHosts: new Set([host]),
    dial: ({ url }, options) => httpRequest(url, { ...options, agent: nowhere }),
  });
  const stuck = dial.send(await dial.target(`http://${host}/`), { ...get, firstByteTimeoutMs: 30_000 });
  stuck.catch((error: Error) => (outcome.unconnected = error.name));
  await vi.advanceTimersByTimeAsync(9_999);
  expect(outcome).toEqual({ connected: "waits", unconnected: "waits" });
  await vi.advanceTimersByTimeAsync(1);
  await expect(stuck).rejects.toThrow(OutboundTimeoutError);
  await vi.advanceTimersByTimeAsync(19_999 - 1);
  expect(outcome.connected).toBe("waits");
  await vi.advanceTimersByTimeAsync(1_000);
  await expect(slow).rejects.toThrow(OutboundTimeoutError);
});

interface Listening {
  readonly port: number;
  readonly requests: IncomingMessage[];
  /** Resolves when that many requests for the path have come. */
  arrived(path: string, count: number): Promise<void>;
}

async function listen(address = "127.0.0.1"): Promise<Listening> {
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
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
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
