import { describe, expect, test } from "vitest";
import { ownersSettings, startBoundServer, type TestServer, type TestServerOptions } from "../support/test-server.js";
import { answerOf } from "./answer-json.js";
import { freshBody, requestExamples, sendTo } from "./request-examples.js";
import { brokenBodies } from "./broken-bodies.js";

/** In every body that is sent here; neither an answer nor a log line may repeat it. */
const canary = "canary-5ecre7-value";

const firstExamples = requestExamples.filter(
  ({ operation: { id } }, index) => requestExamples.findIndex(({ operation }) => operation.id === id) === index,
);

const noObjects: readonly (readonly [string, string | Uint8Array<ArrayBuffer>])[] = [
  ["what is cut off", `{"service":"${canary}`],
  ["what has something after its end", `{"service":"${canary}"} x`],
  ["single quotes", `{'service':'${canary}'}`],
  ["a comma too many", `{"service":"${canary}",}`],
  ["a comment", `/* ${canary} */{}`],
  ["a number that JSON has not", `{"service":NaN,"${canary}":1}`],
  ["a text alone", `"${canary}"`],
  ["a number", "5"],
  ["true", "true"],
  ["null", "null"],
  ["a list", `["${canary}"]`],
  ["an empty list", "[]"],
  ["nothing but white space", "  \n"],
  ["UTF-16", Uint8Array.from(Buffer.from(`{"service":"${canary}"}`, "utf16le"))],
  ["bytes that are no UTF-8", bytes(`{"service":"${canary}`, [0xff, 0xfe], '"}')],
  ["an overlong encoding", bytes(`{"service":"${canary}`, [0xc0, 0xaf], '"}')],
  ["a surrogate in UTF-8", bytes(`{"service":"${canary}`, [0xed, 0xa0, 0x80], '"}')],
  ["half a surrogate pair", `{"service":"${canary}\\ud800","operation":"get","action":"get"}`],
  ["the other half of a pair", `{"service":"\\udc00${canary}"}`],
  ["half a pair in a member's name", `{"\\ud83d":"${canary}"}`],
  ["100,000 lists in one another", "[".repeat(100_000) + `"${canary}"` + "]".repeat(100_000)],
  ["100,000 objects in one another", '{"a":'.repeat(100_000) + `"${canary}"` + "}".repeat(100_000)],
  ["100,000 lists that are never closed", "[".repeat(100_000)],
  ["1,000 objects in a member", `{"requestId":${'{"a":'.repeat(1_000)}1${"}".repeat(1_000)},"x":"${canary}"}`],
  ["a form", `service=${canary}`],
  ["XML", `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "${canary}">]><a>&b;</a>`],
];

describe.each(firstExamples)("$operation.id refuses", (example) => {
  const { operation } = example;

  test("whatever is no JSON object in UTF-8", async () => {
    const server = await startUnlimited();
    for (const [what, body] of noObjects) {
      const response = await sendTo(server, operation, body);
      const text = await response.text();
      expect([what, JSON.parse(text)]).toMatchObject([what, { error: "invalid_request" }]);
      expect(text).not.toContain(canary);
      await expectStillAnswers(server);
    }
    expect(server.logLines.join("")).not.toContain(canary);
  });

  test("each member of the wrong type, missing or out of its bounds", async () => {
    const server = await startUnlimited();
    const broken = brokenBodies(example, await freshBody(server, example, "https://127.0.0.1/"), canary);
    expect(broken.length).toBeGreaterThan(0);
    for (const { what, body } of broken) {
      const response = await sendTo(server, operation, JSON.stringify(body));
      const text = await response.text();
      expect([what, response.status >= 400 && response.status < 500, text]).toEqual([what, true, text]);
      expect(text).not.toContain(canary);
    }
    expect(server.logLines.join("")).not.toContain(canary);
    await expectStillAnswers(server);
  });
});

