import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../src/store/memory/memory-store.js";
import type { Document, Store } from "../../src/store/store.js";
import { listCollection, type ListResponse, type ListOptions } from "../../src/vault/listing.js";

const keys = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "~", "~W10", "ключ", "\ud83d", "1", "10", "2"),
  fc.string({ maxLength: 4 }),
);
const timestamps = fc.oneof(
  fc.constantFrom("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "~", "", "5"),
  fc.integer({ min: 0, max: 4 }),
  fc.constant(undefined),
);
const documents: fc.Arbitrary<Document> = fc
  .record({ timestamp: timestamps, action: fc.constantFrom("store", "fetch") })
  .map(({ timestamp, action }) => (timestamp === undefined ? { action } : { timestamp, action }));
const contents = fc.dictionary(keys, documents, { maxKeys: 30 }).map((dictionary) => Object.entries(dictionary));
const limits = fc.integer({ min: 1, max: 35 });
const filters = fc.constantFrom<ListOptions>({}, { filters: { action: "store" } }, { filters: { action: "none" } });

async function storeOf(collection: string, entries: readonly (readonly [string, Document])[]): Promise<Store> {
  const store = new MemoryStore();
  await store.transact(async (transaction) => {
    for (const [key, document] of entries) await transaction.put(collection, key, document);
  });
  return store;
}

async function list(store: Promise<Store>, collection: string, options?: ListOptions): Promise<ListResponse> {
  return listCollection(await store, collection, options);
}

function keysOf({ items }: ListResponse): string[] {
  return items.map(({ key }) => key);
}

/** Follows the cursors to the end; each page's count and rest must fit. */
async function pages(
  store: Promise<Store>,
  collection: string,
  options: ListOptions,
  limit: number,
): Promise<string[]> {
  const found: string[] = [];
  let after: string | undefined;
  const total = (await list(store, collection, options)).items.length;
  for (let page = 0; page <= total; page++) {
    const answer = await list(store, collection, { ...options, limit, ...(after === undefined ? {} : { after }) });
    found.push(...keysOf(answer));
    expect(answer.items.length).toBeLessThanOrEqual(limit);
    expect(answer.pagination?.totalCount).toBe(total);
    expect(answer.pagination?.hasMore).toBe(found.length < total);
    expect(answer.pagination?.nextCursor === null).toBe(found.length >= total);
    if (!answer.pagination?.hasMore) return found;
    after = answer.pagination.nextCursor ?? undefined;
  }
  throw new Error("the pages have no end");
}

describe("paging", () => {
  it.each(["tokens", "proxy_configs", "vault_config", "audit"])(
    "through %s, page by page, gives the whole list, for ties and for any limit",
    async (collection) => {
      await fc.assert(
        fc.asyncProperty(contents, limits, filters, async (entries, limit, options) => {
          const store = storeOf(collection, entries);
          expect(await pages(store, collection, options, limit)).toEqual(
            keysOf(await list(store, collection, options)),
          );
        }),
      );
    },
  );

  it("loses nothing that was there all along when documents come and go between the pages", async () => {
    await fc.assert(
      fc.asyncProperty(
        contents,
        contents,
        limits,
        fc.constantFrom("audit", "tokens"),
        async (staying, passing, limit, collection) => {
          const kept = new Map(staying);
          const passingOnly = passing.filter(([key]) => !kept.has(key));
          const first = await list(storeOf(collection, [...staying, ...passingOnly]), collection, { limit });
          const rest = storeOf(collection, staying);
          const after = first.pagination?.nextCursor;
          const found = [
            ...keysOf(first),
            ...(typeof after === "string" ? keysOf(await list(rest, collection, { after })) : []),
          ];
          expect(found.filter((key) => kept.has(key)).sort()).toEqual([...kept.keys()].sort());
        },
      ),
    );
  });

  it("is absent without a limit", async () => {
    expect(await list(storeOf("tokens", [["a", {}]]), "tokens")).not.toHaveProperty("pagination");
  });

  it("takes a bare key for a cursor, also of a document that is gone", async () => {
    const store = storeOf("tokens", [
      ["a", {}],
      ["c", {}],
      ["d", {}],
    ]);
    expect(keysOf(await list(store, "tokens", { after: "a" }))).toEqual(["c", "d"]);
    expect(keysOf(await list(store, "tokens", { after: "b" }))).toEqual(["c", "d"]);
    expect(keysOf(await list(store, "tokens", { after: "d" }))).toEqual([]);
  });

  it("takes a bare timestamp for a cursor into audit, as number and as text", async () => {
    const texts = storeOf("audit", [
      ["a", { timestamp: "2026-01-03" }],
      ["b", { timestamp: "2026-01-02" }],
      ["c", { timestamp: "2026-01-01" }],
    ]);
    expect(keysOf(await list(texts, "audit", { after: "2026-01-02" }))).toEqual(["c"]);
    const numbers = storeOf("audit", [
      ["a", { timestamp: 30 }],
      ["b", { timestamp: 20 }],
      ["c", { timestamp: 9 }],
    ]);
    expect(keysOf(await list(numbers, "audit", { after: 20 }))).toEqual(["c"]);
    expect(keysOf(await list(numbers, "audit", { after: "20" }))).toEqual(["c"]);
  });

  it.each(["~", "~!!", "~W10", "~bm8", "~WzEsMl0"])(
    "does not fail on a cursor that nobody gave out: %s",
    async (after) => {
      const store = storeOf("audit", [["a", { timestamp: "2026-01-01" }]]);
      await expect(list(store, "audit", { after, limit: 1 })).resolves.toBeDefined();
    },
  );
});

describe("since", () => {
  it("is a timestamp in audit, that one included", async () => {
    const store = storeOf("audit", [
      ["a", { timestamp: "2026-01-03" }],
      ["b", { timestamp: "2026-01-02" }],
      ["c", { timestamp: "2026-01-01" }],
      ["d", {}],
    ]);
    expect(keysOf(await list(store, "audit", { since: "2026-01-02" }))).toEqual(["a", "b"]);
    const numbers = storeOf("audit", [
      ["a", { timestamp: 100 }],
      ["b", { timestamp: 20 }],
      ["c", { timestamp: 9 }],
    ]);
    expect(keysOf(await list(numbers, "audit", { since: 20 }))).toEqual(["a", "b"]);
    expect(keysOf(await list(numbers, "audit", { since: "20" }))).toEqual(["a", "b"]);
  });

  it("is a key elsewhere, that one included, and counts in totalCount", async () => {
    const store = storeOf("tokens", [
      ["a", {}],
      ["b", {}],
      ["c", {}],
    ]);
    const answer = await list(store, "tokens", { since: "b", limit: 1 });
    expect(answer).toMatchObject({ items: [{ key: "b" }], pagination: { hasMore: true, totalCount: 2 } });
  });
});

describe("filters", () => {
  const store = storeOf("tokens", [
    ["a", { meta: { tokenType: "oauth", port: 1, tags: { x: 1 }, pair: { p: 1, q: [2] }, list: ["x", "y"] } }],
    ["b", { meta: { tokenType: "TOTP", port: "1" } }],
    ["c", { tokenType: "oauth" }],
  ]);

  it.each<[Record<string, unknown>, string[]]>([
    [{ tokenType: "oauth" }, ["a", "c"]],
    [{ tokenType: "oauth", port: 1 }, ["a"]],
    [{ port: 1 }, ["a"]],
    [{ tags: { x: 1 } }, ["a"]],
    // Never matched, although the value is the same.
    [{ pair: { q: [2], p: 1 } }, ["a"]],
    [{ list: ["x", "y"] }, ["a"]],
    [{ list: ["y", "x"] }, []],
    [{ pair: { p: 1 } }, []],
    [{ serviceName: "b" }, ["b"]],
    [{ nothing: undefined }, []],
    [{ toString: "x" }, []],
    [{}, ["a", "b", "c"]],
  ])("%j match meta exactly", async (wanted, expected) => {
    expect(keysOf(await list(store, "tokens", { filters: wanted }))).toEqual(expected);
  });

  it("do not tell what a sensitive field holds", async () => {
    const plain = storeOf("tokens", [["a", { accessToken: "guess me", name: "x" }]]);
    expect(keysOf(await list(plain, "tokens", { filters: { accessToken: "guess me" } }))).toEqual([]);
  });

  it("match the document itself in audit", async () => {
    const audit = storeOf("audit", [
      ["a", { action: "store" }],
      ["b", { action: "fetch" }],
    ]);
    expect(keysOf(await list(audit, "audit", { filters: { action: "fetch" } }))).toEqual(["b"]);
  });
});

describe("an item", () => {
  const sealed = {
    v: 2,
    alg: "AES-256-GCM",
    fields: { accessToken: "x", refreshToken: "y" },
    meta: { tokenType: "oauth" },
  };

  it("of a token has its meta, its service and whether it can be refreshed, and nothing of the envelope", async () => {
    const store = storeOf("tokens", [
      ["github", sealed],
      ["plain", { accessToken: "x", scope: "repo", meta: { a: 1 } }],
    ]);
    expect((await list(store, "tokens")).items).toEqual([
      { key: "github", meta: { serviceName: "github", tokenType: "oauth", hasRefreshToken: true } },
      { key: "plain", meta: { serviceName: "plain", scope: "repo", a: 1, hasRefreshToken: false } },
    ]);
  });

  it("keeps the service name and the refresh flag that are stored", async () => {
    const store = storeOf("tokens", [["key", { ...sealed, meta: { serviceName: "Shown", hasRefreshToken: false } }]]);
    expect((await list(store, "tokens")).items).toEqual([
      { key: "key", meta: { serviceName: "Shown", hasRefreshToken: false } },
    ]);
  });

  it("of audit has the whole document as data, without sensitive fields", async () => {
    const event = { timestamp: "2026-01-01", detail: { accessToken: "x", code: 1 } };
    const [item] = (await list(storeOf("audit", [["e", event]]), "audit")).items;
    expect(item?.data).toEqual({ timestamp: "2026-01-01", detail: { code: 1 } });
    expect(item?.meta).toMatchObject({ serviceName: "e" });
  });
});

/** Counts the turns of the event loop until the work is done. */
async function turnsOf(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await work;
  isDone = true;
  return turns;
}

describe("a list of everything", () => {
  const many = Array.from({ length: 20_000 }, (_, index): [string, Document] => [
    String(index),
    { action: "store", meta: { name: "n" } },
  ]);
  const few = many.slice(0, 200);

  it.each([
    ["tokens", {}],
    ["tokens", { filters: { name: "n" } }],
    ["audit", {}],
    ["audit", { filters: { action: "store" } }],
    ["audit", { filters: { action: "none" } }],
  ])("kept everyone else waiting until all of %s was read, with %o", async (collection, options: ListOptions) => {
    const store = await storeOf(collection, many);
    const alone = await turnsOf(listCollection(store, collection, options));
    expect(alone).toBeGreaterThan(90);
    // Several have their parts one after the other, not all in one turn.
    const lists = [1, 2, 3].map(() => listCollection(store, collection, options));
    expect(await turnsOf(Promise.all(lists))).toBeGreaterThan(2.5 * alone);
    expect(await turnsOf(listCollection(await storeOf(collection, few), collection, options))).toBeLessThan(3);
  });

  it("is of one moment, whatever is written while it is read", async () => {
    const store = await storeOf("tokens", many);
    const listed = listCollection(store, "tokens");
    await store.transact(async (transaction) => {
      await transaction.delete("tokens", "9999");
      await transaction.put("tokens", "99999", { meta: { name: "new" } });
      await transaction.put("tokens", "1", { meta: { name: "other" } });
    });
    const { items } = await listed;
    expect(items).toHaveLength(many.length);
    expect(new Set(items.map(({ meta }) => meta["name"]))).toEqual(new Set(["n"]));
  });

  it("of long documents lets others be served after a few of them", async () => {
    const long = Array.from({ length: 40 }, (_, index): [string, Document] => [
      String(index),
      { meta: { name: "n".repeat(100_000) } },
    ]);
    expect(await turnsOf(listCollection(await storeOf("tokens", long), "tokens"))).toBeGreaterThan(8);
  });
});
