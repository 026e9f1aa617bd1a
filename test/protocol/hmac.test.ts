import { createHmac } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { fromHex } from "../../src/platform/encoding.js";
import { HmacKey, signHmac, verifyHmac } from "../../src/protocol/signature.js";

/*
 * From hmac_sha256_test.json of Project Wycheproof (https://github.com/C2SP/wycheproof, testvectors_v1), Apache License 2.0.
 * All tags are 256 bits, since the protocol knows no shorter ones.
 */
const counting = "000102030405060708090a0b0c0d0e0f";
const vectors = [
  {
    tcId: 1,
    comment: "empty message",
    key: "1e225cafb90339bba1b24076d4206c3e79c355805d851682bc818baa4f5a7779",
    msg: "",
    tag: "b175b57d89ea6cb606fb3363f2538abd73a4c00b4a1386905bac809004cf1933",
    isValid: true,
  },
  {
    tcId: 2,
    comment: "short message",
    key: "8159fd15133cd964c9a6964c94f0ea269a806fd9f43f0da58b6cd1b33d189b2a",
    msg: "77",
    tag: "dfc5105d5eecf7ae7b8b8de3930e7659e84c4172f2555142f1e568fc1872ad93",
    isValid: true,
  },
  {
    tcId: 8,
    comment: "short message",
    key: "32fdeda39f98b4f4426c2d2ac00ab5dd4bfabb68f311447256ed6d3d3a51b154",
    msg: "4163a9f77e41f5",
    tag: "1b0103729f48c2772bb132aef9ebd6dd6aafc9145df6d5c514b233ee92ef4a00",
    isValid: true,
  },
  {
    tcId: 20,
    comment: "message of 32 bytes",
    key: "186e248ad824e1eb93329a7fdcd565b6cb4eaf3f85b90b910777128d8c538d27",
    msg: "92ef9ff52f46eccc7e38b9ee19fd2de3b37726c8e6ce9e1b96db5dda4c317902",
    tag: "3fc1d73dd4a8858c1fc3d8c4a3f33ed5ad0c70210038394a5902cb26fe287348",
    isValid: true,
  },
  {
    tcId: 163,
    comment: "short key",
    key: "a349ac0a9f9f74e48e099cc3dbf9a9c9",
    msg: "",
    tag: "3a8437b877b75cc08a4d8d7559a8fc6869a58c713da63d1d4b350d59b597e30c",
    isValid: true,
  },
  {
    tcId: 170,
    comment: "long key",
    key: "2877ebb81f80334fd00516337446c5cf5ad4a3a2e197269e5b0ad1889dfe2b4b0aaa676fac55b36ce3affc7f1092ab89c53273a837bd5bc94d1a9d9e5b02e9856f",
    msg: "ba448db88f154f775028fdecf9e6752d",
    tag: "1690ed4180642899e0deb9ec2270374e8b0a484217f5a682c524316eca219b64",
    isValid: true,
  },
  {
    tcId: 28,
    comment: "flipped bit 0 in tag",
    key: `${counting}101112131415161718191a1b1c1d1e1f`,
    msg: "",
    tag: "d28b42096d80f45f826b44a9d5607de72496a415d3f4a1a8c88e3bb9da8dc1cb",
    isValid: false,
  },
  {
    tcId: 51,
    comment: "flipped bit 80 in tag",
    key: `${counting}101112131415161718191a1b1c1d1e1f`,
    msg: counting,
    tag: "d8b99f2709a3ca74172cbf93824c1f29b23a0c1e9c21bd851ff2d2c39dbef14e",
    isValid: false,
  },
  {
    tcId: 72,
    comment: "all bits of tag flipped",
    key: `${counting}101112131415161718191a1b1c1d1e1f`,
    msg: "",
    tag: "2c74bdf6927f0ba07d94bb562a9f8218db695bea2c0b5e573771c44625723e34",
    isValid: false,
  },
  {
    tcId: 75,
    comment: "tag changed to all zero",
    key: `${counting}101112131415161718191a1b1c1d1e1f`,
    msg: counting,
    tag: "0000000000000000000000000000000000000000000000000000000000000000",
    isValid: false,
  },
] as const;

describe("HMAC-SHA-256 agrees with Project Wycheproof", () => {
  test.each(vectors)("on vector $tcId, $comment", async ({ key, msg, tag, isValid }) => {
    const imported = new HmacKey(bytes(key));
    expect(verifyHmac(imported, bytes(tag), bytes(msg))).toBe(isValid);
    expect(signHmac(imported, bytes(msg)) === tag).toBe(isValid);
  });
});

test.each([0, 1, 63, 64, 65, 1_000, 16_319, 16_320, 16_321, 300_000])(
  "a message of %i bytes, in one part or several, has the code that node:crypto gives it",
  (length) => {
    const message = Uint8Array.from({ length }, (_none, index) => (index * 31) % 251);
    const secret = bytes(vectors[0].key);
    const expected = createHmac("sha256", secret).update("1700000000.é").update(message).digest("hex");
    const key = new HmacKey(secret);
    const third = Math.floor(length / 3);
    expect(signHmac(key, "1700000000.é", message)).toBe(expected);
    expect(signHmac(key, "1700000000.", "é", message.subarray(0, third), message.subarray(third))).toBe(expected);
    expect(verifyHmac(key, bytes(expected), Buffer.from("1700000000.é"), message)).toBe(true);
    // The same key again, for another message.
    expect(signHmac(key, "")).toBe(createHmac("sha256", secret).update("").digest("hex"));
  },
);

test("a code that is right but cut short or lengthened does not fit", async () => {
  const { key, msg, tag } = vectors[3];
  const imported = new HmacKey(bytes(key));
  for (const code of ["", tag.slice(0, 2), tag.slice(0, 62), `${tag}00`, `00${tag}`]) {
    expect(verifyHmac(imported, bytes(code), bytes(msg))).toBe(false);
  }
});

test("the imported secret cannot be taken out of its key again, nor does the key show it", () => {
  const secret = bytes(vectors[0].key);
  const imported = new HmacKey(secret);
  const shown = [inspect(imported, { showHidden: true, depth: 9 }), JSON.stringify(imported)].join();
  for (const encoding of ["hex", "base64", "latin1"] as const)
    expect(shown).not.toContain(Buffer.from(secret).toString(encoding));
  expect(shown).not.toContain([...secret.subarray(0, 4)].join(", "));
  expect(Reflect.ownKeys(imported)).toEqual([]);
  expect(Reflect.ownKeys(HmacKey.prototype)).toEqual(["constructor", "digest"]);
});

function bytes(hex: string): Uint8Array<ArrayBuffer> {
  const decoded = fromHex(hex);
  if (!decoded) throw new Error("a vector is not hex");
  return decoded;
}
