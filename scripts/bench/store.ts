// Measures whether the cost of a durable write grows with the store: the same writers on a small and a large one, in turn.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeDisk } from "../../src/files/disk.js";
import { JsonStore } from "../../src/store/json/json-store.js";
import { mean, median, range, turnOrder } from "./statistics.js";

const sizes = [100, 100_000] as const;
const writers = 64;
const rounds = 20;
const roundMs = 1_000;
const filler = "x".repeat(900);

interface Round {
  readonly writesPerSecond: number;
  /** Of all threads of the process; the disk's moods do not show in it. */
  readonly cpuMicrosecondsPerWrite: number;
}

const [givenSize] = process.argv.slice(2).map(Number);
if (givenSize === undefined) await compare();
else await serveRounds(givenSize);

async function compare(): Promise<void> {
  // A process each: in one heap the small store would pay for collecting the large one's garbage.
  const children = await Promise.all(sizes.map((size) => startChild(size)));
  const results = sizes.map((): Round[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const index of turnOrder(round)) results[index]?.push(await roundOf(children[index]));
  }
  await Promise.all(children.map((child) => stopChild(child)));
  console.log(
    `durable writes of 1 kB, ${String(writers)} writers, ${String(rounds)} rounds of ${String(roundMs / 1000)} s in turn`,
  );
  for (const [index, size] of sizes.entries()) {
    const own = results[index] ?? [];
    const rates = own.map(({ writesPerSecond }) => writesPerSecond);
    const cpu = median(own.map(({ cpuMicrosecondsPerWrite }) => cpuMicrosecondsPerWrite));
    console.log(
      `  ${String(size).padStart(7)} records  median ${median(rates).toFixed(0)} writes/s (${range(rates, 0)}), mean ${mean(rates).toFixed(0)}; ${cpu.toFixed(1)} µs of CPU a write`,
    );
  }
  const [small = [], large = []] = results.map((own) => own.map(({ writesPerSecond }) => writesPerSecond));
  const ratios = small.map((rate, round) => (large[round] ?? 0) / rate);
  console.log(
    `  ratio: of the medians ${(median(large) / median(small)).toFixed(2)}, of the means ${(mean(large) / mean(small)).toFixed(2)}, median of the rounds ${median(ratios).toFixed(2)} (${range(ratios, 2)})`,
  );
}

async function startChild(size: number): Promise<ChildProcess> {
  const child = fork(fileURLToPath(import.meta.url), [String(size)]);
  await once(child, "message");
  return child;
}

async function roundOf(child: ChildProcess | undefined): Promise<Round> {
  if (!child) throw new Error("there is no such store");
  child.send("round");
  const [round] = (await once(child, "message")) as [Round];
  return round;
}

async function stopChild(child: ChildProcess): Promise<void> {
  child.send("stop");
  await once(child, "exit");
}

async function serveRounds(size: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "tokenvault-webhook-bench-"));
  try {
    const store = await filledStore(folder, size);
    await measure(store, size);
    process.send?.("ready");
    for (;;) {
      const [message] = (await once(process, "message")) as [string];
      if (message === "stop") break;
      process.send?.(await measure(store, size));
    }
    await store.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
    process.disconnect();
  }
}

async function filledStore(folder: string, size: number): Promise<JsonStore> {
  const store = await JsonStore.open({ disk: nodeDisk, folder, warn: console.error });
  for (let start = 0; start < size; start += 1_000) {
    await store.transact((transaction) => {
      for (let index = start; index < Math.min(size, start + 1_000); index++)
        transaction.put("tokens", `key-${String(index)}`, { filler });
    });
  }
  return store;
}

/** Every writer changes a document, waits until that is durable, and changes another. */
async function measure(store: JsonStore, size: number): Promise<Round> {
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  let written = 0;
  const write = async (): Promise<void> => {
    while (performance.now() - startedMs < roundMs) {
      const key = `key-${String(Math.floor(Math.random() * size))}`;
      await store.transact((transaction) => {
        transaction.put("tokens", key, { filler, changed: written });
      });
      written += 1;
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    writesPerSecond: (written * 1000) / (performance.now() - startedMs),
    cpuMicrosecondsPerWrite: (user + system) / written,
  };
}
