// Measures whether the cost of a durable write grows with the store: the same writers on a small and a large one, in turn.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeDisk } from "../src/store/disk.js";
import { JsonStore } from "../src/store/json-store.js";

const sizes = [100, 100_000] as const;
const writers = 64;
const rounds = 12;
const roundMs = 2_000;
const filler = "x".repeat(900);

const [givenSize] = process.argv.slice(2).map(Number);
if (givenSize === undefined) await compare();
else await serveRounds(givenSize);

async function compare(): Promise<void> {
  // A process each: in one heap the small store would pay for collecting the large one's garbage.
  const children = await Promise.all(sizes.map((size) => startChild(size)));
  const rates = sizes.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    // There and back, so that neither is always the one that comes second.
    const order = round % 2 === 0 ? [0, 1] : [1, 0];
    for (const index of order) rates[index]?.push(await roundOf(children[index]));
  }
  await Promise.all(children.map((child) => stopChild(child)));
  console.log(
    `durable writes of 1 kB, ${String(writers)} writers, ${String(rounds)} rounds of ${String(roundMs / 1000)} s in turn`,
  );
  for (const [index, size] of sizes.entries()) {
    const own = (rates[index] ?? []).toSorted((a, b) => a - b);
    const spread = `${perSecond(own[0])} to ${perSecond(own.at(-1))}`;
    console.log(
      `  ${String(size).padStart(7)} records  median ${perSecond(median(own))}  mean ${perSecond(mean(own))}  (${spread})`,
    );
  }
  const [small = [], large = []] = rates;
  const ratios = small.map((rate, round) => (large[round] ?? 0) / rate);
  console.log(
    `  ratio of the medians ${(median(large) / median(small)).toFixed(2)}, of the means ${(mean(large) / mean(small)).toFixed(2)}, round by round ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
  );
}

async function startChild(size: number): Promise<ChildProcess> {
  const child = fork(fileURLToPath(import.meta.url), [String(size)]);
  await once(child, "message");
  return child;
}

async function roundOf(child: ChildProcess | undefined): Promise<number> {
  if (!child) throw new Error("there is no such store");
  child.send("round");
  const [rate] = (await once(child, "message")) as [number];
  return rate;
}

async function stopChild(child: ChildProcess): Promise<void> {
  child.send("stop");
  await once(child, "exit");
}

async function serveRounds(size: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "tokenvault-webhook-bench-"));
  try {
    const store = await filledStore(folder, size);
    await writesPerSecond(store, size);
    process.send?.("ready");
    for (;;) {
      const [message] = (await once(process, "message")) as [string];
      if (message === "stop") break;
      process.send?.(await writesPerSecond(store, size));
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
async function writesPerSecond(store: JsonStore, size: number): Promise<number> {
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
  return (written * 1000) / (performance.now() - startedMs);
}

function perSecond(rate: number | undefined): string {
  return `${(rate ?? 0).toFixed(0)} writes/s`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
