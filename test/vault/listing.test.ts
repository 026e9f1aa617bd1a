import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Collection } from "../../src/store/json/collection.js";
import { DocumentArena } from "../../src/store/json/document-arena.js";
import { byKey, byNewestTimestamp } from "../../src/store/order.js";
import type { Document, Store } from "../../src/store/store.js";
import { listCollection, type ListAnswer, type ListOptions } from "../../src/vault/listing.js";

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

function storeOf(collection: string, entries: readonly (readonly [string, Document])[]): Store {
  const documentsOf = new Collection(new DocumentArena(), collection === "audit" ? byNewestTimestamp : byKey);
  for (const [key, document] of entries) documentsOf.set(key, JSON.stringify(document));
  return {
    get: (name, key) => (name === collection ? documentsOf.get(key) : undefined),
    text: (name, key) => (name === collection ? documentsOf.text(key) : undefined),
    has: (name, key) => name === collection && documentsOf.has(key),
    count: () => documentsOf.length,
    entries: (name) => (name === collection ? documentsOf : new Collection(new DocumentArena())),
    transact: () => Promise.reject(new Error("a list changes nothing")),
    close: () => Promise.resolve(),
  };
}

function keysOf({ items }: ListAnswer): string[] {
  return items.map(({ key }) => key);
}

/** Follows the cursors to the end; each page's count and rest must fit. */
function pages(store: Store, collection: string, options: ListOptions, limit: number): string[] {
  const found: string[] = [];
  let after: string | undefined;
  const total = listCollection(store, collection, options).items.length;
  for (let page = 0; page <= total; page++) {
    const answer = listCollection(store, collection, { ...options, limit, ...(after === undefined ? {} : { after }) });
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
    (collection) => {
      fc.assert(
        fc.property(contents, limits, filters, (entries, limit, options) => {
          const store = storeOf(collection, entries);
          expect(pages(store, collection, options, limit)).toEqual(keysOf(listCollection(store, collection, options)));
        }),
      );
    },
  );

  it("loses nothing that was there all along when documents come and go between the pages", () => {
    fc.assert(
      fc.property(
        contents,
        contents,
        limits,
        fc.constantFrom("audit", "tokens"),
        (staying, passing, limit, collection) => {
          const kept = new Map(staying);
          const passingOnly = passing.filter(([key]) => !kept.has(key));
          const first = listCollection(storeOf(collection, [...staying, ...passingOnly]), collection, { limit });
          const rest = storeOf(collection, staying);
          const after = first.pagination?.nextCursor;
          const found = [
            ...keysOf(first),
            ...(typeof after === "string" ? keysOf(listCollection(rest, collection, { after })) : []),
          ];
          expect(found.filter((key) => kept.has(key)).sort()).toEqual([...kept.keys()].sort());
        },
      ),
    );
  });

  it("is absent without a limit", () => {
    expect(listCollection(storeOf("tokens", [["a", {}]]), "tokens")).not.toHaveProperty("pagination");
  });

  it("takes a bare key for a cursor, also of a document that is gone", () => {
    const store = storeOf("tokens", [
      ["a", {}],
      ["c", {}],
      ["d", {}],
    ]);
    expect(keysOf(listCollection(store, "tokens", { after: "a" }))).toEqual(["c", "d"]);
    expect(keysOf(listCollection(store, "tokens", { after: "b" }))).toEqual(["c", "d"]);
    expect(keysOf(listCollection(store, "tokens", { after: "d" }))).toEqual([]);
  });

  it("takes a bare timestamp for a cursor into audit, as number and as text", () => {
    const texts = storeOf("audit", [
      ["a", { timestamp: "2026-01-03" }],
      ["b", { timestamp: "2026-01-02" }],
      ["c", { timestamp: "2026-01-01" }],
    ]);
    expect(keysOf(listCollection(texts, "audit", { after: "2026-01-02" }))).toEqual(["c"]);
    const numbers = storeOf("audit", [
      ["a", { timestamp: 30 }],
      ["b", { timestamp: 20 }],
      ["c", { timestamp: 9 }],
    ]);
    expect(keysOf(listCollection(numbers, "audit", { after: 20 }))).toEqual(["c"]);
    expect(keysOf(listCollection(numbers, "audit", { after: "20" }))).toEqual(["c"]);
  });

  it.each(["~", "~!!", "~W10", "~bm8", "~WzEsMl0"])("does not fail on a cursor that nobody gave out: %s", (after) => {
    const store = storeOf("audit", [["a", { timestamp: "2026-01-01" }]]);
    expect(() => listCollection(store, "audit", { after, limit: 1 })).not.toThrow();
  });
});