test("the broken bodies are as many as the contract has members", async () => {
  const server = await startUnlimited();
  const counts = await Promise.all(
    requestExamples.map(
      async (example) => brokenBodies(example, await freshBody(server, example, "https://127.0.0.1/"), canary).length,
    ),
  );
  expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThan(200);
});

describe("names of Object's own members are names like any other", () => {
  const names = ["__proto__", "constructor", "hasOwnProperty", "toString", "valueOf", "prototype", "__defineGetter__"];

  test.each(names)("the service %s is empty until something is stored", async (name) => {
    const { tokenVault } = await startUnlimited();
    expect((await tokenVault.credential(name)).status).toBe(404);
    expect(await answerOf(await tokenVault.post("/v1/refresh", { action: "get", service: name }))).toEqual({
      status: "no_token",
      requestId: expect.any(String),
    });
    const stored = await tokenVault.store(name, { accessToken: "example-access-token" }, { mode: "create" });
    expect(stored.status).toBe(200);
    expect(await answerOf(await tokenVault.credential(name))).toMatchObject({
      token: { accessToken: "example-access-token" },
    });
  });

  test.each(names)("the key %s is kept, listed, kept over a restart and deleted", async (name) => {
    const first = await startUnlimited();
    const at = { collection: "vault_config", key: name };
    expect(await answerOf(await first.tokenVault.storage({ operation: "get", ...at }))).toMatchObject({ data: null });
    await answerOf(await first.tokenVault.storage({ operation: "set", ...at, data: { n: 1 } }));
    const { tokenVault } = await first.restart();
    const list = await answerOf(await tokenVault.storage({ operation: "list", collection: "vault_config" }));
    expect(list["items"]).toMatchObject([{ key: name }]);
    await answerOf(await tokenVault.storage({ operation: "delete", ...at }));
    // Another body than the first time: the signature of a get serves once.
    const again = await tokenVault.storage({ operation: "get", ...at, requestId: "req_again" });
    expect(await answerOf(again)).toMatchObject({ data: null });
  });

  test.each(["__proto__", "constructor"])("a collection named %s is none", async (collection) => {
    const { tokenVault } = await startUnlimited();
    expect((await tokenVault.storage({ operation: "list", collection })).status).toBe(400);
    expect((await tokenVault.storage({ operation: "get", collection, key: "polluted" })).status).toBe(400);
    expect(
      await answerOf(await tokenVault.storage({ operation: "list_batch", collections: [collection] })),
    ).toMatchObject({ results: {} });
  });

  test("members of these names in a body change nothing but what they are in", async () => {
    const { tokenVault } = await startUnlimited();
    const polluting = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
    const set = `{"operation":"set","collection":"vault_config","key":"k","data":${polluting},"__proto__":{"collection":"tokens"}}`;
    await answerOf(await tokenVault.post("/v1/storage", set));
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    const got = await tokenVault.storage({ operation: "get", collection: "vault_config", key: "k" });
    expect(await got.text()).toContain(`"data":${polluting}`);
    const inherited = '{"__proto__":{"operation":"list","collection":"tokens"}}';
    expect((await tokenVault.post("/v1/storage", inherited)).status).toBe(400);
  });
});

async function expectStillAnswers({ url, fetch }: TestServer): Promise<void> {
  expect(await answerOf(await fetch(`${url}/v1/health`))).toMatchObject({ status: "healthy" });
}

/** Whatever is refused here would otherwise soon be refused for its number. Nothing outside is ever called. */
function startUnlimited(): Promise<TestServer> {
  const parts: TestServerOptions["parts"] = { resolve: () => Promise.reject(new Error("a test resolves no name")) };
  return startBoundServer({ settings: { TV_RATE_LIMIT_PER_MINUTE: "0", ...ownersSettings }, parts });
}

function bytes(before: string, middle: readonly number[], after: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat([Buffer.from(before), Buffer.from(middle), Buffer.from(after)]));
}
