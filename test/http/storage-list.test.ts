import { describe, expect, test } from "vitest";
import { startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError, itemsOf, StoppedClock, type ListedItem } from "./answer-json.js";

type TokenVault = TestServer["tokenVault"];
interface Page {
  readonly items: ListedItem[];
  readonly pagination: { readonly hasMore: boolean; readonly nextCursor: string | null; readonly totalCount: number };
}

const nowMs = Date.UTC(2026, 0, 10);
const bound = () => startBoundServer({ clock: new StoppedClock(nowMs) });

describe("list", () => {
  test("gives every document by key with its members as meta, and no pagination without a limit", async () => {
    const { tokenVault } = await bound();
    await fill(tokenVault, "proxy_configs", { b: { name: "B", serviceName: "mail" }, a: { name: "A" } });
    const answer = await answerOf(await tokenVault.storage({ operation: "list", collection: "proxy_configs" }));
    expect(Object.keys(answer).sort()).toEqual(["items", "requestId"]);
    expect(answer["items"]).toEqual([
      { key: "a", meta: { name: "A", serviceName: "a" } },
      { key: "b", meta: { name: "B", serviceName: "mail" } },
    ]);
  });

  test("gives audit events with their whole document, newest first, as times or as numbers", async () => {
    const { tokenVault } = await bound();
    const [older, newer] = ["2026-01-08T00:00:00Z", "2026-01-09T00:00:00Z"];
    await fill(tokenVault, "audit", {
      a: { timestamp: older, n: 1 },
      b: { timestamp: newer },
      c: { timestamp: older },
    });
    const items = await itemsOf(await tokenVault.storage({ operation: "list", collection: "audit" }));
    expect(items.map(({ key }) => key)).toEqual(["b", "a", "c"]);
    expect(items[1]?.data).toEqual({ timestamp: older, n: 1 });
    await fill(tokenVault, "audit", {
      a: { timestamp: nowMs - 30 },
      b: { timestamp: nowMs - 200 },
      c: { timestamp: nowMs },
    });
    const numbered = await itemsOf(await tokenVault.storage({ operation: "list", collection: "audit" }));
    expect(numbered.map(({ key }) => key)).toEqual(["c", "a", "b"]);
  });

  test("keeps its order across a restart", async () => {
    const server = await bound();
    await fill(server.tokenVault, "audit", Object.fromEntries(ties(5)));
    const list = { operation: "list", collection: "audit" };
    const before = await itemsOf(await server.tokenVault.storage(list));
    const next = await server.restart();
    expect(await itemsOf(await next.tokenVault.storage(list))).toEqual(before);
  });
});

