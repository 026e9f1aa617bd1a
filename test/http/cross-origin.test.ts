import { describe, expect, test } from "vitest";
import { startBoundServer } from "../support/test-server.js";
import { answerOf } from "./answer-json.js";

const origin = "https://tokenvault.uk";
const open = [
  ["/v1/store", "POST, OPTIONS"],
  ["/v1/credential", "GET, POST, OPTIONS"],
  ["/v1/totp-code", "GET, POST, OPTIONS"],
] as const;

describe.each(open)("%s", (path, methods) => {
  test("answers a preflight", async () => {
    const { url, fetch } = await startBoundServer();
    const headers = {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    };
    const response = await fetch(url + path, { method: "OPTIONS", headers });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
    expect(response.headers.get("access-control-allow-origin")).toBe(origin);
    expect(response.headers.get("access-control-allow-methods")).toBe(methods);
    expect(response.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("content-type");
    expect(response.headers.get("access-control-max-age")).toMatch(/^[0-9]+$/);
    expect(response.headers.has("access-control-allow-credentials")).toBe(false);
    expect(response.headers.has("access-control-allow-private-network")).toBe(false);
  });

  test("lets a page read a refusal", async () => {
    const { url, fetch } = await startBoundServer();
    for (const body of ["{}", "not json", JSON.stringify({ ticket: "a.b", service: "x", tokenData: {} })]) {
      const response = await fetch(url + path, { method: "POST", headers: { origin }, body });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.headers.get("access-control-allow-origin")).toBe(origin);
      expect(response.headers.get("vary")).toMatch(/origin/i);
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
  });
});

test("a page of another origin stores and reads back", async () => {
  const { tokenVault } = await startBoundServer();
  const store = {
    ticket: await tokenVault.ticket("github", "store"),
    service: "github",
    tokenData: { accessToken: "a" },
  };
  const stored = await tokenVault.unsigned("/v1/store", store, { origin });
  await answerOf(stored.clone());
  const ticket = await tokenVault.ticket("github", "user_reveal");
  const revealed = await tokenVault.fetchWith("/v1/credential", ticket, "github", { origin });
  await answerOf(revealed.clone());
  for (const { headers } of [stored, revealed]) {
    expect(headers.get("access-control-allow-origin")).toBe(origin);
    expect(headers.get("vary")).toMatch(/origin/i);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.has("access-control-allow-credentials")).toBe(false);
  }
});

test("what agents and programs get without an origin names none, and is not cached for those with one", async () => {
  const { tokenVault } = await startBoundServer();
  await answerOf(await tokenVault.store("github", { accessToken: "a" }));
  const { headers } = await tokenVault.credential("github");
  expect(headers.has("access-control-allow-origin")).toBe(false);
  expect(headers.get("vary")).toMatch(/origin/i);
});

test.each([
  "/v1/storage",
  "/v1/proxy",
  "/v1/refresh",
  "/v1/refresh-notify",
  "/v1/exchange",
  "/v1/register-url",
  "/bind",
])("%s is for no page of another origin", async (path) => {
  const { url, fetch } = await startBoundServer();
  const headers = { origin, "access-control-request-method": "POST" };
  const preflight = await fetch(url + path, { method: "OPTIONS", headers });
  expect(preflight.status).toBe(405);
  expect(preflight.headers.has("access-control-allow-origin")).toBe(false);
  const method = path === "/v1/register-url" ? "GET" : "POST";
  const response = await fetch(url + path, { method, headers: { origin } });
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(response.headers.has("access-control-allow-origin")).toBe(false);
});
