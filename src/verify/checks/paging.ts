import type { Collection } from "../../../generated/operations.js";
import type { Check } from "../check.js";
import { holds, itemsOf, refused, same, succeeded } from "../expectation.js";
import { textOf, type Json, type Reply } from "../reply.js";
import { fill, keysOf } from "../filled-collection.js";
import type { Stage } from "../stage.js";

/** The collections are ordered by key, and by timestamp. */
const collections = ["proxy_configs", "audit"] as const;

export const pagingChecks: readonly Check[] = [
  {
    name: "paging.newest-first",
    level: "protocol",
    rule: "R30",
    proves: "Audit events are listed with the newest first.",
    fix: "Sort audit by descending timestamp.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      const { keys, options } = await fill(stage, "audit", "cabed", [2, 1, 3, 5, 4]);
      same("The keys of audit", keysOf(await stage.itemsOf("audit", keys, options)), keys);
    },
  },
  {
    name: "paging.order",
    level: "strict",
    rule: "R30",
    proves: "A list is in order of key by code units; audit has the newest first, equal timestamps by key.",
    fix: "Sort by the key's code units, without a locale; audit by descending timestamp, then by key.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      const labels = ["b", "B", "é", "a", "_", "Z", "z", "10", "9", "ä"];
      const configs = await fill(stage, "proxy_configs", labels);
      same(
        "The keys of proxy_configs",
        keysOf(await stage.itemsOf("proxy_configs", configs.keys, configs.options)),
        configs.keys,
      );
      const events = await fill(stage, "audit", labels, [2, 1, 3, 2, 1, 3, 2]);
      same("The keys of audit", keysOf(await stage.itemsOf("audit", events.keys, events.options)), events.keys);
    },
  },
  {
    name: "paging.pages",
    level: "protocol",
    since: "2.2.0",
    rule: "R32",
    proves: "Pages put together are the whole list; each says hasMore, nextCursor and totalCount.",
    fix: "Count what fits `since` and `filters` before `after` and `limit`; give `nextCursor` as long as more follows, and null on the last page.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      for (const collection of collections) {
        const { keys, options } = await fill(stage, collection, "gfedcba", [1, 2, 3, 4, 5, 6, 7]);
        for (const limit of [1, 3, 7, 100]) {
          const pages = await walk(stage, collection, { ...options, limit });
          const expected = Array.from({ length: Math.ceil(7 / limit) }, (_, index) =>
            keys.slice(index * limit, (index + 1) * limit),
          );
          same(`The pages of ${String(limit)} of ${collection}`, pages, expected);
        }
        const first = await list(stage, collection, { ...options, limit: 3 });
        same(`totalCount of ${collection}`, first.at("pagination", "totalCount"), 7);
        const after = textOf(first.at("pagination", "nextCursor"));
        const second = await list(stage, collection, { ...options, limit: 3, after });
        same(`totalCount of the second page of ${collection}`, second.at("pagination", "totalCount"), 7);
      }
    },
  },
  {
    name: "paging.ties",
    level: "strict",
    since: "2.2.0",
    rule: "R33",
    proves: "Audit events with equal timestamps are neither lost nor repeated between pages.",
    fix: "Make the cursor of timestamp and key, and continue behind that place.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      const { keys, options } = await fill(stage, "audit", "gfedcbah", [1, 1, 1, 1, 1, 1, 2, 0]);
      for (const limit of [1, 2, 3]) {
        const pages = await walk(stage, "audit", { ...options, limit });
        same(`The keys on pages of ${String(limit)}`, pages.flat(), keys);
      }
    },
  },
  {
    name: "paging.bare-cursor",
    level: "strict",
    since: "2.2.0",
    rule: "R33",
    proves: "A bare key, or for audit a bare timestamp, continues strictly behind it.",
    fix: "Take an `after` that is no cursor of your own as a key (audit: a timestamp), whether a document is there or not.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      const configs = await fill(stage, "proxy_configs", "abcde");
      for (const after of [configs.keys[1] ?? "", `${configs.keys[1] ?? ""}!`]) {
        for (const limit of [undefined, 50]) {
          const items = await stage.listItems("proxy_configs", { ...configs.options, after, limit });
          same("The keys behind a key", keysOf(items), configs.keys.slice(2));
        }
      }
      const events = await fill(stage, "audit", "abcdef", [4, 3, 3, 2, 1, 0]);
      const afterThird = await stage.listItems("audit", { ...events.options, after: events.timestamp(3), limit: 50 });
      same("The keys behind a timestamp", keysOf(afterThird), events.keys.slice(3));
      const between = await stage.listItems("audit", { ...events.options, after: events.timestamp(1.5), limit: 50 });
      same("The keys behind a time without events", keysOf(between), events.keys.slice(4));
    },
  },
  {
    name: "paging.deleted-cursor",
    level: "strict",
    since: "2.2.0",
    rule: "R33",
    proves: "A cursor whose document was deleted meanwhile continues where it stood.",
    fix: "Find the place of a cursor by comparing with it, not by looking for its document.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      for (const collection of collections) {
        const { keys, options } = await fill(stage, collection, "abcdef", [3, 2, 2, 2, 2, 1]);
        const first = await list(stage, collection, { ...options, limit: 3 });
        same(`The first page of ${collection}`, keysOf(itemsOf(first)), keys.slice(0, 3));
        const after = first.at("pagination", "nextCursor");
        holds(typeof after === "string", "The first of two pages has no nextCursor.");
        await stage.deleteDocument(collection, keys[2] ?? "");
        const rest = await stage.listItems(collection, { ...options, limit: 50, after });
        same(`The keys of ${collection} behind the deleted one`, keysOf(rest), keys.slice(3));
      }
    },
  },
  {
    name: "paging.since",
    level: "protocol",
    since: "2.2.0",
    rule: "R32",
    proves: "since lets through what is at it or above, by key or by audit timestamp, before pages are made.",
    fix: "Drop keys (audit: timestamps) less than `since` first; keep the equal one; count after that.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      const configs = await fill(stage, "proxy_configs", "abcde");
      for (const [since, count] of [
        [configs.keys[2] ?? "", 3],
        [`${configs.keys[2] ?? ""}!`, 2],
      ] as const) {
        const expected = configs.keys.slice(-count);
        await expectSince(stage, "proxy_configs", { ...configs.options, since }, expected);
      }
      const events = await fill(stage, "audit", "abcdef", [5, 4, 3, 3, 2, 1]);
      for (const [second, count] of [
        [3, 4],
        [3.5, 2],
        [5, 1],
        [1, 6],
      ] as const) {
        const since = events.timestamp(second);
        await expectSince(stage, "audit", { ...events.options, since }, events.keys.slice(0, count));
      }
    },
  },
  {
    name: "paging.filters",
    level: "protocol",
    since: "2.2.0",
    rule: "R32",
    proves: "filters let through the items whose meta, or for audit data, has each member with an equal value.",
    fix: "Compare each filter with the item's own member of that name, by value and type; all must be equal.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      for (const collection of collections) {
        const keys = ["a", "b", "c"].map((label) => stage.key(label));
        const [a = "", b = "", c = ""] = keys;
        const timestamp = new Date().toISOString();
        await stage.setDocument(collection, a, { run: a, timestamp, kind: "mail", count: 1, enabled: true });
        await stage.setDocument(collection, b, { run: a, timestamp, kind: "mail", count: 2, enabled: false });
        await stage.setDocument(collection, c, { run: a, timestamp, kind: "Mail", count: 0, meta: { team: "x" } });
        const cases: readonly (readonly [Json, readonly string[]])[] = [
          [{}, [a, b, c]],
          [{ kind: "mail" }, [a, b]],
          [{ kind: "mail", count: 2 }, [b]],
          [{ kind: "mai" }, []],
          [{ count: "1" }, []],
          [{ enabled: true }, [a]],
          [{ enabled: "true" }, []],
          [{ enabled: false }, [b]],
          [{ absent: "x" }, []],
          [{ constructor: "x" }, []],
          // Filters of audit look at the document itself, in which meta is a property.
          ...(collection === "audit"
            ? []
            : ([
                [{ team: "x" }, [c]],
                [{ serviceName: b }, [b]],
              ] as const)),
        ];
        for (const [filter, expected] of cases) {
          const filters = { run: a, ...filter };
          const reply = await list(stage, collection, { filters, limit: 1 });
          same(
            `totalCount of ${collection} with ${JSON.stringify(filter)}`,
            reply.at("pagination", "totalCount"),
            expected.length,
          );
          const items = await stage.listItems(collection, { filters });
          same(`The keys of ${collection} with ${JSON.stringify(filter)}`, keysOf(items), expected);
        }
      }
    },
  },
  {
    name: "paging.limit",
    level: "strict",
    since: "2.2.0",
    rule: "R32",
    proves: "A limit that is no integer of 1 or more is refused.",
    fix: "Answer 400 invalid_request; do not take another limit instead.",
    capabilities: ["storage"],
    async run({ tokenVault, prefix }) {
      for (const limit of [0, -1, 1.5, "2", "", true, [1]]) {
        const options = { filters: { run: `${prefix}none` }, limit };
        for (const body of [
          { operation: "list", collection: "proxy_configs", options },
          { operation: "list_batch", collections: ["proxy_configs"], options },
        ])
          refused(await tokenVault.signed("/v1/storage", body), "invalid_request");
      }
    },
  },
  {
    name: "paging.no-limit",
    level: "protocol",
    since: "2.2.0",
    rule: "R32",
    proves: "Without a limit there is no pagination.",
    fix: "Answer all items and leave `pagination` out when `limit` is absent.",
    capabilities: ["storage"],
    async run(stage) {
      const options = { filters: { run: `${stage.prefix}none` } };
      for (const collection of [...collections, "tokens", "vault_config"] as const)
        same(`pagination of ${collection}`, (await list(stage, collection, options)).at("pagination"), undefined);
      const reply = succeeded(
        await stage.tokenVault.storage({ operation: "list_batch", collections: [...collections], options }),
      );
      for (const collection of collections)
        same(`pagination of ${collection} in list_batch`, reply.at("results", collection, "pagination"), undefined);
    },
  },
];

