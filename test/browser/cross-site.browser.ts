import { expect, test } from "vitest";
import { answerOf } from "../http/answer-json.js";
import { startLoopbackServer, type LoopbackServer } from "../http/loopback-server.js";
import { openOwnersPage } from "./owner-browser.js";

/** Another page that the signed-in owner opens, whose form, frame or script is about this webhook. */
function startOtherPage(body: string): Promise<LoopbackServer> {
  const page = `<!doctype html><link rel="icon" href="data:,">${body}`;
  return startLoopbackServer(() => ({ headers: { "content-type": "text/html" }, body: page }));
}

function lockForm(url: string): string {
  return `<form method="post" action="${url}/"><input name="action" value="lock"><button>Win a prize</button></form>`;
}

test.each([
  // Another port of the same host: to the browser the same site, so that it sends the cookie.
  ["of the same site", "127.0.0.1"],
  ["of another site", "localhost"],
])("a form on a page %s does nothing in the owner's name", async (_name, host) => {
  const { page, server } = await openOwnersPage();
  const other = await startOtherPage(lockForm(server.url));
  await page.goto(other.url.replace("127.0.0.1", host));
  await page.getByRole("button").click();
  await page.getByRole("heading", { name: "This page is closed" }).waitFor();
  expect(page.url()).toBe(`${server.url}/`);
  await answerOf(await server.tokenVault.credential("github"));
});

test("no page can show the owner's page in a frame", async () => {
  const { page, server, complaints } = await openOwnersPage();
  const other = await startOtherPage(`<iframe src="${server.url}/"></iframe>`);
  await page.goto(other.url);
  await expect.poll(() => complaints.join()).toMatch(/frame-ancestors|X-Frame-Options/i);
  const texts = await Promise.all(page.frames().map((frame) => frame.locator("body").innerText()));
  expect(texts.join()).not.toMatch(/Lock this webhook|github/);
});

test("no script of another origin reads the owner's page or operations", async () => {
  const { page, server } = await openOwnersPage();
  const other = await startOtherPage("");
  await page.goto(other.url);
  for (const path of ["/", "/owner/state", "/owner/services", "/v1/register-url"]) {
    const read = page.evaluate(async (url) => (await fetch(url, { credentials: "include" })).text(), server.url + path);
    await expect(read).rejects.toThrow("Failed to fetch");
  }
});
