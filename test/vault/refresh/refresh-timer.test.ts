import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { WebhookError } from "../../../src/platform/errors.js";
import { nodeDisk } from "../../../src/files/disk.js";
import { readAuditLog } from "../../../src/audit/audit-log.js";
import { dueServices, startRefreshTimer } from "../../../src/vault/refresh/refresh-timer.js";
import type { TokenRefresh } from "../../../src/vault/refresh/token-refresh.js";
import { startLoopbackServer, type GivenAnswer } from "../../http/loopback-server.js";
import { startBoundServer } from "../../support/test-server.js";
import { clock, nowMs, openWorld, putByBrowser, putByTokenVault, type RefreshWorld } from "./refresh-world.js";

const minuteMs = 60_000;
const due = { accessToken: "a", refreshToken: "r", provider: "github", expiryTime: nowMs + 5 * minuteMs };

async function worldWith(credentials: Readonly<Record<string, Record<string, unknown>>>): Promise<RefreshWorld> {
  const world = await openWorld();
  for (const [service, credential] of Object.entries(credentials)) await putByBrowser(world, service, credential);
  return world;
}

async function dueIn(world: RefreshWorld, beforeMs: number): Promise<string[]> {
  const services: string[] = [];
  for await (const page of dueServices(world.store, world.refresh, beforeMs)) services.push(...page);
  return services;
}

describe("a credential is due", () => {
  it("when it expires before the moment that is asked for, and no earlier", async () => {
    const world = await worldWith({ one: due, two: { ...due, expiryTime: due.expiryTime + 1 } });
    const dueBefore = (beforeMs: number): Promise<string[]> => dueIn(world, beforeMs);
    expect(await dueBefore(due.expiryTime)).toEqual([]);
    expect(await dueBefore(due.expiryTime + 1)).toEqual(["one"]);
    expect(await dueBefore(due.expiryTime + 2)).toEqual(["one", "two"]);
  });

  it("whether a browser stored it or Token Vault set it, also when it has expired", async () => {
    const world = await worldWith({ stored: { ...due, expiryTime: 1 } });
    await putByTokenVault(world, "set", { ...due, expiryTime: 1 });
    expect(await dueIn(world, nowMs)).toEqual(["set", "stored"]);
  });

  it("with an expiry in ISO 8601 too", async () => {
    const { expiryTime, ...others } = due;
    const world = await worldWith({ one: { ...others, expiresAt: new Date(expiryTime).toISOString() } });
    expect(await dueIn(world, expiryTime + 1)).toEqual(["one"]);
  });

  it.each([
    ["that says no expiry", { expiryTime: undefined }],
    ["whose expiry is no number", { expiryTime: "soon" }],
    ["without a refresh token", { refreshToken: undefined }],
    ["of a provider that has no client here", { provider: "gone" }],
    ["that names no provider", { provider: undefined }],
    ["whose provider is no text", { provider: { name: "github" } }],
  ])("but not one %s", async (_what, change) => {
    const given = Object.entries({ ...due, ...change }).filter(([, value]) => value !== undefined);
    const world = await worldWith({ one: Object.fromEntries(given) });
    expect(await dueIn(world, nowMs + 1e10)).toEqual([]);
  });

  it("but not one that must be connected again, until it is", async () => {
    const world = await worldWith({ one: due });
    world.endpoint.script = () => ({ status: 400, body: { error: "invalid_grant" } });
    await world.refresh.refresh("one");
    expect(await dueIn(world, nowMs + 1e10)).toEqual([]);
    await putByBrowser(world, "one", due);
    expect(await dueIn(world, nowMs + 1e10)).toEqual(["one"]);
  });

  it("but not when it was refreshed, for as long as the new token lasts", async () => {
    const world = await worldWith({ one: due });
    world.endpoint.script = () => ({ body: { access_token: "new", expires_in: 3600 } });
    await world.refresh.refresh("one");
    expect(await dueIn(world, nowMs + 60 * minuteMs)).toEqual([]);
    expect(await dueIn(world, nowMs + 60 * minuteMs + 1)).toEqual(["one"]);
  });
});

