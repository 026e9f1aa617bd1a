import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { OutboundTimeoutError, OutboundUnreachableError } from "../../src/outbound/guarded-fetch.js";
import { keptAnswer, startCountedUpstream, type Script } from "./counted-upstream.js";
import { callerOf, fetchFor, get } from "./whole-call.js";

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
    (await fetch.send(await fetch.target(url), get)).body.destroy();
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

  test.each(["Negotiate YII", "NTLM TlR", "negotiate YII"])(
    "and what signs a whole connection in, %s, shares it with nobody",
    async (authorization) => {
      const upstream = await startCountedUpstream(answering);
      const call = callerOf(upstream);
      await call();
      await call("/", { ...get, headers: { authorization } });
      await call();
      expect(upstream.requests.map(({ connection }) => connection)).toEqual([1, 2, 1]);
    },
  );

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
  test.each(["GET", "HEAD", "OPTIONS"])(
    "%s fails, is not sent again, and the next one comes through",
    async (method) => {
      const upstream = await startCountedUpstream((socket, connection, request) => {
        if (connection === 1 && request === 2) socket.destroy();
        else socket.write(keptAnswer(""));
      });
      const call = callerOf(upstream);
      await call();
      await expect(call("/", { ...get, method })).rejects.toThrow(OutboundUnreachableError);
      await pause(20);
      expect(upstream.requests).toHaveLength(2);
      expect((await call("/", { ...get, method })).status).toBe(200);
      expect(upstream.requests.map(({ connection }) => connection)).toEqual([1, 1, 2]);
    },
  );

  test.each(["H", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\n", "SSH-2.0-nothing\r\n\r\n"])(
    "the same after the beginning of an answer: %j",
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

  test("the time for an answer is the whole one, as over a new connection", async () => {
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
    let outcome = "waits";
    const second = call("/", { ...get, firstByteTimeoutMs: 30_000 });
    second.catch((error: Error) => (outcome = error.name));
    await arrived;
    await vi.advanceTimersByTimeAsync(29_900);
    expect(outcome).toBe("waits");
    await vi.advanceTimersByTimeAsync(100);
    await expect(second).rejects.toThrow(OutboundTimeoutError);
  });
});
