import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { fromBase64 } from "../../src/platform/encoding.js";
import { HmacKey, signHmac } from "../../src/protocol/signature.js";
import { Secret } from "../../src/platform/secret.js";
import { CannotOpenError, Cipher, fieldAdditionalData, systemAdditionalData } from "../../src/keys/cipher.js";
import { deriveFromSeed } from "../../src/keys/seed.js";

/*
 * From aes_gcm_test.json of Project Wycheproof (https://github.com/C2SP/wycheproof, testvectors_v1), Apache License 2.0:
 * keys of 256 bits, IVs of 96, tags of 128. Its vectors with additional data have none that is UTF-8, so that those here
 * have none at all, as `v: 1` documents have; additional data is held against node:crypto below.
 */
const wycheproof = [
  {
    tcId: 93,
    comment: "empty plaintext",
    key: "80ba3192c803ce965ea371d5ff073cf0f43b6a2ab576b208426e11409c09b9b0",
    iv: "4da5bf8dfd5852c1ea12379d",
    ct: "",
    tag: "4771a7c404a472966cea8f73c8bfe17a",
    text: "",
  },
  {
    tcId: 94,
    comment: "plaintext of one byte",
    key: "cc56b680552eb75008f5484b4cb803fa5063ebd6eab91f6ab6aef4916a766273",
    iv: "99e23ec48985bccdeeab60f1",
    ct: "06",
    tag: "633c1e9703ef744ffffb40edf9d14355",
    text: "*",
  },
] as const;
const noText = {
  tcId: 95,
  key: "51e4bf2bad92b7aff1a4bc05550ba81df4b96fabf41c12c7b00e60e48db7e152",
  iv: "4f07afedfdc3b6c2361823d3",
  ct: "cf332a12fdee800b",
  tag: "602e8d7c4799d62c140c9bb834876b09",
} as const;
/** All of one key, IV and ciphertext, whose plaintext is the bytes 0x20 to 0x2f. */
const modified = {
  key: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
  iv: "505152535455565758595a5b",
  ct: "b2061457c0759fc1749f174ee1ccadfa",
  tags: [
    [130, "flipped bit 0 in tag", "9de8fef6d8ab1bf1bf887232eab590dd"],
    [135, "flipped bit 32 in tag", "9ce8fef6d9ab1bf1bf887232eab590dd"],
    [142, "flipped bit 96 in tag", "9ce8fef6d8ab1bf1bf887232ebb590dd"],
    [148, "flipped bit 127 in tag", "9ce8fef6d8ab1bf1bf887232eab5905d"],
    [151, "flipped bits 63 and 127 in tag", "9ce8fef6d8ab1b71bf887232eab5905d"],
    [152, "all bits of tag flipped", "631701092754e40e40778dcd154a6f22"],
    [153, "tag changed to all zero", "00000000000000000000000000000000"],
  ],
} as const;

describe("AES-256-GCM agrees with Project Wycheproof", () => {
  test.each(wycheproof)("on vector $tcId, $comment", async ({ key, iv, ct, tag, text }) => {
    const cipher = new Cipher(bytes(key));
    expect(cipher.open(envelope(iv, ct, tag), undefined)).toBe(text);
    // Additional data of no bytes is none.
    expect(cipher.open(envelope(iv, ct, tag), "")).toBe(text);
  });

  test("on vector 95, whose tag is good and whose plaintext is no text", async () => {
    const cipher = new Cipher(bytes(noText.key));
    const error = thrownBy(() => cipher.open(envelope(noText.iv, noText.ct, noText.tag), undefined));
    expect(error).toBeInstanceOf(CannotOpenError);
    expect((error as Error).cause).toMatchObject({ code: "ERR_ENCODING_INVALID_ENCODED_DATA" });
  });

  test.each(modified.tags)("on vector %i, %s", async (_tcId, _comment, tag) => {
    const cipher = new Cipher(bytes(modified.key));
    const error = thrownBy(() => cipher.open(envelope(modified.iv, modified.ct, tag), undefined));
    expect(error).toBeInstanceOf(CannotOpenError);
    expect((error as Error).cause).toMatchObject({ message: expect.stringContaining("unable to authenticate data") });
  });

  test("and opens the modified vectors' ciphertext with the tag that was flipped back", async () => {
    const cipher = new Cipher(bytes(modified.key));
    const tag = `9c${modified.tags[0][2].slice(2)}`;
    expect(cipher.open(envelope(modified.iv, modified.ct, tag), undefined)).toBe(" !\"#$%&'()*+,-./");
  });
});

