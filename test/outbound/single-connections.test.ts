import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { GuardedFetch, OutboundUnreachableError, type OutboundRequest } from "../../src/outbound/guarded-fetch.js";
import { keptAnswer, startCountedUpstream, type CountedUpstream, type Script } from "./counted-upstream.js";

const methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];
const get: OutboundRequest = { method: "GET", headers: {}, firstByteTimeoutMs: 10_000 };
const answering: Script = (socket, connection) => socket.write(keptAnswer(String(connection)));

test.each(methods)("each %s has a connection of its own, and says that it is the last one on it", async (method) => {
  const upstream = await startCountedUpstream((socket) => socket.write(keptAnswer(method === "HEAD" ? "" : "hello")));
  const call = callerOf(upstream);
  for (let count = 0; count < 3; count++) await call("/", { ...get, method });
  expect(upstream.requests.map(({ connection }) => connection)).toEqual([1, 2, 3]);
  for (const { head } of upstream.requests) expect(head.toLowerCase()).toContain("connection: close");
});

test("nothing of one call is seen by another: a header, or an answer that comes unasked", async () => {
  const upstream = await startCountedUpstream((socket, connection) => {
    socket.write(keptAnswer(String(connection)) + (connection === 1 ? keptAnswer("poison") : ""));
  });
  const call = callerOf(upstream);
  await call("/a", { ...get, headers: { authorization: "Bearer first", "x-first": "1" } });
  expect(await call("/b", { ...get, headers: { authorization: "Bearer second" } })).toBe("2");
  const [, second] = upstream.requests;
  expect(second?.head).toMatch(/^GET \/b HTTP\/1\.1\r\n/);
  expect(second?.head).toContain("authorization: Bearer second");
  expect(second?.head).not.toMatch(/first/i);
});

test("a connection ends with its answer, also where the server would keep it", async () => {
  const upstream = await startCountedUpstream(answering);
  await callerOf(upstream)();
  await upstream.ended(1);
  expect(upstream.connections[0]?.destroyed).toBe(true);
});

test("a connection ends where its answer is given up in the middle", async () => {
  const upstream = await startCountedUpstream((socket) =>
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\na"),
  );
  const fetch = fetchFor(upstream);
  (await fetch.send(await fetch.target(`http://${upstream.host}/`), get)).body.destroy();
  await upstream.ended(1);
  expect(upstream.connections[0]?.destroyed).toBe(true);
});

test.each(methods)("%s is never sent again", async (method) => {
  const upstream = await startCountedUpstream((socket) => socket.destroy());
  await expect(callerOf(upstream)("/", { ...get, method })).rejects.toThrow(OutboundUnreachableError);
  await pause(20);
  expect(upstream.requests).toHaveLength(1);
});

test.each(["H", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\n", "SSH-2.0-nothing\r\n\r\n"])(
  "nor is a call of which no more came than %j",
  async (begun) => {
    const upstream = await startCountedUpstream((socket) => socket.write(begun, () => socket.destroySoon()));
    await expect(callerOf(upstream)()).rejects.toThrow(OutboundUnreachableError);
    await pause(20);
    expect(upstream.requests).toHaveLength(1);
  },
);

test("a name is looked up for each call, and the call goes to what it resolves to then", async () => {
  const first = await startCountedUpstream(answering);
  const second = await startCountedUpstream(answering, { address: "127.0.0.2", port: first.port });
  let addresses = ["127.0.0.1"];
  const host = `a.test:${String(first.port)}`;
  const fetch = new GuardedFetch({ allowPrivateHosts: new Set([host]), resolve: () => Promise.resolve(addresses) });
  const call = async (): Promise<void> => {
    (await fetch.send(await fetch.target(`http://${host}/`), get)).body.resume();
  };
  await call();
  addresses = ["127.0.0.2"];
  await call();
  expect([first.requests.length, second.requests.length]).toEqual([1, 1]);
  addresses = [];
  await expect(call()).rejects.toThrow(OutboundUnreachableError);
});

test("a connection in use is ended when the server stops", async () => {
  let arrive: () => void = () => undefined;
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const upstream = await startCountedUpstream(() => {
    arrive();
  });
  const fetch = fetchFor(upstream);
  const unanswered = callerOf(upstream, fetch)();
  unanswered.catch(() => undefined);
  await arrived;
  fetch.close();
  await expect(unanswered).rejects.toThrow(OutboundUnreachableError);
  await upstream.ended(1);
});

/** May call the upstream, and nobody else; it is closed when the test ends. */
function fetchFor(upstream: CountedUpstream): GuardedFetch {
  const fetch = new GuardedFetch({ allowPrivateHosts: new Set([upstream.host]) });
  onTestFinished(() => {
    fetch.close();
  });
  return fetch;
}

/** Sends a request and reads the answer to its end. */
function callerOf(upstream: CountedUpstream, fetch = fetchFor(upstream)) {
  return async (path = "/", request = get): Promise<string> => {
    const response = await fetch.send(await fetch.target(`http://${upstream.host}${path}`), request);
    const chunks: Buffer[] = [];
    for await (const chunk of response.body as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
}
