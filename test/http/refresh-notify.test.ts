import { describe, expect, test } from "vitest";
import { startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError, StoppedClock, tokenOf } from "./answer-json.js";
import { startLoopbackServer, type GivenAnswer, type LoopbackServer } from "./loopback-server.js";

type TokenVault = TestServer["tokenVault"];

const now = "2026-01-01T00:00:00Z";
const stored = { accessToken: "old-access", refreshToken: "old-refresh", scope: "repo", password: "kept-password" };
const good = { access_token: "new-access", token_type: "bearer", expires_in: 7200 };

describe("refreshed", () => {
  test("puts the new token in place and keeps everything else", async () => {
    const { tokenVault, provider } = await startWithProvider();
    const before = await ownersToken(tokenVault);
    provider.answer = () => ({ body: good });
    const answer = await answerOf(await notify(tokenVault));
    expect(answer).toEqual({
      status: "refreshed",
      newExpiresAt: "2026-01-01T02:00:00.000Z",
      requestId: expect.any(String),
    });
    expect(await ownersToken(tokenVault)).toEqual({
      ...before,
      accessToken: "new-access",
      expiryTime: Date.parse(now) + 7_200_000,
    });
  });

  test("asks the local token URL with the local client, as a form, and for JSON", async () => {
    const { tokenVault, provider, logLines } = await startWithProvider();
    await answerOf(await notify(tokenVault));
    expect(provider.received).toHaveLength(1);
    const [request] = provider.received;
    expect(request).toMatchObject({ method: "POST", path: "/token" });
    expect(request?.headers).toMatchObject({
      accept: "application/json",
      "content-type": expect.stringMatching(/^application\/x-www-form-urlencoded/),
    });
    expect(request?.headers).not.toHaveProperty("authorization");
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: "refresh_token",
      client_id: "local-client",
      client_secret: "canary-client-secret",
      refresh_token: "old-refresh",
    });
    expect(logLines.join("\n")).not.toMatch(/canary|old-refresh|new-access/);
  });

  test("sends a client secret with odd characters as it is", async () => {
    const clientSecret = "a+b &=%é~$&";
    const { tokenVault, provider } = await startWithProvider({ clientSecret });
    await answerOf(await notify(tokenVault));
    expect(new URLSearchParams(provider.received[0]?.body).get("client_secret")).toBe(clientSecret);
  });

  test.each(["", null, undefined])("failed without a call for a public client, its secret %j", async (clientSecret) => {
    const { tokenVault, provider } = await startWithProvider({ clientSecret });
    expect(await answerOf(await notify(tokenVault))).toMatchObject({ status: "refreshed" });
    expect(provider.received[0]?.headers).not.toHaveProperty("authorization");
    expect(Object.fromEntries(new URLSearchParams(provider.received[0]?.body))).toEqual({
      grant_type: "refresh_token",
      client_id: "local-client",
      refresh_token: "old-refresh",
    });
  });

  test("keeps the rotated refresh token, for the next time too and after a restart", async () => {
    const server = await startWithProvider();
    server.provider.answer = () => ({ body: { ...good, refresh_token: "rotated" } });
    await answerOf(await notify(server.tokenVault));
    expect(await ownersToken(server.tokenVault)).toMatchObject({ refreshToken: "rotated" });
    server.provider.answer = () => ({ body: { ...good, access_token: "newest" } });
    const { tokenVault } = await server.restart();
    expect(await answerOf(await notify(tokenVault))).toMatchObject({ status: "refreshed" });
    const sent = server.provider.received.map(({ body }) => new URLSearchParams(body).get("refresh_token"));
    expect(sent).toEqual(["old-refresh", "rotated"]);
    expect(await ownersToken(tokenVault)).toMatchObject({ accessToken: "newest", refreshToken: "rotated" });
  });

  test.each([
    ["no lifetime", { expires_in: undefined }, "2026-01-01T01:00:00.000Z"],
    ["null as lifetime", { expires_in: null }, "2026-01-01T01:00:00.000Z"],
    ["a lifetime in text", { expires_in: "60" }, "2026-01-01T00:01:00.000Z"],
    ["no token type", { token_type: undefined }, "2026-01-01T02:00:00.000Z"],
    ["an id token that does not check", { id_token: "x.y.z" }, "2026-01-01T02:00:00.000Z"],
    ["null as refresh token", { refresh_token: null }, "2026-01-01T02:00:00.000Z"],
    ["an empty refresh token", { refresh_token: "" }, "2026-01-01T02:00:00.000Z"],
    ["members nobody knows", { created_at: 5, scope: "a b" }, "2026-01-01T02:00:00.000Z"],
  ])("is what an answer with %s gives", async (_title, change, newExpiresAt) => {
    const { tokenVault, provider } = await startWithProvider();
    provider.answer = () => ({ body: { ...good, ...change } });
    expect(await answerOf(await notify(tokenVault))).toEqual({
      status: "refreshed",
      newExpiresAt,
      requestId: expect.any(String),
    });
    const token = await ownersToken(tokenVault);
    expect(token).toMatchObject({ accessToken: "new-access", refreshToken: "old-refresh", scope: "repo" });
  });

  test("is what ten notifications at once are told after one call to the provider", async () => {
    const { tokenVault, provider, url, fetch } = await startWithProvider();
    let release: (answer: GivenAnswer) => void = () => undefined;
    const held = new Promise<GivenAnswer>((resolve) => (release = resolve));
    provider.answer = () => held;
    const bodies = Array.from({ length: 10 }, () => JSON.stringify(notification()));
    const signed = await Promise.all(
      bodies.map(async (body) => ({ method: "POST", headers: await tokenVault.signedHeaders(body), body })),
    );
    const ten = signed.map((init) => fetch(`${url}/v1/refresh-notify`, init));
    await expect.poll(() => provider.received.length).toBe(1);
    // All ten are waiting for the provider by now: those sent before these have got as far as they have.
    await Promise.all(bodies.map(async (_, n) => answerOf(await tokenVault.post("/v1/health", { n }))));
    release({ body: { ...good, refresh_token: "rotated" } });
    for (const response of await Promise.all(ten)) {
      expect(await answerOf(response)).toEqual({
        status: "refreshed",
        newExpiresAt: "2026-01-01T02:00:00.000Z",
        requestId: expect.any(String),
      });
    }
    expect(provider.received).toHaveLength(1);
    await answerOf(await notify(tokenVault));
    expect(provider.received).toHaveLength(2);
  });
});

