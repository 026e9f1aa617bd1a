import { existsSync } from "node:fs";

/** Debian's; another by CHROMIUM_PATH. */
export const chromiumPath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

/** Runs once, before every test of the browser. */
export default function requireChromium(): void {
  if (existsSync(chromiumPath)) return;
  throw new Error(
    `There is no chromium at ${chromiumPath}. Install it (Debian: apt-get install chromium), or set CHROMIUM_PATH.`,
  );
}
