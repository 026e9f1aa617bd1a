import { defineConfig } from "vitest/config";

/** Tests that wait a lot; CI runs them, and whoever changes what they are about. */
export default defineConfig({
  test: { include: ["test/**/*.slow.ts"], testTimeout: 60_000, maxWorkers: 2 },
});
