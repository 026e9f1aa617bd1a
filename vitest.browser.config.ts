import { defineConfig } from "vitest/config";

/** `npm run test:browser`: apart from `npm test`, since it needs a chromium. */
export default defineConfig({
  test: {
    include: ["test/browser/**/*.browser.ts"],
    globalSetup: ["test/browser/require-chromium.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