describe("a sealed value", () => {
  const key = bytes(modified.key);
  const place = fieldAdditionalData("github", "accessToken");
  const texts = ["", "a", "gho_0123456789", "naïve ☃ 𝄞", "\ufeffwith a mark", "line\nline\0", "x".repeat(100_000)];

  test.each(texts)("opens to what was sealed, text %#", async (text) => {
    const cipher = new Cipher(key);
    expect(cipher.open(cipher.seal(text, place), place)).toBe(text);
  });

  test("is base64 of IV, ciphertext and tag, with its place in UTF-8 as additional data", async () => {
    const cipher = new Cipher(key);
    const at = fieldAdditionalData("sérvice ☃", "accessToken");
    const sealed = Buffer.from(cipher.seal("gho_token", at), "base64");
    expect(sealed.length).toBe(12 + "gho_token".length + 16);
    const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12));
    decipher.setAAD(Buffer.from(at, "utf8")).setAuthTag(sealed.subarray(-16));
    const opened = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
    expect(opened.toString()).toBe("gho_token");
  });

  test("made by node:crypto opens here at its place only", async () => {
    const cipher = new Cipher(key);
    const sealed = sealedByNode(key, "gho_token", place);
    expect(cipher.open(sealed, place)).toBe("gho_token");
    expect(() => cipher.open(sealed, undefined)).toThrow(CannotOpenError);
    expect(cipher.open(sealedByNode(key, "gho_token", undefined), undefined)).toBe("gho_token");
  });

  test("opens by WebCrypto, and what WebCrypto seals opens here", async () => {
    const cipher = new Cipher(key);
    const webKey = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
    const additionalData = Buffer.from(place);
    for (const text of texts) {
      const sealed = Buffer.from(cipher.seal(text, place), "base64");
      const parameters = { name: "AES-GCM", iv: sealed.subarray(0, 12), additionalData };
      const opened = await crypto.subtle.decrypt(parameters, webKey, sealed.subarray(12));
      expect(Buffer.from(opened).toString()).toBe(text);
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const bySubtle = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, webKey, Buffer.from(text));
      expect(cipher.open(Buffer.concat([iv, Buffer.from(bySubtle)]).toString("base64"), place)).toBe(text);
    }
  });

  test.each([
    ["another service", fieldAdditionalData("gitlab", "accessToken")],
    ["another field", fieldAdditionalData("github", "refreshToken")],
    ["service and field the other way round", fieldAdditionalData("accessToken", "github")],
    ["a service whose name holds the field's", fieldAdditionalData('github","accessToken', "")],
    ["the webhook's own secrets", systemAdditionalData("github", "accessToken")],
    ["no place", undefined],
    ["an empty place", ""],
  ])("does not open at %s", async (_what, elsewhere) => {
    const cipher = new Cipher(key);
    const sealed = cipher.seal("gho_token", place);
    expect(() => cipher.open(sealed, elsewhere)).toThrow(CannotOpenError);
  });

  test("does not open under another key", async () => {
    const sealed = new Cipher(key).seal("gho_token", place);
    const other = new Cipher(bytes(noText.key));
    expect(() => other.open(sealed, place)).toThrow(CannotOpenError);
  });

  test("does not open with any one bit of it flipped", async () => {
    const cipher = new Cipher(key);
    const sealed = Buffer.from(cipher.seal("gho_token", place), "base64");
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = Buffer.from(sealed);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => cipher.open(flipped.toString("base64"), place)).toThrow(CannotOpenError);
    }
  });

  test("does not open cut short, lengthened, or in another encoding", async () => {
    const cipher = new Cipher(key);
    const sealed = cipher.seal("gho_token??", place);
    const raw = Buffer.from(sealed, "base64");
    const others = [
      "",
      "AAAA",
      raw.subarray(0, 27).toString("base64"),
      raw.subarray(0, -1).toString("base64"),
      raw.subarray(1).toString("base64"),
      Buffer.concat([raw, Buffer.alloc(1)]).toString("base64"),
      raw.toString("hex"),
      raw.toString("base64url"),
      ` ${sealed}`,
      `${sealed}\n`,
      `${sealed}!`,
      sealed.replace(/=+$/, ""),
    ];
    for (const other of others.filter((text) => text !== sealed)) {
      expect(() => cipher.open(other, place)).toThrow(CannotOpenError);
    }
  });

  test("never has an IV twice", async () => {
    const cipher = new Cipher(key);
    const sealed = Array.from({ length: 1000 }, () => cipher.seal("same", place));
    expect(new Set(sealed.map((text) => text.slice(0, 16))).size).toBe(1000);
  });

  test("that does not open tells nothing of itself", async () => {
    const cipher = new Cipher(key);
    const sealed = cipher.seal("gho_token", place);
    const error = thrownBy(() => cipher.open(sealed, undefined)) as Error;
    expect(error.message).toBe("does not open");
  });
});

