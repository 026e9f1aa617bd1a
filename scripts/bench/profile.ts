// Where the server's time goes under one operation: the share of each place in a CPU profile of an unminified bundle.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fillFolder } from "./filled-folder.js";
import { benchOperations } from "./operations.js";
import { RequestMaker, writeRequestFile } from "./request-file.js";
import { processorSeconds, startBareServer } from "./spawned-server.js";
import { nodeCommand, startWebhook } from "./webhook-process.js";
import { load } from "./wrk.js";

const size = 100;
const seconds = 5;
const shownRows = 40;

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const [wanted = "GET /v1/credential"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "tokenvault-webhook-profile-"));
try {
  await profile();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function profile(): Promise<void> {
  execFileSync("npx", ["tsup", "--silent", "--no-minify", "--out-dir", join(folder, "dist")], { stdio: "inherit" });
  const hmacSecret = Uint8Array.from(randomBytes(32));
  await fillFolder(folder, size, hmacSecret);
  const profiles = join(folder, "profiles");
  mkdirSync(profiles);
  const upstream = await startBareServer([process.execPath]);
  const body = JSON.stringify({ id: 1, name: "example" });
  await upstream.answerWith({ status: 200, headers: { "content-length": String(body.length) }, body, repeat: 1 });
  const runtime = [...nodeCommand, "--cpu-prof", `--cpu-prof-dir=${profiles}`];
  const bundle = join(folder, "dist", "tokenvault-webhook.mjs");
  const webhook = await startWebhook({ runtime, bundle, folder, upstreamHost: new URL(upstream.url).host });
  const operation = benchOperations(`${upstream.url}/`).find(({ name }) => name.includes(wanted));
  if (!operation) throw new Error("there is no such operation");
  const maker = new RequestMaker(hmacSecret);
  const requestFile = join(folder, "requests");
  writeRequestFile(requestFile, 60_000 * seconds, (index) => operation.make(maker, index, size));
  const before = processorSeconds(webhook.process);
  const result = await load({ url: webhook.url, requestFile, connections: 64, seconds });
  const used = processorSeconds(webhook.process) - before;
  await webhook.stop();
  await upstream.stop();
  const perRequest = (used * 1e6) / (result.requestsPerSecond * seconds);
  console.log(
    `${operation.name}: ${result.requestsPerSecond.toFixed(0)} requests/s, ${perRequest.toFixed(0)} µs of CPU a request, ${String(result.errors)} errors\n`,
  );
  const [name = ""] = readdirSync(profiles);
  print(JSON.parse(readFileSync(join(profiles, name), "utf8")) as Profile, bundle, result.requestsPerSecond * seconds);
}

/** Which module each line of the bundle came from: esbuild writes its path above it. */
function moduleFinder(bundle: string): (lineNumber: number) => string {
  const modules: string[] = [];
  let current = "";
  for (const line of readFileSync(bundle, "utf8").split("\n")) {
    current = /^\/\/ ((?:src|generated|node_modules)\/.*)$/.exec(line)?.[1] ?? current;
    modules.push(current);
  }
  return (lineNumber) => modules[lineNumber] ?? "";
}

function print({ nodes, samples, timeDeltas }: Profile, bundle: string, requests: number): void {
  const moduleAt = moduleFinder(bundle);
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const places = new Map<string, number>();
  const areas = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    if (!frame || frame.functionName === "(idle)") continue;
    const { functionName, url, lineNumber } = frame;
    const from = url === "" ? "V8 and the system" : url.startsWith("node:") ? url : moduleAt(lineNumber);
    const time = timeDeltas[index] ?? 0;
    add(places, `${functionName || "(anonymous)"}  ${from}`, time);
    add(areas, area(from), time);
  }
  printShares("area", areas, requests);
  printShares("function", places, requests);
}

function area(from: string): string {
  if (from.startsWith("node:")) return from.replace(/^node:(?:internal\/)?_?([a-z]+).*$/, "Node.js: $1");
  if (from.startsWith("node_modules/"))
    return from
      .split("/")
      .slice(1, from.includes("/@") ? 3 : 2)
      .join("/");
  return from.split("/").slice(0, 2).join("/");
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time);
}

function printShares(title: string, times: ReadonlyMap<string, number>, requests: number): void {
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  console.log(`   share   µs a request  ${title}`);
  for (const [name, time] of [...times].sort((a, b) => b[1] - a[1]).slice(0, shownRows))
    console.log(
      `${((100 * time) / total).toFixed(1).padStart(6)} %  ${(time / requests).toFixed(2).padStart(13)}  ${name}`,
    );
  console.log(`   100 %  ${(total / requests).toFixed(2).padStart(13)}  in all\n`);
}
