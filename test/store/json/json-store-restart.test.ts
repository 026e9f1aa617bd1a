import fc from "fast-check";
import { expect, it } from "vitest";
import { JsonStore } from "../../../src/store/json/json-store.js";
import { FaultyDisk } from "../../support/faulty-disk.js";
import { expectSame, make } from "../store-contract.js";
import { StoreModel, type ModelChange } from "../store-model.js";
import { documents } from "../stored-values.js";

const collections = ["tokens", "audit", "__proto__"];
const changes: fc.Arbitrary<ModelChange> = fc.record({
  collection: fc.constantFrom(...collections),
  key: fc.constantFrom("a", "b", "c", "constructor", "__proto__", "ключ\n"),
  document: fc.option(documents),
});
const transactions = fc.record({ changes: fc.array(changes, { maxLength: 4 }), throws: fc.boolean() });
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.array(transactions, { minLength: 1, maxLength: 5 }) },
    { weight: 1, arbitrary: fc.constantFrom("reopen", "kill", "power cut") },
  ),
  { maxLength: 20 },
);

class OnPurpose extends Error {}

it("holds what it held, whatever is put, deleted, thrown, folded, reopened, killed or cut off", async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(1, 200, 100_000), async (taken, foldBytes) => {
      let disk = new FaultyDisk();
      const warnings: string[] = [];
      const open = (): Promise<JsonStore> =>
        JsonStore.open({ disk, folder: "/data", warn: (sentence) => warnings.push(sentence), foldBytes });
      let store = await open();
      let model = StoreModel.of(...collections);
      for (const step of taken) {
        if (typeof step === "object") {
          const outcomes = step.map(({ changes: wanted, throws }) =>
            store
              .transact(async (transaction) => {
                const next = model.copy();
                for (const change of wanted) await make(transaction, next, change);
                if (throws) throw new OnPurpose();
                model = next;
              })
              .catch((error: unknown) => expect(error).toBeInstanceOf(OnPurpose)),
          );
          await Promise.all(outcomes);
        } else {
          if (step === "reopen") await store.close();
          if (step === "kill") disk = disk.afterKill();
          if (step === "power cut") disk = disk.afterPowerCut();
          store = await open();
        }
        await expectSame(store, model);
      }
      await store.close();
      await expectSame(await open(), model);
      expect(warnings).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

it("keeps the files few: one snapshot and one journal once it is closed", async () => {
  const disk = new FaultyDisk();
  const store = await JsonStore.open({ disk, folder: "/data", warn: () => undefined, foldBytes: 1 });
  for (let index = 0; index < 30; index++)
    await store.transact((transaction) => transaction.put("tokens", String(index), { index }));
  await store.close();
  const names = (await disk.list("/data")).sort();
  const [journal = ""] = names;
  expect(journal).toMatch(/^journal-[0-9]+\.jsonl$/);
  expect(names).toEqual([journal, `${journal}.head`, "store.json"]);
});
