import { describe, expect, test } from "vitest";
import { startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError, itemsOf, StoppedClock, tokenOf } from "./answer-json.js";

type TokenVault = TestServer["tokenVault"];

const now = "2026-01-01T00:00:00Z";
const inAnHour = Date.parse(now) + 3_600_000;
const stored = {
  accessToken: "old-access",
  refreshToken: "old-refresh",
  sshPrivateKey: "kept-key",
  password: "kept-password",
  scope: "repo",
  custom: { team: "a" },
};

describe("get", () => {
  test("gives the refresh token and the meta, and no other secret", async () => {
    const { tokenVault } = await startWithGithub();
    const answer = await answerOf(await refresh(tokenVault, { action: "get", service: "github" }));
    expect(answer).toMatchObject({ status: "ok", refreshToken: "old-refresh" });
    expect(answer["meta"]).toMatchObject({ serviceName: "github", scope: "repo", custom: { team: "a" } });
    expect(JSON.stringify(answer)).not.toMatch(/old-access|kept-key|kept-password/);
  });

  test("gives that of a plaintext document that Token Vault set", async () => {
    const { tokenVault } = await startWithGithub();
    const data = { accessToken: "plain-access", refreshToken: "plain-refresh", scope: "mail" };
    await answerOf(await tokenVault.storage({ operation: "set", collection: "tokens", key: "mail", data }));
    expect(await answerOf(await refresh(tokenVault, { action: "get", service: "mail" }))).toEqual({
      status: "ok",
      refreshToken: "plain-refresh",
      meta: { scope: "mail" },
      requestId: expect.any(String),
    });
  });

  test("says what is missing", async () => {
    const { tokenVault } = await startWithGithub();
    await answerOf(await tokenVault.store("pat", { accessToken: "a" }));
    const absent = await answerOf(await refresh(tokenVault, { action: "get", service: "absent" }));
    expect(absent).toEqual({ status: "no_token", requestId: expect.any(String) });
    const without = await answerOf(await refresh(tokenVault, { action: "get", service: "pat" }));
    expect(without).toEqual({ status: "no_refresh_token", requestId: expect.any(String) });
  });
});

