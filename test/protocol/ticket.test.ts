import fc from "fast-check";
import { createHmac } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { WebhookError } from "../../src/platform/errors.js";
import { HmacKey } from "../../src/protocol/signature.js";
import { signTicket, verifyTicket, type TicketExpectation } from "../../src/protocol/ticket.js";
import vectors from "../vectors/token-vault.json" with { type: "json" };

const secret = fromBase64(vectors.hmacSecretBase64);
const expected: TicketExpectation = {
  purposes: ["agent_credential", "user_reveal"],
  service: "github",
  maxLifetimeSeconds: 900,
};
/** The published ticket never ends. */
const withoutLimit: TicketExpectation = { ...expected, maxLifetimeSeconds: Infinity };
const nowMs = 1_700_000_000_000;
const claims = {
  svc: "github",
  pur: "agent_credential",
  iat: 1_700_000_000,
  exp: 1_700_000_060,
  nonce: "00112233445566778899aabbccddeeff",
};
let key: HmacKey;

beforeAll(async () => {
  key = new HmacKey(secret);
});

describe("a ticket that Token Vault's own backend issued", () => {
  test("is taken, and its claims come back", async () => {
    expect(verifyTicket(key, vectors.ticket.value, withoutLimit, nowMs)).toEqual(vectors.ticket.payload);
  });

  test("is issued by us to the same text", async () => {
    expect(signTicket(key, vectors.ticket.payload)).toBe(vectors.ticket.value);
  });

  test("does not fit another secret", async () => {
    const wrong = new HmacKey(fromBase64(vectors.wrongSecretBase64));
    expect(await refusal(vectors.ticket.value, withoutLimit, nowMs, wrong)).toBe("ticket_invalid");
  });
});

describe("a ticket's end", () => {
  test.each([
    [-1, "taken"],
    [0, "taken"],
    [1, "ticket_expired"],
    [86_400, "ticket_expired"],
  ])("%i seconds past it: %s", async (offsetSeconds, outcome) => {
    expect(await refusal(seal(claims), expected, (claims.exp + offsetSeconds) * 1000)).toBe(outcome);
  });

  test("is said only to whoever has a genuine ticket", async () => {
    const late = (claims.exp + 1) * 1000;
    expect(await refusal(`${seal(claims).slice(0, -1)}x`, expected, late)).toBe("ticket_invalid");
    expect(await refusal(flipLastDigit(seal(claims)), expected, late)).toBe("ticket_invalid");
  });
});

describe("a ticket's lifetime", () => {
  const iat = nowMs / 1000;

  test.each([
    ["as long as it may be", { iat, exp: iat + 900 }, "taken"],
    ["a second longer", { iat, exp: iat + 901 }, "ticket_invalid"],
    ["without end", { iat, exp: 9_999_999_999 }, "ticket_invalid"],
    ["counted from now when it does not say when it was issued", { iat: undefined, exp: iat + 901 }, "ticket_invalid"],
    ["counted from now when it is dated ahead", { iat: iat + 200, exp: iat + 901 }, "ticket_invalid"],
    ["counted from its issue when that is past", { iat: iat - 800, exp: iat + 101 }, "ticket_invalid"],
    ["begun at another clock's time", { iat: iat + 300, exp: iat + 360 }, "taken"],
    ["begun in the future", { iat: iat + 301, exp: iat + 360 }, "ticket_invalid"],
  ])("%s: %j is %s", async (_what, times, outcome) => {
    expect(await refusal(seal({ ...claims, ...times }))).toBe(outcome);
  });
});

test("a ticket for another purpose or another service does not fit", async () => {
  expect(await refusal(seal({ ...claims, pur: "store" }))).toBe("ticket_invalid");
  expect(await refusal(seal({ ...claims, pur: "AGENT_CREDENTIAL" }))).toBe("ticket_invalid");
  expect(await refusal(seal({ ...claims, svc: "gitlab" }))).toBe("ticket_invalid");
  expect(await refusal(seal({ ...claims, svc: "GitHub" }))).toBe("ticket_invalid");
  expect(await refusal(seal({ ...claims, svc: "__proto__" }))).toBe("ticket_invalid");
});

test.each([
  ["null", null],
  ["an array", []],
  ["a number", 5],
  ["a text", "github"],
  ["no exp", { ...claims, exp: undefined }],
  ["an exp that is a text", { ...claims, exp: "9999999999" }],
  ["an exp that is no number", { ...claims, exp: "abc" }],
  ["an exp that is an object", { ...claims, exp: {} }],
  ["an exp that is null", { ...claims, exp: null }],
  ["an exp with a fraction", { ...claims, exp: 1_700_000_060.5 }],
  ["an exp beyond all integers", { ...claims, exp: 1e300 }],
  ["an iat that is a text", { ...claims, iat: "1700000000" }],
  ["no nonce", { ...claims, nonce: undefined }],
  ["an empty nonce", { ...claims, nonce: "" }],
  ["a nonce that is a number", { ...claims, nonce: 7 }],
  ["a nonce without end", { ...claims, nonce: "a".repeat(5000) }],
  ["a svc that is an array", { ...claims, svc: ["github"] }],
  ["a pur that is an array", { ...claims, pur: ["agent_credential"] }],
  ["no pur", { ...claims, pur: undefined }],
  ["a cid that is a number", { ...claims, cid: 1 }],
  ["a mode that is an object", { ...claims, mode: {} }],
])("a genuine MAC over %s is refused as ticket_invalid", async (_what, payload) => {
  expect(await refusal(seal(payload))).toBe("ticket_invalid");
});

