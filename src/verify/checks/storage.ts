import { isDeepStrictEqual } from "node:util";
import { collectionValues, type Collection } from "../../../generated/operations.js";
import type { Check } from "../check.js";
import { expectProperties, holds, refused, same, succeeded } from "../expectation.js";
import { ownProperty, type Json } from "../reply.js";
import type { Stage } from "../stage.js";
import { newRequestId } from "../token-vault.js";

const path = "/v1/storage";
const collection = "proxy_configs";

export const storageChecks: readonly Check[] = [
  {
    name: "storage.round-trip",
    level: "required",
    rule: "R29",
    proves: "What set wrote, get gives back unchanged; a second set replaces all of it, delete removes it.",
    fix: "Keep the JSON of `data` whole under collection and key, replace the whole document on every set, and let delete remove it.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      const timestamp = new Date().toISOString();
      const text = 'quote " backslash \\ line\n tab\t € 😀 é e\u0301 \u2028 </script>';
      const nested = { list: [1, -2.5, 0, true, null, "", {}, []], deep: { deeper: { empty: {} } } };
      const document = { timestamp, text, nested, none: null, off: false, zero: 0 };
      for (const collection of collectionValues) {
        const key = stage.key("round-trip");
        for (const data of [document, { timestamp, replaced: true }]) {
          await stage.setDocument(collection, key, data);
          same(`The document of ${collection}`, await stage.getDocument(collection, key), data);
        }
        await stage.deleteDocument(collection, key);
        same(`The deleted document of ${collection}`, await stage.getDocument(collection, key), null);
      }
    },
  },
  {
    name: "storage.absent",
    level: "required",
    rule: "R29",
    proves: "get of nothing answers data null, delete of nothing answers ok.",
    fix: "Answer 200 with `data: null`, and 200 with `status: ok`; neither is an error.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      for (const collection of collectionValues) {
        const key = stage.key("absent");
        same(`data of an absent document of ${collection}`, await stage.getDocument(collection, key), null);
        await stage.deleteDocument(collection, key);
      }
    },
  },
  {
    name: "storage.request-id",
    level: "required",
    rule: "R29",
    proves: "Every storage answer has the body's requestId, or the header's when the body has none.",
    fix: "Echo the body's `requestId`; where it is absent, the value of X-TokenVault-Request-Id.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      const key = stage.key("request-id");
      const options = { filters: { run: key } };
      const operations = [
        { operation: "set", collection, key, data: { run: key } },
        { operation: "get", collection, key },
        { operation: "list", collection, options },
        { operation: "list_batch", collections: [collection], options },
        { operation: "delete", collection, key },
      ];
      for (const operation of operations) {
        for (const inBody of [`req_verify_body_${crypto.randomUUID()}`, undefined]) {
          const requestId = newRequestId();
          const body = { ...operation, requestId: inBody };
          const reply = succeeded(await stage.tokenVault.signed(path, body, { requestId }));
          same(`requestId of ${operation.operation}`, reply.at("requestId"), inBody ?? requestId);
        }
      }
    },
  },
  {
    name: "storage.collections",
    level: "required",
    rule: "R34",
    proves: "The four collections are there, and an unknown one is refused.",
    fix: "Take tokens, proxy_configs, audit and vault_config; answer 400 invalid_request to any other name.",
    capabilities: ["storage"],
    async run({ tokenVault, prefix }) {
      const key = `${prefix}no-such-document`;
      for (const collection of collectionValues)
        succeeded(await tokenVault.storage({ operation: "get", collection, key }));
      for (const collection of ["secrets", "TOKENS", "tokens ", "", "__proto__", "constructor", "../tokens"]) {
        refused(await tokenVault.signed(path, { operation: "get", collection, key }), "invalid_request");
        refused(await tokenVault.signed(path, { operation: "list", collection }), "invalid_request");
      }
    },
  },
  {
    name: "storage.validation",
    level: "required",
    rule: "R10",
    proves: "A signed body with a missing or ill-typed member is refused.",
    fix: "Check the body against StorageRequest once its signature is good, and answer 400 invalid_request.",
    capabilities: ["storage"],
    async run(stage) {
      const key = `${stage.prefix}validation`;
      const get = { operation: "get", collection, key };
      const list = { operation: "list", collection };
      const bodies: readonly Json[] = [
        {},
        { collection, key },
        ...["", "GET", "drop", "constructor", 5, null, ["get"]].map((operation) => ({ ...get, operation })),
        ...[undefined, null, 5, ["tokens"], { name: "tokens" }].map((collection) => ({ ...get, collection })),
        ...[undefined, null, 5, ["key"], "", "k".repeat(513), "a\u0000b", "a\nb", "a\u007fb"].map((odd) => ({
          ...get,
          key: odd,
        })),
        ...(stage.isReadOnly ? [] : [{ operation: "set", collection, key }]),
        ...[undefined, "tokens", 5, [5], [null], { 0: "tokens" }].map((collections) => ({
          operation: "list_batch",
          collections,
        })),
        ...["limit", 5, true, []].map((options) => ({ ...list, options })),
        ...["name", 5, true, []].map((filters) => ({ ...list, options: { filters } })),
        ...[true, {}, ["a"]].map((odd) => ({ ...list, options: { after: odd } })),
        ...[true, {}, ["a"]].map((odd) => ({ ...list, options: { since: odd } })),
        ...[5, {}, "r".repeat(257)].map((requestId) => ({ ...get, requestId })),
      ];
      for (const body of bodies) refused(await stage.tokenVault.signed(path, body), "invalid_request");
      if (stage.isReadOnly) return;
      for (const data of [null, [], [{}], "text", 5, true])
        refused(await stage.tokenVault.signed(path, { operation: "set", collection, key, data }), "invalid_request");
    },
  },
  {
    name: "storage.projection",
    level: "required",
    rule: "R31",
    proves:
      "An item's meta is serviceName, the document's meta and its other members, without v, alg, fields, meta, plain.",
    fix: "Make an item's meta of `serviceName` (the key where there is none), the members of `meta` and the other top-level ones; leave out the envelope. Give an audit item the document as `data` too.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      for (const collection of collectionValues) {
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
    level: "required",
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
            holds(isEqual, `${name} of ${collection} in list_batch differ from those of list.`);
          }
        }
      }
      const empty = succeeded(await stage.tokenVault.storage({ operation: "list_batch", collections: ["nonsense"] }));
      same("results of unknown names", empty.at("results"), {});
    },
  },
  {
    name: "storage.odd-keys",
    level: "required",
    rule: "R10",
    proves: "Keys and member names of any printable text are kept apart and kept as they are.",
    fix: "Use keys and member names as they come: no paths, no trimming, no other case, no Unicode normalisation, no properties that the language puts on objects.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      const run = stage.key("odd");
      const endings = ["", " ", ".", "/..", "/../x", "%2e", "a", "A", "é", "e\u0301", "😀", "'\"\\", "__proto__", "*"];
      const keys = [...endings.map((ending) => run + ending), run.padEnd(512, "k")];
      const documents = keys.map((key, index) => {
        const names = `{"run":${JSON.stringify(run)},"index":${String(index)},"__proto__":{"x":1},"constructor":"c","toString":2}`;
        return { key, data: JSON.parse(names) as Json };
      });
      for (const { key, data } of documents) await stage.setDocument(collection, key, data);
      for (const { key, data } of documents) same("The document", await stage.getDocument(collection, key), data);
      const items = await stage.listItems(collection, { filters: { run } });
      same("The keys that are listed", items.map((item) => ownProperty(item, "key")).sort(), [...keys].sort());
    },
  },
  {
    name: "storage.prototype-keys",
    level: "required",
    rule: "R10",
    proves: "get of a key such as __proto__ or constructor finds nothing.",
    fix: "Look only at what was stored, never at what objects of the language have from elsewhere.",
    capabilities: ["storage"],
    async run(stage) {
      for (const collection of collectionValues) {
        for (const key of ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "__class__"])
          same(`data of ${key} in ${collection}`, await stage.getDocument(collection, key), null);
      }
    },
  },
  {
    name: "storage.parallel",
    level: "required",
    rule: "R29",
    proves: "Of 64 documents that are set at once none is lost.",
    fix: "Let writers take turns, or append: no write may start from a state that another one is just replacing.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      const run = stage.key("parallel");
      const keys = [run, ...Array.from({ length: 63 }, () => stage.key("parallel"))];
      await Promise.all(keys.map((key, index) => stage.setDocument("vault_config", key, { run, index })));
      const items = await stage.listItems("vault_config", { filters: { run } });
      same("The number of documents that are there", items.length, keys.length);
      const found = await Promise.all(keys.map((key) => stage.getDocument("vault_config", key)));
      for (const [index, document] of found.entries()) same("A document", document, { run, index });
    },
  },
];

async function onlyItem(stage: Stage, collection: Collection, run: string): Promise<unknown> {
  const items = await stage.listItems(collection, { filters: { run } });
  same(`The number of items of ${collection} that the filter lets through`, items.length, 1);
  return items[0];
}
