import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Cipher, fieldAdditionalData } from "../src/keys/cipher.js";
import { HmacKey, readSignatureHeaders, verifySignature } from "../src/protocol/signature.js";
import { verifyTicket } from "../src/protocol/ticket.js";
import { startBoundServer } from "./support/test-server.js";
import { isSecretProperty } from "../src/vault/sensitive-properties.js";
import { runVector, type Vector } from "./vectors/run-vector.js";

/* What the text prints is read from the text itself and carried out. */
const text = readFileSync(new URL("../llm.txt", import.meta.url), "utf8");
const lines = text.split("\n");
const secret = valueOf("Secret (base64 of the 32 bytes that are the HMAC key): ");
const wrongSecret = valueOf("Another secret, with which both must be refused: ");
interface SealVector {
  readonly input: { readonly keyBase64: string };
  readonly expected: string;
}

/** The time of every example. */
const now = 1_700_000_000;

function valueOf(prefix: string): string {
  const found = lines.filter((line) => line.startsWith(prefix));
  expect(found, prefix).toHaveLength(1);
  return found[0]?.slice(prefix.length) ?? "";
}

function keyOf(base64: string): HmacKey {
  return new HmacKey(Uint8Array.from(Buffer.from(base64, "base64")));
}

async function verify(base64: string, timestamp: string, body: string, signature: string): Promise<void> {
  const claimed = readSignatureHeaders({ signature, timestamp, requestId: "req_1" }, now * 1000);
  verifySignature(keyOf(base64), claimed, Buffer.from(body));
}

describe("the signed request", () => {
  const timestamp = valueOf("X-TokenVault-Timestamp: ");
  const body = valueOf("raw body: ");
  const signature = valueOf("X-TokenVault-Signature: ");

  test("passes under the secret, and under the other one it does not", async () => {
    await verify(secret, timestamp, body, signature);
    await expect(verify(wrongSecret, timestamp, body, signature)).rejects.toThrow();
    expect(valueOf("text under the MAC: ")).toBe(`${timestamp}.${body}`);
  });
});

test("the ticket has the payload that stands above it, under the secret only, and lives no longer than tickets may", async () => {
  const ticket = valueOf("ticket (before the full stop: the text under the MAC): ");
  const expected = { purposes: ["agent_credential"], service: "github", maxLifetimeSeconds: 900 };
  const claims = verifyTicket(keyOf(secret), ticket, expected, now * 1000);
  expect(JSON.stringify(claims)).toBe(valueOf("payload: "));
  expect(() => verifyTicket(keyOf(wrongSecret), ticket, expected, now * 1000)).toThrow();
});

describe("the cases, one a line,", () => {
  const cases = lines.filter((line) => line.startsWith('{"rule":'));

  test("are there", () => {
    expect(cases.length).toBeGreaterThanOrEqual(6);
  });

  test.each(cases)("%s", async (line) => {
    const vector = { name: line, ...(JSON.parse(line) as Omit<Vector, "name">) };
    const run = runVector(vector as Vector);
    if (vector.error === undefined) expect(await run).toStrictEqual(vector.expected);
    else await expect(run).rejects.toMatchObject({ code: vector.error });
  });
});

