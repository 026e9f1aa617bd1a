import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Document, ListQuery, Reader, Store, Transaction } from "../../src/store/store.js";
import { listed, listedKeys } from "../support/listed.js";
import { StoreModel, type ModelChange } from "./store-model.js";
import { documents, keys, timestamps } from "./stored-values.js";

const collections = ["tokens", "audit", "__proto__"];
const changes: fc.Arbitrary<ModelChange> = fc.record({
  collection: fc.constantFrom(...collections),
  key: fc.constantFrom("a", "b", "c", "constructor", "__proto__", "ключ\n"),
  document: fc.option(documents),
});
const transactions = fc.record({ changes: fc.array(changes, { maxLength: 4 }), throws: fc.boolean() });
const steps = fc.array(fc.array(transactions, { minLength: 1, maxLength: 5 }), { maxLength: 12 });
const queries: fc.Arbitrary<ListQuery> = fc.record(
  {
    after: fc.oneof(
      fc.record({ key: keys, timestamp: timestamps }),
      fc.record({ timestamp: fc.oneof(fc.string({ maxLength: 2 }), fc.integer({ min: -1, max: 5 })) }),
    ),
    since: fc.oneof(fc.constantFrom("2026-01-01", "3", "b"), fc.integer({ min: 0, max: 4 })),
    limit: fc.integer({ min: 0, max: 8 }),
    filter: fc.constantFrom(
      (entry: { document: Document }) => entry.document["action"] === "store",
      () => false,
    ),
    isReversed: fc.boolean(),
  },
  { requiredKeys: [] },
);

class OnPurpose extends Error {}

