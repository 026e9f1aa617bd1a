import { describe, expect, it } from "vitest";
import { JsonStore } from "../../../src/store/json/json-store.js";
import type { Document } from "../../../src/store/store.js";
import { FaultyDisk } from "../../support/faulty-disk.js";
import { listed, listedKeys } from "../../support/listed.js";

const hostileKeys = ["__proto__", "constructor", "toString", "hasOwnProperty", ""];

function openOn(disk: FaultyDisk, foldBytes?: number): Promise<JsonStore> {
  const warn = (): void => undefined;
  return JsonStore.open({ disk, folder: "/data", warn, ...(foldBytes === undefined ? {} : { foldBytes }) });
}

function put(store: JsonStore, key: string, document: Document): Promise<void> {
  return store.transact(async (transaction) => {
    await transaction.put("tokens", key, document);
  });
}

/** Holds the next sync of the journal up until it is let go. */
function holdSync(disk: FaultyDisk): { readonly reached: Promise<void>; readonly letGo: () => void } {
  let letGo = (): void => undefined;
  let reach = (): void => undefined;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  disk.before = ({ kind, path }) => {
    if (kind !== "sync" || !path.includes("journal-")) return undefined;
    reach();
    return released.then(() => undefined);
  };
  return { reached, letGo };
}

describe("a transaction", () => {
  it("resolves with what its body returned once the change would survive a power cut", async () => {
    const disk = new FaultyDisk();
    const store = await openOn(disk);
    const value = await store.transact(async (transaction) => {
      await transaction.put("tokens", "github", { a: 1 });
      return transaction.count("tokens");
    });
    expect(value).toBe(1);
    const reopened = await openOn(disk.afterPowerCut());
    expect(await reopened.get("tokens", "github")).toEqual({ a: 1 });
  });

  it("shows readers nothing before it is durable", async () => {
    const disk = new FaultyDisk();
    const store = await openOn(disk);
    await put(store, "github", { version: 1 });
    const { reached, letGo } = holdSync(disk);
    const written = store.transact(async (transaction) => {
      await transaction.put("tokens", "github", { version: 2 });
      await transaction.put("tokens", "new", {});
    });
    await reached;
    expect(await store.get("tokens", "github")).toEqual({ version: 1 });
    expect(await store.get("tokens", "new")).toBeUndefined();
    expect(await store.count("tokens")).toBe(1);
    expect(await listedKeys(store, "tokens")).toEqual(["github"]);
    letGo();
    await written;
    expect(await store.get("tokens", "github")).toEqual({ version: 2 });
    expect(await store.count("tokens")).toBe(2);
  });

  it("keeps nothing when its body throws, and rejects with what was thrown", async () => {
    const disk = new FaultyDisk();
    const store = await openOn(disk);
    const thrown = new Error("no");
    const refused = store.transact(async (transaction) => {
      await transaction.put("tokens", "github", {});
      throw thrown;
    });
    const beside = put(store, "beside", {});
    await expect(refused).rejects.toBe(thrown);
    await beside;
    expect(await listedKeys(store, "tokens")).toEqual(["beside"]);
    expect(await listed(await openOn(disk.afterKill()), "tokens")).toEqual(await listed(store, "tokens"));
  });

  it("sees its own changes, deletions and counts included", async () => {
    const store = await openOn(new FaultyDisk());
    await put(store, "old", {});
    const seen = await store.transact(async (transaction) => {
      await transaction.delete("tokens", "old");
      await transaction.delete("tokens", "never there");
      await transaction.put("tokens", "new", { a: 1 });
      await transaction.put("tokens", "new", { a: 2 });
      return [
        await transaction.get("tokens", "old"),
        await transaction.get("tokens", "new"),
        await transaction.count("tokens"),
      ];
    });
    expect(seen).toEqual([undefined, { a: 2 }, 1]);
  });

  it("gives a document of the reader's own: what is done to it changes nothing that is stored", async () => {
    const store = await openOn(new FaultyDisk());
    const given = { a: { b: 1 } };
    await put(store, "github", given);
    given.a.b = 2;
    const read = (await store.get("tokens", "github")) as typeof given;
    read.a.b = 3;
    await store.transact(async (transaction) => {
      ((await transaction.get("tokens", "github")) as typeof given).a.b = 4;
    });
    expect(await store.get("tokens", "github")).toEqual({ a: { b: 1 } });
  });

  it("writes nothing to the disk when it changes nothing", async () => {
    const disk = new FaultyDisk();
    const store = await openOn(disk);
    await store.transact(async () => undefined);
    const before = disk.operations.filter(({ kind }) => kind === "write").length;
    await store.transact((transaction) => transaction.get("tokens", "github"));
    expect(disk.operations.filter(({ kind }) => kind === "write")).toHaveLength(before);
  });

  it("is refused as internal_error once the store is closed", async () => {
    const store = await openOn(new FaultyDisk());
    await store.close();
    await expect(put(store, "late", {})).rejects.toMatchObject({ code: "internal_error" });
  });
});