test("the expression of secret names, which a line break had cut, tells the names that the server encrypts", () => {
  const [, source = ""] = /`(pass\([^`]*)`/.exec(text) ?? [];
  const expression = new RegExp(source, "i");
  const words = ["api", "access", "private", "master", "connection", "recovery", "code", "totp", "pass", "my", "token"];
  const ends = [
    "key",
    "string",
    "codes",
    "code",
    "verifier",
    "uri",
    "word",
    "phrase",
    "secret",
    "token",
    "type",
    "pin",
  ];
  const whole = [
    "pin",
    "pins",
    "pat",
    "path",
    "otp",
    "credential",
    "credentials",
    "cvc",
    "seed",
    "cookie",
    "jwt",
    "name",
  ];
  const joined = words.flatMap((word) => ["", "-", "_", " "].flatMap((gap) => ends.map((end) => word + gap + end)));
  const names = [...joined, ...whole].flatMap((name) => [name, name.toUpperCase()]);
  expect(names.filter((name) => expression.test(name) !== isSecretProperty(name, "x"))).toEqual([]);
  expect(names.filter((name) => expression.test(name)).length).toBeGreaterThan(100);
});

test("rules that others name are there, each once", () => {
  const rules = [...text.matchAll(/^- (R\d+) /gm)].map(([, rule]) => rule);
  expect(new Set(rules).size).toBe(rules.length);
  const named = [...text.matchAll(/\bR\d+\b/g)].map(([rule]) => rule);
  expect(named.filter((rule) => !rules.includes(rule))).toEqual([]);
});

describe("a document, as it goes its way,", () => {
  const shown = (what: string): unknown => JSON.parse(valueOf(`as ${what}: `));
  const vectors = lines
    .filter((line) => line.startsWith('{"rule":"R48"'))
    .map((line) => JSON.parse(line) as SealVector);

  test("is set, kept, listed and served as the text shows it", async () => {
    const server = await startBoundServer();
    const { tokenVault } = server;
    const data = shown("TV sets it");
    const place = { collection: "tokens", key: "github" };
    expect((await tokenVault.storage({ operation: "set", ...place, data })).status).toBe(200);
    const answerTo = async (operation: string): Promise<Record<string, unknown>> =>
      (await tokenVault.storage({ operation, ...place })).json() as Promise<Record<string, unknown>>;
    // Each value is sealed under a key and iv of its own.
    const { fields, ...kept } = shown("it is kept") as { fields: Record<string, string> };
    expect((await answerTo("get"))["data"]).toEqual({ ...kept, fields: { accessToken: expect.any(String) } });
    expect((await answerTo("list"))["items"]).toEqual([shown("it is listed")]);
    expect(await (await tokenVault.credential("github")).json()).toEqual(shown("it is served"));
    expect(Object.keys(fields)).toEqual(["accessToken"]);
  });

  test("is sealed under the key of the vectors", () => {
    const { fields } = shown("it is kept") as { fields: Record<string, string> };
    const [vector] = vectors;
    const cipher = new Cipher(Buffer.from(vector?.input.keyBase64 ?? "", "base64"));
    const text = cipher.open(fields["accessToken"] ?? "", fieldAdditionalData("github", "accessToken"));
    expect(text).toBe((shown("TV sets it") as Record<string, unknown>)["accessToken"]);
    expect(fields["accessToken"]).toBe(vector?.expected);
  });
});

describe("the examples", () => {
  const signed = lines.flatMap((line, index) => {
    const hex = /^ {2}signed: ([0-9a-f]{64})$/.exec(line)?.[1];
    return hex === undefined ? [] : [{ body: (lines[index - 1] ?? "").replace("Example: ", ""), hex }];
  });
  const tickets = [...text.matchAll(/^Example: .*?(?:"ticket":"|ticket=)([\w-]+\.[0-9a-f]{64})/gm)].map(
    ([, ticket]) => ticket ?? "",
  );

  test("are signed, each of them", async () => {
    expect(signed).toHaveLength(5);
    for (const { body, hex } of signed) await verify(secret, String(now), body, `sha256=${hex}`);
  });

  test("have real tickets, each of them, and none twice", async () => {
    expect(tickets).toHaveLength(2);
    for (const ticket of tickets) expect(text.split(ticket)).toHaveLength(2);
    const purposes = ["store", "proxy"];
    for (const ticket of tickets) {
      const expected = { purposes, service: "github", maxLifetimeSeconds: 900 };
      expect(verifyTicket(keyOf(secret), ticket, expected, now * 1000)).toMatchObject({ exp: now + 60 });
    }
  });
});
