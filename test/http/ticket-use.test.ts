import { describe, expect, test } from "vitest";
import type { ErrorCode } from "../../generated/operations.js";
import { startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError } from "./answer-json.js";
import { closedPort, startLoopbackServer } from "./loopback-server.js";

const accessToken = "example-access-token";

describe("a store that is refused for its data leaves its ticket usable", () => {
  test.each<[string, unknown]>([
    ["no object", "text"],
    ["a list", []],
    ["nothing", null],
    ["a secret that is a number", { accessToken: 5 }],
    ["a TOTP secret that is not base32", { totpSecret: "not base32!" }],
    ["a TOTP URI that is none", { totpUri: "https://example.org/" }],
    ["a TOTP period of nothing", { totpSecret: "GEZDGNBVGY3TQOJQ", totpPeriod: 0 }],
    ["an expiry beyond all dates", { accessToken, expiryTime: 1e20 }],
  ])("%s", async (_what, tokenData) => {
    const { tokenVault } = await startBoundServer();
    const ticket = await tokenVault.ticket("github", "store");
    await expectError(
      await tokenVault.unsigned("/v1/store", { ticket, service: "github", tokenData }),
      "invalid_request",
    );
    const mended = { ticket, service: "github", tokenData: { accessToken } };
    expect((await tokenVault.unsigned("/v1/store", mended)).status).toBe(200);
  });
});

describe("a proxy call that is refused by the rules leaves its ticket usable", () => {
  const secret = "Bearer ${TOKEN}";

  test.each<[string, Record<string, unknown>, Record<string, unknown>, ErrorCode]>([
    ["a host that is not allowed", { url: "http://127.0.0.1:9/" }, {}, "forbidden"],
    ["a private address", { url: "https://192.168.1.1/" }, {}, "forbidden"],
    ["a file", { url: "file:///etc/passwd" }, {}, "forbidden"],
    ["a user name", { url: "https://user:pass@example.org/" }, {}, "forbidden"],
    ["no URL", { url: "nowhere" }, {}, "invalid_request"],
    ["a method that is none", { method: "TRACE" }, {}, "invalid_request"],
    ["a body that is not base64", { body: "a" }, {}, "invalid_request"],
    ["a line end in a header", { headers: { "x-a": "b\r\nx-c: d" } }, {}, "invalid_request"],
    ["a line end in a template", {}, { "X-Key": "${TOKEN}\r\nx-c: d" }, "invalid_request"],
    ["a template for the host", {}, { Host: secret }, "invalid_request"],
    ["a template for the connection", {}, { Connection: secret }, "invalid_request"],
    ["a template for the length", {}, { "Content-Length": "5" }, "invalid_request"],
    ["a template for the encoding", {}, { "Accept-Encoding": "gzip" }, "invalid_request"],
    ["no templates", {}, { headerTemplates: null }, "invalid_request"],
  ])("%s", async (_what, upstreamChange, templates, code) => {
    const upstream = await startLoopbackServer(() => ({}));
    const { tokenVault } = await withGithub(upstream.host);
    const ticket = await tokenVault.ticket("github", "proxy");
    const good = {
      ticket,
      service: "github",
      upstream: { url: upstream.url },
      headerTemplates: { Authorization: secret },
    };
    const headerTemplates = "headerTemplates" in templates ? templates["headerTemplates"] : templates;
    const bad = { ...good, upstream: { ...good.upstream, ...upstreamChange }, headerTemplates };
    await expectError(await tokenVault.post("/v1/proxy", bad), code);
    expect(upstream.received).toEqual([]);
    expect((await tokenVault.post("/v1/proxy", good)).status).toBe(200);
  });
});

describe("a proxy call whose credential no header can carry leaves its ticket usable", () => {
  test.each<[string, string, string]>([
    ["a character beyond Latin-1", "ключ-🔑-key", "${TOKEN}"],
    ["two lines", "line one\nline two", "${TOKEN}"],
    ["too few characters", "abc", "${TOKEN}"],
    ["too many places for it", "a".repeat(2000), "${TOKEN} ".repeat(40)],
  ])("%s", async (_what, unsendable, template) => {
    const upstream = await startLoopbackServer(() => ({}));
    const { tokenVault } = await withGithub(upstream.host);
    await answerOf(await tokenVault.store("github", { accessToken: unsendable }));
    const ticket = await tokenVault.ticket("github", "proxy");
    const call = (headerTemplates: Record<string, string>): Promise<Response> =>
      tokenVault.post("/v1/proxy", { ticket, service: "github", upstream: { url: upstream.url }, headerTemplates });
    await expectError(await call({ Authorization: template }), "invalid_request");
    expect(upstream.received).toEqual([]);
    await answerOf(await tokenVault.store("github", { accessToken }));
    expect((await call({ Authorization: "${TOKEN}" })).status).toBe(200);
    await expectError(await call({ Authorization: "${TOKEN}" }), "ticket_invalid");
    expect(upstream.received).toHaveLength(1);
  });
});

