import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sensitiveFieldValues } from "../../generated/operations.js";
import { publicProperties } from "../../src/vault/credential.js";
import {
  isSecretProperty,
  isSensitiveField,
  secretNames as ownersNames,
  splitSecrets,
  withoutSecretProperties,
} from "../../src/vault/sensitive-properties.js";

const secretNames = [
  ...sensitiveFieldValues,
  "password",
  "Password",
  "dbPassword",
  "passwd",
  "passphrase",
  "passcode",
  "apiKey",
  "api_key",
  "API-KEY",
  "apikey",
  "clientSecret",
  "client_secret",
  "secret",
  "private_key",
  "privateKey",
  "seed",
  "mnemonic",
  "refresh_token",
  "access-token",
];
const openNames = [
  "serviceName",
  "tokenType",
  "scope",
  "expiresAt",
  "keyId",
  "publicKey",
  "username",
  "url",
  "tokens",
  "__proto__",
  "constructor",
];

describe("a secret that the owner gives", () => {
  it.each(ownersNames)("is kept secret under the name %s, whatever it looks like", (name) => {
    for (const value of ["a", "true", "null", "0", "{}", ""]) expect(isSecretProperty(name, value)).toBe(true);
  });
});

describe("a member is secret", () => {
  it.each(secretNames)("under the name %s", (name) => {
    expect(isSecretProperty(name, "value")).toBe(true);
    expect(isSecretProperty(name, 12345)).toBe(true);
    expect(isSecretProperty(name, { nested: "value" })).toBe(true);
  });

  it.each(openNames)("not under the name %s", (name) => {
    expect(isSecretProperty(name, "value")).toBe(false);
    expect(isSecretProperty(name, { harmless: [1, "two"] })).toBe(false);
  });

  it.each(secretNames)("when it holds a member %s, however deep", (name) => {
    expect(isSecretProperty("config", { a: [{ b: { [name]: "value" } }] })).toBe(true);
  });

  it("not when it says yes or no, or nothing", () => {
    for (const name of ["hasPassword", "hasTotpSecret", "password"]) {
      expect(isSecretProperty(name, true)).toBe(false);
      expect(isSecretProperty(name, null)).toBe(false);
    }
    expect(isSecretProperty("config", { hasPassword: true, password: null })).toBe(false);
  });
});

describe("the eight sensitive fields", () => {
  it("are those of the protocol, and nothing that Object knows by itself", () => {
    const expected = [
      "accessToken",
      "refreshToken",
      "certificateData",
      "privateKeyData",
      "certificateChain",
      "sshPrivateKey",
      "totpSecret",
      "totpUri",
    ];
    expect([...sensitiveFieldValues].sort()).toEqual(expected.sort());
    for (const name of expected) expect(isSensitiveField(name)).toBe(true);
    for (const name of ["toString", "__proto__", "accesstoken", ""]) expect(isSensitiveField(name)).toBe(false);
  });
});

describe("a copy without secret members", () => {
  it("leaves them out at any depth, also in arrays, and keeps the rest", () => {
    const value = {
      name: "x",
      password: "secret",
      list: [{ apiKey: "secret", id: 1 }, "text", [{ seed: "secret" }]],
      nested: { deeper: { accessToken: "secret", url: "https://example.org" }, hasPassword: true },
      secrets: { all: "secret" },
      accessToken: true,
    };
    expect(withoutSecretProperties(value)).toEqual({
      name: "x",
      list: [{ id: 1 }, "text", [{}]],
      nested: { deeper: { url: "https://example.org" }, hasPassword: true },
    });
  });

  it("hides a secret wherever it was put, and never changes what it was given", () => {
    const canary = "canary-7f3a";
    const name = fc.constantFrom(...secretNames);
    const around = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        name.map((secret) => ({ [secret]: canary, open: 1 })),
        fc
          .tuple(fc.constantFrom(...openNames, "0"), tie("value"))
          .map(([key, value]) => Object.fromEntries([[key, value]])),
        fc.array(tie("value"), { maxLength: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(around, (value) => {
        const before = JSON.stringify(value);
        expect(JSON.stringify(withoutSecretProperties(value))).not.toContain(canary);
        expect(JSON.stringify(value)).toBe(before);
        if (before.includes(canary)) expect(isSecretProperty("anything", value)).toBe(true);
      }),
    );
  });

  it("hides the eight fields also where other names are open", () => {
    const value = { apiKey: "shown", accessToken: "hidden", nested: [{ totpSecret: "hidden", password: "shown" }] };
    expect(withoutSecretProperties(value, isSensitiveField)).toEqual({
      apiKey: "shown",
      nested: [{ password: "shown" }],
    });
  });
});

describe("a property called __proto__", () => {
  const hostile = JSON.parse('{"__proto__": {"isOwner": true}, "password": "p", "a": 1}') as Record<string, unknown>;

  it("stays a property, and changes no prototype, whatever is copied of its object", () => {
    const { open, secret } = splitSecrets(hostile);
    for (const made of [open, withoutSecretProperties(hostile), publicProperties(hostile)]) {
      expect(JSON.stringify(made)).toContain('{"__proto__":{"isOwner":true}');
      expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
      expect((made as { isOwner?: boolean }).isOwner).toBeUndefined();
    }
    expect(secret).toEqual({ password: "p" });
  });
});
