import { isDeepStrictEqual } from "node:util";
import type { Collection } from "../../../generated/operations.js";
import type { Check } from "../check.js";
import { expectProperties, expects, holds, same, succeeded } from "../expectation.js";
import { ownProperty } from "../reply.js";
import type { Stage } from "../stage.js";

export const storageListChecks: readonly Check[] = [
  {
    name: "storage.listing",
    level: "protocol",
    rule: "R31",
    proves: "A listed item has the document's key, and as meta its meta and other members, with a serviceName.",
    fix: "Make an item's meta of the members of `meta` and the other top-level ones, and set serviceName, by default to the key. Give an audit item the document as `data` too.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      for (const collection of stage.collections) {
        const key = stage.key("listing");
        const top = { name: "Mail", enabled: false, run: key, timestamp: new Date().toISOString() };
        await stage.setDocument(collection, key, { ...top, meta: { team: "a", count: 3 } });
        const item = await onlyItem(stage, collection, key);
        const expected = { ...top, team: "a", count: 3, serviceName: key };
        expectProperties(`meta of the item of ${collection}`, ownProperty(item, "meta"), expected);
        if (collection === "audit") expectProperties("data of the audit item", ownProperty(item, "data"), top);
      }
    },
  },
  {
    name: "storage.projection",
    level: "strict",
    rule: "R31",
    proves:
      "An item's meta is serviceName, the document's meta and its other members, without v, alg, fields, meta, plain.",
    fix: "Make an item's meta of `serviceName` (the key where there is none), the members of `meta` and the other top-level ones; leave out the envelope. Give an audit item the document as `data` too.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      for (const collection of stage.collections) {
        const key = stage.key("projection");
        const top = { name: "Mail", enabled: false, nested: { list: [1, { deep: "x" }] }, run: key };
        const audited = { ...top, timestamp: new Date().toISOString() };
        // The fields of `tokens` would have to be encrypted.
        const extra = collection === "tokens" ? {} : { v: 7, alg: "none", plain: true, fields: { name: "no field" } };
        const document = { ...audited, ...extra, meta: { team: "a", count: 3 } };
        const expected = { ...audited, team: "a", count: 3, serviceName: key };
        await stage.setDocument(collection, key, document);
        const item = await onlyItem(stage, collection, key);
        expectProperties(`meta of the item of ${collection}`, ownProperty(item, "meta"), {
          ...expected,
          ...(collection === "tokens" && { hasRefreshToken: false }),
        });
        for (const name of ["v", "alg", "fields", "meta", "plain"])
          same(`${name} in meta of ${collection}`, ownProperty(ownProperty(item, "meta"), name), undefined);
        if (collection === "audit")
          expectProperties("data of the audit item", ownProperty(item, "data"), { ...audited });
        await stage.setDocument(collection, key, { ...audited, serviceName: "A name of its own" });
        const named = await onlyItem(stage, collection, key);
        same("serviceName in meta", ownProperty(ownProperty(named, "meta"), "serviceName"), "A name of its own");
      }
    },
  },
  {
    name: "storage.batch",
    level: "protocol",
    since: "2.2.0",
    rule: "R34",
    proves: "list_batch answers for each known collection what list answers, and leaves out unknown names.",
    fix: "Answer `results` by collection, each as list does with the same options; skip the names that are none.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      const run = stage.key("batch");
      await stage.setDocument("proxy_configs", run, { run, name: "first" });
      await stage.setDocument("proxy_configs", stage.key("batch"), { run, name: "second" });
      await stage.setDocument("audit", stage.key("batch"), { run, timestamp: new Date().toISOString() });
      const collections = ["audit", "nonsense", "__proto__", "proxy_configs", "constructor", "vault_config"];
      for (const options of [{ filters: { run } }, { filters: { run }, limit: 1 }]) {
        const reply = succeeded(await stage.tokenVault.storage({ operation: "list_batch", collections, options }));
        const results = reply.at("results");
        holds(typeof results === "object" && results !== null, "results is no object.");
        same("The names in results", Object.keys(results).sort(), ["audit", "proxy_configs", "vault_config"]);
        for (const collection of ["audit", "proxy_configs", "vault_config"] as const) {
          const list = succeeded(await stage.tokenVault.storage({ operation: "list", collection, options }));
          for (const name of ["items", "pagination"]) {
            const isEqual = isDeepStrictEqual(reply.at("results", collection, name), list.at(name));
            expects(isEqual, `${name} of ${collection} in list_batch differ from those of list.`);
          }
        }
      }
      const empty = succeeded(await stage.tokenVault.storage({ operation: "list_batch", collections: ["nonsense"] }));
      same("results of unknown names", empty.at("results"), {});
    },
  },
];

/** @param key also the document's member run */
async function onlyItem(stage: Stage, collection: Collection, key: string): Promise<unknown> {
  const items = await stage.itemsOf(collection, [key], { filters: { run: key } });
  same(`The number of items of ${collection} with a key`, items.length, 1);
  return items[0];
}