describe("what came further has used its ticket", () => {
  test("404: nothing was stored", async () => {
    const { tokenVault } = await startBoundServer();
    const ticket = await tokenVault.ticket("github", "agent_credential");
    await expectError(await tokenVault.fetchWith("/v1/credential", ticket, "github"), "token_not_found");
    await answerOf(await tokenVault.store("github", { accessToken }));
    await expectError(await tokenVault.fetchWith("/v1/credential", ticket, "github"), "ticket_invalid");
  });

  test("404: nothing was stored for the proxy", async () => {
    const upstream = await startLoopbackServer(() => ({}));
    const { tokenVault } = await startBoundServer({ settings: { ALLOW_PRIVATE_HOSTS: upstream.host } });
    const ticket = await tokenVault.ticket("github", "proxy");
    const body = { ticket, service: "github", upstream: { url: upstream.url }, headerTemplates: {} };
    await expectError(await tokenVault.post("/v1/proxy", body), "token_not_found");
    await expectError(await tokenVault.post("/v1/proxy", body), "ticket_invalid");
    expect(upstream.received).toEqual([]);
  });

  test("409: something was stored already", async () => {
    const { tokenVault } = await withGithub();
    const ticket = await tokenVault.ticket("github", "store", { mode: "create" });
    const body = { ticket, service: "github", tokenData: { accessToken: "another" } };
    await expectError(await tokenVault.unsigned("/v1/store", body), "already_exists");
    await answerOf(await tokenVault.storage({ operation: "delete", collection: "tokens", key: "github" }));
    await expectError(await tokenVault.unsigned("/v1/store", body), "ticket_invalid");
  });

  test.each(["/v1/credential", "/v1/totp-code"])("409: the credential was created anew, at %s", async (path) => {
    const { tokenVault } = await withGithub();
    const ticket = await tokenVault.ticket("github", "agent_credential", { cid: "the-first" });
    await expectError(await tokenVault.fetchWith(path, ticket, "github"), "stale_creation");
    await expectError(await tokenVault.fetchWith(path, ticket, "github"), "ticket_invalid");
  });

  test("502: the upstream's name could not be resolved", async () => {
    const resolve = (): Promise<never> => Promise.reject(new Error("ENOTFOUND"));
    const { tokenVault } = await startBoundServer({ parts: { resolve } });
    await answerOf(await tokenVault.store("github", { accessToken }));
    const ticket = await tokenVault.ticket("github", "proxy");
    const body = { ticket, service: "github", upstream: { url: "https://none.example/" }, headerTemplates: {} };
    await expectError(await tokenVault.post("/v1/proxy", body), "upstream_error");
    await expectError(await tokenVault.post("/v1/proxy", body), "ticket_invalid");
  });

  test("502: the upstream could not be reached", async () => {
    const host = await closedPort();
    const { tokenVault } = await withGithub(host);
    const ticket = await tokenVault.ticket("github", "proxy");
    const body = { ticket, service: "github", upstream: { url: `http://${host}/` }, headerTemplates: {} };
    await expectError(await tokenVault.post("/v1/proxy", body), "upstream_error");
    await expectError(await tokenVault.post("/v1/proxy", body), "ticket_invalid");
  });

  test("whatever the upstream answered: it is called once", async () => {
    const upstream = await startLoopbackServer(() => ({ status: 503 }));
    const { tokenVault } = await withGithub(upstream.host);
    const ticket = await tokenVault.ticket("github", "proxy");
    const body = { ticket, service: "github", upstream: { url: upstream.url, method: "POST" }, headerTemplates: {} };
    expect((await tokenVault.post("/v1/proxy", body)).status).toBe(503);
    await expectError(await tokenVault.post("/v1/proxy", body), "ticket_invalid");
    expect(upstream.received).toHaveLength(1);
  });
});

test("of eight create tickets for one service, used at once, one wins", async () => {
  const { tokenVault } = await startBoundServer();
  const stores = Array.from({ length: 8 }, (_, index) =>
    tokenVault.store("github", { accessToken: `example-token-${String(index)}` }, { mode: "create" }),
  );
  const statuses = (await Promise.all(stores)).map(({ status }) => status);
  expect(statuses.sort()).toEqual([200, ...Array.from({ length: 7 }, () => 409)]);
});

/** Holds a credential for the service github. */
async function withGithub(allowedHost = ""): Promise<TestServer> {
  const server = await startBoundServer({ settings: { ALLOW_PRIVATE_HOSTS: allowedHost } });
  await answerOf(await server.tokenVault.store("github", { accessToken }));
  return server;
}
