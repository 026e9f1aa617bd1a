import { describe, expect, test } from "vitest";
import { startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError } from "./answer-json.js";
import { failingDisk } from "./failing-disk.js";
import { closedPort } from "./loopback-server.js";
import { startAfterUncleanStop } from "./unclean-stop.js";

const set = { operation: "set", collection: "proxy_configs", key: "p", data: { name: "first" } };
const renew = { action: "update", service: "github", tokens: { accessToken: "renewed" } };

describe("the same signature with a new request id", () => {
  test.each([
    ["storage set", "/v1/storage", set],
    ["storage delete", "/v1/storage", { operation: "delete", collection: "proxy_configs", key: "p" }],
    ["refresh update", "/v1/refresh", renew],
    ["refresh-notify", "/v1/refresh-notify", { service: "github" }],
    ["storage get", "/v1/storage", { operation: "get", collection: "tokens", key: "github" }],
    ["refresh get", "/v1/refresh", { action: "get", service: "github" }],
  ])("is refused where something changes or a secret is given: %s", async (_what, path, body) => {
    const server = await startBoundServer();
    const send = await withOneSignature(server, path, body);
    expect((await send()).status).toBe(200);
    await expectError(await send(), "auth_failed");
    await expectError(await send(), "auth_failed");
  });

  test.each([
    ["storage list", "/v1/storage", { operation: "list", collection: "proxy_configs" }],
    ["storage list_batch", "/v1/storage", { operation: "list_batch", collections: ["proxy_configs"] }],
    ["health", "/v1/health", {}],
  ])("is taken where nothing changes and no secret is given: %s", async (_what, path, body) => {
    const server = await startBoundServer();
    const send = await withOneSignature(server, path, body);
    for (let time = 0; time < 3; time++) expect((await send()).status).toBe(200);
  });

  test("is refused at every other path, too", async () => {
    const server = await startBoundServer();
    const text = JSON.stringify({ ...set, action: "get", service: "github" });
    const headers = await server.tokenVault.signedHeaders(text);
    expect((await post(server, "/v1/storage", text, headers)).status).toBe(200);
    for (const path of ["/v1/refresh", "/v1/refresh-notify", "/v1/health"])
      await expectError(await post(server, path, text, { ...headers, "x-tokenvault-request-id": path }), "auth_failed");
  });

  test.each(["/v1/health", "/v1/storage"])(
    "of what may be repeated at %s gave a refresh token elsewhere",
    async (path) => {
      const server = await startBoundServer();
      await server.tokenVault.store("github", { accessToken: "a", refreshToken: "overheard" });
      const text = JSON.stringify({ action: "get", service: "github", operation: "list", collection: "tokens" });
      const headers = await server.tokenVault.signedHeaders(text);
      const again = (at: string): Promise<Response> =>
        post(server, at, text, { ...headers, "x-tokenvault-request-id": `req_${crypto.randomUUID()}` });
      expect((await again(path)).status).toBe(200);
      await expectError(await again("/v1/refresh"), "auth_failed");
      const restarted = await server.restart();
      await expectError(
        await post(restarted, "/v1/refresh", text, { ...headers, "x-tokenvault-request-id": "req_new" }),
        "auth_failed",
      );
      expect((await post(restarted, path, text, { ...headers, "x-tokenvault-request-id": "req_newer" })).status).toBe(
        200,
      );
    },
  );

  test("of a body that is valid nowhere, or elsewhere only, is told so at each path", async () => {
    const server = await startBoundServer();
    for (const text of ["[]", "{}", ""]) {
      const headers = await server.tokenVault.signedHeaders(text);
      const found: number[] = [];
      for (const path of ["/v1/health", "/v1/storage", "/v1/refresh", "/v1/proxy"]) {
        const requestId = `req_${crypto.randomUUID()}`;
        found.push((await post(server, path, text, { ...headers, "x-tokenvault-request-id": requestId })).status);
      }
      expect(found).toEqual([text === "[]" ? 400 : 200, 400, 400, 400]);
    }
  });

  test("sent twenty times at once changes something once", async () => {
    const server = await startBoundServer();
    const send = await withOneSignature(server, "/v1/storage", set);
    const statuses = (await Promise.all(Array.from({ length: 20 }, send))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, ...Array.from({ length: 19 }, () => 401)]);
  });

  test("and a refused one leaves its new id unused", async () => {
    const server = await startBoundServer();
    const text = JSON.stringify(set);
    const headers = await server.tokenVault.signedHeaders(text);
    expect((await post(server, "/v1/storage", text, headers)).status).toBe(200);
    const requestId = "req_later";
    await expectError(
      await post(server, "/v1/storage", text, { ...headers, "x-tokenvault-request-id": requestId }),
      "auth_failed",
    );
    expect((await server.tokenVault.post("/v1/health", {}, { requestId })).status).toBe(200);
  });
});

