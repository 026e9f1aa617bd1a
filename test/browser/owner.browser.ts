import { describe, expect, test } from "vitest";
import { answerOf, expectError } from "../http/answer-json.js";
import { hostileHost, hostileService, openOwnersPage, signIn } from "./owner-browser.js";
import { expectQuiet, openPage } from "./watched-page.js";

test("the owner signs in, locks, unlocks and signs out", async () => {
  const owner = await openOwnersPage();
  const { page, server } = owner;
  await expect.poll(() => page.getByRole("status").textContent()).toContain("You are signed in.");

  await page.getByRole("button", { name: "Lock this webhook" }).click();
  await page.getByRole("heading", { name: "This webhook is locked" }).waitFor();
  await expectError(await server.tokenVault.credential("github"), "forbidden");

  await page.getByRole("button", { name: "Unlock this webhook" }).click();
  await page.getByRole("heading", { name: "Kill switch" }).waitFor();
  await answerOf(await server.tokenVault.credential("github"));

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Admin secret").waitFor();
  expect(await page.textContent("body")).not.toContain("github");
  await page.goto(server.url);
  await page.getByLabel("Admin secret").waitFor();
  expectQuiet(owner, server.url);
});

test("it works without any script", async () => {
  const { page } = await openOwnersPage({ javaScriptEnabled: false });
  await page.getByRole("button", { name: "Lock this webhook" }).click();
  await page.getByRole("button", { name: "Unlock this webhook" }).waitFor();
});

test("a wrong secret is refused, and the right one may follow at once", async () => {
  const owner = await openOwnersPage();
  const { page, server } = owner;
  await page.getByRole("button", { name: "Sign out" }).click();
  await signIn(owner, "not the secret");
  expect(await page.getByRole("alert").textContent()).toContain("This is not the admin secret.");
  expect(await page.content()).not.toContain("not the secret");
  await signIn(owner);
  await page.getByRole("heading", { name: "Kill switch" }).waitFor();
  expect(page.url()).toBe(`${server.url}/?said=sign-in`);
});

test("the session's cookie is for this server's pages alone", async () => {
  const { page } = await openOwnersPage();
  const cookies = await page.context().cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
});

describe("hosts", () => {
  test("are allowed and taken back", async () => {
    const owner = await openOwnersPage();
    const { page, server } = owner;
    const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: /^github/ }) });
    expect(await row.getByRole("listitem").allTextContents()).toHaveLength(1);
    await row.getByText("Allow a host").click();
    await row.getByLabel("Host, such as").fill(`  ${hostileHost.toUpperCase()}  `);
    await row.getByRole("button", { name: "Allow this host" }).click();
    await page.getByText("The host is allowed.").waitFor();
    expect(await row.textContent()).toContain(hostileHost);

    await row.getByRole("button", { name: `Remove host ${hostileHost} of github` }).click();
    await page.getByText("The host is removed.").waitFor();
    expect(await row.textContent()).not.toContain(hostileHost);
    await row.getByRole("button", { name: "Remove host api.github.test of github" }).click();
    await page.getByText("The host is removed.").waitFor();
    expect(await row.textContent()).toContain("Closed: no host until you allow one");
    expectQuiet(owner, server.url);
  });

  test("that are none are refused with a page that leads back", async () => {
    const { page, server } = await openOwnersPage();
    const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: /^github/ }) });
    await row.getByText("Allow a host").click();
    await row.getByLabel("Host, such as").fill("no host/<b>");
    await row.getByRole("button", { name: "Allow this host" }).click();
    expect(await page.getByRole("alert").textContent()).toContain("A host must be a name such as");
    await page.getByRole("link", { name: "Back to this webhook’s page" }).click();
    await page.getByRole("heading", { name: "Kill switch" }).waitFor();
    expect(page.url()).toBe(`${server.url}/`);
  });
});

test("a service is removed after its confirmation, a hostile one too, and the others stay", async () => {
  const owner = await openOwnersPage();
  const { page, server } = owner;
  const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: /onerror/ }) });
  expect(await row.getByRole("button", { name: /for good/ }).isVisible()).toBe(false);
  await row
    .getByText(/^Delete/)
    .first()
    .click();
  await row.getByRole("button", { name: /for good/ }).click();
  await page.getByText("The credential is removed").waitFor();
  await expectError(await server.tokenVault.credential(hostileService), "token_not_found");
  await answerOf(await server.tokenVault.credential("github"));
  expectQuiet(owner, server.url);
});

test("the record is filtered by service, by what was asked and by how it ended", async () => {
  const owner = await openOwnersPage();
  const { page, server } = owner;
  const record = page.getByRole("region", { name: "Record" });
  const results = (): Promise<string[]> => record.getByRole("cell").nth(3).allTextContents();
  const rows = (): Promise<number> => record.locator("tbody tr").count();
  const all = await rows();
  expect(all).toBeGreaterThan(4);

  await record.getByLabel("What").selectOption({ label: "Fetch a credential" });
  await record.getByRole("button", { name: "Filter" }).click();
  await expect.poll(rows).toBe(2);
  await record.getByLabel("Result").selectOption({ label: "No such credential" });
  await record.getByRole("button", { name: "Filter" }).click();
  await expect.poll(rows).toBe(1);
  expect(await results()).toEqual([expect.stringContaining("No such credential")]);
  expect(await record.textContent()).toContain("agent <script>alert(2)</script>");

  await record.getByRole("link", { name: "Show all" }).click();
  await record.getByLabel("Service").fill(hostileService);
  await record.getByRole("button", { name: "Filter" }).click();
  await expect.poll(rows).toBe(1);
  expect(new URL(page.url()).searchParams.get("service")).toBe(hostileService);
  expectQuiet(owner, server.url);
});

test("hostile names and hosts are shown as text, and nothing secret is", async () => {
  const owner = await openOwnersPage();
  const { page, server } = owner;
  const header = page.getByRole("rowheader", { name: /onerror/ });
  expect(await header.innerText()).toContain(`<img src=x onerror=alert(1)>"'[U+202E]www`);
  expect(await header.innerText()).toContain("<b>bold</b>");
  expect(await page.locator("img, script, b").count()).toBe(0);
  expect(await page.content()).not.toMatch(/canary-\d/);
  expectQuiet(owner, server.url);
});

test("the keyboard alone leads to the lock", async () => {
  const owner = await openOwnersPage();
  const { page } = owner;
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Admin secret").waitFor();
  const focused = (): Promise<unknown> =>
    page.evaluate("document.activeElement.id || document.activeElement.innerText");
  for (let pressed = 0; pressed < 10; pressed++) {
    await page.keyboard.press("Tab");
    if ((await focused()) === "secret") break;
  }
  await page.keyboard.type("the secret of the owner in tests");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Kill switch" }).waitFor();
  await expect.poll(focused).toBe("You are signed in.");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Lock this webhook");
  const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineWidth");
  expect(parseFloat(String(outline))).toBeGreaterThanOrEqual(2);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "This webhook is locked" }).waitFor();
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Unlock this webhook");
});

test("the watch sees what it is for", async () => {
  const watched = await openPage();
  const owner = await openOwnersPage();
  await watched.page.goto(owner.server.url);
  expectQuiet(watched, owner.server.url);
  await watched.page.evaluate("document.body.setAttribute('style', 'color: red')");
  await expect.poll(() => watched.complaints.join()).toMatch(/Content Security Policy/);
  await watched.page.evaluate("fetch('http://127.0.0.1:9/').catch(() => 0)");
  expect(watched.complaints.length).toBeGreaterThan(1);
});