/** The keys on each page, by following nextCursor. @throws CheckFailure when it leads nowhere */
async function walk(stage: Stage, collection: Collection, options: Json): Promise<string[][]> {
  const pages: string[][] = [];
  let after: string | undefined;
  do {
    const reply = await list(stage, collection, { ...options, after });
    const cursor = reply.at("pagination", "nextCursor");
    pages.push(keysOf(itemsOf(reply)));
    same(`hasMore on page ${String(pages.length)}`, reply.at("pagination", "hasMore"), cursor !== null);
    holds(cursor === null || typeof cursor === "string", "nextCursor is neither a text nor null.");
    holds(pages.length < 20, "The pages do not come to an end.");
    after = cursor ?? undefined;
  } while (after !== undefined);
  return pages;
}

async function expectSince(
  stage: Stage,
  collection: Collection,
  options: Json,
  keys: readonly string[],
): Promise<void> {
  same(`The keys of ${collection} from since on`, keysOf(await stage.listItems(collection, options)), keys);
  const first = await list(stage, collection, { ...options, limit: 1 });
  same(`The first key of ${collection} from since on`, keysOf(itemsOf(first)), keys.slice(0, 1));
  same(`totalCount of ${collection} from since on`, first.at("pagination", "totalCount"), keys.length);
}

async function list({ tokenVault }: Stage, collection: Collection, options: Json): Promise<Reply> {
  return succeeded(await tokenVault.storage({ operation: "list", collection, options }));
}
