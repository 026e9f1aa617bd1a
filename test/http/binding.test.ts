import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { startBoundServer, startTestServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError, StoppedClock, tokenOf } from "./answer-json.js";

const adminSecret = "correct-horse-battery-staple";
const asAdmin = { "x-tv-admin-secret": adminSecret };
const settings = { TV_ADMIN_SECRET: adminSecret };

describe("/v1/register-url", () => {
  test("gives a link that holds the code, this webhook's address and the hash of the secret to come", async () => {
    const server = await startTestServer();
    const registration = await register(server);
    expect(registration).toMatchObject({ expiresIn: 300, webhookUrl: server.url });
    const link = new URL(String(registration["registrationUrl"]));
    expect(link.origin + link.pathname).toBe("https://tokenvault.uk/vault/webhook-bind");
    expect([...link.searchParams.keys()]).toEqual(["code", "webhook_url", "hmac_hash"]);
    expect(link.searchParams.get("code")).toBe(registration["code"]);
    expect(Buffer.from(link.searchParams.get("webhook_url") ?? "", "base64").toString()).toBe(server.url);
    const { hmacSecret } = await answerOf(await exchange(server, registration["code"]));
    const secret = Buffer.from(String(hmacSecret), "base64");
    expect(secret).toHaveLength(32);
    expect(link.searchParams.get("hmac_hash")).toBe(createHash("sha256").update(secret).digest("hex"));
  });

  test("names WEBHOOK_EXTERNAL_URL where it is set, whatever the request says", async () => {
    const server = await startTestServer({
      settings: { ...settings, WEBHOOK_EXTERNAL_URL: "https://hook.example.org" },
    });
    const registration = await register(server, { "x-forwarded-host": "elsewhere.example", ...asAdmin });
    expect(registration["webhookUrl"]).toBe("https://hook.example.org");
  });

  test("names the host that a trusted proxy was asked for", async () => {
    const forwarded = { "x-forwarded-host": "hook.example.org", "x-forwarded-proto": "https", ...asAdmin };
    const trusting = await startTestServer({ settings });
    expect((await register(trusting, forwarded))["webhookUrl"]).toBe("https://hook.example.org");
    const distrusting = await startTestServer({ settings: { ...settings, TRUSTED_PROXIES: "192.0.2.1" } });
    expect((await register(distrusting, forwarded))["webhookUrl"]).toBe(distrusting.url);
  });

  test("makes another code and another secret each time", async () => {
    const server = await startTestServer();
    const links = [await register(server), await register(server)].map(({ registrationUrl }) => {
      return new URL(String(registrationUrl)).searchParams;
    });
    for (const name of ["code", "hmac_hash"]) expect(new Set(links.map((link) => link.get(name))).size).toBe(2);
  });

  test("opens 32 registrations at the most, until the first have expired", async () => {
    const server = await startTestServer({ clock: new StoppedClock("2026-01-01T00:00:00Z") });
    for (let open = 0; open < 32; open++) await register(server);
    const refused = await server.fetch(`${server.url}/v1/register-url`);
    expect(refused.headers.get("retry-after")).toMatch(/^[1-9][0-9]*$/);
    await expectError(refused, "rate_limited");
    server.clock.advance(300_000);
    await register(server);
  });

  test("opens 32 at the most also when they are asked for at once", async () => {
    const server = await startTestServer();
    const all = Array.from({ length: 40 }, () => server.fetch(`${server.url}/v1/register-url`));
    const statuses = (await Promise.all(all)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(32);
    expect(statuses.filter((status) => status === 429)).toHaveLength(8);
  });
});

describe("/v1/exchange", () => {
  test("needs the code alone: no signature, no admin secret, from anywhere", async () => {
    const server = await startTestServer();
    const { code } = await register(server);
    const headers = { "x-forwarded-for": "34.12.35.243" };
    await answerOf(await server.tokenVault.unsigned("/v1/exchange", { code }, headers));
  });

  test("takes a code once", async () => {
    const server = await startTestServer();
    const { code } = await register(server);
    await answerOf(await exchange(server, code));
    await expectError(await exchange(server, code), "code_used");
    const next = await server.restart();
    await expectError(await exchange(next, code), "code_used");
  });

  test("of eight parallel exchanges of one code, one succeeds and its secret is in force", async () => {
    const server = await startTestServer();
    const { code } = await register(server);
    const responses = await Promise.all(Array.from({ length: 8 }, () => exchange(server, code)));
    const good = responses.filter(({ status }) => status === 200);
    expect(good).toHaveLength(1);
    for (const response of responses) if (response.status !== 200) await expectError(response, "code_used");
    for (const response of good) await useSecretOf(server, response);
    await answerOf(await server.tokenVault.post("/v1/health", {}));
  });

  test("takes a code for 300 seconds", async () => {
    const server = await startTestServer({ clock: new StoppedClock("2026-01-01T00:00:00Z") });
    const [early, late] = [await register(server), await register(server)];
    server.clock.advance(299_999);
    await answerOf(await exchange(server, early["code"]));
    server.clock.advance(1);
    await expectError(await exchange(server, late["code"]), "code_expired");
  });

  test("refuses a code that was never given", async () => {
    const server = await startTestServer();
    for (const code of ["x", "__proto__", crypto.randomUUID()]) {
      await expectError(await exchange(server, code), "code_expired");
    }
    await expectError(await exchange(server, ""), "invalid_request");
    await expectError(await exchange(server, 5), "invalid_request");
  });

  test("takes a code that was given before a restart", async () => {
    const server = await startTestServer();
    const { code } = await register(server);
    const next = await server.restart();
    await useSecretOf(next, await exchange(next, code));
    await answerOf(await next.tokenVault.post("/v1/health", {}));
  });

  test("does not write the secret or the code anywhere in the clear", async () => {
    const server = await startTestServer();
    const { code } = await register(server);
    const { hmacSecret } = await answerOf(await exchange(server, code));
    expect(server.logLines.join("\n")).toContain("exchangeCode");
    for (const text of [code, hmacSecret]) expect(server.logLines.join("\n")).not.toContain(text);
  });
});

describe("binding again", () => {
  test("with the admin secret rotates the secret and loses no credential", async () => {
    const server = await startBoundServer({ settings });
    const { tokenVault } = server;
    await answerOf(await tokenVault.store("github", { accessToken: "kept", refreshToken: "kept-too" }));
    const oldSecret = tokenVault.secret;
    const { webhookId } = await tokenVault.bind(asAdmin);
    expect(tokenVault.secret).not.toEqual(oldSecret);
    expect(await tokenOf(await tokenVault.credential("github"))).toMatchObject({ accessToken: "kept" });
    const get = { action: "get", service: "github" };
    expect(await answerOf(await tokenVault.post("/v1/refresh", get))).toMatchObject({ refreshToken: "kept-too" });
    expect((await tokenVault.bind(asAdmin)).webhookId).toBe(webhookId);
  });

  test("leaves the old secret in force until the code is exchanged, and ends it then", async () => {
    const server = await startBoundServer({ settings });
    const { tokenVault } = server;
    await answerOf(await tokenVault.store("github", { accessToken: "a" }));
    const oldTicket = await tokenVault.ticket("github", "agent_credential");
    const { code } = await register(server, asAdmin);
    await answerOf(await tokenVault.post("/v1/health", {}));
    const oldSecret = tokenVault.secret;
    await useSecretOf(server, await exchange(server, code));
    await expectError(await tokenVault.post("/v1/health", {}, { secret: oldSecret }), "auth_failed");
    await expectError(await tokenVault.fetchWith("/v1/credential", oldTicket, "github"), "ticket_invalid");
    await answerOf(await tokenVault.post("/v1/health", {}));
  });

  test("holds across a restart", async () => {
    const server = await startBoundServer({ settings });
    const oldSecret = server.tokenVault.secret;
    await server.tokenVault.bind(asAdmin);
    const next = await server.restart();
    await answerOf(await next.tokenVault.post("/v1/health", {}));
    await expectError(await next.tokenVault.post("/v1/health", {}, { secret: oldSecret }), "auth_failed");
  });

  test("gives the same secret and id where a seed fixes them", async () => {
    const seeded = { ...settings, TV_WEBHOOK_SEED: "a seed for this test alone" };
    const one = await startTestServer({ settings: seeded });
    const first = await one.tokenVault.bind(asAdmin);
    expect(await one.tokenVault.bind(asAdmin)).toEqual(first);
    const other = await startTestServer({ settings: seeded });
    expect(await other.tokenVault.bind(asAdmin)).toEqual(first);
  });
});

async function register({ url, fetch }: TestServer, headers: Record<string, string> = {}) {
  return answerOf(await fetch(`${url}/v1/register-url`, { headers }));
}

function exchange({ tokenVault }: TestServer, code: unknown): Promise<Response> {
  return tokenVault.unsigned("/v1/exchange", { code });
}

async function useSecretOf({ tokenVault }: TestServer, response: Response): Promise<void> {
  const { hmacSecret } = await answerOf(response);
  tokenVault.secret = Uint8Array.from(Buffer.from(String(hmacSecret), "base64"));
}
