import { describe, expect, test } from "vitest";
import { startBoundServer, startTestServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError } from "./answer-json.js";
import { rawRequest } from "./raw-request.js";

const asAdmin = { "x-tv-admin-secret": "correct-horse-battery-staple" };
const settings = { TV_ADMIN_SECRET: asAdmin["x-tv-admin-secret"] };

describe("the page", () => {
  test("shows this webhook, the frontend it will be bound to, and one button", async () => {
    const { url, fetch } = await startTestServer();
    const response = await fetch(`${url}/bind`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const page = await response.text();
    expect(page).toContain(`<code>${url}</code>`);
    expect(page).toContain("<code>https://tokenvault.uk</code>");
    expect(page.match(/<button/g)).toHaveLength(1);
    expect(page.match(/<form[^>]*>/g)).toEqual(['<form method="post" action="/bind">']);
  });

  test("makes no registration by being shown", async () => {
    const { url, fetch } = await startTestServer();
    for (let shown = 0; shown < 33; shown++) expect((await fetch(`${url}/bind`)).status).toBe(200);
    await answerOf(await fetch(`${url}/v1/register-url`));
  });

  test("may not be framed, cached, or run a script, and its form leads to the frontend alone", async () => {
    const { url, fetch } = await startTestServer();
    const { headers } = await fetch(`${url}/bind`);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy.split("; ")).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "form-action 'self' https://tokenvault.uk",
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ]),
    );
    expect(policy).not.toContain("unsafe");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("referrer-policy")).toBe("same-origin");
  });

  test("says that binding again loses nothing, once the webhook is bound", async () => {
    const server = await startTestServer({ settings });
    expect(await pageOf(server)).not.toContain("no stored credential is lost");
    await server.tokenVault.bind();
    expect(await pageOf(server, asAdmin)).toContain("no stored credential is lost");
  });

  test("escapes hostile host names", async () => {
    const server = await startTestServer({ settings });
    const hostile = `"><script>alert(1)</script>`;
    const forwarded: Record<string, string>[] = [
      { "x-forwarded-host": hostile },
      { "x-forwarded-host": `a.example/${hostile}` },
      { "x-forwarded-host": "a.example", "x-forwarded-proto": hostile },
    ];
    for (const headers of forwarded) {
      const response = await rawRequest(`${server.url}/bind`, { headers: { ...headers, ...asAdmin } });
      expect(response.status).toBe(200);
      expect(await response.text()).not.toMatch(/<script|alert\(1\)/);
    }
    for (const host of [hostile, "'onmouseover='alert(1)", "a.example/onmouseover", "user@a.example"]) {
      const response = await rawRequest(`${server.url}/bind`, { headers: { host, accept: "text/html", ...asAdmin } });
      expect(await response.text()).not.toMatch(/<script|alert\(1\)|onmouseover|user@/);
    }
  });

  test("escapes hostile frontends or refuses them", async () => {
    const server = await startTestServer();
    for (const tv of [`https://a"><script>alert(1)</script>`, "https://a.example'onmouseover='alert(1)"]) {
      const headers = { accept: "text/html" };
      const response = await server.fetch(`${server.url}/bind?${new URLSearchParams({ tv }).toString()}`, { headers });
      const page = await response.text();
      expect(page).toMatch(/^<!doctype html>/);
      expect(page).not.toMatch(/<script>|'onmouseover=/);
    }
  });
});

describe("?tv=", () => {
  test.each([
    ["https://vault.example.org", "https://vault.example.org"],
    ["https://vault.example.org/", "https://vault.example.org"],
    ["https://vault.example.org:8443", "https://vault.example.org:8443"],
    ["http://localhost:3000", "http://localhost:3000"],
    ["", "https://tokenvault.uk"],
  ])("%s binds to %s, and the owner is shown that", async (tv, frontend) => {
    const server = await startTestServer();
    const query = new URLSearchParams({ tv }).toString();
    const { registrationUrl } = await answerOf(await server.fetch(`${server.url}/v1/register-url?${query}`));
    expect(new URL(String(registrationUrl)).origin).toBe(frontend);
    const page = await server.fetch(`${server.url}/bind?${query}`);
    expect(page.headers.get("content-security-policy")).toContain(`form-action 'self' ${frontend};`);
    expect(await page.text()).toContain(`<code>${frontend}</code>`);
  });

  test.each([
    "http://vault.example.org",
    "http://localhost.example.org",
    "http://192.0.2.1",
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "https://user:password@vault.example.org",
    "https://vault.example.org/path",
    "https://vault.example.org/?a=b",
    "https://vault.example.org/#a",
    "vault.example.org",
    "//vault.example.org",
    "https://",
  ])("%s is refused everywhere", async (tv) => {
    const server = await startTestServer();
    const query = new URLSearchParams({ tv }).toString();
    await expectError(await server.fetch(`${server.url}/v1/register-url?${query}`), "invalid_request");
    await expectError(await server.fetch(`${server.url}/bind?${query}`), "invalid_request");
    await expectError(await press(server, { tv }), "invalid_request");
  });

  test("is refused when it is longer than the contract allows", async () => {
    const { url, fetch } = await startTestServer();
    const query = new URLSearchParams({ tv: `https://${"a.".repeat(1024)}example` }).toString();
    await expectError(await fetch(`${url}/v1/register-url?${query}`), "invalid_request");
  });

  test("TOKENVAULT_FRONTEND_URL names the frontend where nothing else does", async () => {
    const server = await startTestServer({ settings: { TOKENVAULT_FRONTEND_URL: "https://staging.example.org" } });
    expect(await pageOf(server)).toContain("<code>https://staging.example.org</code>");
    expect((await press(server)).headers.get("location")).toMatch(/^https:\/\/staging\.example\.org\/vault\//);
  });
});

describe("the button", () => {
  test("sends the browser to the frontend with a code that can be exchanged", async () => {
    const server = await startTestServer();
    const response = await press(server, { tv: "https://vault.example.org" });
    expect(response.status).toBe(303);
    const location = new URL(response.headers.get("location") ?? "");
    expect(location.origin + location.pathname).toBe("https://vault.example.org/vault/webhook-bind");
    expect(Buffer.from(location.searchParams.get("webhook_url") ?? "", "base64").toString()).toBe(server.url);
    const code = location.searchParams.get("code");
    await answerOf(await server.tokenVault.unsigned("/v1/exchange", { code }));
  });

  test("is not taken from a bound webhook's page without the admin secret", async () => {
    const server = await startBoundServer({ settings });
    await expectError(await press(server), "forbidden");
    expect((await press(server, {}, asAdmin)).status).toBe(303);
  });
});

async function pageOf({ url, fetch }: TestServer, headers: Record<string, string> = {}): Promise<string> {
  return (await fetch(`${url}/bind`, { headers })).text();
}

/** As a browser posts the page's form. */
function press(
  { url, fetch }: TestServer,
  form: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}/bind`, { method: "POST", headers, body: new URLSearchParams(form) });
}
