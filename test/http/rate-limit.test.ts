import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../../generated/operations.js";
import { startTestServer, type TestServer } from "../support/test-server.js";
import { StoppedClock } from "./answer-json.js";

const someone = "203.0.113.1";

/** Bound from loopback, which has a limit of its own. */
async function start(perMinute: number, clock = stopped()): Promise<TestServer> {
  const settings = { TV_RATE_LIMIT_PER_MINUTE: String(perMinute) };
  const server = await startTestServer({ settings, clock });
  if (perMinute === 0 || perMinute > 2) await server.tokenVault.bind();
  return server;
}

/** Time passes only where a test says so: a limit is not refilled while it is being used up. */
function stopped(): StoppedClock {
  return new StoppedClock(Date.now());
}

function from(address: string): Record<string, string> {
  return { "x-forwarded-for": address };
}

function health({ url, fetch }: TestServer, address: string): Promise<Response> {
  return fetch(`${url}/v1/health`, { headers: from(address) });
}

/** A ticket that nobody signed. */
function guess({ tokenVault }: TestServer, address: string): Promise<Response> {
  return tokenVault.fetchWith("/v1/credential", `e30.${"0".repeat(64)}`, "github", from(address));
}

async function statuses(count: number, send: () => Promise<Response>): Promise<number[]> {
  const found: number[] = [];
  for (let index = 0; index < count; index++) found.push((await send()).status);
  return found;
}

/** The seconds that a refusal tells to wait. */
async function retryAfterSeconds(response: Response): Promise<number> {
  expect(response.status).toBe(429);
  expect(await response.json()).toMatchObject({ error: "rate_limited" satisfies ErrorCode });
  expect(response.headers.get("retry-after")).toMatch(/^[1-9][0-9]*$/);
  return Number(response.headers.get("retry-after"));
}

describe("requests from one address", () => {
  it("are taken up to the limit, then refused with 429 and Retry-After", async () => {
    const server = await start(6);
    expect(await statuses(7, () => health(server, someone))).toEqual([200, 200, 200, 200, 200, 200, 429]);
    expect(await retryAfterSeconds(await health(server, someone))).toBe(10);
  });

  it("are taken again after as long as Retry-After says", async () => {
    const server = await start(6);
    await statuses(6, () => health(server, someone));
    for (let round = 0; round < 3; round++) {
      const wait = await retryAfterSeconds(await health(server, someone));
      server.clock.advance((wait - 1) * 1000);
      await retryAfterSeconds(await health(server, someone));
      server.clock.advance(1000);
      expect((await health(server, someone)).status).toBe(200);
    }
  });

  it("do not count against another address, told by X-Forwarded-For from a trusted proxy", async () => {
    const server = await start(3);
    expect(await statuses(4, () => health(server, someone))).toEqual([200, 200, 200, 429]);
    expect((await health(server, "203.0.113.2")).status).toBe(200);
    // The client's own claims stand left of the address that the proxy has seen.
    expect((await health(server, `203.0.113.3, ${someone}`)).status).toBe(429);
    expect((await health(server, `${someone}, 203.0.113.4`)).status).toBe(200);
  });

  it("are told by the connection when its other end is no trusted proxy", async () => {
    const settings = { TV_RATE_LIMIT_PER_MINUTE: "3", TRUSTED_PROXIES: "192.0.2.1" };
    const server = await startTestServer({ settings, clock: stopped() });
    const addresses = ["203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"];
    const found: number[] = [];
    for (const address of addresses) found.push((await health(server, address)).status);
    expect(found).toEqual([200, 200, 200, 429]);
  });

  it("of IPv6 count for the network of 64 bits, and IPv4-mapped ones for the IPv4 address", async () => {
    const server = await start(3);
    expect(await statuses(3, () => health(server, "2001:db8:1:2::1"))).toEqual([200, 200, 200]);
    expect((await health(server, "2001:0db8:0001:0002:ffff::9")).status).toBe(429);
    expect((await health(server, "2001:db8:1:3::1")).status).toBe(200);
    expect(await statuses(3, () => health(server, someone))).toEqual([200, 200, 200]);
    expect((await health(server, `::ffff:${someone}`)).status).toBe(429);
  });

  it("count whatever they ask for, unknown paths and methods too", async () => {
    const server = await start(4);
    const { url, fetch } = server;
    const headers = from(someone);
    const found = [
      await fetch(`${url}/v1/nothing`, { headers }),
      await fetch(`${url}/v1/storage`, { headers }),
      await fetch(`${url}/v1/health`, { method: "HEAD", headers }),
      await fetch(`${url}/v1/storage`, { method: "POST", headers: { ...headers, "content-type": "text/plain" } }),
      await fetch(`${url}/v1/nothing`, { headers }),
      await fetch(`${url}/v1/storage`, { headers }),
    ].map(({ status }) => status);
    expect(found).toEqual([404, 405, 200, 401, 429, 429]);
  });

  it("that are refused use up no ticket", async () => {
    const server = await start(3);
    const { tokenVault } = server;
    await tokenVault.store("github", { accessToken: "a token" });
    await statuses(3, () => health(server, someone));
    const ticket = await tokenVault.ticket("github", "agent_credential", {
      exp: Math.floor(server.clock.nowMs() / 1000) + 300,
    });
    const fetchIt = (): Promise<Response> => tokenVault.fetchWith("/v1/credential", ticket, "github", from(someone));
    server.clock.advance((await retryAfterSeconds(await fetchIt())) * 1000);
    expect((await fetchIt()).status).toBe(200);
  });

  it("tell a page of another origin that it has to wait", async () => {
    const server = await start(3);
    await statuses(3, () => health(server, someone));
    const headers = { ...from(someone), origin: "https://vault.example" };
    const refusal = await server.fetch(`${server.url}/v1/credential?ticket=t&service=s`, { headers });
    expect(refusal.headers.get("access-control-allow-origin")).toBe("https://vault.example");
    await retryAfterSeconds(refusal);
  });
});

