import { beforeAll, describe, expect, it } from "vitest";
import { CannotOpenError, Cipher } from "../../src/keys/cipher.js";
import { Credential, isPlain, isSealed, publicProperties, type SealedDocument } from "../../src/vault/credential.js";
import { belongsToService, currentFields, resealed, sealedDocument, sealFields } from "../../src/vault/sealing.js";
import { splitSecrets } from "../../src/vault/sensitive-properties.js";

let cipher: Cipher;
let other: Cipher;

beforeAll(async () => {
  cipher = new Cipher(new Uint8Array(32).fill(1));
  other = new Cipher(new Uint8Array(32).fill(2));
});

/** As the reference webhooks write it: without additional data. */
async function versionOne(fields: Readonly<Record<string, string>>): Promise<SealedDocument> {
  const iv = new Uint8Array(12).fill(3);
  const key = await crypto.subtle.importKey("raw", new Uint8Array(32).fill(1), "AES-GCM", false, ["encrypt"]);
  const seal = async (text: string): Promise<string> => {
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, Buffer.from(text));
    return Buffer.concat([iv, Buffer.from(sealed)]).toString("base64");
  };
  const sealed = Object.entries(fields).map(async ([name, text]) => [name, await seal(text)] as const);
  return { v: 1, alg: "AES-256-GCM", fields: Object.fromEntries(await Promise.all(sealed)), meta: { a: 1 } };
}

describe("sealed fields", () => {
  const values = { accessToken: "at", password: "p", apiKey: 7, login: { secret: [1, null, "ü"] }, refreshToken: "rt" };

  it("open to what was sealed, texts and other values alike", async () => {
    const document = sealedDocument(sealFields(cipher, "github", values), {});
    expect(new Credential(cipher, "github", document).secrets()).toEqual(values);
    expect(JSON.stringify(document)).not.toMatch(/"at"|"rt"/);
  });

  it("open in the order that is asked for, and only those", async () => {
    const document = sealedDocument(sealFields(cipher, "github", values), {});
    expect(Object.keys(new Credential(cipher, "github", document).secrets(["refreshToken", "accessToken"]))).toEqual([
      "refreshToken",
      "accessToken",
    ]);
  });

  it("do not open for another service, in another field, or under another key", async () => {
    const fields = sealFields(cipher, "github", values);
    const document = sealedDocument(fields, {});
    expect(() => new Credential(cipher, "gitlab", document).secret("accessToken")).toThrow(CannotOpenError);
    const moved = sealedDocument({ ...fields, refreshToken: fields["accessToken"] ?? "" }, {});
    expect(() => new Credential(cipher, "github", moved).secret("refreshToken")).toThrow(CannotOpenError);
    expect(() => new Credential(other, "github", document).secret("accessToken")).toThrow(CannotOpenError);
  });

  it("keep service and field apart, wherever the border between them is drawn", async () => {
    const fields = sealFields(cipher, 'a","b', { c: "x" });
    const moved = sealedDocument({ 'b","c': fields["c"] ?? "" }, {});
    expect(() => new Credential(cipher, "a", moved).secret('b","c')).toThrow(CannotOpenError);
  });

  it("hold a field named like a member of Object", async () => {
    const hostile = Object.fromEntries([
      ["__proto__", { secret: 1 }],
      ["constructor", "x"],
    ]);
    const document = sealedDocument(sealFields(cipher, "github", hostile), {});
    expect(new Credential(cipher, "github", document).secretNames).toEqual(["__proto__", "constructor"]);
    expect(new Credential(cipher, "github", document).secret("__proto__")).toEqual({ secret: 1 });
    expect(new Credential(cipher, "github", document).secret("toString")).toBeUndefined();
  });

  it("give a text only where there is one", async () => {
    const document = sealedDocument(sealFields(cipher, "github", { accessToken: "", apiKey: 7, password: "p" }), {});
    expect(new Credential(cipher, "github", document).text("accessToken")).toBeUndefined();
    expect(new Credential(cipher, "github", document).text("apiKey")).toBeUndefined();
    expect(new Credential(cipher, "github", document).text("absent")).toBeUndefined();
    expect(new Credential(cipher, "github", document).text("password")).toBe("p");
  });

  it("are sealed anew each time, so that equal values do not show", async () => {
    const [one, two] = [sealFields(cipher, "s", { a: 1 }), sealFields(cipher, "s", { a: 1 })];
    expect(one["a"]).not.toBe(two["a"]);
  });
});

