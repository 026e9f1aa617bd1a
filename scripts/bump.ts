import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/*
 * npm run bump VERSION: sets the protocol's version in the contract and where documents show the one in force, then
 * generates. Code and tests take it from `generated/`. CONTRIBUTING.md has the check-list of what else a version needs.
 */

const root = fileURLToPath(new URL("..", import.meta.url));
const paths = ["openapi.yaml", "README.md", "CHANGELOG.md", "docs/deploy.md", "docs/verify.md"];

const [wanted = "", ...rest] = process.argv.slice(2);
const current = /^ {2}version: (\S+)$/m.exec(read("openapi.yaml"))?.[1] ?? "";
if (rest.length > 0 || !/^\d+\.\d+\.\d+$/.test(wanted)) stop("Usage: npm run bump VERSION, such as 2.3.0");
if (!isAfter(wanted, current)) stop(`openapi.yaml is at ${current} already; give a later version.`);

for (const path of paths) {
  const before = read(path);
  const after = before.replaceAll(/([Pp]rotocol |\bversion"?: ?"?)(\d+\.\d+\.\d+)(?!\.?\w)/g, (shown, lead, version) =>
    version === current ? `${String(lead)}${wanted}` : shown,
  );
  if (after === before) continue;
  writeFileSync(join(root, path), after);
  console.log(`${path} says ${wanted}`);
}
process.exitCode = spawnSync("npm", ["run", "--silent", "generate"], { cwd: root, stdio: "inherit" }).status ?? 1;
console.log("The check-lists of CONTRIBUTING.md say what else is changed by hand.");

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

function isAfter(version: string, other: string): boolean {
  const [a, b] = [version, other].map((text) => text.split(".").map(Number));
  const index = a?.findIndex((part, place) => part !== b?.[place]) ?? -1;
  return index >= 0 && (a?.[index] ?? 0) > (b?.[index] ?? 0);
}

function stop(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}
