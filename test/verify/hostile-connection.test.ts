import { describe, expect, it } from "vitest";
import { CheckFailure, CheckSkipped } from "../../src/verify/check-errors.js";
import { allHold } from "../../src/verify/outcome.js";
import { limitOf, Patience } from "../../src/verify/patience.js";
import { Reply, skewMsOf } from "../../src/verify/reply.js";
import type { Stage } from "../../src/verify/stage.js";
import { answerJson, startFront, startSocketServer } from "./front.js";
import { opened, outcomesOf } from "./opened-stage.js";

const request = { method: "GET", target: "/", headers: {}, body: new Uint8Array() };

describe("a connection", () => {
  it.each([
    [
      "switches its protocol unasked",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
      /switches to another protocol/,
    ],
    ["ends without an answer", "", /was closed/],
    ["ends in its headers", "HTTP/1.1 200 OK\r\nContent-", /was closed|not HTTP/],
    ["ends in its body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", /was closed/],
  ])("that %s is a failure at once", async (what, bytes, sentence) => {
    const ends = what.startsWith("ends");
    const url = await startSocketServer((socket) => (ends ? socket.end(bytes) : socket.write(bytes)));
    const { stage } = await opened(url);
    await expect(stage.send({ target: "/" }, { timeoutMs: 60_000 })).rejects.toThrow(sentence);
    expect(stage.unansweredInARow).toBe(1);
  });

  it("that goes on with early answers is given up", async () => {
    const url = await startSocketServer((socket) => {
      const timer = setInterval(() => socket.write("HTTP/1.1 103 Early Hints\r\n\r\n"), 10);
      socket.on("close", () => {
        clearInterval(timer);
      });
    });
    const { stage } = await opened(url);
    await expect(stage.send({ target: "/" }, { timeoutMs: 300 })).rejects.toThrow("No whole answer came within 0.3 s");
  });

  it("that is silent is waited for less on its path from then on, and asked once", async () => {
    const front = await startFront(({ path }) => path === "/v1/proxy");
    const { stage } = await opened(front.url);
    await expect(stage.post("/v1/proxy", {}, {}, { timeoutMs: 100 })).rejects.toThrow("within 0.1 s");
    await expect(stage.post("/v1/proxy", {}, {}, { timeoutMs: 40_000 })).rejects.toThrow("within 1.5 s");
    expect(front.seen).toHaveLength(2);
  });

  it("that stays silent ends the run: five times, and a signed request in vain", async () => {
    let isSilent = true;
    const front = await startFront((_request, response) => isSilent || answerJson(response, "{}"));
    const open = await opened(front.url);
    const ask = (stage: Stage): Promise<unknown> => stage.send({ target: "/" }, { timeoutMs: 50 });
    const recovering = await outcomesOf(
      open,
      ask,
      ask,
      ask,
      ask,
      (stage) => {
        isSilent = false;
        return stage.send({ target: "/" });
      },
      ask,
    );
    expect(recovering.map(({ status }) => status)).toEqual([
      "failed",
      "failed",
      "failed",
      "failed",
      "passed",
      "passed",
    ]);
    isSilent = true;
    const outcomes = await outcomesOf(open, ...Array.from({ length: 7 }, () => ask));
    expect(outcomes.map(({ status }) => status)).toEqual([...Array<string>(5).fill("failed"), "skipped", "skipped"]);
    expect(outcomes[6]?.reason).toBe("the webhook does not answer any more");
    expect(allHold(outcomes.slice(5))).toBe(false);
  });
});

describe("a limit of requests", () => {
  it("is waited out together, as often as five times a request, then it ends the check", async () => {
    const limited = new Set<string>();
    const front = await startFront(({ path }, response) => {
      const isFirst = !limited.has(path);
      limited.add(path);
      return isFirst || path === "/always"
        ? answerJson(response, "{}", 429, { "retry-after": "0" })
        : answerJson(response, "{}");
    });
    const { stage } = await opened(front.url);
    await Promise.all(Array.from({ length: 10 }, (_, index) => stage.send({ target: `/${String(index)}` })));
    expect(stage.waitedMs).toBeGreaterThan(900);
    expect(stage.waitedMs).toBeLessThan(1900);
    await expect(stage.send({ target: "/always" })).rejects.toThrow(CheckSkipped);
    expect(front.seen.filter(({ path }) => path === "/always")).toHaveLength(6);
  });

  it("that lets a ticket expire fails no check", async () => {
    const limited = new Set<string>();
    const front = await startFront(({ path }, response) => {
      if (!limited.has(path) && path === "/late")
        return !!limited.add(path) && answerJson(response, "{}", 429, { "retry-after": "1" });
      return answerJson(response, { error: "ticket_expired", message: "Late." }, 401);
    });
    const fails = async (stage: Stage, target: string): Promise<void> => {
      const reply = await stage.send({ target });
      throw new CheckFailure("Expected 200.", { reply });
    };
    const outcomes = await outcomesOf(
      await opened(front.url),
      (stage) => fails(stage, "/late"),
      (stage) => fails(stage, "/"),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(["skipped", "failed"]);
    expect(outcomes[0]?.reason).toContain("a ticket expired");
  });

  it.each([
    ["0", 1],
    ["7", 7],
    ["99999999999", 30],
    ["", undefined],
    [" 5x", undefined],
    ["1e3", undefined],
    ["-1", undefined],
    ["Wed, 21 Oct 2026 07:28:00 GMT", undefined],
  ])("of %j is waited for %s seconds", (text, seconds) => {
    expect(limitOf(new Reply(request, 429, ["Retry-After", text], new Uint8Array(), 1))).toBe(seconds);
  });

  it("is waited out for two minutes in all", async () => {
    const stopped = AbortSignal.abort();
    const patience = new Patience(() => undefined);
    for (let count = 0; count < 3; count += 1) await patience.wait(30, 0, stopped);
    expect(patience.waitedMs).toBeLessThan(31_000);
    await expect(patience.wait(121 + 30, 0, stopped)).rejects.toThrow("the webhook limits requests");
    await expect(patience.wait(1, 5, stopped)).rejects.toThrow(CheckSkipped);
  });
});

describe("the webhook's clock", () => {
  const skewOf = (date: string): number => skewMsOf(new Reply(request, 200, ["Date", date], new Uint8Array(), 1));

  it("is that of its Date, if it has one", () => {
    expect(skewOf(new Date(Date.now() - 90_000).toUTCString())).toBeCloseTo(-90_000, -4);
    expect(skewOf(new Date().toUTCString())).toBe(0);
    expect(skewOf("none")).toBe(0);
  });
});
