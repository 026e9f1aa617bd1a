import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, expect, onTestFinished } from "vitest";
import { chromiumPath } from "./require-chromium.js";

let launched: Promise<Browser> | undefined;

afterAll(async () => {
  await (await launched)?.close();
});

/** One for a test file. It can resolve no name but localhost. */
function browser(): Promise<Browser> {
  launched ??= chromium.launch({
    executablePath: chromiumPath,
    args: ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"],
  });
  return launched;
}

export interface WatchedPage {
  readonly page: Page;
  /** Where its requests went, each origin once. */
  readonly origins: Set<string>;
  /** What the browser complained of: the console's warnings and errors, uncaught errors, dialogs. */
  readonly complaints: string[];
}

/** A page in a browser profile of its own, closed when the test ends. */
export async function openPage(options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await (await browser()).newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const origins = new Set<string>();
  const complaints: string[] = [];
  context.on("request", (request) => origins.add(new URL(request.url()).origin));
  page.on("console", (message) => {
    if (["warning", "error"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, origins, complaints };
}

/** Nothing was asked of anybody else, and the browser had nothing to complain of. */
export function expectQuiet({ origins, complaints }: WatchedPage, ...allowedOrigins: readonly string[]): void {
  expect([...origins].filter((origin) => !allowedOrigins.includes(origin))).toEqual([]);
  expect(complaints).toEqual([]);
}