describe("pages", () => {
  test.each([1, 2, 3, 7, 8])("of %i lose and repeat nothing among audit events of the same time", async (limit) => {
    const { tokenVault } = await bound();
    await fill(tokenVault, "audit", Object.fromEntries(ties(7)));
    const all = await itemsOf(await tokenVault.storage({ operation: "list", collection: "audit" }));
    const pages = await everyPage(tokenVault, "audit", { limit });
    expect(pages.flatMap(({ items }) => items)).toEqual(all);
    expect(pages).toHaveLength(Math.ceil(7 / limit));
    for (const { pagination } of pages) expect(pagination.totalCount).toBe(7);
    for (const { pagination } of pages.slice(0, -1)) expect(pagination.hasMore).toBe(true);
    expect(pages.at(-1)?.pagination).toEqual({ hasMore: false, nextCursor: null, totalCount: 7 });
  });

  test("of audit events go on where they were although new events and deletions come between", async () => {
    const { tokenVault } = await bound();
    await fill(tokenVault, "audit", Object.fromEntries(ties(6)));
    const first = await page(tokenVault, "audit", { limit: 3 });
    const last = first.items.at(-1)?.key ?? "";
    await fill(tokenVault, "audit", { newest: { timestamp: new Date(nowMs).toISOString() } });
    await answerOf(await tokenVault.storage({ operation: "delete", collection: "audit", key: last }));
    const rest = await page(tokenVault, "audit", { limit: 10, after: first.pagination.nextCursor });
    const seen = [...first.items, ...rest.items].map(({ key }) => key);
    expect(seen.sort()).toEqual(ties(6).map(([key]) => key));
  });

  test.each(["tokens", "proxy_configs", "vault_config"])(
    "of %s go on behind a key, given or still there",
    async (name) => {
      const { tokenVault } = await bound();
      await fill(tokenVault, name, { a: {}, b: {}, c: {}, d: {}, __proto__x: {} });
      const pages = await everyPage(tokenVault, name, { limit: 2 });
      expect(pages.flatMap(({ items }) => items.map(({ key }) => key))).toEqual(["__proto__x", "a", "b", "c", "d"]);
      expect(keysOf(await page(tokenVault, name, { limit: 9, after: "b" }))).toEqual(["c", "d"]);
      expect(keysOf(await page(tokenVault, name, { limit: 9, after: "bb" }))).toEqual(["c", "d"]);
      expect(keysOf(await page(tokenVault, name, { limit: 9, after: "z" }))).toEqual([]);
    },
  );

  test("of audit events go on behind a bare timestamp, as the reference webhooks' cursors are", async () => {
    const { tokenVault } = await bound();
    const times = ["2026-01-06T00:00:00Z", "2026-01-07T00:00:00Z", "2026-01-08T00:00:00Z"];
    await fill(tokenVault, "audit", {
      a: { timestamp: times[0] },
      b: { timestamp: times[1] },
      c: { timestamp: times[2] },
    });
    expect(keysOf(await page(tokenVault, "audit", { limit: 9, after: times[2] }))).toEqual(["b", "a"]);
    expect(keysOf(await page(tokenVault, "audit", { limit: 9, after: "2026-01-06T12:00:00Z" }))).toEqual(["a"]);
    await fill(tokenVault, "audit", {
      a: { timestamp: nowMs - 3 },
      b: { timestamp: nowMs - 2 },
      c: { timestamp: nowMs - 1 },
    });
    expect(keysOf(await page(tokenVault, "audit", { limit: 9, after: nowMs - 1 }))).toEqual(["b", "a"]);
    expect(keysOf(await page(tokenVault, "audit", { limit: 9, after: String(nowMs - 1) }))).toEqual(["b", "a"]);
  });

  test("count what is listed before `after`, and after filters and since", async () => {
    const { tokenVault } = await bound();
    const kinds = { a: { kind: "x" }, b: { kind: "y" }, c: { kind: "x" }, d: { kind: "x" } };
    await fill(tokenVault, "proxy_configs", kinds);
    const { pagination } = await page(tokenVault, "proxy_configs", { limit: 1, after: "c" });
    expect(pagination).toEqual({ hasMore: false, nextCursor: null, totalCount: 4 });
    const filtered = await page(tokenVault, "proxy_configs", { limit: 1, since: "b", filters: { kind: "x" } });
    expect(filtered.pagination).toMatchObject({ hasMore: true, totalCount: 2 });
  });

  test.each(["2", 0, -1, 1.5, null, true, [], "all"])("are refused for the limit %j", async (limit) => {
    const { tokenVault } = await bound();
    const options = { limit };
    const list = { operation: "list", collection: "audit", options };
    await expectError(await tokenVault.storage(list), "invalid_request");
    const batch = { operation: "list_batch", collections: ["audit"], options };
    await expectError(await tokenVault.storage(batch), "invalid_request");
  });

  test.each(["~", "~bm90IGpzb24", "~W10", `~${Buffer.from("[{},5]").toString("base64url")}`, ""])(
    "a made-up cursor %j is no server error",
    async (after) => {
      const { tokenVault } = await bound();
      await fill(tokenVault, "audit", Object.fromEntries(ties(3)));
      const response = await tokenVault.storage({
        operation: "list",
        collection: "audit",
        options: { limit: 2, after },
      });
      expect([200, 400]).toContain(response.status);
    },
  );
});

