import { brotliCompressSync } from "node:zlib";
import { defineConfig, type Options } from "tsup";
import { llmText } from "./generated/llm-text.js";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/** The kit is no part of the main file; the built one lies beside it, under its own name. */
const kitBeside: Plugin = {
  name: "kit-beside",
  setup(build) {
    build.onResolve({ filter: /\/kit\.js$/ }, () => ({ path: "./tokenvault-webhook-kit.mjs", external: true }));
  },
};

/** The text of /llm.txt would be a tenth of the main file; there it is compressed. */
const compressedText: Plugin = {
  name: "compressed-text",
  setup(build) {
    const packed = brotliCompressSync(llmText).toString("base64");
    build.onLoad({ filter: /\/llm-text\.ts$/ }, () => ({
      contents: `import { brotliDecompressSync } from "node:zlib";
        export const llmText = brotliDecompressSync(Buffer.from("${packed}", "base64")).toString();`,
    }));
  },
};

/** Two files that need no other: the program, and what it loads for `verify` and `demo` alone. */
export default defineConfig({
  entry: { "tokenvault-webhook": "src/main.ts", "tokenvault-webhook-kit": "src/kit.ts" },
  format: "esm",
  target: "node20",
  platform: "node",
  noExternal: [/.*/],
  esbuildPlugins: [kitBeside, compressedText],
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
