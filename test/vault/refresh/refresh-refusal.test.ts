import { describe, expect, it } from "vitest";
import { refusalOf, retryAfterMs } from "../../../src/vault/refresh/refresh-refusal.js";
import type { Scripted } from "../scripted-dial.js";
import { nowMs, openWorld, ownersToken, putByBrowser, type RefreshWorld } from "./refresh-world.js";

const stored = { accessToken: "old-access", refreshToken: "old-refresh", scope: "repo" };

async function refusedBy(given: Scripted, times: number): Promise<RefreshWorld> {
  const world = await openWorld();
  await putByBrowser(world, "github", stored);
  world.endpoint.script = () => given;
  for (let count = 0; count < times; count++)
    expect(await world.refresh.refresh("github", "github")).toMatchObject({ status: "refresh_failed" });
  expect(world.endpoint.calls).toHaveLength(times);
  return world;
}

/** Refuses each time after the wait that the last refusal began. */
async function refusedInTurn(given: Scripted): Promise<{ world: RefreshWorld; refuse: () => Promise<void> }> {
  let currentMs = nowMs;
  const world = await openWorld(undefined, { nowMs: () => currentMs });
  await putByBrowser(world, "github", stored);
  world.endpoint.script = () => given;
  const refuse = async (): Promise<void> => {
    currentMs += 3_600_000;
    expect(await world.refresh.refresh("github", "github")).toMatchObject({ status: "refresh_failed" });
  };
  return { world, refuse };
}

async function isMarked(world: RefreshWorld): Promise<boolean> {
  return (await ownersToken(world, "github"))?.["needs_reconnect"] === true;
}

describe("a dead refresh token was asked for again and again", () => {
  it.each<[string, Scripted]>([
    ["RFC 6749", { status: 400, body: { error: "invalid_grant" } }],
    ["RFC 6749, with status 401", { status: 401, body: { error: "invalid_grant" } }],
    ["RFC 6749, in a form", { status: 400, body: "error=invalid_grant&error_description=x" }],
    ["GitHub", { body: { error: "bad_refresh_token", error_description: "Incorrect or expired." } }],
    ["GitHub, in a form", { body: "error=bad_refresh_token" }],
    ["Zoho", { body: { error: "invalid_code" } }],
    ["Slack", { body: { ok: false, error: "invalid_refresh_token" } }],
    ["Slack, of an expired one", { body: { ok: false, error: "token_expired" } }],
    ["Slack, of a revoked one", { body: { ok: false, error: "token_revoked" } }],
    ["HubSpot", { status: 400, body: { status: "BAD_REFRESH_TOKEN", message: "missing or unknown" } }],
    [
      "Atlassian",
      { status: 403, body: { error: "unauthorized_client", error_description: "refresh_token is invalid" } },
    ],
    ["Microsoft", { status: 400, body: { error: "interaction_required", suberror: "basic_action" } }],
    ["OpenID Connect", { status: 400, body: { error: "login_required" } }],
    [
      "Auth0",
      { status: 403, body: { error: "access_denied", error_description: "Unknown or invalid refresh token." } },
    ],
    ["Twitch", { status: 400, body: { status: 400, message: "Invalid refresh token" } }],
    ["an error in an object", { status: 400, body: { error: { code: "invalid_grant", message: "No." } } }],
    ["errors in a list", { status: 422, body: { errors: [{ detail: "The refresh token has expired." }] } }],
  ])("in the words of %s", async (_whose, given) => {
    expect(await isMarked(await refusedBy(given, 1))).toBe(true);
  });

  it.each<[string, Scripted]>([
    ["400 with a vendor's own error", { status: 400, body: { error: "token_is_gone" } }],
    ["400 with a message", { status: 400, body: { code: 17, message: "Bad Request" } }],
    [
      "LinkedIn's invalid_request",
      {
        status: 400,
        body: { error: "invalid_request", error_description: "The refresh token is invalid, expired or x" },
      },
    ],
  ])("with %s, which marks it at the third time and not before", async (_what, given) => {
    const { world, refuse } = await refusedInTurn(given);
    await refuse();
    await refuse();
    expect(await isMarked(world)).toBe(false);
    await refuse();
    expect(await isMarked(world)).toBe(true);
    // Token Vault may ask all the same.
    world.endpoint.script = () => ({ body: { access_token: "new" } });
    expect(await world.refresh.refresh("github", "github")).toMatchObject({ status: "refreshed" });
    expect(await isMarked(world)).toBe(false);
  });

  it.each<[string, Scripted]>([
    ["408", { status: 408, body: {} }],
    ["429", { status: 429, body: { error: "invalid_grant" } }],
    ["500", { status: 500, body: { error: "invalid_grant" } }],
    ["503", { status: 503, body: "" }],
    ["a redirect", { status: 302, body: "" }],
    ["an error of status 200 that may pass", { body: { ok: false, error: "ratelimited" } }],
    ["nothing", { body: "" }],
  ])("but %s marks nothing, however often it comes", async (_what, given) => {
    expect(await isMarked(await refusedBy(given, 5))).toBe(false);
  });

  it.each(["success", "new credential"])("but a %s in between begins the count anew", async (event) => {
    const refused = { status: 400, body: { error: "token_is_gone" } };
    const { world, refuse } = await refusedInTurn(refused);
    await refuse();
    await refuse();
    world.endpoint.script = () => ({ body: { access_token: "new" } });
    if (event === "success") await world.refresh.refresh("github", "github");
    else await putByBrowser(world, "github", stored);
    world.endpoint.script = () => refused;
    for (const marked of [false, false, true]) {
      await refuse();
      expect(await isMarked(world)).toBe(marked);
    }
  });
});

