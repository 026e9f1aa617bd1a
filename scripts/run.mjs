// The front door of a fresh clone: installs and builds what is missing or stale, then becomes the program.
// Plain JavaScript on built-in modules only, since it runs before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { clearInterval, setInterval } from "node:timers";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bundle = join(root, "dist", "tokenvault-webhook.mjs");
const kit = join(root, "dist", "tokenvault-webhook-kit.mjs");
const parentCheckMs = 250;
const bundleSources = ["src", "generated", "package.json", "tsup.config.ts"];

const parent = process.ppid;

const [command, ...args] = process.argv.slice(2);
switch (command) {
  case "start":
    prepare();
    await become(args);
    break;
  case "demo":
    prepare();
    await become(["demo", ...args]);
    break;
  case "test":
    prepare();
    runTests(args);
    break;
  default:
    fail("Usage: node scripts/run.mjs start|demo|test [arguments]");
}

function prepare() {
  // npm writes this file last, so that an interrupted install does not count as one.
  const installed = modifiedMs(join(root, "node_modules", ".package-lock.json"));
  if (installed < modifiedMs(join(root, "package-lock.json"))) {
    // NODE_ENV=production would leave out the tools that build the bundle.
    const npm = npmCommand();
    step("Installing dependencies …", npm.file, [...npm.args, "ci", "--include=dev", "--no-audit", "--no-fund"]);
  }
  const newestSource = Math.max(...bundleSources.map((name) => newestMs(join(root, name))));
  const built = Math.min(modifiedMs(bundle), modifiedMs(kit));
  if (built < Math.max(newestSource, modifiedMs(join(root, "package-lock.json")))) {
    step("Building dist/tokenvault-webhook.mjs …", process.execPath, [tool("tsup/dist/cli-default.js"), "--silent"]);
  }
}

/**
 * Stops when npm is stopped: npm passes the signal on to a shell, which ends without passing it on. `exec` in package.json
 * would be no mend: Windows has none, and Ctrl-C would come twice, which ends the program in the middle of its answers.
 */
function stopWithParent() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const watch = setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGTERM");
  }, parentCheckMs).unref();
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => {
      // A second signal would end the program at once.
      clearInterval(watch);
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    });
  }
}

/** Runs the bundle in this process, so that signals and the exit code are the program's own. */
async function become(programArgs) {
  stopWithParent();
  process.argv = [process.execPath, bundle, ...programArgs];
  await import(pathToFileURL(bundle).href);
}

function runTests(vitestArgs) {
  const child = spawn(process.execPath, [tool("vitest/vitest.mjs"), "run", ...vitestArgs], {
    cwd: root,
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  stopWithParent();
  child.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}

function step(title, file, stepArgs) {
  console.error(title);
  const result = spawnSync(file, stepArgs, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (result.status === 0) return;
  console.error(`${result.stdout ?? ""}${result.stderr ?? ""}${result.error?.message ?? ""}`.trim());
  fail(`Failed: ${title.replace(" …", "")}`);
}

function npmCommand() {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script)) return { file: process.execPath, args: [script] };
  return process.platform === "win32" ? { file: "cmd.exe", args: ["/c", "npm"] } : { file: "npm", args: [] };
}

function tool(path) {
  return join(root, "node_modules", path);
}

function newestMs(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.mtimeMs ?? 0;
  // The folder's own time tells of a deleted file.
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

function modifiedMs(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
