import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonStore } from "../../../src/store/json/json-store.js";
import type { Document, Transaction } from "../../../src/store/store.js";
import { FaultyDisk } from "../../support/faulty-disk.js";
import { listed } from "../../support/listed.js";

const collections = ["tokens", "audit", "__proto__"];
const keys = fc.constantFrom("a", "b", "c", "constructor", "__proto__", "ключ\n");
const documents: fc.Arbitrary<Document> = fc.record(
  {
    timestamp: fc.integer({ min: 0, max: 3 }),
    nested: fc.jsonValue({ maxDepth: 2 }).map(asJson),
    ["__proto__"]: fc.string(),
  },
  { requiredKeys: [] },
);
const change = fc.record({ collection: fc.constantFrom(...collections), key: keys, document: fc.option(documents) });
const transaction = fc.record({ changes: fc.array(change, { maxLength: 4 }), throws: fc.boolean() });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ parallel: fc.array(transaction, { minLength: 1, maxLength: 5 }) }) },
  { weight: 1, arbitrary: fc.constantFrom("reopen", "kill", "power cut") },
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** A Map for each collection: what the store must look like. */
class Model {
  constructor(
    readonly maps: ReadonlyMap<string, Map<string, Document>> = new Map(collections.map((name) => [name, new Map()])),
  ) {}

  apply({ collection, key, document }: Change): void {
    if (document) this.maps.get(collection)?.set(key, document);
    else this.maps.get(collection)?.delete(key);
  }

  copy(): Model {
    return new Model(new Map(Array.from(this.maps, ([name, map]) => [name, new Map(map)])));
  }
}

class OnPurpose extends Error {}

describe("the JSON store", () => {
  it("is a Map of Maps, whatever is put, deleted, thrown, folded, reopened, killed or cut off", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 20 }),
        fc.constantFrom(1, 200, 100_000),
        async (steps, foldBytes) => {
          let disk = new FaultyDisk();
          const warnings: string[] = [];
          const open = (): Promise<JsonStore> =>
            JsonStore.open({ disk, folder: "/data", warn: (sentence) => warnings.push(sentence), foldBytes });
          let store = await open();
          let model = new Model();
          for (const each of steps) {
            if (typeof each === "object") {
              const outcomes = each.parallel.map(async ({ changes, throws }) => {
                const tentative: Model[] = [];
                const outcome = store.transact((running) => {
                  const next = model.copy();
                  for (const one of changes) apply(running, next, one);
                  if (throws) throw new OnPurpose();
                  tentative.push(next);
                  model = next;
                });
                if (throws) await expect(outcome).rejects.toBeInstanceOf(OnPurpose);
                else await outcome;
                expect(tentative).toHaveLength(throws ? 0 : 1);
              });
              await Promise.all(outcomes);
            } else {
              if (each === "reopen") await store.close();
              if (each === "kill") disk = disk.afterKill();
              if (each === "power cut") disk = disk.afterPowerCut();
              store = await open();
            }
            expectSame(store, model);
          }
          await store.close();
          expectSame(await open(), model);
          expect(warnings).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("keeps the files few: one snapshot and one journal once it is closed", async () => {
    const disk = new FaultyDisk();
    const store = await JsonStore.open({ disk, folder: "/data", warn: () => undefined, foldBytes: 1 });
    for (let index = 0; index < 30; index++) {
      await store.transact((running) => {
        running.put("tokens", String(index), { index });
      });
    }
    await store.close();
    const names = (await disk.list("/data")).sort();
    expect(names).toEqual([expect.stringMatching(/^journal-[0-9]+\.jsonl$/), "store.json"]);
  });
});

/** Inside a transaction, its own changes and those before it are seen. */
function apply(running: Transaction, model: Model, one: Change): void {
  if (one.document) running.put(one.collection, one.key, one.document);
  else running.delete(one.collection, one.key);
  model.apply(one);
  for (const [name, map] of model.maps) {
    expect(running.count(name)).toBe(map.size);
    for (const key of ["a", "constructor", "__proto__", one.key]) expect(running.get(name, key)).toEqual(map.get(key));
  }
}

function expectSame(store: JsonStore, model: Model): void {
  for (const [name, map] of model.maps) {
    expect(store.count(name)).toBe(map.size);
    expect(new Map(listed(store.entries(name)).map(({ key, document }) => [key, document]))).toEqual(map);
    for (const [key, document] of map) expect(store.get(name, key)).toEqual(document);
    for (const key of map.keys()) expect(store.has(name, key)).toBe(true);
    expect(store.get(name, "toString")).toBeUndefined();
    expect(store.has(name, "toString")).toBe(false);
  }
}

/** JSON knows no negative zero; what comes over the wire has none either. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