describe("a document of version 1", () => {
  it("opens as the reference webhooks write it, every field as text", async () => {
    const document = await versionOne({ accessToken: "at", password: '"not JSON"' });
    expect(new Credential(cipher, "anything", document).secrets(["accessToken", "password"])).toEqual({
      accessToken: "at",
      password: '"not JSON"',
    });
  });

  it("belongs here only if each value is what is stored", async () => {
    const stored = await versionOne({ accessToken: "at", refreshToken: "rt" });
    const { accessToken = "" } = stored.fields;
    expect(belongsToService(cipher, "github", stored, stored)).toBe(true);
    expect(belongsToService(cipher, "github", { ...stored, fields: { accessToken } }, stored)).toBe(true);
    expect(belongsToService(cipher, "github", stored, undefined)).toBe(false);
    expect(belongsToService(cipher, "github", { ...stored, fields: { refreshToken: accessToken } }, stored)).toBe(
      false,
    );
    const newer = sealedDocument(sealFields(cipher, "github", { accessToken: "at" }), {});
    expect(belongsToService(cipher, "github", stored, newer)).toBe(false);
    const hostile = { ...stored, fields: { toString: accessToken } };
    expect(belongsToService(cipher, "github", hostile, stored)).toBe(false);
  });

  it("is bound to its place once its fields are sealed anew", async () => {
    const fields = currentFields(cipher, "github", await versionOne({ accessToken: "at", password: "p" }));
    const document = sealedDocument(fields, {});
    expect(new Credential(cipher, "github", document).secrets(["accessToken", "password"])).toEqual({
      accessToken: "at",
      password: "p",
    });
    expect(() => new Credential(cipher, "gitlab", document).secret("accessToken")).toThrow(CannotOpenError);
  });
});

describe("a document of version 2", () => {
  it("belongs here if each value opens, whatever is stored", async () => {
    const document = sealedDocument(sealFields(cipher, "github", { accessToken: "at", refreshToken: "rt" }), {});
    expect(belongsToService(cipher, "github", document, undefined)).toBe(true);
    expect(belongsToService(cipher, "gitlab", document, document)).toBe(false);
    expect(belongsToService(other, "github", document, document)).toBe(false);
    const oneForeign = {
      ...document,
      fields: { ...document.fields, refreshToken: document.fields["accessToken"] ?? "" },
    };
    expect(belongsToService(cipher, "github", oneForeign, document)).toBe(false);
    expect(belongsToService(cipher, "github", { ...document, fields: { accessToken: "no base64" } }, document)).toBe(
      false,
    );
  });

  it("keeps its values as they are while the key is the same, and opens under the next key after a rotation", async () => {
    const document = sealedDocument(sealFields(cipher, "github", { accessToken: "at", apiKey: 7 }), { a: 1 });
    expect(currentFields(cipher, "github", document)).toBe(document.fields);
    const rotated = resealed("github", document, cipher, other);
    expect(new Credential(other, "github", rotated).secrets(["accessToken", "apiKey"])).toEqual({
      accessToken: "at",
      apiKey: 7,
    });
    expect(rotated).toMatchObject({ v: 2, meta: { a: 1 } });
    expect(() => resealed("github", document, other, cipher)).toThrow(CannotOpenError);
  });
});

describe("the members of a document", () => {
  const sealed = sealedDocument({ accessToken: "x" }, { tokenType: "oauth" });

  it.each<[unknown, boolean]>([
    [sealed, true],
    [{ ...sealed, v: 1 }, true],
    [{ ...sealed, v: 3 }, false],
    [{ ...sealed, v: "2" }, false],
    [{ ...sealed, alg: "none" }, false],
    [{ ...sealed, fields: [] }, false],
    [{ ...sealed, fields: { accessToken: 1 } }, false],
    [{ ...sealed, fields: undefined }, false],
    [{}, false],
  ])("tell whether it is sealed: %j, %s", (document, expected) => {
    expect(isSealed(document as SealedDocument)).toBe(expected);
  });

  it("are public but for the envelope", () => {
    expect(publicProperties(sealed)).toEqual({ tokenType: "oauth" });
    expect(publicProperties({ ...sealed, plain: true, scope: "repo" })).toEqual({ tokenType: "oauth", scope: "repo" });
    expect(publicProperties({ scope: "repo", meta: { scope: "wins" } })).toEqual({ scope: "wins" });
    expect(publicProperties({ meta: "no object" })).toEqual({});
    expect(isPlain(sealed)).toBe(false);
    expect(isPlain({ scope: "repo" })).toBe(true);
  });

  it("are split into secret and open ones without losing any", () => {
    const members = { accessToken: "a", scope: "s", login: { password: "p" }, hasPassword: true };
    expect(splitSecrets(members)).toEqual({
      secret: { accessToken: "a", login: { password: "p" } },
      open: { scope: "s", hasPassword: true },
    });
  });
});