describe("the timer", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout"] });
    return () => vi.useRealTimers();
  });
  afterEach(() => vi.restoreAllMocks());

  /** The timer over a refresh that only notes who is refreshed. */
  async function startTimer(
    aheadSeconds: number,
    refreshed: (service: string) => Promise<unknown>,
    count = 2,
    killSwitch = { isLocked: () => Promise.resolve(false) },
  ) {
    const services = Array.from({ length: count }, (_, index) => [`s${String(index)}`, due] as const);
    const world = await worldWith(Object.fromEntries(services));
    const refresh = {
      refresh: refreshed,
      providerFor: world.refresh.providerFor.bind(world.refresh),
      isWaiting: () => false,
    } as unknown as TokenRefresh;
    const timer = startRefreshTimer(world.store, refresh, killSwitch, clock, aheadSeconds, () => Promise.resolve());
    onTestFinished(() => {
      timer.stop();
    });
    return timer;
  }

  it("refreshes what is due, once a scan, and before the next scan", async () => {
    const refreshed: string[] = [];
    await startTimer(600, async (service) => refreshed.push(service));
    expect(refreshed).toEqual([]);
    await vi.advanceTimersByTimeAsync(2 * minuteMs - 1);
    expect(refreshed.toSorted()).toEqual(["s0", "s1"]);
    await vi.advanceTimersByTimeAsync(minuteMs);
    expect(refreshed.toSorted()).toEqual(["s0", "s0", "s1", "s1"]);
  });

  it("looks through many in several turns of the event loop, and misses none", async () => {
    const refreshed = new Set<string>();
    await startTimer(600, async (service) => refreshed.add(service), 1_100);
    await vi.advanceTimersByTimeAsync(minuteMs);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(minuteMs - 1);
    expect(refreshed.size).toBe(1_100);
  });

  it("spreads them, so that a provider is not called by all at once", async () => {
    const refreshed: string[] = [];
    let sinceScan = 0;
    vi.spyOn(Math, "random").mockImplementation(() => (sinceScan++ % 10) / 10);
    await startTimer(600, async (service) => refreshed.push(service), 10);
    await vi.advanceTimersByTimeAsync(minuteMs);
    const countAfter = async (ms: number): Promise<number> => {
      await vi.advanceTimersByTimeAsync(ms);
      return refreshed.length;
    };
    const counts: number[] = [];
    for (let round = 0; round < 10; round++) counts.push(await countAfter(4_800));
    expect(counts.at(-1)).toBe(10);
    expect(Math.max(...counts.map((count, index) => count - (counts[index - 1] ?? 0)))).toBeLessThanOrEqual(2);
  });

  it("touches nothing while the owner has locked the webhook, what was due before included", async () => {
    const refreshed: string[] = [];
    let isLocked = false;
    const killSwitch = { isLocked: () => Promise.resolve(isLocked) };
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    await startTimer(600, async (service) => refreshed.push(service), 2, killSwitch);
    await vi.advanceTimersByTimeAsync(minuteMs);
    isLocked = true;
    await vi.advanceTimersByTimeAsync(5 * minuteMs);
    expect(refreshed).toEqual([]);
    isLocked = false;
    await vi.advanceTimersByTimeAsync(2 * minuteMs);
    expect(refreshed.length).toBeGreaterThan(0);
  });

  it("leaves alone what is not due yet", async () => {
    const refreshed: string[] = [];
    await startTimer(60, async (service) => refreshed.push(service));
    await vi.advanceTimersByTimeAsync(5 * minuteMs);
    expect(refreshed).toEqual([]);
  });

  it("goes on when a refresh fails", async () => {
    let attempts = 0;
    await startTimer(600, () => Promise.reject(new Error(`failure ${String(++attempts)}`)));
    await vi.advanceTimersByTimeAsync(2 * minuteMs);
    expect(attempts).toBeGreaterThanOrEqual(2);
    await vi.advanceTimersByTimeAsync(minuteMs);
    expect(attempts).toBeGreaterThanOrEqual(4);
  });

  it("reports what became of each refresh, and lives on where the report cannot be written", async () => {
    const world = await worldWith({ s0: due });
    const outcomes = [
      { status: "refreshed", providerHost: "github.example" },
      new WebhookError("provider_timeout", "The provider did not answer in time."),
      new Error("unforeseen"),
    ];
    const refresh = {
      refresh: async () => {
        const outcome = outcomes.shift();
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
      providerFor: world.refresh.providerFor.bind(world.refresh),
      isWaiting: () => false,
    } as unknown as TokenRefresh;
    const reports: unknown[][] = [];
    const timer = startRefreshTimer(
      world.store,
      refresh,
      { isLocked: () => Promise.resolve(false) },
      clock,
      600,
      (...report) => {
        reports.push(report);
        return Promise.reject(new Error("a full disk"));
      },
    );
    await vi.advanceTimersByTimeAsync(4 * minuteMs);
    timer.stop();
    expect(reports).toContainEqual(["s0", "refreshed", "github.example"]);
    expect(reports).toContainEqual(["s0", "provider_timeout", undefined]);
    expect(reports).toContainEqual(["s0", "internal_error", undefined]);
  });

  it("is none with 0 seconds", async () => {
    await startTimer(0, () => Promise.reject(new Error("never")));
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends when it is stopped, with what it had still to do", async () => {
    const refreshed: string[] = [];
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const timer = await startTimer(600, async (service) => refreshed.push(service));
    await vi.advanceTimersByTimeAsync(minuteMs);
    timer.stop();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(10 * minuteMs);
    expect(refreshed).toEqual([]);
  });
});

