// Measures the built file against a bare node:http server that reads the same requests and answers the same bytes, and
// against another build, in turn.
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { comparisonText, type BuildFacts } from "./bench/comparison.js";
import { fillWebhook } from "./bench/filled-folder.js";
import { benchOperations } from "./bench/operations.js";
import { machineText, reportText, saveReport, type ProcessFacts } from "./bench/report.js";
import type { RequestMaker } from "./bench/request-file.js";
import { measure, type OperationResult, type Side } from "./bench/rounds.js";
import { residentMegabytes, startBareServer, type BareAnswer } from "./bench/spawned-server.js";
import { median } from "./bench/statistics.js";
import { bundlePath, startWebhook, type Build, type WebhookProcess } from "./bench/webhook-process.js";
import { requireWrk } from "./bench/wrk.js";

const usage = `npm run bench -- [OPTION …]
  --grow                stores of 100, 1,000, 10,000 and 100,000 tokens and as many audit events
  --sizes 100,1000      stores of these sizes (100; with --against 100 and 100,000)
  --only TEXT           the operations whose name has it
  --rounds N            of each side, in turn (3)
  --seconds N           a round (5)
  --runtime COMMAND     runs the built file and the bare server, such as "bun" or "deno run -A" (this Node)
  --against PATH        another built file, or a checkout that has one, in turn with this one
  --against-flags TEXT  what the runtime gets before that file, such as "--max-semi-space-size=8" (write --against-flags=…)
  --save                writes the tables into the documentation
`;
const starts = 5;

