import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { GuardedFetch, OutboundUnreachableError, type OutboundRequest } from "../../src/outbound/guarded-fetch.js";
import { keptAnswer, startCountedUpstream, type CountedUpstream, type Script } from "./counted-upstream.js";

const get: OutboundRequest = { method: "GET", headers: {}, firstByteTimeoutMs: 10_000 };
const answering: Script = (socket, connection) => socket.write(keptAnswer(String(connection)));

describe("a connection is used again", () => {
  test.each(["GET", "HEAD", "OPTIONS"])("for %s to the same origin", async (method) => {
    const upstream = await startCountedUpstream((socket, _connection) =>
      socket.write(method === "HEAD" ? keptAnswer("") : keptAnswer("hello")),
    );
    const call = callerOf(upstream);
    for (let count = 0; count < 3; count++) await call("/", { ...get, method });
    expect(upstream.requests.map(({ connection }) => connection)).toEqual([1, 1, 1]);
  });

  test("each time with its own headers and nothing of the one before", async () => {
    const upstream = await startCountedUpstream(answering);
    const call = callerOf(upstream);
    await call("/a", { ...get, headers: { authorization: "Bearer first", "x-first": "1" } });
    await call("/b", { ...get, headers: { authorization: "Bearer second" } });
    const [, second] = upstream.requests;
    expect(second?.connection).toBe(1);
    expect(second?.head).toMatch(/^GET \/b HTTP\/1\.1\r\n/);
    expect(second?.head).toContain("authorization: Bearer second");
    expect(second?.head).not.toMatch(/first/i);
  });

  test("not while another call is on it", async () => {
    const upstream = await startCountedUpstream(answering);
    const call = callerOf(upstream);
    await Promise.all([call(), call(), call()]);
    expect(upstream.connections).toHaveLength(3);
    await Promise.all([call(), call(), call()]);
    expect(upstream.connections).toHaveLength(3);
  });

  test("not after an answer that was given up in the middle", async () => {
    const upstream = await startCountedUpstream((socket) =>
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\na"),
    );
    const { fetch, url } = fetchFor(upstream);
    const answer = await fetch.send(await fetch.target(url), get);
    answer.body.destroy();
    await upstream.ended(1);
    await (await fetch.send(await fetch.target(url), get)).body.destroy();
    expect(upstream.connections).toHaveLength(2);
  });

  test("not after the server says that it closes it", async () => {
    const upstream = await startCountedUpstream((socket) => socket.write(keptAnswer("a", "Connection: close\r\n")));
    const call = callerOf(upstream);
    await call();
    await call();
    expect(upstream.connections).toHaveLength(2);
  });
});

describe("what may act upstream", () => {
  test.each(["POST", "PUT", "PATCH", "DELETE"])("%s goes over a connection of its own", async (method) => {
    const upstream = await startCountedUpstream(answering);
    const call = callerOf(upstream);
    await call();
    await call("/", { ...get, method });
    await call("/", { ...get, method });
    await call();
    expect(upstream.requests.map(({ connection }) => connection)).toEqual([1, 2, 3, 1]);
    expect(upstream.requests[1]?.head.toLowerCase()).toContain("connection: close");
  });

  test("so does a GET with a body", async () => {
    const upstream = await startCountedUpstream(answering);
    const call = callerOf(upstream);
    await call();
    await call("/", { ...get, body: Buffer.from("a") });
    expect(upstream.requests.map(({ connection }) => connection)).toEqual([1, 2]);
  });

  test.each(["POST", "PUT", "PATCH", "DELETE"])("%s is never sent again", async (method) => {
    const upstream = await startCountedUpstream((socket, connection) => {
      if (connection === 1) socket.write(keptAnswer("a"));
      else socket.destroy();
    });
    const call = callerOf(upstream);
    await call();
    await expect(call("/", { ...get, method })).rejects.toThrow(OutboundUnreachableError);
    await pause(20);
    expect(upstream.requests).toHaveLength(2);
  });
});