describe("failed authentications", () => {
  const failures: readonly (readonly [string, (server: TestServer) => Promise<Response>])[] = [
    ["a forged ticket", (server) => guess(server, someone)],
    ["a forged signature", ({ tokenVault }) => tokenVault.post("/v1/health", {}, forged)],
    ["a code that is unknown", ({ tokenVault }) => tokenVault.unsigned("/v1/exchange", { code: "x" }, from(someone))],
    ["a wrong admin secret", ({ url, fetch }) => fetch(`${url}/v1/register-url`, { headers: wrongAdmin })],
  ];
  const forged = { secret: new Uint8Array(32).fill(1), headers: from(someone) };
  const wrongAdmin = { ...from(someone), "x-tv-admin-secret": "not the admin secret" };

  it.each(failures)("have a smaller limit of their own: %s", async (_name, fail) => {
    const server = await start(30);
    const found = await statuses(4, () => fail(server));
    expect(found.map((status) => status === 429)).toEqual([false, false, false, true]);
    await retryAfterSeconds(await fail(server));
  });

  it("shut the address out of everything until Retry-After is over, and nobody else", async () => {
    const server = await start(30);
    await server.tokenVault.store("github", { accessToken: "a token" });
    await statuses(3, () => guess(server, someone));
    const wait = await retryAfterSeconds(await health(server, someone));
    expect(wait).toBe(20);
    expect((await health(server, "203.0.113.2")).status).toBe(200);
    expect((await server.tokenVault.credential("github")).status).toBe(200);
    server.clock.advance(wait * 1000);
    expect((await guess(server, someone)).status).toBe(401);
    expect((await guess(server, someone)).status).toBe(429);
  });

  it("count for the whole network of IPv6", async () => {
    const server = await start(30);
    for (const last of ["1", "2", "3"]) expect((await guess(server, `2001:db8::${last}`)).status).toBe(401);
    expect((await guess(server, "2001:db8::4")).status).toBe(429);
  });

  it("are not what a good client runs into: expiry, absence and bad input do not count", async () => {
    const server = await start(60);
    const { tokenVault } = server;
    const headers = from(someone);
    const found: number[] = [];
    for (let index = 0; index < 8; index++) {
      const now = Math.floor(server.clock.nowMs() / 1000);
      const expired = await tokenVault.ticket("github", "agent_credential", { iat: now - 90, exp: now - 30 });
      found.push((await tokenVault.fetchWith("/v1/credential", expired, "github", headers)).status);
      const absent = await tokenVault.ticket("absent", "agent_credential");
      found.push((await tokenVault.fetchWith("/v1/credential", absent, "absent", headers)).status);
      found.push((await tokenVault.storage({ operation: "drop" }, { headers })).status);
    }
    expect(new Set(found)).toEqual(new Set([401, 404, 400]));
  });
});

describe("TV_RATE_LIMIT_PER_MINUTE", () => {
  it("turns every limit off when it is 0", async () => {
    const server = await start(0);
    expect(new Set(await statuses(300, () => health(server, someone)))).toEqual(new Set([200]));
    expect(new Set(await statuses(300, () => guess(server, someone)))).toEqual(new Set([401]));
  });

  it("of 1 still lets one failed authentication through", async () => {
    const server = await start(1);
    expect((await server.tokenVault.unsigned("/v1/exchange", { code: "x" }, from(someone))).status).toBe(410);
    expect((await server.tokenVault.unsigned("/v1/exchange", { code: "x" }, from(someone))).status).toBe(429);
  });

  it("by default has room for normal use", async () => {
    const server = await startTestServer({ clock: stopped() });
    await server.tokenVault.bind();
    expect(new Set(await statuses(500, () => health(server, someone)))).toEqual(new Set([200]));
  });
});