describe("filters and since", () => {
  test("filters hold each member of the meta against its exact value", async () => {
    const { tokenVault } = await bound();
    await fill(tokenVault, "proxy_configs", {
      a: { kind: "x", n: 1, on: true },
      b: { kind: "x", n: "1" },
      c: { kind: "X", n: 1 },
      d: {},
    });
    const listed = async (filters: unknown) => keysOf(await page(tokenVault, "proxy_configs", { limit: 9, filters }));
    expect(await listed({ kind: "x" })).toEqual(["a", "b"]);
    expect(await listed({ kind: "x", n: 1 })).toEqual(["a"]);
    expect(await listed({ on: true })).toEqual(["a"]);
    expect(await listed({ serviceName: "d" })).toEqual(["d"]);
    expect(await listed({ kind: "none" })).toEqual([]);
    expect(await listed({ toString: "x" })).toEqual([]);
    expect(await listed({})).toEqual(["a", "b", "c", "d"]);
  });

  test("filters of audit are held against the event", async () => {
    const { tokenVault } = await bound();
    const timestamp = "2026-01-09T00:00:00Z";
    await fill(tokenVault, "audit", { a: { timestamp, agentId: "one" }, b: { timestamp, agentId: "two" } });
    expect(keysOf(await page(tokenVault, "audit", { limit: 9, filters: { agentId: "two" } }))).toEqual(["b"]);
  });

  test("a filter on a secret tells nothing about it", async () => {
    const { tokenVault } = await bound();
    await answerOf(await tokenVault.store("github", { accessToken: "guess-me", password: "guess-me-too" }));
    for (const filters of [{ accessToken: "guess-me" }, { password: "guess-me-too" }]) {
      expect(keysOf(await page(tokenVault, "tokens", { limit: 9, filters }))).toEqual([]);
    }
  });

  test("since is the smallest timestamp of audit, and the smallest key elsewhere", async () => {
    const { tokenVault } = await bound();
    const times = ["2026-01-06T00:00:00Z", "2026-01-07T00:00:00Z", "2026-01-08T00:00:00Z"];
    await fill(tokenVault, "audit", {
      a: { timestamp: times[0] },
      b: { timestamp: times[1] },
      c: { timestamp: times[2] },
    });
    expect(keysOf(await page(tokenVault, "audit", { limit: 9, since: times[1] }))).toEqual(["c", "b"]);
    await fill(tokenVault, "vault_config", { a: {}, b: {}, c: {} });
    expect(keysOf(await page(tokenVault, "vault_config", { limit: 9, since: "b" }))).toEqual(["b", "c"]);
  });
});

describe("list_batch", () => {
  test("lists each collection as list does, and leaves unknown names out", async () => {
    const { tokenVault } = await bound();
    await fill(tokenVault, "proxy_configs", { a: { n: 1 }, b: { n: 2 } });
    await fill(tokenVault, "audit", Object.fromEntries(ties(3)));
    const collections = ["proxy_configs", "audit", "secrets", "__proto__", "system", "proxy_configs"];
    const options = { limit: 1 };
    const batch = await answerOf(await tokenVault.storage({ operation: "list_batch", collections, options }));
    expect(batch["results"]).toEqual({
      proxy_configs: await page(tokenVault, "proxy_configs", options),
      audit: await page(tokenVault, "audit", options),
    });
  });

  test("of nothing is empty", async () => {
    const { tokenVault } = await bound();
    const batch = await answerOf(await tokenVault.storage({ operation: "list_batch", collections: [] }));
    expect(batch["results"]).toEqual({});
  });
});

/** Audit events of two times only. */
function ties(count: number): [string, Record<string, unknown>][] {
  return Array.from({ length: count }, (_, n) => [
    `event-${String(n)}`,
    { n, timestamp: n % 3 === 0 ? "2026-01-08T00:00:00Z" : "2026-01-07T00:00:00Z" },
  ]);
}

async function fill(tokenVault: TokenVault, collection: string, documents: Record<string, unknown>): Promise<void> {
  for (const [key, data] of Object.entries(documents)) {
    await answerOf(await tokenVault.storage({ operation: "set", collection, key, data }));
  }
}

async function page(tokenVault: TokenVault, collection: string, options: Record<string, unknown>): Promise<Page> {
  const { requestId: _requestId, ...answer } = await answerOf(
    await tokenVault.storage({ operation: "list", collection, options }),
  );
  return answer as unknown as Page;
}

async function everyPage(tokenVault: TokenVault, collection: string, options: { limit: number }): Promise<Page[]> {
  const pages = [await page(tokenVault, collection, options)];
  for (let after = pages[0]?.pagination.nextCursor; after; after = pages.at(-1)?.pagination.nextCursor) {
    pages.push(await page(tokenVault, collection, { ...options, after }));
  }
  return pages;
}

function keysOf({ items }: Page): string[] {
  return items.map(({ key }) => key);
}
