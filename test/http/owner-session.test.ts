import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  ownersHeaders,
  ownersSettings,
  startBoundServer,
  startTestServer,
  type TestServer,
} from "../support/test-server.js";
import { expectError } from "./answer-json.js";
import { rawRequest } from "./raw-request.js";

const secret = ownersSettings.TV_ADMIN_SECRET;

/** A button of the page sends this. */
function press(
  { url }: TestServer,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  const body = new URLSearchParams(form).toString();
  const length = { "content-type": "application/x-www-form-urlencoded", "content-length": String(body.length) };
  return rawRequest(`${url}/`, { method: "POST", headers: { ...length, origin: url, ...headers }, body });
}

async function signIn(server: TestServer): Promise<{ cookie: string; setCookie: string }> {
  const answer = await press(server, { action: "sign-in", secret });
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/?said=sign-in"]);
  const setCookie = answer.headers.get("set-cookie") ?? "";
  return { cookie: setCookie.split(";")[0] ?? "", setCookie };
}

async function pageOf({ url }: TestServer, headers: Record<string, string> = {}): Promise<string> {
  return (await rawRequest(`${url}/`, { headers })).text();
}

const isSignedIn = (page: string): boolean => page.includes('value="sign-out"');

describe("signing in", () => {
  test("gives a cookie that scripts and other sites never see, for half an hour", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    const { cookie, setCookie } = await signIn(server);
    expect(setCookie).toMatch(/^\S+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=1800$/);
    expect(isSignedIn(await pageOf(server))).toBe(false);
    expect(isSignedIn(await pageOf(server, { cookie: `other=1; ${cookie}; more=2` }))).toBe(true);
    server.clock.advance(30 * 60_000);
    expect(isSignedIn(await pageOf(server, { cookie }))).toBe(false);
    await expectError(await press(server, { action: "lock" }, { cookie }), "forbidden");
  });

  test("over https the cookie is for https and this host only; over http at home it works all the same", async () => {
    const settings = { ...ownersSettings, WEBHOOK_EXTERNAL_URL: "https://hook.example" };
    const server = await startBoundServer({ settings });
    const form = { action: "sign-in", secret };
    const secure = await press(server, form, { origin: "https://hook.example", host: "hook.example" });
    expect(secure.headers.get("set-cookie")).toMatch(/^__Host-\w+=.*; Secure$/);
    const { cookie, setCookie } = await signIn(server);
    expect(setCookie).not.toMatch(/Secure|__Host/);
    expect(isSignedIn(await pageOf(server, { cookie: `${cookie.replace(/=.*/, "=tossed")}; ${cookie}` }))).toBe(true);
  });

  test("with a wrong secret is refused, and after too many refused for a while", async () => {
    const server = await startBoundServer({ settings: { ...ownersSettings, TV_RATE_LIMIT_PER_MINUTE: "100" } });
    for (let attempt = 0; attempt < 10; attempt++) {
      const answer = await press(server, { action: "sign-in", secret: `${secret}${String(attempt)}` });
      expect(answer.headers.get("set-cookie")).toBeNull();
      await expectError(answer, "auth_failed");
    }
    await expectError(await press(server, { action: "sign-in", secret }), "rate_limited");
  });

  test("is in the record, without the secret", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    const { cookie } = await signIn(server);
    await press(server, { action: "lock" }, { cookie });
    const lines = await (
      await server.fetch(`${server.url}/owner/audit?op=actOnHome`, { headers: ownersHeaders })
    ).text();
    expect(lines).toMatch(/"action":"lock".*"action":"sign-in"/);
    expect(lines).not.toContain(secret);
  });
});

describe("a session", () => {
  test("ends when its owner signs out, in every tab", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    const { cookie } = await signIn(server);
    const answer = await press(server, { action: "sign-out" }, { cookie });
    expect(answer.headers.get("set-cookie")).toMatch(/^\w+=; .*Max-Age=0$/);
    expect(isSignedIn(await pageOf(server, { cookie }))).toBe(false);
  });

  test("does not outlive the server, and a made-up one is none", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    const { cookie } = await signIn(server);
    expect(isSignedIn(await pageOf(server, { cookie: `${cookie}x` }))).toBe(false);
    expect(isSignedIn(await pageOf(server, { cookie: cookie.replace(/=.*/, "=") }))).toBe(false);
    expect(isSignedIn(await pageOf(await server.restart(), { cookie }))).toBe(false);
  });

  test("does nothing for another site's page, nor where the browser does not say who asks", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    const { cookie } = await signIn(server);
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ])
      await expectError(await press(server, { action: "lock" }, { cookie, ...headers }), "forbidden");
    const body = "action=lock";
    const bare = { cookie, "content-length": String(body.length) };
    await expectError(await rawRequest(`${server.url}/`, { method: "POST", headers: bare, body }), "forbidden");
    expect(await pageOf(server, { cookie })).not.toContain('value="unlock"');
  });

  test("opens /bind, and no operation that a program calls", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    const { cookie } = await signIn(server);
    const own = { cookie, origin: server.url };
    expect((await rawRequest(`${server.url}/bind`, { headers: own })).status).toBe(200);
    for (const path of ["/owner/state", "/metrics", "/v1/register-url"])
      await expectError(await rawRequest(server.url + path, { headers: own }), "forbidden");
    const bind = (headers: Record<string, string>): Promise<Response> =>
      rawRequest(`${server.url}/bind`, { method: "POST", headers: { "content-length": "0", ...headers } });
    expect((await bind(own)).status).toBe(303);
    await expectError(await bind({ cookie }), "forbidden");
    await expectError(await bind({ cookie, origin: "https://evil.example" }), "forbidden");
  });

  test("does what the buttons say", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    const { cookie } = await signIn(server);
    await server.tokenVault.store("git<b>hub", { accessToken: "secret-of-git" });
    const act = async (form: Record<string, string>): Promise<void> => {
      expect((await press(server, form, { cookie })).headers.get("location")).toBe(`/?said=${form["action"] ?? ""}`);
    };
    await act({ action: "allow-host", service: "git<b>hub", host: "api.example" });
    const page = await pageOf(server, { cookie });
    expect(page).toContain("git&lt;b&gt;hub");
    expect(page).toContain("api.example");
    expect(page).not.toMatch(/<b>hub|secret-of-git/);
    await act({ action: "remove-host", service: "git<b>hub", host: "api.example" });
    const list = await (await server.fetch(`${server.url}/owner/services`, { headers: ownersHeaders })).text();
    expect(list).not.toContain("api.example");
    await act({ action: "lock" });
    await expectError(await server.tokenVault.credential("git<b>hub"), "forbidden");
    await act({ action: "unlock" });
    await act({ action: "remove-service", service: "git<b>hub" });
    await expectError(await server.tokenVault.credential("git<b>hub"), "token_not_found");
    await expectError(await press(server, { action: "frobnicate" }, { cookie }), "invalid_request");
  });
});

test("a damaged record does not take the kill switch with it", async () => {
  const server = await startBoundServer({ settings: ownersSettings });
  const { cookie } = await signIn(server);
  await writeFile(join(server.folder, "data", "record-1.jsonl"), "damaged\n{}\n");
  const page = await pageOf(server, { cookie });
  expect(page).toContain('value="lock"');
  expect(page).toContain("The record of uses is damaged");
});

test("before binding nobody is signed in by being on the machine", async () => {
  const server = await startTestServer({ settings: ownersSettings });
  await expectError(await press(server, { action: "lock" }), "forbidden");
});
