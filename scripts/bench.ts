// Measures the built bundle against a bare node:http server that reads the same requests and answers the same bytes, in turn.
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { fillFolder } from "./bench/filled-folder.js";
import { measureLargeAnswer, type LargeAnswer } from "./bench/large-answer.js";
import { benchOperations } from "./bench/operations.js";
import { machineText, reportText, saveReport, type ProcessFacts } from "./bench/report.js";
import { RequestMaker } from "./bench/request-file.js";
import { measure, type OperationResult, type Side } from "./bench/rounds.js";
import { residentMegabytes, startBareServer, type BareServer } from "./bench/spawned-server.js";
import { median } from "./bench/statistics.js";
import { bundlePath, nodeCommand, startWebhook } from "./bench/webhook-process.js";
import { requireWrk } from "./bench/wrk.js";

const usage = `npm run bench -- [OPTION …]
  --grow             stores of 100, 1,000, 10,000 and 100,000 tokens and as many audit events
  --sizes 100,1000   stores of these sizes
  --only TEXT        the operations whose name has it
  --rounds N         of each side, in turn (3)
  --seconds N        a round (5)
  --runtime COMMAND  runs the bundle and the bare server, such as "bun" or "deno run -A" (this Node)
  --save             writes the tables into README.md
`;
const starts = 5;

const { values } = parseArgs({
  options: {
    grow: { type: "boolean", default: false },
    sizes: { type: "string", default: "100" },
    only: { type: "string", default: "" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "5" },
    runtime: { type: "string", default: nodeCommand.join(" ") },
    save: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(usage);
else await bench();

async function bench(): Promise<void> {
  await requireWrk();
  const folder = mkdtempSync(join(tmpdir(), "tokenvault-webhook-bench-"));
  const runtime = values.runtime.split(" ");
  const sizes = values.grow ? [100, 1_000, 10_000, 100_000] : values.sizes.split(",").map(Number);
  const upstream = await startBareServer([process.execPath]);
  const bare = await startBareServer(runtime);
  try {
    const hmacSecret = Uint8Array.from(randomBytes(32));
    const stores = [{ size: 0, folder: join(folder, "empty") }];
    for (const size of sizes) {
      const store = { size, folder: join(folder, String(size)) };
      mkdirSync(store.folder);
      await fillFolder(store.folder, size, hmacSecret);
      stores.push(store);
    }
    const facts: ProcessFacts[] = [];
    for (const store of stores) facts.push(await startRepeatedly(runtime, store, upstream));
    const results: OperationResult[] = [];
    const loaded = new Map<number, number>();
    let large: LargeAnswer | undefined;
    const maker = new RequestMaker(hmacSecret);
    const options = { rounds: Number(values.rounds), seconds: Number(values.seconds), folder };
    for (const operation of benchOperations(`${upstream.url}/`)) {
      if (!operation.name.includes(values.only)) continue;
      console.error(`${operation.name} …`);
      const sides = await startSides(runtime, stores.slice(1), upstream);
      try {
        await upstream.answerWith(upstreamAnswer());
        results.push(await measure(operation, { bare, sides, maker }, { ...options, upstreamUrl: `${upstream.url}/` }));
        const [first] = sides;
        if (operation.isProxied && first) large = await measureLargeAnswer({ side: first, bare, upstream, maker });
        for (const { size, process } of sides)
          loaded.set(size, Math.max(loaded.get(size) ?? 0, residentMegabytes(process)));
      } finally {
        for (const side of sides) await side.stop();
      }
    }
    const text = reportText({ results, facts, loaded, large, bundleBytes: statSync(bundlePath).size });
    const machine = machineText(runtime, options);
    console.log(`${machine}\n\n${text}`);
    if (values.save) saveReport(runtimeName(runtime), `${machine}\n\n${text}`);
    if (results.some(({ sides }) => sides.some(({ errors }) => errors > 0))) process.exitCode = 1;
  } finally {
    await bare.stop();
    await upstream.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface StoreFolder {
  readonly size: number;
  readonly folder: string;
}

/**
 * A webhook on each store. What was used before is forgotten: at the speed of a benchmark the memory of it would be full
 * after a minute, as it should be where somebody floods the server.
 */
async function startSides(
  runtime: readonly string[],
  stores: readonly StoreFolder[],
  upstream: BareServer,
): Promise<Side[]> {
  const sides: Side[] = [];
  for (const { size, folder } of stores) {
    rmSync(join(folder, "data", "used.jsonl"), { force: true });
    const webhook = await startWebhook({ runtime, folder, upstreamHost: new URL(upstream.url).host });
    sides.push({ ...webhook, size });
  }
  return sides;
}

function runtimeName([command = ""]: readonly string[]): string {
  return command === process.execPath ? "node" : basename(command);
}

/** How long it takes to start on a folder, and what it then holds in memory. */
async function startRepeatedly(
  runtime: readonly string[],
  { size, folder }: StoreFolder,
  upstream: BareServer,
): Promise<ProcessFacts> {
  mkdirSync(folder, { recursive: true });
  const startsMs: number[] = [];
  const residents: number[] = [];
  for (let count = 0; count < starts; count++) {
    const webhook = await startWebhook({ runtime, folder, upstreamHost: new URL(upstream.url).host });
    startsMs.push(webhook.startMs);
    residents.push(residentMegabytes(webhook.process));
    await webhook.stop();
  }
  return { size, startMs: median(startsMs), residentMegabytes: median(residents) };
}

function upstreamAnswer(): { status: number; headers: Record<string, string>; body: string; repeat: number } {
  const body = JSON.stringify({ id: 1, name: "example", items: Array.from({ length: 12 }, (_none, id) => ({ id })) });
  const headers = { "content-type": "application/json", "content-length": String(body.length) };
  return { status: 200, headers, body, repeat: 1 };
}
