import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { generateOutputs } from "./generate/outputs.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    contract: { type: "string", default: join(root, "openapi.yaml") },
    out: { type: "string", default: root },
  },
});

try {
  const outputs = await generateOutputs(readFileSync(options.contract, "utf8"));
  const stale = [...outputs].filter(([path, text]) => currentText(path) !== text);
  if (options.check) {
    for (const [path] of stale) console.error(`${path} is stale; run \`npm run generate\``);
    if (stale.length > 0) process.exitCode = 1;
    else console.log(`${outputs.size} generated files are up to date`);
  } else {
    for (const [path, text] of stale) write(path, text);
    console.log(`${outputs.size} files generated, ${stale.length} of them changed`);
  }
} catch (error) {
  console.error(`${options.contract}: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function currentText(path: string): string | null {
  const file = join(resolve(options.out), path);
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

function write(path: string, text: string): void {
  const file = join(resolve(options.out), path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
