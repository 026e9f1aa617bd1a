import { defineConfig, type Options } from "tsup";

/** The kit is no part of the main file; the built one lies beside it, under its own name. */
const kitBeside: NonNullable<Options["esbuildPlugins"]>[number] = {
  name: "kit-beside",
  setup(build) {
    build.onResolve({ filter: /\/kit\.js$/ }, () => ({ path: "./tokenvault-webhook-kit.mjs", external: true }));
  },
};

/** Two files that need no other: the program, and what it loads for `verify` and `demo` alone. */
export default defineConfig({
  entry: { "tokenvault-webhook": "src/main.ts", "tokenvault-webhook-kit": "src/kit.ts" },
  format: "esm",
  target: "node20",
  platform: "node",
  noExternal: [/.*/],
  esbuildPlugins: [kitBeside],
  splitting: false,
  // Readable stack traces are worth more than bytes: minifying does not start faster.
  minify: false,
  // Deno and Workers resolve built-in modules only with the prefix.
  removeNodeProtocol: false,
  outExtension: () => ({ js: ".mjs" }),
});
