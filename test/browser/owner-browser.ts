import type { BrowserContextOptions } from "playwright-core";
import { ownersSettings, startBoundServer, type TestServer } from "../support/test-server.js";
import { openPage, type WatchedPage } from "./watched-page.js";

/** What other people chose, in a server's tests of it: markup, turned letters, and a text without a place to break. */
export const hostileService = `<img src=x onerror=alert(1)>"'\u202e${"w".repeat(120)}`;
export const hostileHost = `${"a".repeat(60)}.${"b".repeat(60)}.${"c".repeat(60)}.example.org`;

export interface OwnerBrowser extends WatchedPage {
  readonly server: TestServer;
}

/** A bound server that holds two credentials, one of them used, and a page of its owner who signed in. */
export async function openOwnersPage(options: BrowserContextOptions = {}): Promise<OwnerBrowser> {
  const server = await startBoundServer({ settings: ownersSettings });
  const { tokenVault } = server;
  const expiresAt = new Date(server.clock.nowMs() + 3 * 3_600_000).toISOString();
  await tokenVault.store("github", { accessToken: "canary-1", expiresAt, allowedHosts: ["api.github.test"] });
  await tokenVault.store(hostileService, { accessToken: "canary-2", tokenType: "<b>bold</b>" });
  await tokenVault.credential("github", { aid: "agent_7" });
  await tokenVault.credential("absent", { aid: "<script>alert(2)</script>" });
  const watched = await openPage(options);
  await watched.page.goto(server.url);
  await signIn(watched);
  return { ...watched, server };
}

export async function signIn({ page }: WatchedPage, secret = ownersSettings.TV_ADMIN_SECRET): Promise<void> {
  await page.getByLabel("Admin secret").fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForLoadState();
}
