import { describe, expect, test } from "vitest";
import { startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError } from "./answer-json.js";
import { startLoopbackServer, type LoopbackServer } from "./loopback-server.js";

const adminSecret = "correct-horse-battery-staple";
const token = { accessToken: "gho_16C7e42F292c6912E7" };
const names = [
  "127.0.0.1",
  "localhost",
  "localhost.",
  "api.example.test",
  "a.api.example.test",
  "xapi.example.test",
  "api.example.test.evil.test",
];

interface Proxied {
  readonly server: TestServer;
  readonly upstream: LoopbackServer;
  /** One upstream under a name; an odd name for it is asked for as it is written. */
  readonly urlOf: (name: string) => string;
}

/** A server whose one upstream has many names; nothing is stored yet. */
async function startWithNames(settings: Record<string, string> = {}): Promise<Proxied> {
  const upstream = await startLoopbackServer(() => ({ body: { ok: true } }));
  const { port } = new URL(upstream.url);
  const server = await startBoundServer({
    settings: {
      ALLOW_PRIVATE_HOSTS: names.map((name) => `${name}:${port}`).join(),
      TV_ADMIN_SECRET: adminSecret,
      ...settings,
    },
    parts: { resolve: () => Promise.resolve(["127.0.0.1"]) },
  });
  return { server, upstream, urlOf: (name) => `http://${name}:${port}/` };
}

async function call({ tokenVault }: TestServer, url: string, ticket?: string, service = "github"): Promise<Response> {
  return tokenVault.post("/v1/proxy", {
    ticket: ticket ?? (await tokenVault.ticket(service, "proxy")),
    service,
    upstream: { url },
    headerTemplates: { Authorization: "Bearer ${TOKEN}" },
    requestId: `req_${crypto.randomUUID()}`,
  });
}

/** The answers of the upstreams of these names to a call with the credential. */
async function outcomes(proxied: Pick<Proxied, "urlOf" | "server">, hosts: readonly string[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const host of hosts) {
    const response = await call(proxied.server, proxied.urlOf(host));
    const { ok, error } = (await response.json()) as { ok?: boolean; error?: string };
    found.push(ok ?? error);
  }
  return found;
}

async function storedDocument(tokenVault: TestServer["tokenVault"]): Promise<Record<string, unknown>> {
  const answer = await answerOf(await tokenVault.storage({ operation: "get", collection: "tokens", key: "github" }));
  return answer["data"] as Record<string, unknown>;
}

async function setDocument(tokenVault: TestServer["tokenVault"], data: Record<string, unknown>): Promise<void> {
  await answerOf(await tokenVault.storage({ operation: "set", collection: "tokens", key: "github", data }));
}

async function allow({ url, fetch }: TestServer, host: string, service = "github"): Promise<Record<string, unknown>> {
  const headers = { "content-type": "application/json", "x-tv-admin-secret": adminSecret };
  return answerOf(
    await fetch(`${url}/owner/hosts`, { method: "POST", headers, body: JSON.stringify({ service, host }) }),
  );
}