describe("since", () => {
  it("is a timestamp in audit, that one included", () => {
    const store = storeOf("audit", [
      ["a", { timestamp: "2026-01-03" }],
      ["b", { timestamp: "2026-01-02" }],
      ["c", { timestamp: "2026-01-01" }],
      ["d", {}],
    ]);
    expect(keysOf(listCollection(store, "audit", { since: "2026-01-02" }))).toEqual(["a", "b"]);
    const numbers = storeOf("audit", [
      ["a", { timestamp: 100 }],
      ["b", { timestamp: 20 }],
      ["c", { timestamp: 9 }],
    ]);
    expect(keysOf(listCollection(numbers, "audit", { since: 20 }))).toEqual(["a", "b"]);
    expect(keysOf(listCollection(numbers, "audit", { since: "20" }))).toEqual(["a", "b"]);
  });

  it("is a key elsewhere, that one included, and counts in totalCount", () => {
    const store = storeOf("tokens", [
      ["a", {}],
      ["b", {}],
      ["c", {}],
    ]);
    const answer = listCollection(store, "tokens", { since: "b", limit: 1 });
    expect(answer).toMatchObject({ items: [{ key: "b" }], pagination: { hasMore: true, totalCount: 2 } });
  });
});

describe("filters", () => {
  const store = storeOf("tokens", [
    ["a", { meta: { tokenType: "oauth", port: 1, tags: { x: 1 } } }],
    ["b", { meta: { tokenType: "TOTP", port: "1" } }],
    ["c", { tokenType: "oauth" }],
  ]);

  it.each<[Record<string, unknown>, string[]]>([
    [{ tokenType: "oauth" }, ["a", "c"]],
    [{ tokenType: "oauth", port: 1 }, ["a"]],
    [{ port: 1 }, ["a"]],
    [{ tags: { x: 1 } }, ["a"]],
    [{ serviceName: "b" }, ["b"]],
    [{ nothing: undefined }, []],
    [{ toString: "x" }, []],
    [{}, ["a", "b", "c"]],
  ])("%j match meta exactly", (wanted, expected) => {
    expect(keysOf(listCollection(store, "tokens", { filters: wanted }))).toEqual(expected);
  });

  it("do not tell what a sensitive field holds", () => {
    const plain = storeOf("tokens", [["a", { accessToken: "guess me", name: "x" }]]);
    expect(keysOf(listCollection(plain, "tokens", { filters: { accessToken: "guess me" } }))).toEqual([]);
  });

  it("match the document itself in audit", () => {
    const audit = storeOf("audit", [
      ["a", { action: "store" }],
      ["b", { action: "fetch" }],
    ]);
    expect(keysOf(listCollection(audit, "audit", { filters: { action: "fetch" } }))).toEqual(["b"]);
  });
});

describe("an item", () => {
  const sealed = {
    v: 2,
    alg: "AES-256-GCM",
    fields: { accessToken: "x", refreshToken: "y" },
    meta: { tokenType: "oauth" },
  };

  it("of a token has its meta, its service and whether it can be refreshed, and nothing of the envelope", () => {
    const store = storeOf("tokens", [
      ["github", sealed],
      ["plain", { accessToken: "x", scope: "repo", meta: { a: 1 } }],
    ]);
    expect(listCollection(store, "tokens").items).toEqual([
      { key: "github", meta: { serviceName: "github", tokenType: "oauth", hasRefreshToken: true } },
      { key: "plain", meta: { serviceName: "plain", scope: "repo", a: 1, hasRefreshToken: false } },
    ]);
  });

  it("keeps the service name and the refresh flag that are stored", () => {
    const store = storeOf("tokens", [["key", { ...sealed, meta: { serviceName: "Shown", hasRefreshToken: false } }]]);
    expect(listCollection(store, "tokens").items).toEqual([
      { key: "key", meta: { serviceName: "Shown", hasRefreshToken: false } },
    ]);
  });

  it("of audit has the whole document as data, without sensitive fields", () => {
    const event = { timestamp: "2026-01-01", detail: { accessToken: "x", code: 1 } };
    const [item] = listCollection(storeOf("audit", [["e", event]]), "audit").items;
    expect(item?.data).toEqual({ timestamp: "2026-01-01", detail: { code: 1 } });
    expect(item?.meta).toMatchObject({ serviceName: "e" });
  });
});