describe("refresh_failed, with everything kept,", () => {
  const failures: readonly (readonly [string, GivenAnswer])[] = [
    ["200 with an error, as GitHub does", { body: { error: "slow_down", error_description: "canary-text" } }],
    ["no access token", { body: { token_type: "bearer" } }],
    ["an empty access token", { body: { ...good, access_token: "" } }],
    ["an access token that is no text", { body: { ...good, access_token: { a: 1 } } }],
    ["a refresh token that is no text", { body: { ...good, refresh_token: 5 } }],
    ["an absurd lifetime", { body: { ...good, expires_in: 1e15 } }],
    ["an infinite lifetime", { body: { ...good, expires_in: "1e999" } }],
    ["a negative lifetime", { body: { ...good, expires_in: -1 } }],
    ["a lifetime that is no number", { body: { ...good, expires_in: "soon" } }],
    ["400", { status: 400, body: { error: "invalid_request", error_description: "canary-text" } }],
    ["401", { status: 401, body: { error: "invalid_client" }, headers: { "www-authenticate": "Basic" } }],
    ["500", { status: 500, body: "canary-text" }],
    ["500 with a token", { status: 500, body: good }],
    ["no JSON", { body: "<html>canary-text" }],
    ["a list", { body: [good] }],
    ["nothing", { body: "" }],
    ["more than a token endpoint has to say", { body: { ...good, padding: "x".repeat(300_000) } }],
  ];

  test.each(failures)("is what an answer with %s gives", async (_title, given) => {
    const { tokenVault, provider } = await startWithProvider();
    const before = await ownersToken(tokenVault);
    provider.answer = () => given;
    const answer = await answerOf(await notify(tokenVault));
    expect(answer).toEqual({
      status: "refresh_failed",
      message: expect.stringMatching(/^[A-Z].*\.$/),
      requestId: expect.any(String),
    });
    expect(JSON.stringify(answer)).not.toContain("canary");
    expect(provider.received).toHaveLength(1);
    expect(await ownersToken(tokenVault)).toEqual(before);
  });

  const finalAnswers: readonly (readonly [string, GivenAnswer])[] = [
    ["400", { status: 400, body: { error: "invalid_grant", error_description: "canary-text" } }],
    ["200, as GitHub does", { body: { error: "bad_refresh_token", error_description: "canary-text" } }],
  ];

  test.each(finalAnswers)("marks the service when %s says that the refresh token is spent", async (_title, given) => {
    const { tokenVault, provider } = await startWithProvider();
    const before = await ownersToken(tokenVault);
    provider.answer = () => given;
    expect(await answerOf(await notify(tokenVault))).toMatchObject({ status: "refresh_failed" });
    expect(await ownersToken(tokenVault)).toEqual({ ...before, needs_reconnect: true });
    provider.answer = () => ({ body: good });
    expect(await answerOf(await notify(tokenVault))).toMatchObject({ status: "refreshed" });
    expect(await ownersToken(tokenVault)).not.toHaveProperty("needs_reconnect");
  });

  test("is what a redirect gives, which is not followed", async () => {
    const { tokenVault, provider } = await startWithProvider();
    const elsewhere = await startLoopbackServer(() => ({ body: good }));
    provider.answer = () => ({ status: 307, headers: { location: `${elsewhere.url}/token` }, body: good });
    expect(await answerOf(await notify(tokenVault))).toMatchObject({ status: "refresh_failed" });
    expect(elsewhere.received).toEqual([]);
  });

  test("is what a refresh gives that was overtaken by a newer credential, which stays", async () => {
    const { tokenVault, provider } = await startWithProvider();
    provider.answer = async () => {
      await answerOf(await tokenVault.store("github", { accessToken: "newer", refreshToken: "newer-refresh" }));
      return { body: { ...good, refresh_token: "rotated" } };
    };
    expect(await answerOf(await notify(tokenVault))).toMatchObject({ status: "refresh_failed" });
    expect(await ownersToken(tokenVault)).toMatchObject({ accessToken: "newer", refreshToken: "newer-refresh" });
  });
});