describe("a service's first host", () => {
  test("gets the credential, and another host is forbidden it and leaves the ticket usable", async () => {
    const { server, upstream, urlOf } = await startWithNames();
    await answerOf(await server.tokenVault.store("github", token));
    await answerOf(await call(server, urlOf("127.0.0.1")));
    const ticket = await server.tokenVault.ticket("github", "proxy");
    const refusal = await call(server, urlOf("localhost"), ticket);
    expect(((await refusal.clone().json()) as { message: string }).message).toContain("tokenvault-webhook allow");
    await expectError(refusal, "forbidden");
    expect(upstream.received).toHaveLength(1);
    await answerOf(await call(server, urlOf("127.0.0.1"), ticket));
    await expectError(await call(server, urlOf("127.0.0.1"), ticket), "ticket_invalid");
    expect(upstream.received.map(({ headers }) => headers.authorization)).toEqual(
      Array.from({ length: 2 }, () => `Bearer ${token.accessToken}`),
    );
  });

  test("is pinned only when a credential was there to send", async () => {
    const proxied = await startWithNames();
    const { server, urlOf } = proxied;
    await expectError(await call(server, urlOf("localhost")), "token_not_found");
    await answerOf(await server.tokenVault.store("pat", { password: "no access token" }));
    await expectError(await call(server, urlOf("localhost"), undefined, "pat"), "token_not_found");
    await answerOf(
      await server.tokenVault.storage({ operation: "set", collection: "tokens", key: "github", data: token }),
    );
    const stale = await server.tokenVault.ticket("github", "proxy", { cid: "an older creation" });
    await expectError(await call(server, urlOf("localhost"), stale), "stale_creation");
    expect(await outcomes(proxied, ["127.0.0.1", "localhost"])).toEqual([true, "forbidden"]);
  });

  test("is the same host in capitals and with a dot at the end", async () => {
    const proxied = await startWithNames();
    await answerOf(await proxied.server.tokenVault.store("github", token));
    expect(await outcomes(proxied, ["LOCALHOST", "localhost.", "localhost", "127.0.0.1"])).toEqual([
      true,
      true,
      true,
      "forbidden",
    ]);
  });

  test("is one, when two are used at once", async () => {
    const { server, upstream, urlOf } = await startWithNames();
    await answerOf(await server.tokenVault.store("github", token));
    const hosts = ["127.0.0.1", "localhost", "api.example.test", "xapi.example.test"];
    const responses = await Promise.all(hosts.map((host) => call(server, urlOf(host))));
    expect(responses.map(({ status }) => status).toSorted()).toEqual([200, 403, 403, 403]);
    const winner = hosts[responses.findIndex(({ status }) => status === 200)] ?? "";
    expect(upstream.received.map(({ headers }) => headers.host)).toEqual([new URL(urlOf(winner)).host]);
    await answerOf(await call(server, urlOf(winner)));
  });

  test("stays the only one after a restart", async () => {
    const { server, urlOf } = await startWithNames();
    await answerOf(await server.tokenVault.store("github", token));
    await answerOf(await call(server, urlOf("localhost")));
    const next = { server: await server.restart(), urlOf };
    expect(await outcomes(next, ["127.0.0.1", "localhost"])).toEqual(["forbidden", true]);
  });

  test("is not another service's", async () => {
    const { server, urlOf } = await startWithNames();
    for (const service of ["github", "gitlab"]) await answerOf(await server.tokenVault.store(service, token));
    await answerOf(await call(server, urlOf("localhost")));
    await answerOf(await call(server, urlOf("127.0.0.1"), undefined, "gitlab"));
    await expectError(await call(server, urlOf("localhost"), undefined, "gitlab"), "forbidden");
  });
});

describe("the pin", () => {
  test("goes when the browser stores the service again, and what the owner allowed stays", async () => {
    const proxied = await startWithNames();
    const { server } = proxied;
    await answerOf(await server.tokenVault.store("github", token));
    expect(await outcomes(proxied, ["127.0.0.1"])).toEqual([true]);
    expect(await allow(server, "api.example.test")).toMatchObject({ allowed: ["api.example.test"] });
    await answerOf(await server.tokenVault.store("github", token));
    expect(await outcomes(proxied, ["localhost", "127.0.0.1", "api.example.test"])).toEqual([true, "forbidden", true]);
  });

  test("stays when Token Vault sets, deletes, refreshes or lists the document", async () => {
    const proxied = await startWithNames();
    const { tokenVault } = proxied.server;
    await answerOf(await tokenVault.store("github", { ...token, refreshToken: "r" }));
    expect(await outcomes(proxied, ["127.0.0.1"])).toEqual([true]);
    const at = { collection: "tokens", key: "github" };
    const data = { ...token, allowedHosts: ["localhost"], meta: { allowedHosts: ["localhost"] } };
    for (const operation of [{ operation: "set", data }, { operation: "delete" }, { operation: "set", data }]) {
      await answerOf(await tokenVault.storage({ ...operation, ...at, requestId: `req_${crypto.randomUUID()}` }));
    }
    const tokens = { accessToken: "renewed by Token Vault" };
    await answerOf(await tokenVault.post("/v1/refresh", { action: "update", service: "github", tokens }));
    await answerOf(await tokenVault.storage({ operation: "list", collection: "tokens" }));
    expect(await outcomes(proxied, ["localhost", "127.0.0.1"])).toEqual(["forbidden", true]);
  });

  test("stays when Token Vault sets the encrypted document that is stored, with other meta", async () => {
    const proxied = await startWithNames();
    const { tokenVault } = proxied.server;
    await answerOf(await tokenVault.store("github", token));
    expect(await outcomes(proxied, ["127.0.0.1"])).toEqual([true]);
    const document = await storedDocument(tokenVault);
    await setDocument(tokenVault, { ...document, meta: { displayName: "D", allowedHosts: ["localhost"] } });
    expect(await outcomes(proxied, ["localhost", "127.0.0.1"])).toEqual(["forbidden", true]);
  });

  test.each([
    ["as it was", {}],
    ["marked as one that came in clear", { plain: true }],
  ])("of a newer credential is not an older one's that Token Vault puts back %s", async (_how, more) => {
    const proxied = await startWithNames();
    const { tokenVault } = proxied.server;
    await answerOf(await tokenVault.store("github", { accessToken: "older", allowedHosts: ["localhost"] }));
    const older = await storedDocument(tokenVault);
    await answerOf(await tokenVault.store("github", token));
    expect(await outcomes(proxied, ["127.0.0.1"])).toEqual([true]);
    await setDocument(tokenVault, { ...older, ...more });
    expect(await outcomes(proxied, ["127.0.0.1", "api.example.test"])).toEqual(["forbidden", "forbidden"]);
    await allow(proxied.server, "localhost");
    expect(await outcomes(proxied, ["localhost", "127.0.0.1"])).toEqual([true, "forbidden"]);
  });

  test("is in no collection that Token Vault can name", async () => {
    const { server, urlOf } = await startWithNames();
    await answerOf(await server.tokenVault.store("github", token));
    await answerOf(await call(server, urlOf("127.0.0.1")));
    for (const change of [{ operation: "delete" }, { operation: "set", data: {} }, { operation: "get" }]) {
      const named = { ...change, collection: "service_hosts", key: "github" };
      await expectError(await server.tokenVault.storage(named), "invalid_request");
    }
  });
});