const { values } = parseArgs({
  options: {
    grow: { type: "boolean", default: false },
    sizes: { type: "string" },
    only: { type: "string", default: "" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "5" },
    runtime: { type: "string", default: process.execPath },
    against: { type: "string" },
    "against-flags": { type: "string", default: "" },
    save: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

interface FilledStore {
  readonly size: number;
  readonly folder: string;
  readonly maker: RequestMaker;
}

type Start = (build: Build, folder: string) => Promise<WebhookProcess>;

if (values.help) console.log(usage);
else await bench();

async function bench(): Promise<void> {
  await requireWrk();
  const folder = mkdtempSync(join(tmpdir(), "tokenvault-webhook-bench-"));
  const runtime = values.runtime.split(" ");
  const builds: readonly Build[] = [{ runtime, bundle: bundlePath }, ...otherBuild(runtime)];
  const sizes = wantedSizes();
  const upstream = await startBareServer([process.execPath]);
  const bare = await startBareServer(runtime);
  const upstreamUrl = `${upstream.url}/`;
  const start: Start = (build, folder) => startWebhook({ build, folder, upstreamHost: new URL(upstreamUrl).host });
  try {
    await upstream.answerWith(upstreamAnswer());
    const stores = await fillStores(builds, [0, ...sizes], folder, start);
    const facts = await measureStarts(builds, stores, start);
    const loaded = builds.map(() => new Map<number, number>());
    const results: OperationResult[] = [];
    const options = { rounds: Number(values.rounds), seconds: Number(values.seconds), folder };
    for (const operation of benchOperations(upstreamUrl)) {
      if (!operation.name.includes(values.only)) continue;
      console.error(`${operation.name} …`);
      const running: Side[][] = builds.map(() => []);
      try {
        for (const [index, build] of builds.entries()) {
          for (const store of stores[index]?.slice(1) ?? []) {
            forgetUse(store);
            running[index]?.push({ ...(await start(build, store.folder)), size: store.size, maker: store.maker });
          }
        }
        // The memory of uses was emptied: the server refuses what was signed in the second of its start.
        await setTimeout(1_000);
        const [sides = [], others = []] = running;
        results.push(await measure(operation, { bare, sides, others }, { ...options, upstreamUrl }));
        for (const [index, own] of running.entries()) {
          for (const { size, process } of own)
            loaded[index]?.set(size, Math.max(loaded[index].get(size) ?? 0, residentMegabytes(process)));
        }
      } finally {
        for (const side of running.flat()) await side.stop();
      }
    }
    const [own, other] = builds.map((_build, index): BuildFacts => ({
      facts: facts[index] ?? [],
      loaded: loaded[index] ?? new Map(),
    }));
    if (!own) throw new Error("there is no build");
    const machine = machineText(runtime, options);
    const text = `${machine}\n\n${reportText({ results, ...own, bundleBytes: statSync(bundlePath).size })}`;
    console.log(text);
    if (values.save) saveReport(runtimeName(runtime), text);
    const flags = values["against-flags"] === "" ? "without flags" : `with ${values["against-flags"]}`;
    if (other && values.against !== undefined)
      console.log(`\nAgainst ${values.against}, started ${flags}:\n\n${comparisonText(results, own, other)}`);
    if (results.some(({ sides, others }) => [...sides, ...others].some(({ errors }) => errors > 0)))
      process.exitCode = 1;
  } finally {
    await bare.stop();
    await upstream.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function wantedSizes(): number[] {
  if (values.grow) return [100, 1_000, 10_000, 100_000];
  return (values.sizes ?? (values.against === undefined ? "100" : "100,100000")).split(",").map(Number);
}

function otherBuild(runtime: readonly string[]): Build[] {
  if (values.against === undefined) return [];
  const path = resolve(values.against);
  const bundle = statSync(path).isDirectory() ? join(path, "dist", basename(bundlePath)) : path;
  const flags = values["against-flags"].split(" ").filter((flag) => flag !== "");
  return [{ runtime: [...runtime, ...flags], bundle }];
}

/** Makes a store of each size for each build, by that build. */
async function fillStores(
  builds: readonly Build[],
  sizes: readonly number[],
  folder: string,
  start: Start,
): Promise<FilledStore[][]> {
  const stores: FilledStore[][] = builds.map(() => []);
  for (const size of sizes) {
    for (const [index, build] of builds.entries()) {
      console.error(`a store of ${String(size)} …`);
      const own = join(folder, `${String(index)}-${String(size)}`);
      const webhook = await start(build, own);
      stores[index]?.push({ size, folder: own, maker: await fillWebhook(webhook.url, size) });
      await webhook.stop();
    }
  }
  return stores;
}

/**
 * Empties the memory of what was used before: at the speed of a benchmark it would be full after a minute, as it should
 * be where somebody floods the server. With the audit log; that one of the two is missing would stop the start.
 */
function forgetUse({ folder }: FilledStore): void {
  const data = join(folder, "data");
  for (const name of readdirSync(data)) if (/^(?:used|record)\b/.test(name)) rmSync(join(data, name));
  for (const name of ["used.jsonl", "record.jsonl"]) writeFileSync(join(data, name), "");
}

function runtimeName([command = ""]: readonly string[]): string {
  return command === process.execPath ? "node" : basename(command);
}

/** Starts each build on each of its stores, in turn, for the time until the first answer and the memory held then. */
async function measureStarts(
  builds: readonly Build[],
  stores: readonly (readonly FilledStore[])[],
  start: Start,
): Promise<ProcessFacts[][]> {
  const facts: ProcessFacts[][] = builds.map(() => []);
  for (const position of stores[0]?.keys() ?? []) {
    const seen = builds.map(() => ({ startsMs: [] as number[], residents: [] as number[] }));
    for (let count = 0; count < starts; count++) {
      for (const [index, build] of builds.entries()) {
        const store = stores[index]?.[position];
        if (!store) continue;
        forgetUse(store);
        const webhook = await start(build, store.folder);
        seen[index]?.startsMs.push(webhook.startMs);
        seen[index]?.residents.push(residentMegabytes(webhook.process));
        await webhook.stop();
      }
    }
    const size = stores[0]?.[position]?.size ?? 0;
    for (const [index, { startsMs, residents }] of seen.entries())
      facts[index]?.push({ size, startMs: median(startsMs), residentMegabytes: median(residents) });
  }
  return facts;
}

function upstreamAnswer(): BareAnswer {
  const body = JSON.stringify({ id: 1, name: "example", items: Array.from({ length: 12 }, (_none, id) => ({ id })) });
  const headers = { "content-type": "application/json", "content-length": String(body.length) };
  return { status: 200, headers, body };
}
