// Measures whether the cost of a durable write grows with the store: the same writers on a small and a large one, in turn.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeDisk } from "../src/store/disk.js";
import { JsonStore } from "../src/store/json-store.js";

const sizes = [100, 100_000] as const;
const writers = 64;
const rounds = 5;
const roundMs = 3_000;
const filler = "x".repeat(900);

const folder = await mkdtemp(join(tmpdir(), "tokenvault-webhook-bench-"));
try {
  const stores = await Promise.all(sizes.map((size) => filledStore(size)));
  const rates = sizes.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, store] of stores.entries()) rates[index]?.push(await writesPerSecond(store, sizes[index] ?? 0));
  }
  await Promise.all(stores.map((store) => store.close()));
  const medians = rates.map(median);
  console.log(`durable writes of 1 kB, ${String(writers)} writers, median of ${String(rounds)} alternating rounds`);
  for (const [index, size] of sizes.entries()) {
    console.log(`  ${String(size).padStart(7)} records  ${(medians[index] ?? 0).toFixed(0).padStart(7)} writes/s`);
  }
  console.log(`  ratio ${((medians[1] ?? 0) / (medians[0] ?? 1)).toFixed(2)}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function filledStore(size: number): Promise<JsonStore> {
  const own = join(folder, String(size));
  await nodeDisk.makeFolder(own);
  const store = await JsonStore.open({ disk: nodeDisk, folder: own, warn: console.error });
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

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