describe("allowedHosts of the stored data", () => {
  test("says all hosts that the credential may go to", async () => {
    const proxied = await startWithNames();
    const stored = await answerOf(
      await proxied.server.tokenVault.store("github", { ...token, allowedHosts: ["LOCALHOST.", "127.0.0.1"] }),
    );
    expect(stored["meta"]).not.toHaveProperty("accessToken");
    expect(await outcomes(proxied, ["api.example.test", "127.0.0.1", "localhost"])).toEqual(["forbidden", true, true]);
  });

  test("with a wildcard says subdomains, and neither the bare domain nor a name that only ends alike", async () => {
    const proxied = await startWithNames();
    await answerOf(await proxied.server.tokenVault.store("github", { ...token, allowedHosts: ["*.api.example.test"] }));
    const hosts = ["api.example.test", "xapi.example.test", "api.example.test.evil.test", "a.api.example.test"];
    expect(await outcomes(proxied, hosts)).toEqual(["forbidden", "forbidden", "forbidden", true]);
  });

  test.each([
    ["a text", "localhost"],
    ["a URL", ["http://localhost"]],
    ["a star alone", ["*"]],
    ["a number", [5]],
    ["a host with a port", ["localhost:80"]],
  ])("that is %s is refused, changes nothing and leaves the ticket usable", async (_what, allowedHosts) => {
    const proxied = await startWithNames();
    const { tokenVault } = proxied.server;
    await answerOf(await tokenVault.store("github", token));
    expect(await outcomes(proxied, ["localhost"])).toEqual([true]);
    const ticket = await tokenVault.ticket("github", "store");
    const again = (tokenData: unknown): Promise<Response> =>
      tokenVault.unsigned("/v1/store", { ticket, service: "github", tokenData });
    await expectError(await again({ ...token, allowedHosts }), "invalid_request");
    expect(await outcomes(proxied, ["127.0.0.1", "localhost"])).toEqual(["forbidden", true]);
    await answerOf(await again({ ...token, allowedHosts: ["127.0.0.1"] }));
    expect(await outcomes(proxied, ["127.0.0.1", "localhost"])).toEqual([true, "forbidden"]);
  });
});

test("a service that its empty list closes stays closed when Token Vault deletes it and sets it in clear", async () => {
  const proxied = await startWithNames();
  const { tokenVault } = proxied.server;
  await answerOf(await tokenVault.store("github", { ...token, allowedHosts: [] }));
  expect(await outcomes(proxied, ["localhost"])).toEqual(["forbidden"]);
  await answerOf(await tokenVault.storage({ operation: "delete", collection: "tokens", key: "github" }));
  await setDocument(tokenVault, { ...token, allowedHosts: ["localhost"] });
  expect(await outcomes(proxied, ["localhost"])).toEqual(["forbidden"]);
  await answerOf(await tokenVault.store("github", token));
  expect(await outcomes(proxied, ["localhost", "127.0.0.1"])).toEqual([true, "forbidden"]);
});

describe("PROXY_HOSTS", () => {
  test("any has no rule", async () => {
    const proxied = await startWithNames({ PROXY_HOSTS: "any" });
    await answerOf(await proxied.server.tokenVault.store("github", { ...token, allowedHosts: ["api.example.test"] }));
    expect(await outcomes(proxied, ["127.0.0.1", "localhost"])).toEqual([true, true]);
  });

  test("listed allows nothing until it is listed or allowed", async () => {
    const proxied = await startWithNames({ PROXY_HOSTS: "listed" });
    const { server } = proxied;
    await answerOf(await server.tokenVault.store("github", token));
    expect(await outcomes(proxied, ["127.0.0.1", "localhost"])).toEqual(["forbidden", "forbidden"]);
    expect(await allow(server, "*.api.example.test")).toEqual({ service: "github", allowed: ["*.api.example.test"] });
    await allow(server, "localhost");
    expect(await outcomes(proxied, ["localhost", "a.api.example.test", "127.0.0.1"])).toEqual([
      true,
      true,
      "forbidden",
    ]);
  });
});
