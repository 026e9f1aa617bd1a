import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { HmacKey, readSignatureHeaders, verifySignature } from "../src/protocol/signature.js";
import { verifyTicket } from "../src/protocol/ticket.js";
import { runVector, type Vector } from "./vectors/run-vector.js";

/* What the text prints is read from the text itself and carried out. */
const text = readFileSync(new URL("../llm.txt", import.meta.url), "utf8");
const lines = text.split("\n");
const secret = valueOf("Secret (base64 of the 32 bytes that are the HMAC key): ");
const wrongSecret = valueOf("Another secret, with which both must be refused: ");
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

test("the ticket has the payload that stands above it, under the secret only", async () => {
  const ticket = valueOf("ticket (before the full stop: the text under the MAC): ");
  const expected = { purposes: ["agent_credential"], service: "github", maxLifetimeSeconds: Number.MAX_SAFE_INTEGER };
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

  test("have real tickets, each of them", async () => {
    expect(tickets).toHaveLength(6);
    const purposes = ["store", "agent_credential", "proxy"];
    for (const ticket of tickets) {
      const expected = { purposes, service: "github", maxLifetimeSeconds: 900 };
      expect(verifyTicket(keyOf(secret), ticket, expected, now * 1000)).toMatchObject({ exp: now + 60 });
    }
  });
});
