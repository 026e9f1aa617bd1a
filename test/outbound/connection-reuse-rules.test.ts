import type { createServer as createTcpServer } from "node:net";
import { type Socket } from "node:net";
import tls from "node:tls";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { GuardedFetch, OutboundUnreachableError, type OutboundRequest } from "../../src/outbound/guarded-fetch.js";
import { keptAnswer, startCountedUpstream, type CountedUpstream, type Script } from "./counted-upstream.js";

const get: OutboundRequest = { method: "GET", headers: {}, firstByteTimeoutMs: 60_000 };
const answering: Script = (socket, connection) => socket.write(keptAnswer(String(connection)));
const publicAddress = "93.184.215.14";

test("a connection serves one name, not another with the same address", async () => {
  const upstream = await startCountedUpstream(answering);
  const { call } = world(["a.test", "b.test"], upstream);
  const url = (name: string): string => `http://${name}:${String(upstream.port)}/`;
  expect(await inTurn(call, url("a.test"), url("b.test"), url("a.test"), url("b.test"))).toEqual(["1", "2", "1", "2"]);
  const hosts = upstream.requests.map(({ head }) => /host: (.*)\r?/i.exec(head)?.[1]?.split(":")[0]);
  expect(hosts).toEqual(["a.test", "b.test", "a.test", "b.test"]);
});

test("a connection serves one port, not another of the same host", async () => {
  const [first, second] = [await startCountedUpstream(answering), await startCountedUpstream(answering)];
  const { call } = world(["a.test"], first, second);
  const url = ({ port }: CountedUpstream): string => `http://a.test:${String(port)}/`;
  await inTurn(call, url(first), url(second), url(first), url(second));
  expect([first.requests.length, second.requests.length]).toEqual([2, 2]);
  expect([first.connections.length, second.connections.length]).toEqual([1, 1]);
});

test("a connection serves only while its name resolves to what it resolved to", async () => {
  const first = await startCountedUpstream(answering);
  const second = await startCountedUpstream(answering, { address: "127.0.0.2", port: first.port });
  const names = world(["a.test"], first);
  const url = `http://a.test:${String(first.port)}/`;
  expect(await inTurn(names.call, url, url)).toEqual(["1", "1"]);
  names.addresses = ["127.0.0.2"];
  await inTurn(names.call, url, url);
  expect([first.requests.length, second.requests.length, second.connections.length]).toEqual([2, 2, 1]);
  names.addresses = ["127.0.0.1"];
  expect(await names.call(url)).toBe("1");
});

test("the order in which the addresses come makes no difference", async () => {
  const upstream = await startCountedUpstream(answering);
  const names = world(["a.test"], upstream);
  const url = `http://a.test:${String(upstream.port)}/`;
  names.addresses = ["127.0.0.1", "127.0.0.3"];
  expect(await names.call(url)).toBe("1");
  names.addresses = ["127.0.0.3", "127.0.0.1"];
  expect(await names.call(url)).toBe("1");
});

test("a name that now has a private address is refused although a connection to its public one is open", async () => {
  const upstream = await startTlsUpstream();
  const names = world([], upstream);
  names.addresses = [publicAddress];
  const url = `https://api.example:${String(upstream.port)}/`;
  expect(await inTurn(names.call, url, url)).toEqual(["1", "1"]);
  for (const addresses of [["10.0.0.1"], [publicAddress, "127.0.0.1"], ["::1"]]) {
    names.addresses = addresses;
    await expect(names.call(url)).rejects.toMatchObject({ code: "forbidden" });
  }
  expect(upstream.requests).toHaveLength(2);
  // Another public address is another server.
  names.addresses = ["93.184.215.15"];
  expect(await names.call(url)).toBe("2");
  expect(upstream.connections[0]?.destroyed).toBe(false);
});

test("a name that is no longer to be found is not called over the connection that is open", async () => {
  const upstream = await startCountedUpstream(answering);
  const names = world(["a.test"], upstream);
  const url = `http://a.test:${String(upstream.port)}/`;
  await names.call(url);
  names.addresses = [];
  await expect(names.call(url)).rejects.toThrow();
  expect(upstream.requests).toHaveLength(1);
});

test("over TLS too, what the server closes just then is sent once", async () => {
  const upstream = await startTlsUpstream((socket, connection, request) => {
    if (connection === 1 && request > 1) socket.destroySoon();
    else socket.write(keptAnswer(String(connection)));
  });
  const names = world([], upstream);
  names.addresses = [publicAddress];
  const url = `https://api.example:${String(upstream.port)}/`;
  await names.call(url);
  await expect(names.call(url)).rejects.toThrow(OutboundUnreachableError);
  await pause(20);
  expect(upstream.requests.map(({ connection }) => connection)).toEqual([1, 1]);
  expect(await names.call(url, { ...get, method: "POST" })).toBe("2");
});

interface World {
  /** The addresses that every name resolves to. */
  addresses: readonly string[];
  call(url: string, request?: OutboundRequest): Promise<string>;
}

/** A way out that may go to the names at the ports of the upstreams; they resolve to loopback. */
function world(names: readonly string[], ...upstreams: readonly CountedUpstream[]): World {
  const allowed = names.flatMap((name) => upstreams.map(({ port }) => `${name}:${String(port)}`));
  const made: World = {
    addresses: ["127.0.0.1"],
    async call(url, request = get) {
      const answer = await fetch.send(await fetch.target(url), request);
      const chunks: Buffer[] = [];
      for await (const chunk of answer.body as AsyncIterable<Buffer>) chunks.push(chunk);
      // The connection is free again in the next turn.
      await pause(0);
      return Buffer.concat(chunks).toString();
    },
  };
  const resolve = (): Promise<readonly string[]> => Promise.resolve(made.addresses);
  const fetch = new GuardedFetch({ allowPrivateHosts: new Set(allowed), resolve });
  onTestFinished(() => {
    fetch.close();
  });
  return made;
}

async function inTurn(call: World["call"], ...urls: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const url of urls) texts.push(await call(url));
  return texts;
}

/** An upstream that speaks TLS with a shared key, so that no certificate is needed. Whatever is dialled leads to it. */
async function startTlsUpstream(script: Script = answering): Promise<CountedUpstream> {
  const psk = Buffer.from("0123456789abcdef");
  const settings = { ciphers: "PSK", maxVersion: "TLSv1.2" } as const;
  const listener = (serve: (socket: Socket) => void): ReturnType<typeof createTcpServer> =>
    tls.createServer({ ...settings, pskCallback: () => psk }, serve);
  const upstream = await startCountedUpstream(script, { listener });
  const connect = tls.connect;
  const dialled = vi.spyOn(tls, "connect").mockImplementation(((options: tls.ConnectionOptions) =>
    connect({
      ...options,
      ...settings,
      lookup: (_name, { all }, callback) => {
        if (all) callback(null, [{ address: "127.0.0.1", family: 4 }]);
        else callback(null, "127.0.0.1", 4);
      },
      checkServerIdentity: () => undefined,
      pskCallback: () => ({ psk, identity: "test" }),
    })) as typeof tls.connect);
  onTestFinished(() => {
    dialled.mockRestore();
  });
  return upstream;
}