describe("a request that ends in 5xx gives its id and signature back", () => {
  test.each([
    ["the journal cannot be written, for a set", "journal-", "/v1/storage", set],
    ["the journal cannot be written, for a renewal", "journal-", "/v1/refresh", renew],
    ["its use cannot be written", "used", "/v1/storage", set],
    ["its use cannot be written, for a read", "used", "/v1/health", {}],
  ])("when %s", async (_what, fullFor, path, body) => {
    const disk = failingDisk();
    const server = await startBoundServer({ parts: { disk } });
    await answerOf(await server.tokenVault.store("github", { accessToken: "example-access-token", refreshToken: "r" }));
    const text = JSON.stringify(body);
    const headers = await server.tokenVault.signedHeaders(text);
    disk.fullFor = fullFor;
    await expectError(await post(server, path, text, headers), "internal_error");
    await expectError(await post(server, path, text, headers), "internal_error");
    disk.fullFor = undefined;
    expect((await post(server, path, text, headers)).status).toBe(200);
    await expectError(await post(server, path, text, headers), "auth_failed");
  });

  test("and when its use could not be written, nothing was done", async () => {
    const disk = failingDisk();
    const { tokenVault } = await startBoundServer({ parts: { disk } });
    disk.fullFor = "used";
    await expectError(await tokenVault.storage(set), "internal_error");
    disk.fullFor = undefined;
    expect(
      await answerOf(await tokenVault.storage({ operation: "get", collection: "proxy_configs", key: "p" })),
    ).toMatchObject({ data: null });
  });

  test("when the provider cannot be reached", async () => {
    const host = await closedPort();
    const client = { clientId: "client", clientSecret: "client-secret", tokenUrl: `http://${host}/token` };
    const server = await startBoundServer({
      settings: { ALLOW_PRIVATE_HOSTS: host, OAUTH_PROVIDERS_JSON: JSON.stringify({ github: client }) },
    });
    await answerOf(await server.tokenVault.store("github", { accessToken: "example-access-token", refreshToken: "r" }));
    const text = JSON.stringify({ service: "github", refreshHint: { provider: "github" } });
    const headers = await server.tokenVault.signedHeaders(text);
    await expectError(await post(server, "/v1/refresh-notify", text, headers), "provider_error");
    await expectError(await post(server, "/v1/refresh-notify", text, headers), "provider_error");
  });

  test("but the ticket of a proxy call that found no upstream stays used", async () => {
    const host = await closedPort();
    const server = await startBoundServer({ settings: { ALLOW_PRIVATE_HOSTS: host } });
    await answerOf(await server.tokenVault.store("github", { accessToken: "example-access-token" }));
    const ticket = await server.tokenVault.ticket("github", "proxy");
    const text = JSON.stringify({
      ticket,
      service: "github",
      upstream: { url: `http://${host}/` },
      headerTemplates: {},
    });
    const headers = await server.tokenVault.signedHeaders(text);
    await expectError(await post(server, "/v1/proxy", text, headers), "upstream_error");
    await expectError(await post(server, "/v1/proxy", text, headers), "ticket_invalid");
  });
});

describe("what was used before is refused after", () => {
  const starts: readonly (readonly [string, (server: TestServer) => Promise<TestServer>])[] = [
    ["a restart", (server) => server.restart()],
    ["an unclean stop", (server) => startAfterUncleanStop(server)],
  ];

  test.each(starts)("%s: a request id, and a signature with a new one", async (_what, startAgain) => {
    const first = await startBoundServer();
    const text = JSON.stringify(set);
    const headers = await first.tokenVault.signedHeaders(text);
    const read = await first.tokenVault.signedHeaders("{}");
    expect((await post(first, "/v1/storage", text, headers)).status).toBe(200);
    expect((await post(first, "/v1/health", "{}", read)).status).toBe(200);

    const second = await startAgain(first);
    await expectError(await post(second, "/v1/health", "{}", read), "auth_failed");
    await expectError(await post(second, "/v1/storage", text, headers), "auth_failed");
    await expectError(
      await post(second, "/v1/storage", text, { ...headers, "x-tokenvault-request-id": "req_new" }),
      "auth_failed",
    );
    expect((await second.tokenVault.post("/v1/health", {})).status).toBe(200);
  });

  test.each(starts)("%s: but not the id of a request that had ended in 5xx", async (_what, startAgain) => {
    const disk = failingDisk();
    const first = await startBoundServer({ parts: { disk } });
    const text = JSON.stringify(set);
    const headers = await first.tokenVault.signedHeaders(text);
    disk.fullFor = "journal-";
    await expectError(await post(first, "/v1/storage", text, headers), "internal_error");
    disk.fullFor = undefined;
    const second = await startAgain(first);
    expect((await post(second, "/v1/storage", text, headers)).status).toBe(200);
  });
});

test("an id serves again once its request could not be replayed any more", async () => {
  const { tokenVault, clock } = await startBoundServer();
  const requestId = "req_reused";
  expect((await tokenVault.post("/v1/health", {}, { requestId })).status).toBe(200);
  clock.advance(590_000);
  await expectError(await tokenVault.post("/v1/health", {}, { requestId }), "auth_failed");
  clock.advance(11_000);
  expect((await tokenVault.post("/v1/health", {}, { requestId })).status).toBe(200);
});

/** Each call sends the same bytes and signature under a new request id. */
async function withOneSignature(server: TestServer, path: string, body: unknown): Promise<() => Promise<Response>> {
  const text = JSON.stringify(body);
  const headers = await server.tokenVault.signedHeaders(text);
  return () => post(server, path, text, { ...headers, "x-tokenvault-request-id": `req_${crypto.randomUUID()}` });
}

function post(
  { url, fetch }: TestServer,
  path: string,
  body: string,
  headers: Record<string, string>,
): Promise<Response> {
  return fetch(url + path, { method: "POST", headers, body });
}
