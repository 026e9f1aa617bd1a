import { describe, expect, test } from "vitest";
import { startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError, itemsOf } from "./answer-json.js";

const collections = ["tokens", "proxy_configs", "audit", "vault_config"] as const;

describe.each(collections)("in %s", (collection) => {
  test("a document is set, got back as it was, replaced as a whole, and deleted", async () => {
    const { tokenVault } = await startBoundServer();
    const place = { collection, key: "one" };
    const first = { name: "Mail", deep: { list: [1, null, "é", { a: false }] } };
    expect(await answerOf(await tokenVault.storage({ operation: "get", ...place }))).toMatchObject({ data: null });
    await answerOf(await tokenVault.storage({ operation: "set", ...place, data: first }));
    expect(await documentAt(tokenVault, collection, "one")).toEqual(first);
    await answerOf(await tokenVault.storage({ operation: "set", ...place, data: { other: 1 } }));
    expect(await documentAt(tokenVault, collection, "one")).toEqual({ other: 1 });
    await answerOf(await tokenVault.storage({ operation: "delete", ...place }));
    expect(await documentAt(tokenVault, collection, "one")).toBeNull();
  });

  test("deleting what is not there is no error", async () => {
    const { tokenVault } = await startBoundServer();
    const absent = { operation: "delete", collection, key: "never-there" };
    expect(await answerOf(await tokenVault.storage(absent))).toMatchObject({ status: "ok" });
  });

  test("keys that JavaScript or a file system gives a meaning work like any other, also after a restart", async () => {
    const server = await startBoundServer();
    const keys = ["__proto__", "constructor", "hasOwnProperty", "toString", "../..", "/etc/passwd", "a b", "ключ", "0"];
    for (const key of keys) {
      expect(await documentAt(server.tokenVault, collection, key)).toBeNull();
      const data = { name: `document of ${key}` };
      await answerOf(await server.tokenVault.storage({ operation: "set", collection, key, data }));
    }
    const next = await server.restart();
    for (const key of keys) {
      expect(await documentAt(next.tokenVault, collection, key)).toEqual({ name: `document of ${key}` });
    }
    const listed = await itemsOf(await next.tokenVault.storage({ operation: "list", collection }));
    expect(listed.map(({ key }) => key).sort()).toEqual([...keys].sort());
    for (const key of keys) await answerOf(await next.tokenVault.storage({ operation: "delete", collection, key }));
    expect(await itemsOf(await next.tokenVault.storage({ operation: "list", collection }))).toEqual([]);
    expect(({} as Record<string, unknown>)["name"]).toBeUndefined();
  });
});

test("a document is in its own collection only", async () => {
  const { tokenVault } = await startBoundServer();
  await answerOf(await tokenVault.storage({ operation: "set", collection: "audit", key: "k", data: { a: 1 } }));
  for (const collection of collections.filter((name) => name !== "audit")) {
    expect(await documentAt(tokenVault, collection, "k")).toBeNull();
  }
});

test("what was set is there after a restart, and what was deleted is not", async () => {
  const server = await startBoundServer();
  const place = { collection: "vault_config" };
  await answerOf(await server.tokenVault.storage({ operation: "set", ...place, key: "kept", data: { a: 1 } }));
  await answerOf(await server.tokenVault.storage({ operation: "set", ...place, key: "gone", data: { a: 2 } }));
  await answerOf(await server.tokenVault.storage({ operation: "delete", ...place, key: "gone" }));
  const { tokenVault } = await server.restart();
  expect(await documentAt(tokenVault, "vault_config", "kept")).toEqual({ a: 1 });
  expect(await documentAt(tokenVault, "vault_config", "gone")).toBeNull();
});

