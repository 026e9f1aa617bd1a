import { defineConfig } from "vitest/config";

/** Tests that wait a lot; CI runs them, and whoever changes what they are about. */
export default defineConfig({
  test: {
    include: ["test/**/*.slow.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
  },
});