test("places of different services and fields are never the same text", () => {
  const names = ["", "a", "b", "a,b", '","', "a\\", '"', "a\u0000b", "__proto__"];
  const places = names.flatMap((service) => names.map((field) => fieldAdditionalData(service, field)));
  expect(new Set(places).size).toBe(names.length ** 2);
});

describe("a seed gives the keys that HKDF-SHA-256 gives by node:crypto", () => {
  test.each(["correct horse battery staple", "sëed ☃", "s"])("for the seed %j", async (seed) => {
    const derive = (name: string, length: number): Uint8Array<ArrayBuffer> =>
      new Uint8Array(hkdfSync("sha256", Buffer.from(seed, "utf8"), "", `tv-webhook:${name}:v1`, length));
    const { cipher, seeded } = deriveFromSeed(new Secret(seed));

    expect(seeded.webhookId).toBe(`wh_${Buffer.from(derive("webhook-id", 16)).toString("hex")}`);
    expect(seeded.hmacSecret.reveal()).toEqual(derive("hmac-secret", 32));
    const sealed = sealedByNode(derive("encryption-key", 32), "gho_token", "place");
    expect(cipher.open(sealed, "place")).toBe("gho_token");
  });

  test("so that the shared secret signs as node:crypto signs with it", async () => {
    const { seeded } = deriveFromSeed(new Secret("seed"));
    const secret = seeded.hmacSecret.reveal();
    const expected = createHmac(
      "sha256",
      new Uint8Array(hkdfSync("sha256", "seed", "", "tv-webhook:hmac-secret:v1", 32)),
    );
    expect(signHmac(new HmacKey(secret), bytes("00ff"))).toBe(expected.update(bytes("00ff")).digest("hex"));
  });

  test("and another seed gives others", async () => {
    const [one, two] = [deriveFromSeed(new Secret("one")), deriveFromSeed(new Secret("two"))];
    expect(one.seeded.webhookId).not.toBe(two.seeded.webhookId);
    expect(one.seeded.hmacSecret.reveal()).not.toEqual(two.seeded.hmacSecret.reveal());
    const sealed = one.cipher.seal("x", "place");
    expect(() => two.cipher.open(sealed, "place")).toThrow(CannotOpenError);
  });
});

function sealedByNode(key: Uint8Array, text: string, place: string | undefined): string {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  if (place !== undefined) cipher.setAAD(Buffer.from(place, "utf8"));
  const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, ciphertext, cipher.getAuthTag()]).toString("base64");
}

function envelope(iv: string, ciphertext: string, tag: string): string {
  return Buffer.from(iv + ciphertext + tag, "hex").toString("base64");
}

function bytes(hex: string): Uint8Array<ArrayBuffer> {
  const decoded = fromBase64(Buffer.from(hex, "hex").toString("base64"));
  if (!decoded) throw new Error("a vector is not hex");
  return decoded;
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