describe("parallel transactions", () => {
  it("of 64 that write the same key only if it is absent, lets one through", async () => {
    const disk = new FaultyDisk();
    const store = await openOn(disk);
    const attempts = Array.from({ length: 64 }, (_, writer) =>
      store.transact(async (transaction) => {
        if (await transaction.get("tokens", "github")) return false;
        await transaction.put("tokens", "github", { writer });
        return true;
      }),
    );
    expect((await Promise.all(attempts)).filter(Boolean)).toHaveLength(1);
    expect(await (await openOn(disk.afterPowerCut())).get("tokens", "github")).toEqual(
      await store.get("tokens", "github"),
    );
  });

  it("lose no increment, with some that throw and a journal that is folded meanwhile", async () => {
    const disk = new FaultyDisk();
    const store = await openOn(disk, 1);
    const increments = Array.from({ length: 64 }, async (_, writer) => {
      for (let round = 0; round < 4; round++) {
        const increment = store.transact(async (transaction) => {
          const count = Number((await transaction.get("tokens", "counter"))?.["count"] ?? 0);
          await transaction.put("tokens", "counter", { count: count + 1 });
          if ((writer + round) % 8 === 0) throw new RangeError("on purpose");
          return count + 1;
        });
        if ((writer + round) % 8 === 0) await expect(increment).rejects.toThrow(RangeError);
        else await increment;
      }
    });
    await Promise.all(increments);
    expect(await store.get("tokens", "counter")).toEqual({ count: 64 * 4 - 32 });
    await store.close();
    expect(await (await openOn(disk)).get("tokens", "counter")).toEqual({ count: 64 * 4 - 32 });
  });

  it("share their syncs", async () => {
    const disk = new FaultyDisk();
    const store = await openOn(disk);
    await put(store, "first", {});
    const before = disk.operations.filter(({ kind }) => kind === "sync").length;
    await Promise.all(Array.from({ length: 64 }, (_, writer) => put(store, `key ${String(writer)}`, { writer })));
    expect(disk.operations.filter(({ kind }) => kind === "sync").length - before).toBeLessThanOrEqual(2);
    expect(await (await openOn(disk.afterPowerCut())).count("tokens")).toBe(65);
  });

  it("go on while the journal is folded", async () => {
    const disk = new FaultyDisk();
    const store = await openOn(disk, 1);
    let letGo = (): void => undefined;
    const released = new Promise<void>((resolve) => (letGo = resolve));
    disk.before = async ({ kind, path }) => {
      if (kind === "rename" && path === "/data/store.json") await released;
      return undefined;
    };
    for (let index = 0; index < 10; index++) await put(store, `key ${String(index)}`, { index });
    expect(await store.count("tokens")).toBe(10);
    expect(await (await openOn(disk.afterPowerCut())).count("tokens")).toBe(10);
    letGo();
    await store.close();
    expect(await (await openOn(disk.afterPowerCut())).count("tokens")).toBe(10);
  });
});

describe("keys and collections", () => {
  it.each(hostileKeys)("holds a document under the key %j, through a fold and a reopen", async (key) => {
    const disk = new FaultyDisk();
    const store = await openOn(disk);
    expect(await store.get("tokens", key)).toBeUndefined();
    await put(store, key, { own: key, ["__proto__"]: { inside: 1 } });
    const unfolded = await openOn(disk.afterKill());
    expect(await listed(unfolded, "tokens")).toEqual(await listed(store, "tokens"));
    await store.close();
    const folded = await openOn(disk.afterKill());
    expect(await folded.get("tokens", key)).toEqual({ own: key, ["__proto__"]: { inside: 1 } });
    expect(await folded.count("tokens")).toBe(1);
    expect(({} as Record<string, unknown>)["own"]).toBeUndefined();
  });

  it.each(hostileKeys)("takes %j for a collection like any other", async (collection) => {
    const disk = new FaultyDisk();
    const store = await openOn(disk);
    expect(await listed(store, collection)).toEqual([]);
    await store.transact(async (transaction) => {
      await transaction.put(collection, "key", { a: 1 });
    });
    await store.close();
    expect(await listed(await openOn(disk), collection)).toEqual([{ key: "key", document: { a: 1 } }]);
  });

  it("keeps a collection empty after its last document was deleted, through a fold and a reopen", async () => {
    const disk = new FaultyDisk();
    const store = await openOn(disk);
    await put(store, "github", {});
    await store.transact(async (transaction) => {
      await transaction.delete("tokens", "github");
    });
    expect(await store.count("tokens")).toBe(0);
    await store.close();
    const reopened = await openOn(disk);
    expect(await listed(reopened, "tokens")).toEqual([]);
    await put(reopened, "again", {});
    expect(await reopened.count("tokens")).toBe(1);
  });

  it("orders audit by its newest timestamp and the others by key, before and after a reopen", async () => {
    const disk = new FaultyDisk();
    const store = await openOn(disk);
    await store.transact(async (transaction) => {
      for (const [key, timestamp] of [
        ["b", 1],
        ["a", 2],
        ["c", 2],
      ] as const) {
        await transaction.put("audit", key, { timestamp });
        await transaction.put("tokens", key, { timestamp });
      }
    });
    await store.close();
    for (const each of [store, await openOn(disk)]) {
      expect(await listedKeys(each, "audit")).toEqual(["a", "c", "b"]);
      expect(await listedKeys(each, "tokens")).toEqual(["a", "b", "c"]);
    }
  });

  it("keeps half a surrogate pair and a line end in a value", async () => {
    const disk = new FaultyDisk();
    const store = await openOn(disk);
    const document = { half: "\ud83d", line: "a\nb\r\u2028\u0000" };
    await put(store, "odd", document);
    expect(await (await openOn(disk.afterKill())).get("tokens", "odd")).toEqual(document);
    await store.close();
    expect(await (await openOn(disk)).get("tokens", "odd")).toEqual(document);
  });
});
