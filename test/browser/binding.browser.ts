import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { answerOf, tokenOf } from "../http/answer-json.js";
import { startLoopbackServer, type LoopbackServer } from "../http/loopback-server.js";
import { ownersSettings, startTestServer } from "../support/test-server.js";
import { signIn } from "./owner-browser.js";
import { expectQuiet, openPage } from "./watched-page.js";

interface PlayedFrontend {
  /** http://localhost:PORT */
  readonly origin: string;
  readonly server: LoopbackServer;
  /** The shared secret, once a code was exchanged. */
  secret?: Uint8Array<ArrayBuffer>;
}

const html = { "content-type": "text/html" };

/** Token Vault's own page: exchanges the code of the link that it was opened with. */
async function startFrontend(): Promise<PlayedFrontend> {
  const server = await startLoopbackServer(async ({ path }) => {
    const url = new URL(path, "http://localhost");
    if (url.pathname !== "/vault/webhook-bind") return { status: 404, body: "Nothing", headers: html };
    const webhookUrl = Buffer.from(url.searchParams.get("webhook_url") ?? "", "base64").toString();
    const body = JSON.stringify({ code: url.searchParams.get("code") });
    const binding = await answerOf(await fetch(`${webhookUrl}/v1/exchange`, { method: "POST", body }));
    const secret = Uint8Array.from(Buffer.from(String(binding["hmacSecret"]), "base64"));
    const isSame = createHash("sha256").update(secret).digest("hex") === url.searchParams.get("hmac_hash");
    if (isSame) frontend.secret = secret;
    return {
      headers: html,
      body: `<!doctype html><link rel="icon" href="data:,"><h1>${isSame ? "Bound" : "Another secret"}</h1>`,
    };
  });
  const frontend: PlayedFrontend = { server, origin: server.url.replace("127.0.0.1", "localhost") };
  return frontend;
}

test("one click binds a fresh webhook, and what is stored then from Token Vault's page comes back to an agent", async () => {
  const frontend = await startFrontend();
  const settings = { ...ownersSettings, TOKENVAULT_FRONTEND_URL: frontend.origin };
  const server = await startTestServer({ settings });
  const watched = await openPage();
  const { page } = watched;
  await page.goto(server.url);
  expect(await page.getByRole("definition").allTextContents()).toEqual([server.url, frontend.origin]);
  await page.getByRole("button", { name: `Bind to ${new URL(frontend.origin).host}` }).click();
  await page.getByRole("heading", { name: "Bound" }).waitFor();
  if (!frontend.secret) throw new Error("the code was not exchanged");
  server.tokenVault.secret = frontend.secret;

  const ticket = await server.tokenVault.ticket("github", "store");
  const cdp = await page.context().newCDPSession(page);
  const preflights: string[] = [];
  cdp.on("Network.requestWillBeSent", ({ request: { method, url } }) => {
    if (method === "OPTIONS") preflights.push(url);
  });
  await cdp.send("Network.enable");
  const answer = await page.evaluate(
    async ({ url, body }) => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    { url: `${server.url}/v1/store`, body: { ticket, service: "github", tokenData: { accessToken: "from-the-page" } } },
  );
  expect(answer).toMatchObject({ status: 200, body: { status: "stored", service: "github" } });
  expect(preflights).toEqual([`${server.url}/v1/store`]);
  expect(await tokenOf(await server.tokenVault.credential("github"))).toMatchObject({ accessToken: "from-the-page" });

  await page.goto(server.url);
  await signIn(watched);
  const facts = await page.getByRole("region", { name: "How it stands" }).innerText();
  expect(facts).toContain(frontend.origin);
  expect(facts).not.toContain("Not yet");
  expect(await page.getByRole("rowheader").first().innerText()).toContain("github");
  expectQuiet(watched, server.url, frontend.origin);
});

test("the owner who signed in binds again, and the new secret is the one that counts", async () => {
  const frontend = await startFrontend();
  const settings = { ...ownersSettings, TOKENVAULT_FRONTEND_URL: frontend.origin };
  const server = await startTestServer({ settings });
  await server.tokenVault.bind();
  await answerOf(await server.tokenVault.store("github", { accessToken: "kept" }));
  const watched = await openPage();
  const { page } = watched;
  await page.goto(server.url);
  await signIn(watched);
  await page.getByRole("link", { name: "Bind again" }).click();
  await page.getByText("no stored credential is lost").waitFor();
  await page.getByRole("button", { name: /^Bind to/ }).click();
  await page.getByRole("heading", { name: "Bound" }).waitFor();
  if (!frontend.secret) throw new Error("the code was not exchanged");
  expect((await server.tokenVault.credential("github")).status).toBe(401);
  server.tokenVault.secret = frontend.secret;
  expect(await tokenOf(await server.tokenVault.credential("github"))).toMatchObject({ accessToken: "kept" });
  expectQuiet(watched, server.url, frontend.origin);
});

test("who is not signed in is shown a page that is closed, and no button", async () => {
  const server = await startTestServer({ settings: ownersSettings });
  await server.tokenVault.bind();
  const { page } = await openPage();
  const response = await page.goto(`${server.url}/bind`);
  expect(response?.status()).toBe(403);
  await page.getByRole("heading", { name: "This page is closed" }).waitFor();
  expect(await page.getByRole("button").count()).toBe(0);
  await page.getByRole("link", { name: "To this webhook’s page, to sign in" }).click();
  await page.getByLabel("Admin secret").waitFor();
});
