import { describe, expect, test } from "vitest";
import { ownersHeaders, ownersSettings, startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError, tokenOf } from "./answer-json.js";
import { startLoopbackServer } from "./loopback-server.js";

function ask({ fetch, url }: TestServer, path: string, body?: unknown): Promise<Response> {
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  return fetch(url + path, { headers: ownersHeaders, ...init });
}

describe("GET /owner/services", () => {
  test("lists what is stored without what is secret, with its hosts and its last use", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    const expiryTime = Date.now() + 3_600_000;
    await server.tokenVault.store("github", { accessToken: "canary-a", expiryTime, allowedHosts: ["api.example"] });
    await server.tokenVault.store("mail", { accessToken: "canary-b", password: "canary-c" });
    await server.tokenVault.credential("github");
    const { services } = (await answerOf(await ask(server, "/owner/services"))) as {
      services: Record<string, unknown>[];
    };
    expect(services).toMatchObject([
      { service: "github", tokenType: "oauth", expiryTime, needsReconnect: false, hosts: { listed: ["api.example"] } },
      { service: "mail" },
    ]);
    expect(services[0]?.["lastUsedAt"]).toMatch(/^\d{4}-/);
    expect(services[1]).not.toHaveProperty("lastUsedAt");
    expect(JSON.stringify(services)).not.toContain("canary");
  });
});

describe("POST /owner/services", () => {
  test("keeps a credential that agents then get, in the place of the one before", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    for (const accessToken of ["first", "second"]) {
      const added = await answerOf(
        await ask(server, "/owner/services", { service: "own", tokenData: { accessToken } }),
      );
      expect(added).toMatchObject({ service: "own", meta: { serviceName: "own", tokenType: "oauth" } });
      expect(JSON.stringify(added)).not.toContain(accessToken);
      expect(await tokenOf(await server.tokenVault.credential("own"))).toMatchObject({ accessToken });
    }
  });

  test("takes what a browser may store, and nothing else", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    const wrong = { service: "own", tokenData: { totpSecret: "0" } };
    await expectError(await ask(server, "/owner/services", wrong), "invalid_request");
    await expectError(await ask(server, "/owner/services", { service: "own" }), "invalid_request");
  });
});

describe("POST /owner/services/remove", () => {
  test("removes the credential with its hosts, once", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    await server.tokenVault.store("github", { accessToken: "a" });
    await ask(server, "/owner/hosts", { service: "github", host: "api.example" });
    expect(await answerOf(await ask(server, "/owner/services/remove", { service: "github" }))).toEqual({
      removed: true,
    });
    expect(await answerOf(await ask(server, "/owner/services/remove", { service: "github" }))).toEqual({
      removed: false,
    });
    await expectError(await server.tokenVault.credential("github"), "token_not_found");
    await server.tokenVault.store("github", { accessToken: "b" });
    const { services } = (await answerOf(await ask(server, "/owner/services"))) as {
      services: Record<string, unknown>[];
    };
    expect(services[0]?.["hosts"]).toEqual({ service: "github" });
  });
});

describe("POST /owner/hosts/remove", () => {
  test("takes back a host that was allowed, listed or pinned; a pin that is gone lets no other host in its place", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    await server.tokenVault.store("github", { accessToken: "a", allowedHosts: ["one.example", "two.example"] });
    await ask(server, "/owner/hosts", { service: "github", host: "three.example" });
    const remove = (host: string): Promise<Response> => ask(server, "/owner/hosts/remove", { service: "github", host });
    expect(await answerOf(await remove("one.example"))).toEqual({
      service: "github",
      listed: ["two.example"],
      allowed: ["three.example"],
    });
    expect(await answerOf(await remove("THREE.example"))).toEqual({ service: "github", listed: ["two.example"] });
    expect(await answerOf(await remove("two.example"))).toEqual({ service: "github", listed: [] });
    expect(await answerOf(await remove("two.example"))).toEqual({ service: "github", listed: [] });
  });
});

test("a host that was taken back before it was used does not come back by its next use", async () => {
  const upstream = await startLoopbackServer(() => ({}));
  const server = await startBoundServer({ settings: { ...ownersSettings, ALLOW_PRIVATE_HOSTS: upstream.host } });
  await server.tokenVault.store("github", { accessToken: "a" });
  const permission = { service: "github", host: "127.0.0.1" };
  await ask(server, "/owner/hosts", permission);
  await ask(server, "/owner/hosts/remove", permission);
  const call = { service: "github", upstream: { url: upstream.url }, headerTemplates: {} };
  const ticket = await server.tokenVault.ticket("github", "proxy");
  await expectError(await server.tokenVault.post("/v1/proxy", { ...call, ticket }), "forbidden");
});

test("what the owner removed is not brought back by Token Vault, until it is stored anew", async () => {
  const server = await startBoundServer({ settings: ownersSettings });
  const { tokenVault } = server;
  await tokenVault.store("github", { accessToken: "a" });
  const place = { collection: "tokens", key: "github" };
  const { data } = await answerOf(await tokenVault.storage({ operation: "get", ...place }));
  await ask(server, "/owner/services/remove", { service: "github" });
  await expectError(await tokenVault.storage({ operation: "set", ...place, data }), "invalid_request");
  await expectError(await tokenVault.credential("github"), "token_not_found");
  await tokenVault.store("github", { accessToken: "b" });
  // Another body, since equal ones of one second have one signature.
  const again = { operation: "set", ...place, data, requestId: "req_again" };
  expect((await tokenVault.storage(again)).status).toBe(200);
});

test("a key that only Token Vault could have set can be removed", async () => {
  const server = await startBoundServer({ settings: ownersSettings });
  const key = "k".repeat(300);
  await server.tokenVault.storage({ operation: "set", collection: "tokens", key, data: { note: 1 } });
  expect(await answerOf(await ask(server, "/owner/services/remove", { service: key }))).toEqual({ removed: true });
});

describe("GET /owner/audit", () => {
  test("shows the latest lines first, by filter and limit", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    await server.tokenVault.store("github", { accessToken: "a" });
    await server.tokenVault.credential("github");
    await server.tokenVault.credential("mail");
    const lines = async (query: string): Promise<Record<string, unknown>[]> =>
      (await answerOf(await ask(server, `/owner/audit${query}`)))["lines"] as Record<string, unknown>[];
    expect((await lines("?limit=2")).map(({ op, service }) => [op, service])).toEqual([
      ["getCredential", "mail"],
      ["getCredential", "github"],
    ]);
    expect((await lines("?service=github")).map(({ op }) => op)).toEqual(["getCredential", "storeCredential"]);
    expect((await lines("?outcome=token_not_found&op=getCredential")).map(({ service }) => service)).toEqual(["mail"]);
    expect((await lines(""))[0]).not.toHaveProperty("prev");
    await expectError(await ask(server, "/owner/audit?limit=0"), "invalid_request");
  });
});

describe("the probes", () => {
  test.each(["/healthz", "/readyz"])("%s answers everybody", async (path) => {
    const server = await startBoundServer();
    const answer = await server.fetch(server.url + path, { headers: { "x-forwarded-for": "203.0.113.9" } });
    expect(await answerOf(answer)).toEqual({ status: "ok" });
  });
});

test("GET /owner/state says whom it is bound to and since when", async () => {
  const server = await startBoundServer({ settings: ownersSettings });
  expect(await answerOf(await ask(server, "/owner/state"))).toMatchObject({
    bound: true,
    boundTo: "https://tokenvault.uk",
    locked: false,
    tokenCount: 0,
  });
});