describe("a live refresh token was marked as dead", () => {
  it.each<[string, Scripted]>([
    ["401 with an invalid client", { status: 401, body: { error: "invalid_client" } }],
    ["400 with an invalid client", { status: 400, body: { error: "INVALID_CLIENT" } }],
    ["an invalid client in an object", { status: 400, body: { error: { code: "invalid_client", message: "No." } } }],
    ["an unauthorized client", { status: 400, body: { error: "unauthorized_client" } }],
    ["an invalid request", { status: 400, body: { error: "invalid_request" } }],
    ["an unsupported grant type", { status: 400, body: { error: "unsupported_grant_type" } }],
    ["an invalid scope", { status: 400, body: { error: "invalid_scope" } }],
    ["Auth0's wrong secret", { status: 401, body: { error: "access_denied", error_description: "Unauthorized" } }],
    ["HubSpot's wrong secret", { status: 400, body: { status: "BAD_CLIENT_SECRET", message: "mismatch" } }],
    ["GitHub's wrong secret", { body: { error: "incorrect_client_credentials" } }],
    ["Slack's wrong secret", { body: { ok: false, error: "bad_client_secret" } }],
    [
      "an invalid client whose description names the token",
      { status: 401, body: { error: "invalid_client", error_description: "Bad client, or an expired refresh token." } },
    ],
    ["403 with a page", { status: 403, body: "<html>Forbidden</html>" }],
    ["400 with a page", { status: 400, body: "<html>Bad Request</html>" }],
    ["403 of a gateway", { status: 403, body: { message: "Forbidden" } }],
    ["404 with nothing", { status: 404, body: "" }],
    ["404 of another path", { status: 404, body: { error: "not_found" } }],
    ["405", { status: 405, body: { error: "method_not_allowed" } }],
  ])("by %s, however often it comes", async (_what, given) => {
    const { world, refuse } = await refusedInTurn(given);
    for (let count = 0; count < 6; count++) await refuse();
    expect(await isMarked(world)).toBe(false);
  });

  it("by a refusal in unknown words, asked for many times within a minute", async () => {
    expect(await isMarked(await refusedBy({ status: 400, body: { error: "token_is_gone" } }, 9))).toBe(false);
  });
});

it.each([
  "The refresh token is not expired.",
  "This client may not use refresh tokens.",
  "refresh_token is required",
  "invalid client; the refresh token was not looked at",
  "The refresh token used belongs to another client.",
  "The client is invalid.",
  "The access token is invalid or expired.",
])("an error that says %j of a refresh token is no final one", (description) => {
  expect(refusalOf(400, { error: "invalid_request", error_description: description })).toBe("passing");
  expect(refusalOf(400, { error: "invalid_client", error_description: description })).toBe("passing");
});

it.each([
  "InvalidRefreshToken",
  "refreshTokenExpired",
  "REFRESH_TOKEN_REVOKED",
  "Missing or invalid 'refresh_token'",
  "Refresh token has already been used",
  "refresh token: not found",
  "The refresh token provided is invalid",
  "Your refresh-token is no longer valid.",
])("an error that says %j of a refresh token is a final one", (message) => {
  expect(refusalOf(400, { code: 4, message })).toBe("final");
  expect(refusalOf(200, { errors: [{ message }] })).toBe("final");
});

it("a response of many like words took long to be judged", () => {
  const words = ["refresh token ", "refresh_token is ", "invalid ", "refresh token" + " ".repeat(50)];
  for (const word of words)
    expect(refusalOf(400, { message: word.repeat(250_000 / word.length) + "x" })).toBe("refused");
  expect(refusalOf(400, { message: `refresh token ${" ".repeat(250_000)}x` })).toBe("refused");
});

it("a response nested without end did not come to an end", () => {
  const body = JSON.parse(`${'{"a":'.repeat(20_000)}"invalid_grant"${"}".repeat(20_000)}`) as Record<string, unknown>;
  expect(refusalOf(400, body)).toBe("refused");
});

it.each([
  ["3600", 3_600_000],
  [" 90 ", 90_000],
  ["1.5", 1500],
  ["0", 0],
  ["-5", 0],
  ["", 0],
  ["soon", 0],
  [undefined, 0],
  ["99999999999999999999", 6 * 3_600_000],
  ["1e999", 6 * 3_600_000],
  ["Thu, 01 Jan 2026 00:10:00 GMT", 600_000],
  ["Thursday, 01-Jan-26 00:10:00 GMT", 600_000],
  ["Thu Jan  1 00:10:00 2026", 600_000],
  ["Wed, 31 Dec 2025 23:00:00 GMT", 0],
  ["Fri, 01 Jan 2027 00:00:00 GMT", 6 * 3_600_000],
])("Retry-After: %s is a wait of %d ms", (header, waitMs) => {
  expect(retryAfterMs(header, nowMs)).toBe(waitMs);
});
