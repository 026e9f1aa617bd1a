import { describe, expect, test } from "vitest";
import { errorStatus, operations, type OperationDefinition } from "../../generated/operations.js";
import { startBoundServer, startTestServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError } from "./answer-json.js";
import { startLoopbackServer } from "./loopback-server.js";
import { rawRequest } from "./raw-request.js";

const adminSecret = "canary-admin-correct-horse";
const asAdmin = { "x-tv-admin-secret": adminSecret };
const settings = { TV_ADMIN_SECRET: adminSecret };
const permission = { service: "github", host: "uploads.example.org" };

interface Way {
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

const ways: readonly Way[] = [
  { title: "POST /owner/hosts", method: "POST", path: "/owner/hosts", body: JSON.stringify(permission) },
  {
    title: "POST /owner/hosts/remove",
    method: "POST",
    path: "/owner/hosts/remove",
    body: JSON.stringify(permission),
  },
  { title: "GET /metrics", method: "GET", path: "/metrics" },
  { title: "GET /owner/state", method: "GET", path: "/owner/state" },
  { title: "POST /owner/lock", method: "POST", path: "/owner/lock" },
  { title: "POST /owner/unlock", method: "POST", path: "/owner/unlock" },
  { title: "GET /owner/services", method: "GET", path: "/owner/services" },
  { title: "GET /owner/diagnosis", method: "GET", path: "/owner/diagnosis" },
  { title: "GET /owner/audit", method: "GET", path: "/owner/audit" },
  { title: "POST /owner/backup", method: "POST", path: "/owner/backup" },
  {
    title: "POST /owner/services",
    method: "POST",
    path: "/owner/services",
    body: JSON.stringify({ service: "github", tokenData: { accessToken: "a" } }),
  },
  {
    title: "POST /owner/services/remove",
    method: "POST",
    path: "/owner/services/remove",
    body: JSON.stringify({ service: "github" }),
  },
];

test("every operation of the owner is among those that are tried here", () => {
  const known = ways.map(({ method, path }) => `${method} ${path}`);
  const owners = Object.values(operations).filter(
    ({ security, path }) =>
      (security as OperationDefinition["security"]).flat().includes("adminSecret") && path.startsWith("/owner"),
  );
  expect(owners.length).toBeGreaterThan(8);
  const missing = owners
    .map(({ method, path }) => `${method.toUpperCase()} ${path}`)
    .filter((way) => !known.includes(way));
  expect(missing).toEqual([]);
});

describe.each(ways)("$title", ({ method, path, body }) => {
  const ask = ({ url }: TestServer, headers: Record<string, string> = {}): Promise<Response> =>
    rawRequest(url + path, {
      method,
      headers: body === undefined ? headers : { "content-length": String(body.length), ...headers },
      ...(body === undefined ? {} : { body }),
    });

  test("is open with the admin secret only, before binding too", async () => {
    const server = await startTestServer({ settings });
    await expectError(await ask(server), "forbidden");
    expect((await ask(server, asAdmin)).status).toBe(200);
    await server.tokenVault.bind(asAdmin);
    await expectError(await ask(server), "forbidden");
    expect((await ask(server, asAdmin)).status).toBe(200);
    for (const wrong of ["", adminSecret.slice(1), `${adminSecret}x`, adminSecret.toUpperCase()])
      await expectError(await ask(server, { "x-tv-admin-secret": wrong }), "forbidden");
    await expectError(await ask(server, { authorization: `Bearer ${adminSecret}` }), "forbidden");
  });

  test("is closed to Token Vault's signature and to a stranger behind a proxy", async () => {
    const server = await startBoundServer({ settings });
    await expectError(await ask(server, await server.tokenVault.signedHeaders(body ?? "")), "forbidden");
    const unbound = await startTestServer({ settings });
    await expectError(await ask(unbound, { "x-forwarded-for": "203.0.113.9" }), "forbidden");
    await expectError(await ask(unbound, { host: "evil.example" }), "forbidden");
  });

  test("is closed to another site's page, the admin secret or not, before binding and after it", async () => {
    const server = await startTestServer({ settings });
    for (const isBound of [false, true]) {
      if (isBound) await server.tokenVault.bind(asAdmin);
      for (const site of ["cross-site", "same-site"]) {
        for (const mode of ["cors", "no-cors", "navigate"]) {
          const fetched = { "sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": "document" };
          await expectError(await ask(server, { ...fetched, ...asAdmin }), "forbidden");
        }
      }
      await expectError(await ask(server, { origin: "https://evil.example", ...asAdmin }), "forbidden");
    }
    const answer = await ask(server, { "sec-fetch-site": "same-origin", origin: server.url, ...asAdmin });
    expect(answer.status).toBe(200);
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
  });
});

describe("POST /owner/hosts", () => {
  test("answers all hosts that the service may now be used with", async () => {
    const upstream = await startLoopbackServer(() => ({}));
    const server = await startBoundServer({ settings: { ...settings, ALLOW_PRIVATE_HOSTS: upstream.host } });
    await server.tokenVault.store("github", { accessToken: "a" });
    const ticket = await server.tokenVault.ticket("github", "proxy");
    const call = { ticket, service: "github", upstream: { url: upstream.url }, headerTemplates: {} };
    expect((await server.tokenVault.post("/v1/proxy", call)).status).toBe(200);
    const pinned = { service: "github", pinned: "127.0.0.1" };
    expect(await allow(server, permission)).toEqual({ ...pinned, allowed: [permission.host] });
    expect(await allow(server, { ...permission, host: "*.Example.ORG." })).toEqual({
      ...pinned,
      allowed: [permission.host, "*.example.org"],
    });
    expect(await allow(server, permission)).toEqual({ ...pinned, allowed: [permission.host, "*.example.org"] });
  });

  test("allows a host for a service that is not stored yet", async () => {
    const server = await startBoundServer({ settings });
    expect(await allow(server, permission)).toEqual({ service: "github", allowed: [permission.host] });
    const next = await server.restart();
    expect((await allow(next, { ...permission, host: "two.example.org" }))["allowed"]).toEqual([
      permission.host,
      "two.example.org",
    ]);
  });

  test.each([
    ["a URL as host", { ...permission, host: "https://uploads.example.org/" }],
    ["a star alone", { ...permission, host: "*" }],
    ["a port", { ...permission, host: "uploads.example.org:443" }],
    ["an empty host", { ...permission, host: "" }],
    ["a long host", { ...permission, host: "a".repeat(254) }],
    ["a list of hosts", { ...permission, host: ["a.org"] }],
    ["no host", { service: "github" }],
    ["no service", { host: "a.org" }],
    ["an empty service", { ...permission, service: "" }],
    ["a service with a line break", { ...permission, service: "git\nhub" }],
  ])("refuses %s and allows nothing", async (_what, body) => {
    const server = await startBoundServer({ settings });
    await expectError(await post(server, body), "invalid_request");
    expect((await allow(server, permission))["allowed"]).toEqual([permission.host]);
  });

  test("is refused as GET, and the metrics as POST", async () => {
    const { url, fetch } = await startBoundServer({ settings });
    await expectError(await fetch(`${url}/owner/hosts`, { headers: asAdmin }), "method_not_allowed");
    await expectError(await fetch(`${url}/metrics`, { method: "POST", headers: asAdmin }), "method_not_allowed");
  });
});

describe("GET /metrics", () => {
  test("counts requests by operation and outcome, refreshes, upstream and store time", async () => {
    const provider = await startLoopbackServer(({ path }) => ({
      body: path === "/token" ? { access_token: "new", token_type: "bearer" } : {},
    }));
    const client = { clientId: "c", clientSecret: "s", tokenUrl: `${provider.url}/token` };
    const server = await startBoundServer({
      settings: {
        ...settings,
        ALLOW_PRIVATE_HOSTS: provider.host,
        OAUTH_PROVIDERS_JSON: JSON.stringify({ github: client }),
      },
    });
    const { tokenVault } = server;
    const before = await metricsOf(server);
    await answerOf(await tokenVault.store("github", { accessToken: "a", refreshToken: "r" }));
    for (let count = 0; count < 3; count++) await answerOf(await tokenVault.credential("github"));
    await expectError(await tokenVault.credential("absent"), "token_not_found");
    await expectError(await tokenVault.fetchWith("/v1/credential", "no.ticket", "github"), "ticket_invalid");
    const refreshHint = { provider: "github" };
    await answerOf(await tokenVault.post("/v1/refresh-notify", { service: "github", refreshHint }));
    await answerOf(await tokenVault.post("/v1/refresh-notify", { service: "absent", refreshHint }));
    const ticket = await tokenVault.ticket("github", "proxy");
    const upstream = { url: provider.url };
    await answerOf(await tokenVault.post("/v1/proxy", { ticket, service: "github", upstream, headerTemplates: {} }));
    const after = await metricsOf(server);
    const added = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    const requests = (operation: string, outcome: string): number =>
      added(`tokenvault_webhook_requests_total{operation="${operation}",outcome="${outcome}"}`);
    expect(requests("storeCredential", "ok")).toBe(1);
    expect(requests("getCredential", "ok")).toBe(3);
    expect(requests("getCredential", "token_not_found")).toBe(1);
    expect(requests("getCredential", "ticket_invalid")).toBe(1);
    expect(requests("notifyRefresh", "ok")).toBe(2);
    expect(requests("proxyRequest", "ok")).toBe(1);
    expect(added('tokenvault_webhook_refreshes_total{status="refreshed"}')).toBe(1);
    expect(added('tokenvault_webhook_refreshes_total{status="no_token"}')).toBe(1);
    expect(added('tokenvault_webhook_request_seconds_count{operation="getCredential"}')).toBe(5);
    expect(added("tokenvault_webhook_upstream_seconds_count")).toBe(1);
    expect(added("tokenvault_webhook_store_commit_seconds_count")).toBeGreaterThan(0);
  });

  test("comes as plain text that nobody keeps", async () => {
    const { url, fetch } = await startBoundServer({ settings });
    const { headers } = await fetch(`${url}/metrics`, { headers: asAdmin });
    expect(headers.get("content-type")).toMatch(/^text\/plain/);
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test("holds no secret, service name or input, and labels of the contract's words only", async () => {
    const server = await startBoundServer({ settings });
    const { tokenVault, url, fetch } = server;
    const canaries = { service: "canary-service", accessToken: "canary-token", refreshToken: "canary-refresh" };
    await answerOf(await tokenVault.store(canaries.service, canaries));
    await answerOf(await tokenVault.credential(canaries.service, { sub: "canary-sub", aid: "canary-aid" }));
    await allow(server, { service: "canary-service", host: "canary.example.org" });
    const storage = { operation: "set", collection: "vault_config", key: "canary-key", data: { a: "canary-data" } };
    await answerOf(await tokenVault.storage(storage));
    await expectError(await tokenVault.storage({ ...storage, collection: "canary-collection" }), "invalid_request");
    await expectError(await tokenVault.credential('canary"} 7\ncanary{a="'), "invalid_request");
    await answerOf(
      await tokenVault.post("/v1/refresh-notify", {
        service: canaries.service,
        reason: "canary-reason",
        refreshHint: { provider: "canary-provider" },
      }),
    );
    await expectError(await fetch(`${url}/canary-path?canary=1`), "not_found");
    await rawRequest(`${url}/v1/health`, { method: "CANARY" });
    const text = await textOf(server);
    expect(text).not.toMatch(/canary/i);
    const labels = [...text.matchAll(/(operation|outcome|status)="([^"]*)"/g)];
    expect(labels.length).toBeGreaterThan(0);
    const known = [...Object.keys(operations), ...Object.keys(errorStatus), "ok", "acknowledged"];
    expect([...new Set(labels.map(([, , value]) => value))].filter((value) => !known.includes(value ?? ""))).toEqual(
      [],
    );
  });

  test("did not count who came too often", async () => {
    const server = await startBoundServer({ settings: { ...settings, TV_RATE_LIMIT_PER_MINUTE: "20" } });
    const statuses: number[] = [];
    for (let count = 0; count < 25; count++) {
      statuses.push((await server.fetch(`${server.url}/v1/health`)).status);
    }
    const refused = statuses.filter((status) => status === 429).length;
    expect(refused).toBeGreaterThan(0);
    server.clock.advance(60_000);
    expect(
      (await metricsOf(server)).get('tokenvault_webhook_requests_total{operation="getHealth",outcome="rate_limited"}'),
    ).toBe(refused);
  });
});

function post({ url, fetch }: TestServer, body: unknown): Promise<Response> {
  const headers = { "content-type": "application/json", ...asAdmin };
  return fetch(`${url}/owner/hosts`, { method: "POST", headers, body: JSON.stringify(body) });
}

async function allow(server: TestServer, body: unknown): Promise<Record<string, unknown>> {
  return answerOf(await post(server, body));
}

async function textOf({ url, fetch }: TestServer): Promise<string> {
  const response = await fetch(`${url}/metrics`, { headers: asAdmin });
  expect(response.status).toBe(200);
  return response.text();
}

/** Each line's name, labels included, with its value. */
async function metricsOf(server: TestServer): Promise<ReadonlyMap<string, number>> {
  const lines = (await textOf(server)).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}
