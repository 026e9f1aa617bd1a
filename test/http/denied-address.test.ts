import { describe, expect, test } from "vitest";
import { startTestServer } from "../support/test-server.js";
import { expectError } from "./answer-json.js";
import { allOperations, ticketOperations } from "./request-examples.js";
import { present, startWithGithub } from "./ticket-bearer.js";

const tokenVaultAddress = "34.12.35.243";
const closed = ticketOperations.filter(({ path }) => path !== "/v1/proxy");

test("the contract closes to Token Vault what the protocol closes to it", () => {
  const names = allOperations
    .filter(({ refusesTokenVault }) => refusesTokenVault)
    .map(({ method, path }) => `${method} ${path}`);
  expect(names.sort()).toEqual(closed.map(({ method, path }) => `${method} ${path}`).sort());
  expect(new Set(closed.map(({ path }) => path))).toEqual(new Set(["/v1/store", "/v1/credential", "/v1/totp-code"]));
});

describe.each(closed)("Token Vault's own address at $method $path", (operation) => {
  const from = { "x-forwarded-for": tokenVaultAddress };
  const purpose = operation.path === "/v1/store" ? "store" : "agent_credential";

  test("is refused before the ticket is looked at, and leaves it usable", async () => {
    const server = await startWithGithub();
    const ticket = await server.tokenVault.ticket("github", purpose);
    await expectError(await present(server, operation, ticket, "github", from), "forbidden");
    await expectError(await present(server, operation, "no.ticket", "github", from), "forbidden");
    await expectError(await present(server, operation, ticket, "", from), "forbidden");
    expect((await present(server, operation, ticket)).status).toBe(200);
  });

  test("is refused before binding as after it", async () => {
    const server = await startTestServer();
    await expectError(await present(server, operation, "no.ticket", "github", from), "forbidden");
  });
});

test.each(closed.filter(({ method }) => method === "post"))(
  "Token Vault's own address at $path is refused before the body is read",
  async ({ path }) => {
    const server = await startWithGithub();
    const init = { method: "POST", headers: { "x-forwarded-for": tokenVaultAddress }, body: "{" };
    await expectError(await server.fetch(server.url + path, init), "forbidden");
  },
);

test("at the proxy, which is Token Vault's own, its address is served", async () => {
  const server = await startWithGithub();
  const proxy = ticketOperations.find(({ path }) => path === "/v1/proxy");
  if (!proxy) throw new Error("the contract has no proxy");
  const ticket = await server.tokenVault.ticket("github", "proxy");
  const from = { "x-forwarded-for": tokenVaultAddress };
  expect((await present(server, proxy, ticket, "github", from)).status).toBe(200);
});

describe("however it is written, it is refused", () => {
  test.each([
    ["IPv4-mapped", "::ffff:34.12.35.243"],
    ["IPv4-mapped in hex", "::FFFF:220c:23f3"],
    ["IPv4-mapped and written out", "0:0:0:0:0:ffff:34.12.35.243"],
    ["with a port", "34.12.35.243:443"],
    ["in brackets with a port", "[::ffff:34.12.35.243]:443"],
    ["behind what a client made up", "127.0.0.1, 8.8.8.8, 34.12.35.243"],
    ["behind junk", "junk, 34.12.35.243"],
    ["before another trusted proxy", "34.12.35.243, 127.0.0.1, ::1"],
  ])("%s", async (_what, forwardedFor) => {
    await expectRefused({}, { "x-forwarded-for": forwardedFor });
  });

  test("and no other header can name somebody else", async () => {
    const claimed = ["cf-connecting-ip", "x-real-ip", "true-client-ip", "forwarded", "x-client-ip"];
    const headers = Object.fromEntries(claimed.map((name) => [name, "8.8.8.8"]));
    await expectRefused({}, { ...headers, "x-forwarded-for": tokenVaultAddress });
  });

  test("in two header fields, of which the last counts", async () => {
    const server = await startWithGithub();
    const ticket = await server.tokenVault.ticket("github", "agent_credential");
    const headers: [string, string][] = [
      ["x-forwarded-for", "8.8.8.8"],
      ["x-forwarded-for", tokenVaultAddress],
    ];
    const query = new URLSearchParams({ ticket, service: "github" }).toString();
    await expectError(await server.fetch(`${server.url}/v1/credential?${query}`, { headers }), "forbidden");
  });
});

describe("a header counts only from a trusted proxy", () => {
  const untrusting = { TRUSTED_PROXIES: "192.0.2.1" };

  test("so that nobody else's is refused or let through by it", async () => {
    await expectServed(untrusting, { "x-forwarded-for": tokenVaultAddress });
    await expectRefused({ ...untrusting, DENY_IPS: "127.0.0.1" }, { "x-forwarded-for": "8.8.8.8" });
  });
});

describe("DENY_IPS", () => {
  test.each<[string, string, string | undefined]>([
    ["one address", "198.51.100.7", "198.51.100.7"],
    ["a range", "198.51.100.0/24", "198.51.100.255"],
    ["the second of a list", "203.0.113.9, 198.51.100.0/24", "198.51.100.1"],
    ["an IPv6 range", "2001:db8::/32", "2001:DB8:1::1"],
    ["an IPv4-mapped client", "198.51.100.0/24", "::ffff:198.51.100.7"],
    ["IPv4-mapped itself", "::ffff:198.51.100.7", "198.51.100.7"],
    ["whoever connects without any header", "127.0.0.0/8", undefined],
    ["Token Vault as well", "198.51.100.7", tokenVaultAddress],
  ])("refuses %s", async (_what, denied, client) => {
    await expectRefused({ DENY_IPS: denied }, client === undefined ? {} : { "x-forwarded-for": client });
  });

  test.each([
    ["outside the range", "198.51.100.0/24", "198.51.101.1"],
    ["of the other family", "0.0.0.0/1", "2001:db8::1"],
  ])("lets %s through", async (_what, denied, client) => {
    await expectServed({ DENY_IPS: denied }, { "x-forwarded-for": client });
  });
});

async function expectRefused(settings: Record<string, string>, headers: Record<string, string>): Promise<void> {
  await expectError(await fetchCredential(settings, headers), "forbidden");
}

async function expectServed(settings: Record<string, string>, headers: Record<string, string>): Promise<void> {
  expect((await fetchCredential(settings, headers)).status).toBe(200);
}

async function fetchCredential(settings: Record<string, string>, headers: Record<string, string>): Promise<Response> {
  const { tokenVault } = await startTestServer({ settings });
  await tokenVault.bind();
  const data = { accessToken: "example-access-token" };
  await tokenVault.storage({ operation: "set", collection: "tokens", key: "github", data });
  return tokenVault.fetchWith(
    "/v1/credential",
    await tokenVault.ticket("github", "agent_credential"),
    "github",
    headers,
  );
}
