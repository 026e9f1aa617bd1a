import { describe, expect, test } from "vitest";
import { ownersHeaders, ownersSettings, startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError } from "./answer-json.js";

/** Numbers that JSON.parse would give another value, or none. */
const lostNumbers = [
  "9007199254740993",
  "-9007199254740993",
  "12345678901234567890",
  "18446744073709551616",
  "1e400",
  "-1E+400",
  "1e-400",
  "0.1234567890123456789",
  "1.0000000000000000001",
  "1.7976931348623159e308",
  "100000000000000000000001",
  "9007199254740993e0",
];
/** Numbers that come back with the value that they had, however they are written then. */
const keptNumbers = [
  "0",
  "-0",
  "0e999999999",
  "1.0",
  "1e2",
  "1E+2",
  "0.1",
  "1.10",
  "-1.5e-7",
  "9007199254740991",
  "9007199254740992",
  "1e22",
  "12345678901234567000",
  "1.00000000000000000000",
  "0.30000000000000004",
  "5e-324",
  "1.7976931348623157e308",
  `1${"0".repeat(308)}`,
  "1732860000.1234567",
];

/** Documents in which a number stands, as JSON. */
const places: readonly (readonly [title: string, document: (number: string) => string])[] = [
  ["a member", (number) => `{"n":${number}}`],
  ["a member that is kept secret", (number) => `{"password":${number}}`],
  ["what is nested around a secret", (number) => `{"login":{"secret":"s","list":[1,{"n":${number}}]}}`],
  ["a list", (number) => `{"list":[${number},2]}`],
  ["a member after blanks", (number) => `{"a":"\\\\","n" :\n\t${number}\r\n}`],
  ["a member after a text with quotes", (number) => `{"a":"\\"[{,:","n":${number}}`],
];

function set({ tokenVault }: TestServer, collection: string, document: string): Promise<Response> {
  const body = `{"operation":"set","collection":"${collection}","key":"k","data":${document}}`;
  return tokenVault.post("/v1/storage", body);
}

/** The kept document; no two signed requests are the same. */
async function kept({ tokenVault }: TestServer): Promise<unknown> {
  const request = { operation: "get", collection: "vault_config", key: "k", requestId: crypto.randomUUID() };
  return (await answerOf(await tokenVault.storage(request)))["data"];
}

async function store({ tokenVault, fetch, url }: TestServer, tokenData: string): Promise<Response> {
  const ticket = await tokenVault.ticket("k", "store");
  const body = `{"ticket":"${ticket}","service":"k","tokenData":${tokenData}}`;
  return fetch(`${url}/v1/store`, { method: "POST", body });
}

describe.each(places)("in %s", (_title, document) => {
  test("a number that would come back as another was acknowledged", async () => {
    const server = await startBoundServer();
    for (const number of lostNumbers) {
      for (const collection of ["tokens", "proxy_configs", "vault_config", "audit"])
        await expectError(await set(server, collection, document(number)), "invalid_request");
      await expectError(await store(server, document(number)), "invalid_request");
    }
    expect(await answerOf(await server.tokenVault.storage({ operation: "list", collection: "tokens" }))).toMatchObject({
      items: [],
    });
  });

  test("a number that keeps its value is taken, and comes back", async () => {
    const server = await startBoundServer();
    for (const number of keptNumbers) {
      await answerOf(await set(server, "vault_config", document(number)));
      expect(await kept(server), number).toEqual(JSON.parse(JSON.stringify(JSON.parse(document(number)))));
      expect((await store(server, document(number))).status, number).toBe(200);
    }
  });
});

test("an owner's command was no better off", async () => {
  const { fetch, url } = await startBoundServer({ settings: ownersSettings });
  const add = (pin: string): Promise<Response> => {
    const body = `{"service":"k","tokenData":{"pin":${pin}}}`;
    return fetch(`${url}/owner/services`, { method: "POST", headers: ownersHeaders, body });
  };
  await expectError(await add("12345678901234567890"), "invalid_request");
  expect((await add('"12345678901234567890"')).status).toBe(200);
});

test("a text or a name that looks like such a number is not touched", async () => {
  const server = await startBoundServer();
  for (const text of [...lostNumbers, ":1e400", ",12345678901234567890", '\\": 1e400 ', "[1e400]"]) {
    const document = `{"a":"${text}","${text}":1,"list":["${text}"]}`;
    await answerOf(await set(server, "vault_config", document));
    expect(await kept(server)).toEqual(JSON.parse(document));
    expect((await store(server, document)).status).toBe(200);
  }
});

test("such a number among members that are not kept is ignored, as every unknown member is", async () => {
  const { tokenVault } = await startBoundServer();
  const body = '{"operation":"get","collection":"tokens","key":"k","traceId":12345678901234567890}';
  expect(await answerOf(await tokenVault.post("/v1/storage", body))).toMatchObject({ data: null });
});

test("a refused number leaves the ticket usable, and the answer does not repeat it", async () => {
  const { tokenVault, fetch, url } = await startBoundServer();
  const ticket = await tokenVault.ticket("k", "store");
  const post = (tokenData: string): Promise<Response> =>
    fetch(`${url}/v1/store`, { method: "POST", body: `{"ticket":"${ticket}","service":"k","tokenData":${tokenData}}` });
  const refused = await post('{"pin":12345678901234567890}');
  const message = ((await refused.json()) as { message: string }).message;
  expect([refused.status, message]).toEqual([400, expect.stringMatching(/number.*as a text/)]);
  expect(message).not.toContain("1234");
  expect((await post('{"pin":"12345678901234567890"}')).status).toBe(200);
});

test("a body of numbers alone, or of one that is as long as a body may be, is refused or taken at once", async () => {
  const server = await startBoundServer();
  const isTaken = async (document: string): Promise<boolean> =>
    (await set(server, "vault_config", document)).status === 200;
  expect(await isTaken(`{"n":[${"1,".repeat(200_000)}1]}`)).toBe(true);
  expect(await isTaken(`{"n":[${"1,".repeat(200_000)}1e400]}`)).toBe(false);
  expect(await isTaken(`{"n":1${"0".repeat(400_000)}1}`)).toBe(false);
  expect(await isTaken(`{"n":0.${"0".repeat(400_000)}1}`)).toBe(false);
  expect(await isTaken(`{"n":1.${"0".repeat(400_000)}}`)).toBe(true);
  expect(await isTaken(`{"a":"${'\\\\\\"'.repeat(100_000)}","n":1e400}`)).toBe(false);
}, 60_000);
