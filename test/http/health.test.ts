import { capabilityValues, protocolVersion } from "../../generated/operations.js";
import { describe, expect, test } from "vitest";
import { startBoundServer, startTestServer } from "../support/test-server.js";
import { answerOf, expectError, StoppedClock } from "./answer-json.js";

describe("GET and HEAD", () => {
  test("tell a fresh server's state to anyone, without a signature", async () => {
    const { url, fetch } = await startTestServer({ clock: new StoppedClock("2026-01-01T00:00:00Z") });
    const health = await answerOf(await fetch(`${url}/v1/health`));
    expect(health).toEqual({
      status: "healthy",
      version: protocolVersion,
      keyConfigured: true,
      capabilities: capabilityValues,
      uptime: 0,
      tokenCount: 0,
    });
  });

  test("count the seconds since the start and the credentials that are stored", async () => {
    const server = await startBoundServer({ clock: new StoppedClock("2026-01-01T00:00:00Z") });
    const { url, fetch, clock, tokenVault } = server;
    await answerOf(await tokenVault.store("one", { accessToken: "a" }));
    await answerOf(await tokenVault.store("two", { accessToken: "b" }));
    await answerOf(await tokenVault.store("two", { accessToken: "c" }));
    clock.advance(90_999);
    expect(await answerOf(await fetch(`${url}/v1/health`))).toMatchObject({ uptime: 90, tokenCount: 2 });
    const next = await server.restart();
    expect(await answerOf(await fetch(`${next.url}/v1/health`))).toMatchObject({ uptime: 0, tokenCount: 2 });
  });

  test("let a page of any origin read the answer", async () => {
    const { url, fetch } = await startTestServer();
    const headers = { origin: "https://tokenvault.uk" };
    for (const method of ["GET", "HEAD"]) {
      const response = await fetch(`${url}/v1/health`, { method, headers });
      expect(response.headers.get("access-control-allow-origin")).toBe("https://tokenvault.uk");
      expect(response.headers.get("vary")).toMatch(/origin/i);
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
  });

  test("HEAD has no body", async () => {
    const { url, fetch } = await startTestServer();
    const response = await fetch(`${url}/v1/health`, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });
});

describe("POST", () => {
  test("answers what GET answers when the signature fits, with a body and without", async () => {
    const { url, fetch, tokenVault } = await startBoundServer({ clock: new StoppedClock("2026-01-01T00:00:00Z") });
    const health = await answerOf(await fetch(`${url}/v1/health`));
    expect(await answerOf(await tokenVault.post("/v1/health", { requestId: "req_1" }))).toEqual(health);
    expect(await answerOf(await tokenVault.post("/v1/health", ""))).toEqual(health);
  });

  test("is refused without a signature, and not offered to other origins", async () => {
    const { tokenVault } = await startBoundServer();
    await expectError(await tokenVault.unsigned("/v1/health", {}), "auth_failed");
    const response = await tokenVault.post("/v1/health", {}, { headers: { origin: "https://tokenvault.uk" } });
    expect(response.status).toBe(200);
    expect(response.headers.has("access-control-allow-origin")).toBe(false);
  });

  test("is refused before the webhook is bound, whatever it carries", async () => {
    const { tokenVault } = await startTestServer();
    await expectError(await tokenVault.unsigned("/v1/health", {}), "setup_required");
    await expectError(await tokenVault.post("/v1/health", {}), "setup_required");
  });
});

test("the capabilities are those that the exchange tells, in the same order", async () => {
  const { url, fetch, tokenVault } = await startTestServer();
  const binding = await tokenVault.bind();
  const health = await answerOf(await fetch(`${url}/v1/health`));
  expect(binding).toMatchObject({ capabilities: health["capabilities"], version: health["version"] });
});

test("a preflight names the methods that other origins may use, and lets a page on the Internet reach a home network", async () => {
  const { url, fetch } = await startTestServer();
  const headers = {
    origin: "https://tokenvault.uk",
    "access-control-request-method": "GET",
    "access-control-request-private-network": "true",
  };
  const response = await fetch(`${url}/v1/health`, { method: "OPTIONS", headers });
  expect(response.status).toBe(204);
  expect(response.headers.get("access-control-allow-origin")).toBe("https://tokenvault.uk");
  expect(response.headers.get("access-control-allow-methods")).toBe("GET, HEAD, OPTIONS");
  expect(response.headers.get("access-control-allow-private-network")).toBe("true");
});

test("another method is refused and told the right ones", async () => {
  const { url, fetch } = await startTestServer();
  const response = await fetch(`${url}/v1/health`, { method: "DELETE" });
  expect(response.headers.get("allow")).toBe("GET, HEAD, POST");
  await expectError(response, "method_not_allowed");
});

test.each(["/v1", "/v1/health/", "/v1/Health", "/v1/tokens", "/..%2fetc/passwd"])(
  "there is nothing at %s",
  async (path) => {
    const { url, fetch } = await startTestServer();
    await expectError(await fetch(url + path), "not_found");
  },
);
