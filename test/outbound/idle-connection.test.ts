import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, onTestFinished, test } from "vitest";
import { OutboundUnreachableError, type GuardedFetch } from "../../src/outbound/guarded-fetch.js";
import { keptAnswer, startCountedUpstream, type Script } from "./counted-upstream.js";
import { callerOf, fetchFor, get } from "./whole-call.js";

const answering: Script = (socket, connection) => socket.write(keptAnswer(String(connection)));

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
    const hinting = await startCountedUpstream((socket) => socket.write(keptAnswer("a", "Keep-Alive: timeout=2\r\n")));
    const silent = await startCountedUpstream(answering);
    await Promise.all([callerOf(hinting)(), callerOf(silent)()]);
    await hinting.ended(1);
    // A second before its limit, while one without a limit still waits for more.
    expect(silent.connections[0]?.destroyed).toBe(false);
  });

  test("ends after a second and a half where the server says nothing", async () => {
    const upstream = await startCountedUpstream(answering);
    await callerOf(upstream)();
    const idleSinceMs = Date.now();
    await upstream.ended(1);
    expect(Date.now() - idleSinceMs).toBeGreaterThan(1_400);
    expect(Date.now() - idleSinceMs).toBeLessThan(2_500);
  });

  test("idles only between requests: an answer may take longer, over a new connection and over a kept one", async () => {
    const upstream = await startCountedUpstream((socket, connection, request) => {
      const isSlow = connection === 2 || request === 2;
      setTimeout(() => socket.write(keptAnswer("slow".slice(0, isSlow ? 4 : 0))), isSlow ? 2_100 : 0);
    });
    const call = callerOf(upstream);
    await call();
    const answers = await Promise.all([call(), call()]);
    expect(answers.map(({ text }) => text)).toEqual(["slow", "slow"]);
    expect(upstream.connections).toHaveLength(2);
  });

  test("is one of 128 to the same origin at most", async () => {
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

  test("is ended when the server stops, like one in use", async () => {
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
    expect(Date.now() - stoppedMs).toBeLessThan(1_200);
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