describe("update", () => {
  test("with an access token alone keeps everything else", async () => {
    const { tokenVault } = await startWithGithub();
    const before = await ownersToken(tokenVault);
    const answer = await update(tokenVault, { accessToken: "new-access" });
    expect(answer).toEqual({ status: "updated", newExpiresAt: "", requestId: expect.any(String) });
    expect(await ownersToken(tokenVault)).toEqual({ ...before, accessToken: "new-access" });
  });

  test("with all tokens puts them in place and keeps the rest", async () => {
    const { tokenVault } = await startWithGithub();
    const before = await ownersToken(tokenVault);
    const tokens = { accessToken: "new-access", refreshToken: "new-refresh", expiryTime: inAnHour };
    expect(await update(tokenVault, tokens)).toEqual({
      status: "updated",
      newExpiresAt: "2026-01-01T01:00:00.000Z",
      requestId: expect.any(String),
    });
    expect(await ownersToken(tokenVault)).toEqual({ ...before, ...tokens });
  });

  test("that names null or no expiry answers the one that then holds", async () => {
    const { tokenVault } = await startWithGithub();
    await update(tokenVault, { accessToken: "a", expiryTime: inAnHour });
    const { newExpiresAt } = await update(tokenVault, { accessToken: "b", refreshToken: null, expiryTime: null });
    expect(new Date(String(newExpiresAt)).getTime()).toBe(inAnHour);
    expect(await ownersToken(tokenVault)).toMatchObject({ refreshToken: "old-refresh", expiryTime: inAnHour });
  });

  test("moves expiresAt along where the credential has one", async () => {
    const { tokenVault } = await startWithGithub();
    await answerOf(await tokenVault.store("github", { ...stored, expiresAt: now }));
    await update(tokenVault, { accessToken: "a", expiryTime: inAnHour });
    const { expiresAt, expiryTime } = await ownersToken(tokenVault);
    expect(new Date(String(expiresAt)).getTime()).toBe(expiryTime);
  });

  test("says of a first refresh token that it is there", async () => {
    const { tokenVault } = await startWithGithub();
    await answerOf(await tokenVault.store("github", { accessToken: "a" }));
    await update(tokenVault, { accessToken: "b", refreshToken: "first" });
    const [item] = await itemsOf(await tokenVault.storage({ operation: "list", collection: "tokens" }));
    expect(item?.meta).toMatchObject({ hasRefreshToken: true });
    const answer = await answerOf(await refresh(tokenVault, { action: "get", service: "github" }));
    expect(answer).toMatchObject({ refreshToken: "first" });
  });

  test("of a plaintext document keeps its shape, and shows its tokens no more than before", async () => {
    const { tokenVault } = await startWithGithub();
    const data = { accessToken: "plain-access", refreshToken: "plain-refresh", scope: "mail", nested: { n: 1 } };
    await answerOf(await tokenVault.storage({ operation: "set", collection: "tokens", key: "mail", data }));
    await answerOf(
      await refresh(tokenVault, { action: "update", service: "mail", tokens: { accessToken: "new-access" } }),
    );
    const agent = await tokenOf(await tokenVault.credential("mail"));
    expect(agent).toEqual({ accessToken: "new-access", scope: "mail", nested: { n: 1 } });
    const list = await tokenVault.storage({ operation: "list", collection: "tokens" });
    expect(await list.text()).not.toMatch(/new-access|plain-refresh/);
  });

  test("of what is not there makes nothing", async () => {
    const { tokenVault } = await startWithGithub();
    const body = { action: "update", service: "absent", tokens: { accessToken: "a" } };
    expect(await answerOf(await refresh(tokenVault, body))).toEqual({
      status: "no_token",
      requestId: expect.any(String),
    });
    await expectError(await tokenVault.credential("absent"), "token_not_found");
  });

  test("is there after a restart", async () => {
    const server = await startWithGithub();
    await update(server.tokenVault, { accessToken: "new-access", refreshToken: "new-refresh" });
    const { tokenVault } = await server.restart();
    const token = await ownersToken(tokenVault);
    expect(token).toMatchObject({ accessToken: "new-access", refreshToken: "new-refresh", password: "kept-password" });
  });

  test("of eight at once leaves one of them, whole", async () => {
    const { tokenVault } = await startWithGithub();
    const pairs = Array.from({ length: 8 }, (_, n) => ({
      accessToken: `a${String(n)}`,
      refreshToken: `r${String(n)}`,
    }));
    await Promise.all(pairs.map((tokens) => update(tokenVault, tokens)));
    const { accessToken, refreshToken } = await ownersToken(tokenVault);
    expect(pairs).toContainEqual({ accessToken, refreshToken });
  });

  test("serves once for its signature, as a get does", async () => {
    const { tokenVault } = await startWithGithub();
    const body = { action: "update", service: "github", tokens: { accessToken: "b" } };
    await answerOf(await refresh(tokenVault, body));
    await expectError(await refresh(tokenVault, body), "auth_failed");
    await answerOf(await refresh(tokenVault, { action: "get", service: "github" }));
    await expectError(await refresh(tokenVault, { action: "get", service: "github" }), "auth_failed");
  });
});

test.each([
  ["no action", { service: "github" }],
  ["an unknown action", { action: "drop", service: "github" }],
  ["no tokens", { action: "update", service: "github" }],
  ["no access token", { action: "update", service: "github", tokens: { refreshToken: "r" } }],
  ["an empty access token", { action: "update", service: "github", tokens: { accessToken: "" } }],
  ["a number as refresh token", { action: "update", service: "github", tokens: { accessToken: "a", refreshToken: 5 } }],
  ["an expiry in text", { action: "update", service: "github", tokens: { accessToken: "a", expiryTime: now } }],
  ["a negative expiry", { action: "update", service: "github", tokens: { accessToken: "a", expiryTime: -1 } }],
  ["an expiry no date has", { action: "update", service: "github", tokens: { accessToken: "a", expiryTime: 8.65e15 } }],
  ["no service", { action: "get" }],
])("%s is refused, and nothing is changed", async (_title, body) => {
  const { tokenVault } = await startWithGithub();
  await expectError(await refresh(tokenVault, body), "invalid_request");
  expect(await ownersToken(tokenVault)).toMatchObject({ accessToken: "old-access", refreshToken: "old-refresh" });
});

async function startWithGithub(): Promise<TestServer> {
  const server = await startBoundServer({ clock: new StoppedClock(now) });
  await answerOf(await server.tokenVault.store("github", stored));
  return server;
}

function refresh(tokenVault: TokenVault, body: Record<string, unknown>): Promise<Response> {
  return tokenVault.post("/v1/refresh", body);
}

async function update(tokenVault: TokenVault, tokens: Record<string, unknown>): Promise<Record<string, unknown>> {
  return answerOf(await refresh(tokenVault, { action: "update", service: "github", tokens }));
}

/** All of the credential, its refresh token included. */
async function ownersToken(tokenVault: TokenVault): Promise<Record<string, unknown>> {
  const ticket = await tokenVault.ticket("github", "user_reveal");
  return tokenOf(await tokenVault.fetchWith("/v1/credential", ticket, "github"));
}
