import { describe, expect, it } from "vitest";
import { dueServices } from "../../../src/vault/refresh/refresh-timer.js";
import type { Scripted } from "../scripted-dial.js";
import { nowMs, openWorld, putByBrowser, putByTokenVault } from "./refresh-world.js";

const stored = { accessToken: "a", refreshToken: "r", provider: "github", expiryTime: nowMs };
const minuteMs = 60_000;
const good = { access_token: "new", expires_in: 1 };

/** A provider that answers so, and a clock that the test moves. */
async function startWith(given: Scripted) {
  let currentMs = nowMs + 1;
  const world = await openWorld(undefined, { nowMs: () => currentMs });
  await putByBrowser(world, "github", stored);
  world.endpoint.script = () => given;
  const isDue = async (): Promise<boolean> => {
    const services: string[] = [];
    for await (const page of dueServices(world.store, world.refresh, currentMs + 1e9)) services.push(...page);
    return services.length > 0;
  };
  const refresh = (): Promise<unknown> => world.refresh.refresh("github").catch(() => undefined);
  return {
    ...world,
    world,
    isDue,
    fail: refresh,
    /** Moves the clock minute by minute to when a scan would refresh. */
    minutesUntilDue: async (): Promise<number> => {
      const startMs = currentMs;
      while (!(await isDue())) currentMs += minuteMs;
      return (currentMs - startMs) / minuteMs;
    },
  };
}

const failures: readonly (readonly [string, Scripted])[] = [
  ["503", { status: 503, body: "" }],
  ["429 without Retry-After", { status: 429, body: {} }],
  ["an error of status 200", { body: { ok: false, error: "internal_error" } }],
  ["no response", "hang"],
  ["a broken connection", "broken"],
];

describe("the refresh ahead of time", () => {
  it.each(failures)("asked every minute without end (%s)", async (_what, given) => {
    const { fail, minutesUntilDue } = await startWith(given);
    const waits: number[] = [];
    for (let count = 0; count < 9; count++) {
      await fail();
      waits.push(await minutesUntilDue());
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it("asked every minute for a token that came without end with a new refresh token and an absurd lifetime", async () => {
    let count = 0;
    const { endpoint, fail, minutesUntilDue } = await startWith("hang");
    endpoint.script = () => ({ body: { ...good, expires_in: -1, refresh_token: `r${String(++count)}` } });
    const waits: number[] = [];
    for (let round = 0; round < 4; round++) {
      await fail();
      waits.push(await minutesUntilDue());
    }
    expect(waits).toEqual([1, 2, 4, 8]);
  });

  it.each([
    [429, "3600", 60],
    [503, "3600", 60],
    [429, "Thu, 01 Jan 2026 00:30:00 GMT", 30],
    [429, "86400", 360],
    [429, "1", 1],
    [429, "nonsense", 1],
  ])("did not heed %d with Retry-After: %s", async (status, retryAfter, minutes) => {
    const { fail, minutesUntilDue } = await startWith({ status, body: {}, headers: { "Retry-After": retryAfter } });
    await fail();
    expect(await minutesUntilDue()).toBe(minutes);
  });

  it("begins anew after a success", async () => {
    const { endpoint, isDue, fail, minutesUntilDue } = await startWith("broken");
    for (let count = 0; count < 5; count++) await fail();
    endpoint.script = () => ({ body: good });
    await fail();
    expect(await isDue()).toBe(true);
    endpoint.script = () => "broken";
    await fail();
    expect(await minutesUntilDue()).toBe(1);
  });

  it.each(["a browser", "Token Vault", "an update"])("begins anew after %s stored something", async (by) => {
    const { world, isDue, fail } = await startWith({ status: 429, body: {}, headers: { "Retry-After": "3600" } });
    await fail();
    expect(await isDue()).toBe(false);
    if (by === "a browser") await putByBrowser(world, "github", stored);
    else if (by === "Token Vault") await putByTokenVault(world, "github", stored);
    else await world.tokens.renew("github", { accessToken: "newer" });
    expect(await isDue()).toBe(true);
  });

  it("keeps nobody else from trying, and no other service", async () => {
    const { world, endpoint, isDue, fail } = await startWith({ status: 429, body: {} });
    await fail();
    await fail();
    expect(endpoint.calls).toHaveLength(2);
    expect(await isDue()).toBe(false);
    await putByBrowser(world, "other", stored);
    expect(await isDue()).toBe(true);
  });
});