describe("when the server closes a connection just as it is used again", () => {
  test.each(["GET", "HEAD", "OPTIONS"])("%s is sent once more, over a new one", async (method) => {
    const upstream = await startCountedUpstream((socket, connection, request) => {
      if (connection === 1 && request === 2) socket.destroy();
      else socket.write(keptAnswer(""));
    });
    const call = callerOf(upstream);
    await call();
    expect((await call("/again", { ...get, method, headers: { "x-key": "k" } })).status).toBe(200);
    expect(upstream.requests.map(({ connection }) => connection)).toEqual([1, 1, 2]);
    expect(upstream.requests[2]?.head).toMatch(/^\w+ \/again /);
    expect(upstream.requests[2]?.head).toContain("x-key: k");
  });

  test("it is not sent a third time", async () => {
    const upstream = await startCountedUpstream((socket, connection, request) => {
      if (connection === 1 && request === 1) socket.write(keptAnswer("a"));
      else socket.destroy();
    });
    const call = callerOf(upstream);
    await call();
    await expect(call()).rejects.toThrow(OutboundUnreachableError);
    expect(upstream.requests).toHaveLength(3);
  });

  test.each(["H", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\n", "SSH-2.0-nothing\r\n\r\n"])(
    "it is not sent again when anything came of an answer: %j",
    async (begun) => {
      const upstream = await startCountedUpstream((socket, _connection, request) => {
        if (request === 1) socket.write(keptAnswer("a"));
        else socket.write(begun, () => socket.destroySoon());
      });
      const call = callerOf(upstream);
      await call();
      await expect(call()).rejects.toThrow(OutboundUnreachableError);
      await pause(20);
      expect(upstream.requests).toHaveLength(2);
    },
  );

  test("it is not sent again when the server took its time: it may have been at work", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const upstream = await startCountedUpstream((socket, _connection, request) => {
      if (request === 1) socket.write(keptAnswer("a"));
      else arrive();
    });
    const call = callerOf(upstream);
    await call();
    const second = call();
    second.catch(() => undefined);
    await arrived;
    await vi.advanceTimersByTimeAsync(1_000);
    upstream.connections[0]?.destroy();
    await expect(second).rejects.toThrow(OutboundUnreachableError);
    expect(upstream.requests).toHaveLength(2);
  });

  test("nor when its caller went away meanwhile", async () => {
    const abort = new AbortController();
    const upstream = await startCountedUpstream((socket, _connection, request) => {
      if (request === 1) socket.write(keptAnswer("a"));
      else abort.abort();
    });
    const call = callerOf(upstream);
    await call();
    await expect(call("/", { ...get, signal: abort.signal })).rejects.toThrow(OutboundUnreachableError);
    await pause(20);
    expect(upstream.requests).toHaveLength(2);
  });

  test("on a connection that never served before, nothing is sent again", async () => {
    const upstream = await startCountedUpstream((socket) => socket.destroy());
    await expect(callerOf(upstream)()).rejects.toThrow(OutboundUnreachableError);
    await pause(20);
    expect(upstream.requests).toHaveLength(1);
  });
});

