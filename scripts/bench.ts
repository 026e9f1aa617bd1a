// Measures the built bundle against a bare node:http server that reads the same requests and answers the same bytes, in turn.
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fillFolder } from "./bench/filled-folder.js";
import { measureLargeAnswer, type LargeAnswer } from "./bench/large-answer.js";
import { benchOperations } from "./bench/operations.js";
import { machineText, reportText, saveReport, type ProcessFacts } from "./bench/report.js";
import { RequestMaker } from "./bench/request-file.js";
import { measure, type OperationResult, type Side } from "./bench/rounds.js";
import { residentMegabytes, startBareServer, type BareServer } from "./bench/spawned-server.js";
import { median } from "./bench/statistics.js";
import { bundlePath, startWebhook } from "./bench/webhook-process.js";
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
    runtime: { type: "string", default: process.execPath },
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
  const servers: { stop(): Promise<void> }[] = [];
  try {
    const upstream = await startBareServer([process.execPath]);
    const bare = await startBareServer(runtime);
    servers.push(upstream, bare);
    await upstream.answerWith(upstreamAnswer());
    const facts = [await startRepeatedly(runtime, join(folder, "empty"), 0, upstream)];
    const hmacSecret = Uint8Array.from(randomBytes(32));
    const sides: Side[] = [];
    for (const size of sizes) {
      const own = join(folder, String(size));
      mkdirSync(own);
      await fillFolder(own, size, hmacSecret);
      facts.push(await startRepeatedly(runtime, own, size, upstream));
      const side = await startWebhook({ runtime, folder: own, upstreamHost: new URL(upstream.url).host });
      servers.push(side);
      sides.push({ ...side, size });
    }
    const results: OperationResult[] = [];
    const options = { rounds: Number(values.rounds), seconds: Number(values.seconds), folder };
    const maker = new RequestMaker(hmacSecret);
    for (const operation of benchOperations(`${upstream.url}/`)) {
      if (!operation.name.includes(values.only)) continue;
      console.error(`${operation.name} …`);
      results.push(await measure(operation, { bare, sides, maker }, { ...options, upstreamUrl: `${upstream.url}/` }));
    }
    const loaded = sides.map((side) => ({ size: side.size, residentMegabytes: residentMegabytes(side.process) }));
    const large = "POST /v1/proxy".includes(values.only) ? await largeAnswer(sides, bare, upstream, maker) : undefined;
    const text = reportText({ results, facts, loaded, large, bundleBytes: statSync(bundlePath).size });
    const machine = machineText(runtime, options);
    console.log(`${machine}\n\n${text}`);
    if (values.save)
      saveReport(values.runtime === process.execPath ? "node" : (runtime[0] ?? ""), `${machine}\n\n${text}`);
  } finally {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How long it takes to start on a folder, and what it then holds in memory. */
async function startRepeatedly(
  runtime: readonly string[],
  folder: string,
  size: number,
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

async function largeAnswer(
  [side]: readonly Side[],
  bare: BareServer,
  upstream: BareServer,
  maker: RequestMaker,
): Promise<LargeAnswer | undefined> {
  if (!side) return undefined;
  console.error("POST /v1/proxy, 1 GB …");
  return measureLargeAnswer({ side, bare, upstream, maker });
}

function upstreamAnswer(): { status: number; headers: Record<string, string>; body: string; repeat: number } {
  const body = JSON.stringify({ id: 1, name: "example", items: Array.from({ length: 12 }, (_none, id) => ({ id })) });
  const headers = { "content-type": "application/json", "content-length": String(body.length) };
  return { status: 200, headers, body, repeat: 1 };
}
