import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { encode } from "gpt-tokenizer";
import { budgets, holdBudget } from "./budgets.js";
import { readContract } from "./generate/contract.js";
import { withVersion } from "./generate/guide.js";
import { generateOutputs } from "./generate/outputs.js";
import { withSettings } from "./generate/settings-table.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    contract: { type: "string", default: join(root, "openapi.yaml") },
    out: { type: "string", default: root },
  },
});

/** They show what a webhook says of itself. */
const versionedPages = ["README.md", "docs/deploy.md", "docs/verify.md"];

let source = options.contract;
try {
  const outputs = await generateOutputs(readFileSync(options.contract, "utf8"));
  const tokens = encode(outputs.get("llm.txt") ?? "").length;
  holdBudget(budgets.guide, tokens);
  let staleCount = settle(outputs);
  const { version } = readContract(readFileSync(options.contract, "utf8"));
  const pages = versionedPages.flatMap((path): [string, string][] => {
    const text = currentText(path);
    return text === null ? [] : [[path, withVersion(text, version)]];
  });
  staleCount += settle(new Map(pages));
  source = "docs/settings.md";
  const page = currentText(source);
  // Another folder need not have the page; this repository does.
  if (page !== null || resolve(options.out) === resolve(root)) {
    outputs.set(source, await withSettings(page ?? ""));
    staleCount += settle(new Map([...outputs].filter(([path]) => path === source)));
  }
  if (!options.check)
    console.log(`${outputs.size} files generated, ${staleCount} of them changed; llm.txt has ${tokens} tokens`);
  else if (staleCount === 0) console.log(`${outputs.size} generated files are up to date`);
  else process.exitCode = 1;
} catch (error) {
  console.error(`${source}: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

/** Writes what is stale or, with --check, names it. Returns how many files that were. */
function settle(outputs: ReadonlyMap<string, string>): number {
  const stale = [...outputs].filter(([path, text]) => currentText(path) !== text);
  for (const [path, text] of stale) {
    if (options.check) console.error(`${path} is stale; run \`npm run generate\``);
    else write(path, text);
  }
  return stale.length;
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
