// The built bundle under this Node and under the newest Node, Bun and Deno: verify with all its checks, and the process's.
// The runtimes are npm packages, installed into a temporary folder. Exit code 1 when anything fails.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const packages = ["node@26.10.0", "bun@1.4.5", "deno@2.9.5"];
const folder = mkdtempSync(join(tmpdir(), "tokenvault-webhook-runtimes-"));
const installed = (name) => join(folder, "node_modules", ".bin", name);
/** deploy/README.md tells the reader these. Paths are from where the server is started. */
const denoPermissions = [
  "--no-prompt",
  "--allow-env",
  "--allow-net",
  "--allow-sys=getPriority,uid,networkInterfaces",
  "--allow-read=data,data.restoring,data-keys,.env",
  "--allow-write=data,data-keys",
];
const runtimes = [
  { name: "this Node", command: [process.execPath] },
  { name: "the newest Node", command: [installed("node")] },
  { name: "Bun", command: [installed("bun")] },
  { name: "Deno, with the least permissions", command: [installed("deno"), "run", ...denoPermissions] },
];

try {
  install();
  const failed = [];
  // Most of a round is one check that waits for 30 s, so that all runtimes have theirs at the same time.
  const rounds = await Promise.all(runtimes.map(({ command }) => runCheck("verify-bundle", command)));
  for (const [index, { name, command }] of runtimes.entries()) {
    const version = spawnSync(command[0], ["--version"], { encoding: "utf8" }).stdout.split("\n")[0];
    const process = await runCheck("check-process", command);
    console.log(`\n-- ${name}: ${version}\n${rounds[index].output}${process.output}`);
    if (rounds[index].code !== 0 || process.code !== 0) failed.push(name);
  }
  console.log(failed.length === 0 ? "\nEvery runtime passes." : `\nFAILED on ${failed.join("; ")}.`);
  if (failed.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function install() {
  const options = ["--prefix", folder, "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"];
  const { status } = spawnSync("npm", ["install", ...options, ...packages], { stdio: "inherit" });
  if (status !== 0) throw new Error("the runtimes could not be installed");
}

function runCheck(check, command) {
  const child = spawn(process.execPath, [`.ci/${check}.mjs`, ...command], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  return new Promise((done) => child.on("close", (code) => done({ code, output })));
}
