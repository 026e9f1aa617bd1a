import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startBoundServer, startTestServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError } from "./answer-json.js";
import { sendRaw } from "./raw-connection.js";
import { rawRequest } from "./raw-request.js";

const adminSecret = "correct-horse-battery-staple";
const asAdmin = { "x-tv-admin-secret": adminSecret };
const settings = { TV_ADMIN_SECRET: adminSecret };
/** Every way to a registration. */
const ways = [
  ["GET", "/v1/register-url"],
  ["GET", "/bind"],
  ["POST", "/bind"],
] as const;

describe.each(ways)("%s %s", (method, path) => {
  const ask = ({ url }: TestServer, headers: Record<string, string> = {}) =>
    rawRequest(url + path, { method, headers: method === "POST" ? { "content-length": "0", ...headers } : headers });
  const isGood = ({ status }: Response) => status === 200 || status === 303;

  test("is open to a loopback client before binding, and only with the admin secret after it", async () => {
    const server = await startTestServer({ settings });
    expect(isGood(await ask(server))).toBe(true);
    await server.tokenVault.bind();
    await expectError(await ask(server), "forbidden");
    expect(isGood(await ask(server, asAdmin))).toBe(true);
    for (const wrong of ["", "correct-horse-battery-stapl", `${adminSecret}x`, adminSecret.toUpperCase()]) {
      await expectError(await ask(server, { "x-tv-admin-secret": wrong }), "forbidden");
    }
  });

  test("stays closed after a restart", async () => {
    const server = await (await startBoundServer({ settings })).restart();
    await expectError(await ask(server), "forbidden");
    expect(isGood(await ask(server, asAdmin))).toBe(true);
  });

  test("is closed before binding to a stranger who comes through a proxy on this machine", async () => {
    const server = await startTestServer({ settings });
    for (const forwarded of ["203.0.113.9", "127.0.0.1, 203.0.113.9", "203.0.113.9, 127.0.0.1", "nonsense", ""]) {
      await expectError(await ask(server, { "x-forwarded-for": forwarded }), "forbidden");
    }
    expect(isGood(await ask(server, { "x-forwarded-for": "203.0.113.9", ...asAdmin }))).toBe(true);
    // A proxy is a proxy, whomever it names.
    await expectError(await ask(server, { "x-forwarded-for": "127.0.0.1" }), "forbidden");
  });

  test("is closed before binding to a page whose name was pointed at this machine", async () => {
    const server = await startTestServer({ settings });
    const { port } = new URL(server.url);
    for (const name of ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.1"]) {
      await expectError(await ask(server, { host: `${name}:${port}` }), "forbidden");
    }
    for (const name of ["localhost", "127.0.0.1", "[::1]"]) {
      expect(isGood(await ask(server, { host: `${name}:${port}` }))).toBe(true);
    }
  });

  test("is closed to the script or form of another site's page, the admin secret or not", async () => {
    const server = await startTestServer({ settings });
    for (const site of ["cross-site", "same-site"]) {
      for (const headers of [{}, asAdmin]) {
        const fetched = { "sec-fetch-site": site, "sec-fetch-mode": "cors", "sec-fetch-dest": "empty", ...headers };
        await expectError(await ask(server, fetched), "forbidden");
      }
    }
    await expectError(await ask(server, { origin: "https://evil.example" }), "forbidden");
    const own = { "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate", origin: server.url };
    expect(isGood(await ask(server, own))).toBe(true);
  });
});

const followedLink = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

test("another site may link to the bind page, which changes nothing", async () => {
  const { url } = await startTestServer();
  expect((await rawRequest(`${url}/bind`, { headers: followedLink })).status).toBe(200);
});

test("a link on another site's page made registrations, until no more could be opened", async () => {
  const { url } = await startTestServer();
  await expectError(await rawRequest(`${url}/v1/register-url`, { headers: followedLink }), "forbidden");
});

test("another site's form may not start a binding, also not as a navigation", async () => {
  const { url } = await startTestServer();
  const headers = { ...followedLink, "content-type": "application/x-www-form-urlencoded", origin: "null" };
  const body = new URLSearchParams({ tv: "https://evil.example" }).toString();
  await expectError(await rawRequest(`${url}/bind`, { method: "POST", headers, body }), "forbidden");
});

test("without TV_ADMIN_SECRET one is made at the first start and kept beside the key", async () => {
  const server = await startBoundServer();
  const made = (await readFile(join(server.folder, "data-keys", "admin-secret"), "utf8")).trim();
  expect(made.length).toBeGreaterThanOrEqual(32);
  const headers = { "x-tv-admin-secret": made };
  await answerOf(await server.fetch(`${server.url}/v1/register-url`, { headers }));
  const next = await server.restart();
  await answerOf(await next.fetch(`${next.url}/v1/register-url`, { headers }));
});

test("a person who opens a sealed page gets the same status as a page, a program gets JSON", async () => {
  const server = await startBoundServer();
  const page = await server.fetch(`${server.url}/bind`, { headers: { accept: "text/html,*/*;q=0.8" } });
  expect(page.status).toBe(403);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(await page.text()).toContain("<code>forbidden</code>");
  await expectError(await server.fetch(`${server.url}/bind`, { headers: { accept: "*/*" } }), "forbidden");
});

describe("a fresh webhook is bound without the admin secret by nobody", () => {
  const register = ({ url }: TestServer, headers: Record<string, string> = {}): Promise<Response> =>
    rawRequest(`${url}/v1/register-url`, { headers });

  test("once a seed shares its secret", async () => {
    const server = await startTestServer({
      settings: { ...settings, TV_WEBHOOK_SEED: "a seed that shares its secret" },
    });
    await expectError(await register(server), "forbidden");
    expect((await register(server, asAdmin)).status).toBe(200);
  });

  test("once the owner has stored something", async () => {
    const server = await startTestServer({ settings });
    const body = JSON.stringify({ service: "own", tokenData: { accessToken: "a" } });
    await server.fetch(`${server.url}/owner/services`, { method: "POST", headers: asAdmin, body });
    await expectError(await register(server), "forbidden");
    expect((await register(server, asAdmin)).status).toBe(200);
  });

  test("once the owner has stored something, not even with a code that was given before", async () => {
    const server = await startTestServer({ settings });
    const { code } = await answerOf(await register(server));
    const body = JSON.stringify({ service: "own", tokenData: { accessToken: "a" } });
    await server.fetch(`${server.url}/owner/services`, { method: "POST", headers: asAdmin, body });
    await expectError(await server.tokenVault.unsigned("/v1/exchange", { code }), "code_expired");
    const own = await answerOf(await register(server, asAdmin));
    expect((await server.tokenVault.unsigned("/v1/exchange", { code: own["code"] })).status).toBe(200);
  });

  test("through a proxy that names nobody, by what proxies leave behind", async () => {
    const server = await startTestServer({ settings });
    for (const mark of ["via", "x-real-ip", "x-forwarded-proto", "forwarded"])
      await expectError(await register(server, { [mark]: "1.1 proxy" }), "forbidden");
    const { hostname, port } = new URL(server.url);
    const old = await sendRaw(server.url, `GET /v1/register-url HTTP/1.0\r\nHost: ${hostname}:${port}\r\n\r\n`);
    expect(old.status).toBe(403);
    expect((await register(server)).status).toBe(200);
  });
});
