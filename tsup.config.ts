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
  minify: true,
  // Without the text of the sources, which is in the repository.
  sourcemap: true,
  esbuildOptions(options) {
    options.sourcesContent = false;
  },
  banner: {
    js: "// tokenvault-webhook, MIT licence. This is minified: its README says where the source is, and how to read a stack trace.",
  },
  // Deno and Workers resolve built-in modules only with the prefix.
  removeNodeProtocol: false,
  outExtension: () => ({ js: ".mjs" }),
});