describe("an idle connection", () => {
  test("on which something comes unasked is not used again", async () => {
    const upstream = await startCountedUpstream((socket, connection) => {
      socket.write(keptAnswer(String(connection)));
      if (connection === 1) setTimeout(() => socket.write(keptAnswer("poison")), 20);
    });
    const call = callerOf(upstream);
    await call();
    await upstream.ended(1);
    expect((await call()).text).toBe("2");
  });

  test("ends before the server's own limit is over", async () => {
    const upstream = await startCountedUpstream((socket) => socket.write(keptAnswer("a", "Keep-Alive: timeout=2\r\n")));
    const call = callerOf(upstream);
    await call();
    await pause(300);
    await call();
    expect(upstream.connections).toHaveLength(1);
    const idleSinceMs = Date.now();
    await upstream.ended(1);
    expect(Date.now() - idleSinceMs).toBeLessThan(1_900);
    await call();
    expect(upstream.connections).toHaveLength(2);
  });

  test("ends after four seconds where the server says nothing", async () => {
    const upstream = await startCountedUpstream(answering);
    await callerOf(upstream)();
    const idleSinceMs = Date.now();
    await upstream.ended(1);
    expect(Date.now() - idleSinceMs).toBeGreaterThan(3_500);
    expect(Date.now() - idleSinceMs).toBeLessThan(5_000);
  });

  test("is one of 128 at most", async () => {
    const waiting: (() => void)[] = [];
    const upstream = await startCountedUpstream((socket, connection) => {
      waiting.push(() => socket.write(keptAnswer(String(connection))));
      if (waiting.length === 140) for (const answer of waiting) answer();
    });
    const call = callerOf(upstream);
    await Promise.all(Array.from({ length: 140 }, () => call()));
    await upstream.ended(12);
    await pause(50);
    expect(upstream.connections.filter(({ destroyed }) => !destroyed)).toHaveLength(128);
  });

  test("is ended when the server stops, like one in use, and none is kept after that", async () => {
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const upstream = await startCountedUpstream((socket, connection) => {
      if (connection === 2) arrive();
      else socket.write(keptAnswer("a"));
    });
    const { fetch } = fetchFor(upstream);
    const call = callerOf(upstream, fetch);
    await call();
    const unanswered = call("/", { ...get, method: "POST" });
    unanswered.catch(() => undefined);
    await arrived;
    const stoppedMs = Date.now();
    fetch.close();
    await expect(unanswered).rejects.toThrow(OutboundUnreachableError);
    await upstream.ended(2);
    await call();
    await upstream.ended(3);
    expect(Date.now() - stoppedMs).toBeLessThan(3_000);
  });

  test("holds nothing of the request that it carried", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const made: WeakRef<ClientRequest>[] = [];
    const onStart = (message: unknown): void => {
      made.push(new WeakRef((message as { request: ClientRequest }).request));
    };
    subscribe("http.client.request.start", onStart);
    onTestFinished(() => void unsubscribe("http.client.request.start", onStart));
    const upstream = await startCountedUpstream(answering);
    const { fetch, url } = fetchFor(upstream);
    const headers = new WeakRef(await sendWithHeaders(fetch, url));
    for (let round = 0; round < 20 && (made[0]?.deref() ?? headers.deref()); round++) {
      await pause(10);
      collect();
    }
    expect([made.length, made[0]?.deref(), headers.deref()]).toEqual([1, undefined, undefined]);
    expect(upstream.connections[0]?.destroyed).toBe(false);
  });
});

/** In a function of its own, so that no variable of the test keeps them. */
async function sendWithHeaders(fetch: GuardedFetch, url: string): Promise<object> {
  const headers = { authorization: "Bearer secret" };
  const answer = await fetch.send(await fetch.target(url), { ...get, headers });
  await new Promise((resolve) => answer.body.resume().on("close", resolve));
  return headers;
}

interface Received {
  readonly status: number;
  readonly text: string;
}

type Call = (path?: string, request?: OutboundRequest) => Promise<Received>;

function fetchFor(upstream: CountedUpstream): { fetch: GuardedFetch; url: string } {
  const fetch = new GuardedFetch({ allowPrivateHosts: new Set([upstream.host]) });
  onTestFinished(() => {
    fetch.close();
  });
  return { fetch, url: `http://${upstream.host}/` };
}

/** Sends a request and reads the answer to its end. */
function callerOf(upstream: CountedUpstream, given?: GuardedFetch): Call {
  const fetch = given ?? fetchFor(upstream).fetch;
  return async (path = "/", request = get) => {
    const answer = await fetch.send(await fetch.target(`http://${upstream.host}${path}`), request);
    const chunks: Buffer[] = [];
    for await (const chunk of answer.body as AsyncIterable<Buffer>) chunks.push(chunk);
    // The connection is free again in the next turn.
    await pause(0);
    return { status: answer.status, text: Buffer.concat(chunks).toString() };
  };
}