describe("without a call to the provider", () => {
  test.each([
    ["no_token", "absent", { provider: "github" }],
    ["no_refresh_token", "pat", { provider: "github" }],
    ["acknowledged", "github", { provider: "nobody" }],
    ["acknowledged", "github", { provider: "__proto__" }],
    ["acknowledged", "github", {}],
    ["acknowledged", "github", undefined],
  ])("%s is what %s with the hint %j gives", async (status, service, refreshHint) => {
    const { tokenVault, provider } = await startWithProvider();
    await answerOf(await tokenVault.store("pat", { accessToken: "a" }));
    const answer = await answerOf(await notify(tokenVault, { service, refreshHint }));
    expect(answer).toEqual({ status, message: expect.stringMatching(/^[A-Z].*\.$/), requestId: expect.any(String) });
    expect(provider.received).toEqual([]);
  });

  test("a provider that is not allowed is forbidden", async () => {
    const provider = await startLoopbackServer(() => ({ body: good }));
    const { tokenVault } = await startBoundServer({ settings: providerSettings(provider, {}, "") });
    await answerOf(await tokenVault.store("github", stored));
    await expectError(await notify(tokenVault), "forbidden");
    expect(provider.received).toEqual([]);
  });
});

describe("the hint", () => {
  test("cannot choose where the secret goes, nor which client asks", async () => {
    const thief = await startLoopbackServer(() => ({ body: good }));
    const { tokenVault, provider } = await startWithProvider({}, thief);
    const refreshHint = { provider: "github", tokenUrl: `${thief.url}/token`, clientId: "other-client" };
    expect(await answerOf(await notify(tokenVault, { refreshHint }))).toMatchObject({ status: "refreshed" });
    expect(thief.received).toEqual([]);
    expect(new URLSearchParams(provider.received[0]?.body).get("client_id")).toBe("local-client");
  });

  test("cannot send a credential's refresh token to another provider than the one it was stored with", async () => {
    const other = await startLoopbackServer(() => ({ body: good }));
    const { tokenVault, provider } = await startWithProvider({}, other);
    await answerOf(await tokenVault.store("github", { ...stored, provider: "github" }));
    await answerOf(await notify(tokenVault, { refreshHint: { provider: "other" } }));
    expect(other.received).toEqual([]);
    expect(provider.received).toHaveLength(1);
  });
});

async function startWithProvider(
  client: Record<string, unknown> = {},
  other?: LoopbackServer,
): Promise<TestServer & { readonly provider: LoopbackServer }> {
  const provider = await startLoopbackServer(() => ({ body: good }));
  const settings = providerSettings(provider, client, [provider.host, other?.host ?? ""].join(","), other);
  const server = await startBoundServer({ clock: new StoppedClock(now), settings });
  await answerOf(await server.tokenVault.store("github", stored));
  return { ...server, provider };
}

function providerSettings(
  provider: LoopbackServer,
  client: Record<string, unknown>,
  allowed: string,
  other: LoopbackServer = provider,
): Record<string, string> {
  const local = { clientId: "local-client", clientSecret: "canary-client-secret", ...client };
  const providers = {
    github: { ...local, tokenUrl: `${provider.url}/token` },
    other: { ...local, tokenUrl: `${other.url}/token` },
  };
  return { ALLOW_PRIVATE_HOSTS: allowed, OAUTH_PROVIDERS_JSON: JSON.stringify(providers) };
}

/** As Token Vault sends it, with the request id in the body: two notifications are never the same bytes. */
function notification(more: Record<string, unknown> = {}): Record<string, unknown> {
  const requestId = `req_${crypto.randomUUID()}`;
  return { service: "github", reason: "expiring", refreshHint: { provider: "github" }, requestId, ...more };
}

function notify(tokenVault: TokenVault, more: Record<string, unknown> = {}): Promise<Response> {
  return tokenVault.post("/v1/refresh-notify", notification(more));
}

/** All of the credential, its refresh token included. */
async function ownersToken(tokenVault: TokenVault): Promise<Record<string, unknown>> {
  const ticket = await tokenVault.ticket("github", "user_reveal");
  return tokenOf(await tokenVault.fetchWith("/v1/credential", ticket, "github"));
}