/** What every engine promises. @param open a store that holds nothing */
export function storeContract(engine: string, open: () => Promise<Store>): void {
  describe(`${engine}: a store`, () => {
    it("is a Map of Maps, whatever is put, deleted and thrown, alone and beside others", async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (parallels) => {
          const store = await open();
          let model = StoreModel.of(...collections);
          for (const parallel of parallels) {
            const outcomes = parallel.map(async ({ changes: wanted, throws }) => {
              const outcome = store.transact(async (transaction) => {
                const next = model.copy();
                for (const change of wanted) await make(transaction, next, change);
                if (throws) throw new OnPurpose();
                model = next;
              });
              if (throws) await expect(outcome).rejects.toBeInstanceOf(OnPurpose);
              else await outcome;
            });
            await Promise.all(outcomes);
            await expectSame(store, model);
          }
          await store.close();
        }),
        { numRuns: 60 },
      );
    });

    it("lists any part of a collection as looking at each of its documents would", async () => {
      const contents = fc.array(fc.tuple(keys, documents), { maxLength: 20 });
      const collection = fc.constantFrom("tokens", "audit");
      await fc.assert(
        fc.asyncProperty(contents, collection, fc.array(queries, { maxLength: 5 }), async (given, name, wanted) => {
          const store = await open();
          const model = StoreModel.of(name);
          await store.transact(async (transaction) => {
            for (const [key, document] of given) {
              await transaction.put(name, key, document);
              model.apply({ collection: name, key, document });
            }
            for (const query of wanted) expect(await transaction.list(name, query)).toEqual(model.list(name, query));
          });
          for (const query of wanted) expect(await store.list(name, query)).toEqual(model.list(name, query));
          await store.close();
        }),
        { numRuns: 200 },
      );
    });

    it("lists within a transaction what was there with the transaction's own changes over it", async () => {
      const puts = fc.array(fc.tuple(keys, documents), { maxLength: 20 });
      const changed = fc.array(fc.tuple(keys, fc.option(documents)), { minLength: 1, maxLength: 6 });
      const collection = fc.constantFrom("tokens", "audit");
      await fc.assert(
        fc.asyncProperty(puts, changed, collection, fc.array(queries), async (given, changes, name, wanted) => {
          const store = await open();
          const model = StoreModel.of(name);
          const change = (part: readonly (readonly [string, Document | null])[]): Promise<void> =>
            store.transact(async (transaction) => {
              for (const [key, document] of part) await make(transaction, model, { collection: name, key, document });
              for (const query of wanted) expect(await transaction.list(name, query)).toEqual(model.list(name, query));
              expect(await transaction.count(name)).toBe(model.list(name, {}).totalCount);
            });
          await change(given);
          await Promise.all(changes.map((one) => change([one])));
          await change(changes);
          for (const query of wanted) expect(await store.list(name, query)).toEqual(model.list(name, query));
          await store.close();
        }),
        { numRuns: 200 },
      );
    });

    it.each([
      ["ascending", (index: number) => index],
      ["descending", (index: number) => 1_000 - index],
      ["mixed", (index: number) => (index * 541) % 1_000],
    ])("keeps many in order, put and deleted %s", async (_name, numberOf) => {
      const store = await open();
      const numbers = Array.from({ length: 1_000 }, (_none, index) => numberOf(index));
      const shown = async (): Promise<unknown[]> =>
        (await store.list("audit")).entries.map(({ timestamp }) => timestamp);
      await store.transact(async (transaction) => {
        for (const number of numbers) await transaction.put("audit", String(number), { timestamp: number });
      });
      expect(await shown()).toEqual(numbers.toSorted((a, b) => b - a));
      await store.transact(async (transaction) => {
        for (const number of numbers) if (number % 10 !== 0) await transaction.delete("audit", String(number));
      });
      expect(await shown()).toEqual(numbers.filter((number) => number % 10 === 0).sort((a, b) => b - a));
      await store.close();
    });

    it("has nothing under the names of Object's own members", async () => {
      const store = await open();
      for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
        expect(await store.get(name, name)).toBeUndefined();
        expect(await store.count(name)).toBe(0);
        expect(await store.list(name)).toEqual({ entries: [], totalCount: 0, hasMore: false });
      }
    });

    it("gives a document of the reader's own: what is done to it changes nothing that is stored", async () => {
      const store = await storeWith(open, { github: { a: { b: 1 } } });
      const change = async (reader: Reader): Promise<void> => {
        const [entry] = (await reader.list("tokens")).entries;
        for (const read of [await reader.get("tokens", "github"), entry?.document])
          (read?.["a"] as { b: number }).b = 2;
      };
      await change(store);
      await store.transact(change);
      expect(await store.get("tokens", "github")).toEqual({ a: { b: 1 } });
    });

    it("lets others be served while a filter looks through many documents, and lists what was there when it began", async () => {
      const store = await open();
      await store.transact(async (transaction) => {
        for (let index = 0; index < 2_000; index++) await transaction.put("audit", String(index), { timestamp: index });
      });
      let turns = 0;
      const turn = setInterval(() => (turns += 1), 0);
      const listing = store.list("audit", { filter: ({ document }) => Number(document["timestamp"]) >= 0, limit: 1 });
      await store.transact(async (transaction) => {
        await transaction.put("audit", "new", { timestamp: 3_000 });
        for (let index = 0; index < 2_000; index++) await transaction.delete("audit", String(index));
      });
      expect(await listing).toMatchObject({ entries: [{ key: "1999" }], totalCount: 2_000, hasMore: true });
      clearInterval(turn);
      expect(turns).toBeGreaterThan(0);
      expect(await listedKeys(store, "audit")).toEqual(["new"]);
    });
  });

  describe(`${engine}: a transaction`, () => {
    it("resolves with what its work returned, and shows readers nothing before that", async () => {
      const store = await storeWith(open, { github: { version: 1 } });
      let isDone = false;
      const seen: unknown[] = [];
      const written = store.transact(async (transaction) => {
        await transaction.put("tokens", "github", { version: 2 });
        await transaction.put("tokens", "new", {});
        seen.push(await store.get("tokens", "github"), await listedKeys(store, "tokens"), await store.count("tokens"));
        await transaction.list("tokens", { filter: () => true });
        return transaction.count("tokens");
      });
      void written.then(() => (isDone = true));
      while (!isDone) {
        const [version, count] = [await store.get("tokens", "github"), await store.count("tokens")];
        await new Promise(setImmediate);
        if (!isDone) expect([version, count]).toEqual([{ version: 1 }, 1]);
      }
      expect(await written).toBe(2);
      expect(seen).toEqual([{ version: 1 }, ["github"], 1]);
      expect(await store.get("tokens", "github")).toEqual({ version: 2 });
    });

    it("keeps nothing when its work throws, and rejects with what was thrown", async () => {
      const store = await storeWith(open, { old: { a: 1 } });
      const thrown = new OnPurpose();
      const refused = store.transact(async (transaction) => {
        await transaction.put("tokens", "new", {});
        await transaction.put("tokens", "old", { a: 2 });
        await transaction.delete("tokens", "old");
        throw thrown;
      });
      const beside = store.transact((transaction) => transaction.put("tokens", "beside", {}));
      await expect(refused).rejects.toBe(thrown);
      await beside;
      expect(await listed(store, "tokens")).toEqual([
        { key: "beside", document: {} },
        { key: "old", document: { a: 1 } },
      ]);
    });

    it("sees what those before it changed, also in the same moment: of 64 that put what is absent one does", async () => {
      const store = await open();
      const attempts = Array.from({ length: 64 }, (_none, writer) =>
        store.transact(async (transaction) => {
          if (await transaction.get("tokens", "github")) return false;
          await transaction.put("tokens", "github", { writer });
          return true;
        }),
      );
      expect((await Promise.all(attempts)).filter(Boolean)).toHaveLength(1);
    });

    it("says how long the document's JSON is in bytes, and whether there was something to delete", async () => {
      const store = await open();
      const given = { left: undefined, when: new Date(0), nested: { toJSON: () => "ü" }, number: NaN };
      const text = '{"when":"1970-01-01T00:00:00.000Z","nested":"ü","number":null}';
      const answers = await store.transact(async (transaction) => [
        await transaction.put("tokens", "a", given),
        JSON.stringify(await transaction.get("tokens", "a")),
        await transaction.delete("tokens", "a"),
        await transaction.delete("tokens", "a"),
      ]);
      expect(answers).toEqual([Buffer.byteLength(text), text, true, false]);
    });

    it.each([
      ["nothing", undefined],
      ["null", null],
      ["a list", []],
      ["a text", "text"],
      ["a number", 7],
      ["what says that it is a text", { toJSON: () => "text" }],
      ["a function", () => ({})],
      ["what has no JSON", { big: 1n }],
    ])("that puts %s is refused, with all that it put", async (_name, document) => {
      const store = await open();
      const work = store.transact(async (transaction) => {
        await transaction.put("tokens", "before", {});
        await transaction.put("tokens", "a", document as Document);
      });
      await expect(work).rejects.toBeInstanceOf(TypeError);
      expect(await store.count("tokens")).toBe(0);
    });

    it("can change nothing once it is over", async () => {
      const store = await open();
      const over = await store.transact(async (transaction) => [transaction]);
      await expect(over[0]?.put("tokens", "late", {})).rejects.toThrow();
      await expect(over[0]?.delete("tokens", "late")).rejects.toThrow();
      expect(await store.count("tokens")).toBe(0);
    });

    it("is refused as internal_error once the store is closed", async () => {
      const store = await open();
      await store.close();
      const late = store.transact((transaction) => transaction.put("tokens", "late", {}));
      await expect(late).rejects.toMatchObject({ code: "internal_error" });
    });
  });
}

async function storeWith(open: () => Promise<Store>, given: Readonly<Record<string, Document>>): Promise<Store> {
  const store = await open();
  await store.transact(async (transaction) => {
    for (const [key, document] of Object.entries(given)) await transaction.put("tokens", key, document);
  });
  return store;
}

/** Makes a change in both; the transaction then says the same as the model. */
export async function make(transaction: Transaction, model: StoreModel, change: ModelChange): Promise<void> {
  const { collection, key, document } = change;
  if (document) await transaction.put(collection, key, document);
  else await transaction.delete(collection, key);
  model.apply(change);
  await expectSame(transaction, model);
}

export async function expectSame(reader: Reader, model: StoreModel): Promise<void> {
  for (const [name, map] of model.maps) {
    expect(await reader.count(name)).toBe(map.size);
    expect(await reader.list(name)).toEqual(model.list(name, {}));
    for (const [key, document] of map) expect(await reader.get(name, key)).toEqual(document);
    for (const key of ["a", "constructor", "__proto__", "toString"])
      expect(await reader.get(name, key)).toEqual(map.get(key));
  }
}
