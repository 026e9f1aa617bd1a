import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { startBoundServer, startTestServer } from "../support/test-server.js";

const llmText = readFileSync(new URL("../../llm.txt", import.meta.url), "utf8");

test.each(["/llm.txt", "/llms.txt"])("%s is the file of this version, to everybody", async (path) => {
  const server = await startTestServer();
  const response = await server.fetch(server.url + path, { headers: { "x-forwarded-for": "203.0.113.9" } });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
  expect(await response.text()).toBe(llmText);
});

test("/ is a page that says what this is, with a link to the text for programs", async () => {
  const server = await startTestServer();
  const response = await server.fetch(`${server.url}/`);
  expect(response.status).toBe(200);
  expect(response.headers.get("link")).toBe('</llm.txt>; rel="alternate"; type="text/markdown"');
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(await response.text()).toContain("is not bound yet");
});

test("/ tells a stranger nothing but that it is bound", async () => {
  const server = await startBoundServer();
  await server.tokenVault.store("github", { accessToken: "a", note: "b" });
  const page = await (await server.fetch(`${server.url}/`, { headers: { "x-forwarded-for": "203.0.113.9" } })).text();
  expect(page).toContain('name="secret"');
  expect(page).not.toContain("github");
});