describe("a server with REFRESH_AHEAD_SECONDS", () => {
  const answer: GivenAnswer = { body: { access_token: "new", refresh_token: "rotated", expires_in: 3600 } };

  /** Its scan runs when the test says so; what it does then takes its real time. */
  async function startWithTimer(given: () => GivenAnswer | Promise<GivenAnswer>) {
    vi.useFakeTimers({ toFake: ["setInterval"] });
    vi.spyOn(Math, "random").mockReturnValue(0);
    onTestFinished(() => {
      vi.restoreAllMocks();
      vi.useRealTimers();
    });
    const provider = await startLoopbackServer(given);
    const client = { clientId: "c", clientSecret: "s", tokenUrl: `${provider.url}/token` };
    const server = await startBoundServer({
      settings: {
        REFRESH_AHEAD_SECONDS: "600",
        ALLOW_PRIVATE_HOSTS: provider.host,
        OAUTH_PROVIDERS_JSON: JSON.stringify({ github: client }),
      },
    });
    const credential = { accessToken: "a", refreshToken: "r", provider: "github" };
    const expiryTime = server.clock.nowMs() + 5 * minuteMs;
    await server.tokenVault.store("github", { ...credential, expiryTime });
    return { server, provider, scan: () => vi.advanceTimersByTime(minuteMs) };
  }

  it("refreshes without being asked", async () => {
    const { server, provider, scan } = await startWithTimer(() => answer);
    scan();
    await expect.poll(() => provider.received.length).toBe(1);
    await expect
      .poll(async () => (await server.tokenVault.credential("github")).json())
      .toMatchObject({ token: { accessToken: "new" } });
  });

  it("lost the rotated refresh token when it was stopped in the middle of the timer's refresh", async () => {
    let release: (given: GivenAnswer) => void = () => undefined;
    const { server, provider, scan } = await startWithTimer(() => new Promise((resolve) => (release = resolve)));
    scan();
    await expect.poll(() => provider.received.length).toBe(1);
    const restarted = server.restart({ REFRESH_AHEAD_SECONDS: "0" });
    setImmediate(() => {
      release(answer);
    });
    const { tokenVault } = await restarted;
    const kept = await tokenVault.post("/v1/refresh", { action: "get", service: "github" });
    expect(await kept.json()).toMatchObject({ refreshToken: "rotated" });
  });

  it("left no line in the record when it sent a refresh token out", async () => {
    const { server, provider, scan } = await startWithTimer(() => answer);
    scan();
    await expect.poll(() => provider.received.length).toBe(1);
    const lines = async (): Promise<unknown> => readAuditLog(nodeDisk, join(server.folder, "data"));
    await expect
      .poll(lines)
      .toContainEqual(
        expect.objectContaining({ service: "github", upstreamHost: provider.host, refresh: "refreshed" }),
      );
  });
});
