import fc from "fast-check";
import { createHmac } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { WebhookError } from "../../src/platform/errors.js";
import {
  HmacKey,
  readSignatureHeaders,
  type SignatureHeaders,
  signRequest,
  verifySignature,
} from "../../src/protocol/signature.js";
import vectors from "../vectors/token-vault.json" with { type: "json" };

const { timestamp, body, signatureHex } = vectors.request;
const secret = fromBase64(vectors.hmacSecretBase64);
const nowMs = Number(timestamp) * 1000;
const raw = Buffer.from(body);
const good: SignatureHeaders = { signature: `sha256=${signatureHex}`, timestamp, requestId: "req_testfixture01" };
let key: HmacKey;

beforeAll(async () => {
  key = new HmacKey(secret);
});

describe("a request that Token Vault's own backend signed", () => {
  test("is taken, and its id, signature and time come back", async () => {
    const claimed = readSignatureHeaders(good, nowMs);
    expect(claimed).toEqual({ requestId: "req_testfixture01", signature: signatureHex, timestamp });
    expect(() => {
      verifySignature(key, claimed, raw);
    }).not.toThrow();
  });

  test("is signed by us to the same value", async () => {
    expect(signRequest(key, timestamp, raw)).toBe(`sha256=${signatureHex}`);
  });

  test("does not fit another secret, and so does not the secret's base64 text", async () => {
    const wrong = new HmacKey(fromBase64(vectors.wrongSecretBase64));
    const text = new HmacKey(Uint8Array.from(Buffer.from(vectors.hmacSecretBase64)));
    for (const other of [wrong, text]) expect(await refusal(good, raw, nowMs, other)).toBe("auth_failed");
  });

  test("does not fit its body written in another way, nor another timestamp within the skew", async () => {
    const rewritten = JSON.stringify(JSON.parse(body), undefined, 1);
    expect(JSON.parse(rewritten)).toEqual(JSON.parse(body));
    expect(await refusal(good, Buffer.from(rewritten))).toBe("auth_failed");
    expect(await refusal({ ...good, timestamp: "1700000001" })).toBe("auth_failed");
  });
});

describe("the clock may be 300 seconds off, both ways", () => {
  test.each([
    [-301, "auth_failed"],
    [-300, "taken"],
    [-299, "taken"],
    [0, "taken"],
    [299, "taken"],
    [300, "taken"],
    [301, "auth_failed"],
  ])("%i seconds: %s", async (offsetSeconds, outcome) => {
    expect(await refusal(good, raw, nowMs + offsetSeconds * 1000)).toBe(outcome);
  });
});

test.each([
  "",
  " ",
  "1700000000 ",
  " 1700000000",
  "+1700000000",
  "-1700000000",
  "1700000000.0",
  "1.7e9",
  "0x6553f100",
  "17000000000",
  "01700000000",
  "1700000000000",
  "1700000000\n",
  "１７００００００００",
  "١٧٠٠٠٠٠٠٠٠",
  "NaN",
  "Infinity",
  "2023-11-14T22:13:20Z",
])("the timestamp %j is refused although it is signed", async (malformed) => {
  const signature = `sha256=${createHmac("sha256", secret).update(`${malformed}.`).update(raw).digest("hex")}`;
  expect(await refusal({ ...good, signature, timestamp: malformed })).toBe("auth_failed");
});

test.each([
  ["upper-case hex", `sha256=${signatureHex.toUpperCase()}`],
  ["an upper-case scheme", `SHA256=${signatureHex}`],
  ["no scheme", signatureHex],
  ["another scheme", `sha1=${signatureHex}`],
  ["a space after the scheme", `sha256= ${signatureHex}`],
  ["a space at the end", `sha256=${signatureHex} `],
  ["one digit less", `sha256=${signatureHex.slice(1)}`],
  ["one byte less", `sha256=${signatureHex.slice(2)}`],
  ["one byte more", `sha256=${signatureHex}00`],
  ["no digits", "sha256="],
  ["a digit that is none", `sha256=g${signatureHex.slice(1)}`],
  ["base64", `sha256=${Buffer.from(signatureHex, "hex").toString("base64")}`],
  ["two signatures", `sha256=${signatureHex}, sha256=${signatureHex}`],
  ["nothing", ""],
])("a signature header with %s is refused", async (_what, signature) => {
  expect(await refusal({ ...good, signature })).toBe("auth_failed");
});

test.each(["signature", "timestamp", "requestId"] as const)("a request without its %s is refused", async (name) => {
  expect(await refusal({ ...good, [name]: undefined })).toBe("auth_failed");
});

test("a request id that is empty or has no end is refused", async () => {
  expect(await refusal({ ...good, requestId: "" })).toBe("auth_failed");
  expect(await refusal({ ...good, requestId: "r".repeat(10_000) })).toBe("auth_failed");
});

test("each bit of the signature counts", async () => {
  for (let bit = 0; bit < 256; bit++) {
    const bytes = Buffer.from(signatureHex, "hex");
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(await refusal({ ...good, signature: `sha256=${bytes.toString("hex")}` })).toBe("auth_failed");
  }
});

test("no input makes it throw anything but auth_failed", async () => {
  const text = fc.option(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...Object.values(good))), {
    nil: undefined,
  });
  const signature = fc.oneof(
    text,
    fc.uint8Array({ minLength: 32, maxLength: 32 }).map((code) => `sha256=${Buffer.from(code).toString("hex")}`),
    fc.string({ minLength: 64, maxLength: 64 }).map((digits) => `sha256=${digits}`),
  );
  await fc.assert(
    fc.asyncProperty(signature, text, text, fc.uint8Array(), async (signature, timestamp, requestId, bytes) => {
      expect(await refusal({ signature, timestamp, requestId }, bytes)).toBe("auth_failed");
    }),
  );
});

test("whatever is signed is taken as long as not a byte of it is changed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1 }), fc.nat(), async (bytes, position) => {
      const signature = signRequest(key, timestamp, bytes);
      expect(await refusal({ ...good, signature }, bytes)).toBe("taken");
      const changed = Uint8Array.from(bytes);
      const index = position % bytes.length;
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(await refusal({ ...good, signature }, changed)).toBe("auth_failed");
    }),
  );
});

/** The code with which it is refused; anything but a WebhookError fails the test. */
async function refusal(headers: SignatureHeaders, bytes: Uint8Array = raw, now = nowMs, as = key): Promise<string> {
  try {
    verifySignature(as, readSignatureHeaders(headers, now), bytes);
    return "taken";
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    return error.code;
  }
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, "base64"));
}
