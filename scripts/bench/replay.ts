// Measures what the file of used tickets costs GET /v1/credential: the real disk against one that swallows that file alone.
import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, get } from "node:http";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeDisk, type Disk } from "../../src/files/disk.js";
import { startBenchServer, type BenchServer } from "./in-process-server.js";
import { mean, median, range, turnOrder } from "./statistics.js";

const connections = 64;
const rounds = 10;
const requestsPerRound = 8_000;

interface Round {
  readonly requestsPerSecond: number;
  /** Of all threads of the server's process. */
  readonly cpuMicrosecondsPerRequest: number;
  /** The share of the time in which the server's loop had something to do: below 1 the client was the slower one. */
  readonly serverUtilization: number;
}

/** What the client's process is sent. */
interface Order {
  readonly url: string;
  readonly tickets: readonly string[];
}

if (process.argv[2] === "client") process.on("message", (order: Order) => void carryOut(order));
else await compare();

async function compare(): Promise<void> {
  const swallowing: Disk = {
    ...nodeDisk,
    async create(path) {
      const file = await nodeDisk.create(path);
      if (!basename(path).startsWith("used.jsonl")) return file;
      return { ...file, write: (bytes) => Promise.resolve(bytes.length), sync: () => Promise.resolve() };
    },
  };
  const client = fork(fileURLToPath(import.meta.url), ["client"]);
  const servers = await Promise.all(
    [nodeDisk, swallowing].map((disk) => startBenchServer({ disk, accessToken: "example-access-token" })),
  );
  const roundOf = async (server: BenchServer | undefined): Promise<Round> => {
    if (!server) throw new Error("there is no such server");
    const tickets = await signedTickets(server);
    const cpuBefore = process.cpuUsage();
    const loopBefore = performance.eventLoopUtilization();
    client.send({ url: server.url, tickets });
    const [seconds] = (await once(client, "message")) as [number];
    const { user, system } = process.cpuUsage(cpuBefore);
    return {
      requestsPerSecond: requestsPerRound / seconds,
      cpuMicrosecondsPerRequest: (user + system) / requestsPerRound,
      serverUtilization: performance.eventLoopUtilization(loopBefore).utilization,
    };
  };
  for (const server of servers) await roundOf(server);
  const results = servers.map((): Round[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const index of turnOrder(round)) results[index]?.push(await roundOf(servers[index]));
  }
  client.disconnect();
  for (const server of servers) await server.close();
  report(results);
}

function report(results: readonly Round[][]): void {
  console.log(
    `GET /v1/credential, ${String(connections)} connections, ${String(rounds)} rounds of ${String(requestsPerRound)} requests in turn`,
  );
  for (const [index, name] of ["used.jsonl written", "used.jsonl swallowed"].entries()) {
    const own = results[index] ?? [];
    const rates = own.map(({ requestsPerSecond }) => requestsPerSecond);
    const cpu = median(own.map(({ cpuMicrosecondsPerRequest }) => cpuMicrosecondsPerRequest));
    const busy = mean(own.map(({ serverUtilization }) => serverUtilization));
    console.log(
      `  ${name.padEnd(21)} median ${median(rates).toFixed(0)} requests/s (${range(rates, 0)}); ${cpu.toFixed(0)} µs of CPU a request; loop busy ${(busy * 100).toFixed(0)} %`,
    );
  }
  const [real = [], swallowed = []] = results.map((own) => own.map(({ requestsPerSecond }) => requestsPerSecond));
  const ratios = real.map((rate, round) => rate / (swallowed[round] ?? 1));
  console.log(
    `  ratio: of the medians ${(median(real) / median(swallowed)).toFixed(2)}, median of the rounds ${median(ratios).toFixed(2)} (${range(ratios, 2)})`,
  );
}

function signedTickets({ tokenVault }: BenchServer): Promise<string[]> {
  return Promise.all(Array.from({ length: requestsPerRound }, () => tokenVault.ticket("github", "agent_credential")));
}

async function carryOut({ url, tickets }: Order): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const waiting = tickets.map((ticket) => `${url}/v1/credential?ticket=${ticket}&service=github`);
  const startedMs = performance.now();
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await fetchOnce(next, agent);
  };
  await Promise.all(Array.from({ length: connections }, work));
  process.send?.((performance.now() - startedMs) / 1000);
  agent.destroy();
}

function fetchOnce(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`the server answered ${String(response.statusCode)}`));
      response.on("end", resolve).on("error", reject).resume();
    }).on("error", reject);
  });
}
