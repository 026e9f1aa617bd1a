import { rmSync } from "node:fs";
import { join } from "node:path";
import type { BenchOperation } from "./operations.js";
import { writeRequestFile, type PreparedRequest, type RequestMaker } from "./request-file.js";
import { processorSeconds, type BareAnswer, type BareServer, type SpawnedServer } from "./spawned-server.js";
import { median } from "./statistics.js";
import { load, type LoadResult } from "./wrk.js";

const connections = 64;
const warmUpSeconds = 1;
const warmUpRequests = 40_000;
/** Room for a round that is faster than the ones before it. */
const spareFactor = 1.5;

/** A webhook with a store of a size, and who may call it. */
export interface Side extends SpawnedServer {
  readonly size: number;
  readonly maker: RequestMaker;
}

/** The medians of the rounds. */
export interface Measured {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of processor time of the server's process, all threads; NaN where it cannot be told. */
  readonly processorMicroseconds: number;
  /** Of all rounds. */
  readonly errors: number;
  /** The requests a second of each round. */
  readonly rounds: readonly number[];
}

type MeasuredSide = Measured & { readonly size: number };

export interface OperationResult {
  readonly operation: string;
  readonly bare: Measured;
  readonly sides: readonly MeasuredSide[];
  /** Of the other build, on stores of the same sizes; none where there is no other. */
  readonly others: readonly MeasuredSide[];
}

export interface RoundOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** For the files of requests. */
  readonly folder: string;
  readonly upstreamUrl: string;
}

/** Drives the bare server and the webhooks in turn, there and back, and takes the medians. */
export async function measure(
  operation: BenchOperation,
  {
    bare,
    sides,
    others,
  }: { readonly bare: BareServer; readonly sides: readonly Side[]; readonly others: readonly Side[] },
  { rounds, seconds, folder, upstreamUrl }: RoundOptions,
): Promise<OperationResult> {
  const requestFile = join(folder, "requests");
  const [first] = sides;
  if (!first) throw new Error("there is no webhook");
  if (operation.isProxied) await bare.pipeTo(upstreamUrl);
  else await bare.answerWith(await sampleAnswer(first.url, operation.make(first.maker, 0, first.size)));
  const webhooks = sides.flatMap((side, index) => [side, ...others.slice(index, index + 1)]);
  const players = [
    { server: bare, size: first.size, maker: first.maker },
    ...webhooks.map((server) => ({ server, size: server.size, maker: server.maker })),
  ];
  const results = players.map((): (LoadResult & { readonly processorMicroseconds: number })[] => []);
  const play = async (index: number, duration: number, count: number): Promise<(typeof results)[number][number]> => {
    const player = players[index];
    if (!player) throw new Error("there is no such player");
    const { server, size, maker } = player;
    writeRequestFile(requestFile, Math.ceil(count), (request) => operation.make(maker, request, size));
    const before = processorSeconds(server.process);
    const result = await load({ url: server.url, requestFile, connections, seconds: duration });
    const used = processorSeconds(server.process) - before;
    // Faster than expected: what was sent twice was refused, and the round says nothing.
    if (result.isRepeated && server !== bare) return play(index, duration, 2 * count);
    return { ...result, processorMicroseconds: (used * 1e6) / (result.requestsPerSecond * duration) };
  };
  const expected: number[] = [];
  for (const index of players.keys())
    expected.push((await play(index, warmUpSeconds, warmUpRequests)).requestsPerSecond);
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [...players.keys()] : [...players.keys()].reverse();
    for (const index of order) {
      const result = await play(index, seconds, (expected[index] ?? 0) * seconds * spareFactor + 10_000);
      results[index]?.push(result);
      expected[index] = Math.max(expected[index] ?? 0, result.requestsPerSecond);
    }
  }
  rmSync(requestFile, { force: true });
  const measured = (side: Side): MeasuredSide => ({
    size: side.size,
    ...medians(results[1 + webhooks.indexOf(side)] ?? []),
  });
  return {
    operation: operation.name,
    bare: medians(results[0] ?? []),
    sides: sides.map(measured),
    others: others.map(measured),
  };
}

/** One answer of the webhook, for the bare server to give to everything. */
async function sampleAnswer(url: string, { method, path, headers, body }: PreparedRequest): Promise<BareAnswer> {
  const response = await fetch(`${url}${path}`, { method, headers, ...(method === "POST" ? { body } : {}) });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path.split("?")[0] ?? ""} answered ${text}`);
  const ofTheConnection = new Set(["date", "connection", "keep-alive", "transfer-encoding", "content-length"]);
  const own = [...response.headers].filter(([name]) => !ofTheConnection.has(name));
  const length = { "content-length": String(Buffer.byteLength(text)) };
  return { status: 200, headers: { ...Object.fromEntries(own), ...length }, body: text };
}

function medians(results: readonly (LoadResult & { readonly processorMicroseconds: number })[]): Measured {
  const of = (pick: (result: (typeof results)[number]) => number): number => median(results.map(pick));
  return {
    requestsPerSecond: of(({ requestsPerSecond }) => requestsPerSecond),
    p50Ms: of(({ p50Ms }) => p50Ms),
    p99Ms: of(({ p99Ms }) => p99Ms),
    processorMicroseconds: of(({ processorMicroseconds }) => processorMicroseconds),
    errors: results.reduce((sum, { errors }) => sum + errors, 0),
    rounds: results.map(({ requestsPerSecond }) => requestsPerSecond),
  };
}
