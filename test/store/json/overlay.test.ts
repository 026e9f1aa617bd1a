import { describe, expect, it } from "vitest";
import { createJournal } from "../../../src/store/json/journal.js";
import { JsonStore } from "../../../src/store/json/json-store.js";
import type { Document } from "../../../src/store/store.js";
import { FaultyDisk } from "../../support/faulty-disk.js";

async function storeWith(documents: Readonly<Record<string, Document>>): Promise<JsonStore> {
  const store = await JsonStore.open({ disk: new FaultyDisk(), folder: "/data", warn: () => undefined });
  await store.transact((transaction) => {
    for (const [key, document] of Object.entries(documents)) transaction.put("tokens", key, document);
  });
  return store;
}

function change(store: JsonStore, document: Document | null): Promise<void> {
  return store.transact((transaction) => {
    if (document) transaction.put("tokens", "a", document);
    else transaction.delete("tokens", "a");
  });
}

describe("a document that was read before is unchanged", () => {
  const isUnchanged = (store: JsonStore, read: Document | undefined): Promise<boolean> =>
    store.transact((transaction) => transaction.isUnchanged("tokens", "a", read));

  it("while nothing was done to it, and after a restart", async () => {
    const disk = new FaultyDisk();
    const store = await JsonStore.open({ disk, folder: "/data", warn: () => undefined });
    await change(store, { b: 1, "10": 2, "9": [Infinity, -0, null], ["__proto__"]: {}, text: "\ud83d\u2028" });
    const read = store.get("tokens", "a");
    expect(await isUnchanged(store, read)).toBe(true);
    const restarted = await JsonStore.open({ disk: disk.afterKill(), folder: "/data", warn: () => undefined });
    expect(await isUnchanged(restarted, read)).toBe(true);
  });

  it("when it was replaced by its equal, or deleted and put again: nothing tells them apart", async () => {
    const store = await storeWith({ a: { b: 1 } });
    const read = store.get("tokens", "a");
    await change(store, { b: 1 });
    expect(await isUnchanged(store, read)).toBe(true);
    await change(store, null);
    await change(store, { b: 1 });
    expect(await isUnchanged(store, read)).toBe(true);
  });

  it("no longer when it was replaced by another, or deleted", async () => {
    const store = await storeWith({ a: { b: 1 } });
    const read = store.get("tokens", "a");
    await change(store, { b: 2 });
    expect(await isUnchanged(store, read)).toBe(false);
    await change(store, null);
    expect(await isUnchanged(store, read)).toBe(false);
    expect(await isUnchanged(store, undefined)).toBe(true);
  });

  it("no longer when a transaction of the same moment has changed it, nor after a change of one's own", async () => {
    const store = await storeWith({ a: { b: 1 } });
    const read = store.get("tokens", "a");
    const first = change(store, { b: 2 });
    const second = isUnchanged(store, read);
    await first;
    expect(await second).toBe(false);
    const own = await store.transact((transaction) => {
      transaction.put("tokens", "a", { b: 1 });
      const again = transaction.isUnchanged("tokens", "a", read);
      transaction.delete("tokens", "a");
      return [again, transaction.isUnchanged("tokens", "a", read)];
    });
    expect(own).toEqual([true, false]);
  });

  it("also where a person wrote it otherwise into store.json", async () => {
    const disk = new FaultyDisk();
    const lines = ['"tokens":{', '"a":{ "b" : 1.0, "c": "\\u0041", "c": "B" }}', "}}", ""];
    const head = '{"format":"tokenvault-webhook-store","version":1,"generation":1,"collections":{';
    disk.put("/data/store.json", [head, ...lines].join("\n"));
    disk.put("/data/journal-1.jsonl", await journalHead());
    const store = await JsonStore.open({ disk, folder: "/data", warn: () => undefined });
    const read = store.get("tokens", "a");
    expect(read).toEqual({ b: 1, c: "B" });
    expect(await isUnchanged(store, read)).toBe(true);
  });
});

describe("a document is pending", () => {
  it("once it was put or deleted in the transaction or beside it, and not when that is durable or was thrown away", async () => {
    const store = await storeWith({ a: {}, b: {}, c: {} });
    const refused = store.transact((transaction) => {
      transaction.delete("tokens", "c");
      throw new Error("on purpose");
    });
    const beside = change(store, { changed: true });
    const seen = await store.transact((transaction) => {
      transaction.delete("tokens", "b");
      return ["a", "b", "c"].map((key) => transaction.isPending("tokens", key));
    });
    await beside;
    await expect(refused).rejects.toThrow("on purpose");
    expect(seen).toEqual([true, true, false]);
    const later = await store.transact((transaction) => transaction.isPending("tokens", "a"));
    expect(later).toBe(false);
  });
});

describe("what is put", () => {
  it("is read in the transaction as it will be after a restart", async () => {
    const store = await storeWith({});
    const given = { left: undefined, when: new Date(0), nested: { toJSON: () => "said" }, number: NaN };
    const [bytes, read] = await store.transact((transaction) => [
      transaction.put("tokens", "a", given),
      transaction.get("tokens", "a"),
    ]);
    const text = '{"when":"1970-01-01T00:00:00.000Z","nested":"said","number":null}';
    expect([bytes, JSON.stringify(read)]).toEqual([text.length, text]);
    expect(store.get("tokens", "a")).toEqual(read);
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
  ])("is refused when it is %s, and what was put with it", async (_name, document) => {
    const store = await storeWith({});
    const work = store.transact((transaction) => {
      transaction.put("tokens", "before", {});
      transaction.put("tokens", "a", document as Document);
    });
    const beside = store.transact((transaction) => transaction.put("tokens", "beside", {}));
    await expect(work).rejects.toBeInstanceOf(TypeError);
    await beside;
    expect(Array.from(store.entries("tokens"), ({ key }) => key)).toEqual(["beside"]);
  });
});

/** The first line of the journal of a first start. */
async function journalHead(): Promise<Buffer> {
  const disk = new FaultyDisk();
  await (await createJournal(disk, "/data", 1)).close();
  return disk.bytes("/data/journal-1.jsonl");
}