test("a member named __proto__ comes back as a member", async () => {
  const { tokenVault } = await startBoundServer();
  const data = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') as Record<string, unknown>;
  await answerOf(await tokenVault.storage({ operation: "set", collection: "proxy_configs", key: "k", data }));
  const response = await tokenVault.storage({ operation: "get", collection: "proxy_configs", key: "k" });
  expect(await response.text()).toContain('"data":{"__proto__":{"polluted":true},"constructor":1}');
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("twenty sets of one key at once leave one of the documents, whole", async () => {
  const { tokenVault } = await startBoundServer();
  const documents = Array.from({ length: 20 }, (_, n) => ({ n, twin: n }));
  const sets = documents.map((data) =>
    tokenVault.storage({ operation: "set", collection: "proxy_configs", key: "k", data }),
  );
  for (const response of await Promise.all(sets)) await answerOf(response);
  expect(documents).toContainEqual(await documentAt(tokenVault, "proxy_configs", "k"));
});

describe("the request id", () => {
  const requests = [
    { operation: "set", collection: "audit", key: "k", data: {} },
    { operation: "get", collection: "audit", key: "k" },
    { operation: "list", collection: "audit" },
    { operation: "list_batch", collections: ["audit"] },
    { operation: "delete", collection: "audit", key: "k" },
  ];

  test.each(requests)("of $operation is echoed: the body's, else the header's", async (body) => {
    const { tokenVault } = await startBoundServer();
    const named = await tokenVault.storage({ ...body, requestId: "req_in_body" }, { requestId: "req_header_1" });
    expect(await answerOf(named)).toMatchObject({ requestId: "req_in_body" });
    const unnamed = await tokenVault.storage(body, { requestId: "req_header_2", timestamp: anotherSecond() });
    expect(await answerOf(unnamed)).toMatchObject({ requestId: "req_header_2" });
  });

  test("is not in an error's body", async () => {
    const { tokenVault } = await startBoundServer();
    const response = await tokenVault.storage({
      operation: "get",
      collection: "secrets",
      key: "k",
      requestId: "req_x",
    });
    expect(Object.keys((await response.json()) as object)).toEqual(["error", "message"]);
  });
});

describe("what does not fit the contract is refused", () => {
  const place = { collection: "proxy_configs", key: "k" };

  test.each([
    ["an unknown collection", { operation: "get", collection: "secrets", key: "k" }],
    ["the webhook's own collection", { operation: "get", collection: "system", key: "binding" }],
    ["the webhook's own registrations", { operation: "list", collection: "registrations" }],
    ["a collection that objects inherit", { operation: "list", collection: "__proto__" }],
    ["no collection", { operation: "list" }],
    ["an unknown operation", { operation: "drop", ...place }],
    ["no operation", { ...place }],
    ["no key", { operation: "get", collection: "audit" }],
    ["an empty key", { operation: "get", collection: "audit", key: "" }],
    ["a key with a control character", { operation: "get", collection: "audit", key: "a\nb" }],
    ["a key of 513 characters", { operation: "get", collection: "audit", key: "k".repeat(513) }],
    ["no data to set", { operation: "set", ...place }],
    ["a list as data", { operation: "set", ...place, data: [] }],
    ["null as data", { operation: "set", ...place, data: null }],
    ["a text as data", { operation: "set", ...place, data: "text" }],
    ["half a surrogate pair", { operation: "set", ...place, data: { a: "\ud800" } }],
  ])("%s", async (_title, body) => {
    const { tokenVault } = await startBoundServer();
    await expectError(await tokenVault.storage(body), "invalid_request");
    expect(await itemsOf(await tokenVault.storage({ operation: "list", collection: "proxy_configs" }))).toEqual([]);
  });

  test.each(["", "null", "[]", '"text"', "{", '{"operation":"list","collection":"audit"}}', "\u00ff"])(
    "the body %j",
    async (body) => {
      const { tokenVault } = await startBoundServer();
      await expectError(await tokenVault.post("/v1/storage", body), "invalid_request");
    },
  );

  test("a body nested more than 64 levels deep", async () => {
    const { tokenVault } = await startBoundServer();
    const deep = `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`;
    const body = `{"operation":"set","collection":"audit","key":"k","data":${deep}}`;
    await expectError(await tokenVault.post("/v1/storage", body), "invalid_request");
  });
});

/** With an id in the body, as Token Vault sends it: two equal bodies in a second have the same signature. */
async function documentAt(tokenVault: TestServer["tokenVault"], collection: string, key: string): Promise<unknown> {
  const requestId = `req_${crypto.randomUUID()}`;
  return (await answerOf(await tokenVault.storage({ operation: "get", collection, key, requestId })))["data"];
}

/** So that the same body has another signature. */
function anotherSecond(): string {
  return String(Math.floor(Date.now() / 1000) + 10);
}
