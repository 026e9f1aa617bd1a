import { defineConfig } from "tsup";

export default defineConfig({
  entry: { "tokenvault-webhook": "src/main.ts" },
  format: "esm",
  target: "node20",
  platform: "node",
  noExternal: [/.*/],
  treeshake: true,
  splitting: false,
  // Readable stack traces are worth more than bytes: minifying does not start faster.
  minify: false,
  // Deno and Workers resolve built-in modules only with the prefix.
  removeNodeProtocol: false,
  outExtension: () => ({ js: ".mjs" }),
  banner: { js: "#!/usr/bin/env node" },
});
