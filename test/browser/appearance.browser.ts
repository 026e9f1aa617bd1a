import axe, { type AxeResults } from "axe-core";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { startTestServer } from "../support/test-server.js";
import { hostileHost, openOwnersPage } from "./owner-browser.js";
import { openPage } from "./watched-page.js";

const looks = [
  { name: "light", colorScheme: "light", width: 1200 },
  { name: "dark", colorScheme: "dark", width: 1200 },
  { name: "phone", colorScheme: "light", width: 390 },
  { name: "phone-dark", colorScheme: "dark", width: 390 },
  { name: "narrow", colorScheme: "light", width: 320 },
] as const;

/** What the tests look at; with SCREENSHOT_DIR also people. */
async function expectGoodLooks(page: Page, name: string, width: number): Promise<void> {
  const folder = process.env["SCREENSHOT_DIR"];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  expect(await page.evaluate(smallTargets)).toEqual([]);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>("axe.run()");
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
}

/** Buttons and fields under 44 by 44 pixels. A link in a sentence is as high as its line. */
const smallTargets = `
  [...document.querySelectorAll("button, summary, select, input:not([type=hidden]), a.button, footer a")]
    .filter((element) => element.checkVisibility())
    .map((element) => [element.outerHTML, element.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 44 || height < 44)
    .map(([text, { width, height }]) => text + " " + width + " x " + height)
`;

describe.each(looks)("$name", ({ name, colorScheme, width }) => {
  const options = { colorScheme, viewport: { width, height: 800 } };

  test("the page before binding", async () => {
    const server = await startTestServer();
    const { page } = await openPage(options);
    await page.goto(server.url);
    await expectGoodLooks(page, `unbound-${name}`, width);
    await page.getByText("Not on the machine itself?").click();
    await expectGoodLooks(page, `unbound-sign-in-${name}`, width);
    await page.goto(`${server.url}/bind`);
    await expectGoodLooks(page, `bind-${name}`, width);
  });

  test("the owner's page", async () => {
    const { page, server } = await openOwnersPage(options);
    await expectGoodLooks(page, `owner-${name}`, width);
    await page.getByText("Allow a host").first().click();
    await page.getByLabel("Host, such as").first().fill(hostileHost);
    await page.getByRole("button", { name: "Allow this host" }).first().click();
    for (const summary of await page.locator("summary").all()) await summary.click();
    await expectGoodLooks(page, `owner-open-${name}`, width);
    await page.getByRole("button", { name: "Lock this webhook" }).click();
    await page.getByRole("heading", { name: "This webhook is locked" }).waitFor();
    await expectGoodLooks(page, `locked-${name}`, width);
    await page.getByRole("button", { name: "Sign out" }).click();
    await expectGoodLooks(page, `signed-out-${name}`, width);
    await page.goto(`${server.url}/bind`);
    await expectGoodLooks(page, `closed-${name}`, width);
  });
});