test("a genuine MAC over what is no JSON or no UTF-8 is refused as ticket_invalid", async () => {
  for (const bytes of ["", "{", "{}}", "nonsense"])
    expect(await refusal(sealBytes(Buffer.from(bytes)))).toBe("ticket_invalid");
  const latin1 = Buffer.from(JSON.stringify({ ...claims, sub: "é" }), "latin1");
  expect(await refusal(sealBytes(latin1))).toBe("ticket_invalid");
});

test("members that an issuer leaves null count as absent", async () => {
  expect(await refusal(seal({ ...claims, aid: null, pid: null, mode: null, cid: null }))).toBe("taken");
});

test.each([
  ["one part", (ticket: string) => ticket.split(".")[0] ?? ""],
  ["three parts", (ticket: string) => `${ticket}.${ticket.split(".")[1] ?? ""}`],
  ["an empty third part", (ticket: string) => `${ticket}.`],
  ["an empty first part", (ticket: string) => `.${ticket.split(".")[1] ?? ""}`],
  ["an empty code", (ticket: string) => `${ticket.split(".")[0] ?? ""}.`],
  ["a code in upper case", (ticket: string) => ticket.replace(/[^.]+$/, (code) => code.toUpperCase())],
  ["a code that is one byte short", (ticket: string) => ticket.slice(0, -2)],
  ["a padded payload", (ticket: string) => ticket.replace(".", "=.")],
  ["a line end", (ticket: string) => `${ticket}\n`],
  ["a space before it", (ticket: string) => ` ${ticket}`],
])("a ticket with %s is refused as ticket_invalid", async (_what, change) => {
  expect(await refusal(seal(claims))).toBe("taken");
  expect(await refusal(change(seal(claims)))).toBe("ticket_invalid");
});

test("the MAC is over the encoded text, not over what it decodes to", async () => {
  const payload = Buffer.from(JSON.stringify(claims));
  const code = createHmac("sha256", secret).update(payload).digest("hex");
  expect(await refusal(`${payload.toString("base64url")}.${code}`)).toBe("ticket_invalid");
});

test("nothing of a payload is decoded before its MAC was found good", async () => {
  // The reason, be it an expiry or a fault of JSON, is not told to anybody without the secret.
  const message = await refusalMessage(flipLastDigit(seal(claims)));
  for (const payload of ["!!!", Buffer.from("{").toString("base64url"), Buffer.from("null").toString("base64url")]) {
    expect(await refusalMessage(`${payload}.${"0".repeat(64)}`)).toBe(message);
    expect(await refusalMessage(sealText(payload))).not.toBe(message);
  }
});

test("no text makes it throw anything but ticket_invalid", async () => {
  const looksRight = fc.tuple(
    fc.base64String(),
    fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 }),
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    looksRight.map((parts) => parts.join(".")),
  );
  await fc.assert(
    fc.asyncProperty(text, async (ticket) => {
      expect(await refusal(ticket)).toBe("ticket_invalid");
    }),
  );
});

test("no genuinely signed payload makes it throw anything but ticket_invalid or ticket_expired", async () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.record({ exp: fc.jsonValue(), nonce: fc.jsonValue(), svc: fc.jsonValue(), pur: fc.jsonValue() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(value.map(seal), fc.uint8Array().map(sealBytes)), async (ticket) => {
      expect(["ticket_invalid", "ticket_expired"]).toContain(await refusal(ticket));
    }),
  );
});

test("whatever is issued is taken, and with one character changed it is not", async () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(text, text, fc.nat(), async (svc, nonce, position) => {
      const ticket = signTicket(key, { ...claims, svc, nonce });
      const expectation = { ...expected, service: svc };
      expect(verifyTicket(key, ticket, expectation, nowMs)).toEqual({ ...claims, svc, nonce });
      const at = position % ticket.length;
      const changed = ticket.slice(0, at) + (ticket[at] === "0" ? "1" : "0") + ticket.slice(at + 1);
      expect(await refusal(changed, expectation)).toBe("ticket_invalid");
    }),
  );
});

/** Signed independently of the code under test. */
function seal(payload: unknown): string {
  return sealBytes(Buffer.from(JSON.stringify(payload)));
}

function sealBytes(payload: Uint8Array): string {
  return sealText(Buffer.from(payload).toString("base64url"));
}

function sealText(text: string): string {
  return `${text}.${createHmac("sha256", secret).update(text).digest("hex")}`;
}

function flipLastDigit(ticket: string): string {
  return ticket.slice(0, -1) + (ticket.endsWith("0") ? "1" : "0");
}

async function refusal(ticket: string, expectation = expected, now = nowMs, as = key): Promise<string> {
  return (await attempt(ticket, expectation, now, as))?.code ?? "taken";
}

async function refusalMessage(ticket: string): Promise<string> {
  return (await attempt(ticket, expected, nowMs, key))?.message ?? "taken";
}

/** Anything thrown but a WebhookError fails the test. */
async function attempt(
  ticket: string,
  expectation: TicketExpectation,
  now: number,
  as: HmacKey,
): Promise<WebhookError | undefined> {
  try {
    verifyTicket(as, ticket, expectation, now);
    return undefined;
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    return error;
  }
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, "base64"));
}
