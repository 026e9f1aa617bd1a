import { describe, expect, it, onTestFinished, vi } from "vitest";
import { checks } from "../../src/verify/catalogue.js";
import { groupOf } from "../../src/verify/check.js";
import { CheckFailure } from "../../src/verify/check-errors.js";
import { cleanup } from "../../src/verify/checks/cleanup.js";
import type { Stage } from "../../src/verify/stage.js";
import { answerJson, startFront, type SeenRequest } from "./front.js";
import { opened, outcomesOf } from "./opened-stage.js";
import { kitReport, namesOf, runKit } from "./run-kit.js";
import type { FaultName } from "./webhook/faults.js";
import { startWebhook } from "./webhook/webhook.js";

const secret = Buffer.alloc(32, 11).toString("base64");
const adminSecret = "the admin secret of the webhook behind";
/** All groups but limits, which wait for an answer before the body is whole. */
const groups = new Set(checks.map(groupOf));
groups.delete("limits");
const unhurried = [...groups].join();
const capabilities = "storage credential proxy refresh store tv-refresh totp ticketConstraints".split(" ");
const members = (body: Buffer): Record<string, unknown> => {
  try {
    return JSON.parse(body.toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
};

async function bound(fault?: FaultName): Promise<{ url: string; secret: string }> {
  const webhook = await startWebhook({ adminSecret, ...(fault && { fault }) });
  onTestFinished(() => webhook.close());
  const { code } = members(Buffer.from(await (await fetch(`${webhook.url}/v1/register-url`)).arrayBuffer()));
  const answer = await fetch(`${webhook.url}/v1/exchange`, { method: "POST", body: JSON.stringify({ code }) });
  const { hmacSecret } = (await answer.json()) as { hmacSecret: string };
  return { url: webhook.url, secret: hmacSecret };
}

describe("a bound webhook that gives registrations to strangers", () => {
  it("is not bound anew without the owner's word", async () => {
    const webhook = await bound("register-url-open");
    const front = await startFront(() => false, webhook.url);
    const { code, stderr } = await runKit([front.url]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /gives a registration to strangers although it is bound, which is not safe: .*answered 200.*signed request 401/,
    );
    expect(stderr).toContain("pass --rebind");
    expect(front.seen.filter(({ path }) => path === "/v1/exchange")).toEqual([]);
    expect((await kitReport([webhook.url, "--secret", webhook.secret, "--only", "health.signed"])).code).toBe(0);
  });

  it("is bound by one when it is told to, and that is reported as not safe", async () => {
    const { url } = await bound("register-url-open");
    const report = await kitReport([url, "--rebind", "--only", "binding,health"]);
    expect(report.code).toBe(1);
    expect(namesOf(report, "failed")).toEqual(["binding.closed"]);
    expect(report.verdicts.map(({ holds }) => holds)).toEqual([true, false]);
    expect(report.verdicts[1]?.words).toMatch(/^Safe: no, .*binding\.closed/);
  });

  it("is found with a code", async () => {
    const { url } = await bound("register-url-open");
    const { code } = members(Buffer.from(await (await fetch(`${url}/v1/register-url`)).arrayBuffer()));
    const report = await kitReport([url, "--code", String(code), "--only", "binding"]);
    expect(namesOf(report, "failed")).toEqual(["binding.closed"]);
  });

  it("is found with the admin secret, and not taken for one that was never bound", async () => {
    const { url } = await bound("register-url-open");
    const report = await kitReport([url, "--admin-secret", adminSecret, "--only", "binding"]);
    expect(namesOf(report, "failed")).toEqual(["binding.closed"]);
    expect(namesOf(report, "skipped")).toContain("binding.before");
  });
});

/** Keys under which a request would write; "" where it names none. */
function changed({ method, path, body }: SeenRequest): string[] {
  const { operation, action, key, service } = members(body);
  if (method !== "POST") return [];
  if (path === "/v1/store") return [typeof service === "string" ? service : "verify-"];
  if (path === "/v1/storage" && (operation === "set" || operation === "delete"))
    return [typeof key === "string" ? key : ""];
  return path === "/v1/refresh" && action === "update" ? [String(service)] : [];
}

describe("a webhook that takes everything", () => {
  /** A whole object for every request, in which no member is of a type that can be turned into text. */
  const odd = { toString: 1, valueOf: 1 };
  const everything = {
    ...odd,
    status: odd,
    items: [{ key: odd, meta: odd }, odd, null],
    code: odd,
    token: null,
    data: odd,
  };
  const answers = {
    ...everything,
    capabilities,
    error: odd,
    message: odd,
    pagination: { nextCursor: odd, hasMore: odd },
  };

  it("is written to in no read-only run", async () => {
    const front = await startFront((_request, response) => answerJson(response, answers));
    const report = await kitReport([front.url, "--secret", secret, "--read-only"]);
    expect(report.code).toBe(1);
    expect(front.seen.length).toBeGreaterThan(100);
    expect(front.seen.filter((request) => changed(request).length > 0)).toEqual([]);
    expect(namesOf(report, "passed")).toContain("cleanup.removed");
  });

  it("is written to under the run's own keys only, and each one is removed", async () => {
    const front = await startFront((_request, response) => answerJson(response, answers));
    const report = await kitReport([front.url, "--secret", secret]);
    expect(report.code).toBe(1);
    const keys = front.seen.flatMap(changed);
    expect(keys.length).toBeGreaterThan(50);
    expect(keys.filter((key) => !key.startsWith("verify-"))).toEqual([]);
    const removed = front.seen.filter(({ body }) => members(body)["operation"] === "delete");
    const left = new Set(
      front.seen
        .map(({ body }) => members(body))
        .filter(({ operation }) => operation === "set")
        .map(({ key }) => key),
    );
    for (const { body } of removed) left.delete(members(body)["key"]);
    expect([...left]).toEqual([]);
  });

  it.each([
    ["JSON that is too deep", `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
    ["null", "null"],
    ["a list of nothing", "[null]"],
  ])("ends no run by %s", async (_what, body) => {
    const front = await startFront(({ method, path }, response) =>
      answerJson(response, method === "GET" && path === "/v1/health" ? { capabilities } : body),
    );
    const { code, stdout, stderr } = await runKit([front.url, "--secret", secret, "--only", unhurried]);
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout).toContain("Works with Token Vault: no");
  });
});

describe("what a webhook answers", () => {
  it("ends no run by an error in a check", async () => {
    const front = await startFront((_request, response) => answerJson(response, "{}"));
    const broken = (): Promise<never> => Promise.reject(new TypeError("Cannot convert object to primitive value"));
    const outcomes = await outcomesOf(await opened(front.url), broken, (stage) => stage.send({ target: "/" }));
    expect(outcomes.map(({ status, reason }) => [status, reason])).toEqual([
      ["failed", "The answer could not be judged."],
      ["passed", undefined],
    ]);
  });

  it("is kept in part, and the same problem once", async () => {
    const front = await startFront((_request, response) => answerJson(response, { status: "x".repeat(100_000) }));
    const open = await opened(front.url);
    for (let count = 0; count < 20; count += 1) await open.stage.send({ target: "/v1/health" });
    const problems = open.stage.violations.map(({ check, problem }) => `${check} ${problem}`);
    expect(new Set(problems).size).toBe(problems.length);
    expect(problems).toContain(
      'contract.answer-forms getHealth: /status breaks `enum` (allowedValues ["healthy","locked"])',
    );
    expect(open.stage.violations[0]?.reply.body).toHaveLength(4096);
    expect(open.takeReplies().map(({ body, bodyLength }) => [body.length, bodyLength])).toContainEqual([4096, 100_013]);
  });

  it("is read up to 4 MiB, as a stream up to 64", async () => {
    const front = await startFront((_request, response) => answerJson(response, "x".repeat(5 * 1024 * 1024)));
    const { stage } = await opened(front.url);
    await expect(stage.send({ target: "/" })).rejects.toThrow("longer than 4 MiB");
    expect((await stage.send({ target: "/" }, { onChunk: () => undefined })).body).toHaveLength(5 * 1024 * 1024);
  });
});

describe("cleaning up", () => {
  /** A stage whose every request takes ten seconds by the clock. */
  async function removals(count: number, status: number): Promise<number> {
    vi.useFakeTimers({ toFake: ["performance"] });
    onTestFinished(() => void vi.useRealTimers());
    let calls = 0;
    const reply = { status, at: (name: string) => (name === "status" ? "ok" : []) };
    const storage = ({ operation }: { operation: string }): Promise<unknown> => {
      if (operation === "delete") calls += 1;
      vi.advanceTimersByTime(10_000);
      return Promise.resolve(reply);
    };
    const written = Array.from({ length: count }, (_, index) => ({
      collection: "tokens",
      key: `verify-${String(index)}`,
    }));
    const stage = { written, prefix: "verify-", tokenVault: { storage } } as unknown as Stage;
    await cleanup.run(stage).catch((error: unknown) => {
      expect(error).toBeInstanceOf(CheckFailure);
    });
    return calls;
  }

  it("goes on as long as documents go away, and ends when none does", async () => {
    expect(await removals(400, 200)).toBe(400);
    expect(await removals(400, 500)).toBeLessThan(100);
  });
});

describe("a webhook on another machine", () => {
  /** A proxy at an address that is not this machine's usual one; it collects bodies, and may drop a header. */
  async function remote(fault: FaultName | undefined, dropsAt: (path: string) => boolean): Promise<string[]> {
    const webhook = await bound(fault);
    const drop = ({ path, headers }: SeenRequest): boolean => {
      if (dropsAt(path)) delete headers["x-forwarded-for"];
      return false;
    };
    const front = await startFront(drop, webhook.url, "127.0.0.2");
    const only = "limits.declared,limits.chunked,limits.proxy,caller.token-vault,caller.store,caller.totp";
    const report = await kitReport([front.url, "--secret", webhook.secret, "--only", only]);
    return report.checks.map(({ name, status }) => `${name} ${status}`).sort();
  }

  it("is not blamed for a proxy that collects bodies or replaces the caller's address", async () => {
    expect(await remote(undefined, () => true)).toEqual([
      "caller.store skipped",
      "caller.token-vault skipped",
      "caller.totp skipped",
      "cleanup.removed passed",
      "limits.chunked skipped",
      "limits.declared skipped",
      "limits.proxy skipped",
    ]);
  });

  it("is blamed where the address counts in one place and not in another", async () => {
    const outcomes = await remote(undefined, (path) => path === "/v1/credential");
    expect(outcomes).toEqual(expect.arrayContaining(["caller.token-vault failed", "caller.totp passed"]));
  });
});

describe("a file for the report that cannot be written", () => {
  it("is found before anything is sent", async () => {
    const front = await startFront((_request, response) => answerJson(response, "{}"));
    const writeFile = (): never => {
      throw new Error("it cannot be written");
    };
    await expect(runKit([front.url, "--secret", secret, "--junit", "x"], { writeFile })).rejects.toThrow("cannot be");
    expect(front.seen).toEqual([]);
  });
});
