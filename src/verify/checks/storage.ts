import type { Check } from "../check.js";
import { refused, same, succeeded, succeededCase } from "../expectation.js";
import { ownProperty, type Json } from "../reply.js";
import { newRequestId } from "../token-vault.js";

const path = "/v1/storage";
const collection = "proxy_configs";

export const storageChecks: readonly Check[] = [
  {
    name: "storage.round-trip",
    level: "protocol",
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
      for (const collection of stage.collections) {
        const key = stage.key("round-trip");
        for (const data of [document, { timestamp, replaced: true }]) {
          const reply = await stage.setDocument(collection, key, data);
          same(`status of set in ${collection}`, reply.at("status"), "ok");
          same(`The document of ${collection}`, await stage.getDocument(collection, key), data);
        }
        const reply = await stage.deleteDocument(collection, key);
        same(`status of delete in ${collection}`, reply.at("status"), "ok");
        same(`The deleted document of ${collection}`, await stage.getDocument(collection, key), null);
      }
    },
  },
  {
    name: "storage.absent",
    level: "protocol",
    rule: "R29",
    proves: "get of nothing answers data null, delete of nothing answers ok.",
    fix: "Answer 200 with `data: null`, and 200 with `status: ok`; neither is an error.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      for (const collection of stage.collections) {
        const key = stage.key("absent");
        same(`data of an absent document of ${collection}`, await stage.getDocument(collection, key), null);
        const reply = await stage.deleteDocument(collection, key);
        same(`status of delete in ${collection}`, reply.at("status"), "ok");
      }
    },
  },
  {
    name: "storage.request-id",
    level: "protocol",
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
        ...(stage.isOlder ? [] : [{ operation: "list_batch", collections: [collection], options }]),
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
    level: "protocol",
    rule: "R34",
    proves: "The collections of its version are there, and an unknown one is refused.",
    fix: "Take tokens, proxy_configs, audit and vault_config; answer 400 invalid_request to any other name.",
    capabilities: ["storage"],
    async run(stage) {
      const { tokenVault, prefix } = stage;
      const key = `${prefix}no-such-document`;
      for (const collection of stage.collections)
        succeededCase(collection, await tokenVault.storage({ operation: "get", collection, key }));
      for (const collection of ["secrets", "TOKENS", "tokens ", "", "__proto__", "constructor", "../tokens"]) {
        refused(await tokenVault.signed(path, { operation: "get", collection, key }), "invalid_request");
        refused(await tokenVault.signed(path, { operation: "list", collection }), "invalid_request");
      }
    },
  },
  {
    name: "storage.malformed",
    level: "protocol",
    rule: "R10",
    proves: "A signed body without an operation, or without the key that it needs, is refused.",
    fix: "Answer 400 invalid_request when operation, collection or key is missing or not known.",
    capabilities: ["storage"],
    async run({ tokenVault, prefix }) {
      const key = `${prefix}malformed`;
      const drop = { operation: "drop", collection, key };
      for (const body of [{}, { collection, key }, drop, { operation: "get", collection }])
        refused(await tokenVault.signed(path, { ...body, requestId: newRequestId() }), "invalid_request");
    },
  },
  {
    name: "storage.validation",
    level: "strict",
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
    name: "storage.odd-keys",
    level: "strict",
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
      const items = await stage.itemsOf(collection, keys, { filters: { run } });
      same("The keys that are listed", items.map((item) => ownProperty(item, "key")).sort(), [...keys].sort());
    },
  },
  {
    name: "storage.prototype-keys",
    level: "strict",
    rule: "R10",
    proves: "get of a key such as __proto__ or constructor finds nothing.",
    fix: "Look only at what was stored, never at what objects of the language have from elsewhere.",
    capabilities: ["storage"],
    async run(stage) {
      for (const collection of stage.collections) {
        for (const key of ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "__class__"])
          same(`data of ${key} in ${collection}`, await stage.getDocument(collection, key), null);
      }
    },
  },
  {
    name: "storage.parallel",
    level: "protocol",
    rule: "R29",
    proves: "Of 64 documents that are set at once none is lost.",
    fix: "Let writers take turns, or append: no write may start from a state that another one is just replacing.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      const run = stage.key("parallel");
      const keys = [run, ...Array.from({ length: 63 }, () => stage.key("parallel"))];
      await Promise.all(keys.map((key, index) => stage.setDocument(collection, key, { run, index })));
      const items = await stage.itemsOf(collection, keys, { filters: { run } });
      same("The number of documents that are there", items.length, keys.length);
      const found = await Promise.all(keys.map((key) => stage.getDocument(collection, key)));
      for (const [index, document] of found.entries()) same("A document", document, { run, index });
    },
  },
];
