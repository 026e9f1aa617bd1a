import { describe, expect, it } from "vitest";
import { sensitiveFieldValues } from "../../generated/operations.js";
import { resolveTotp } from "../../src/vault/kinds/totp.js";
import { holdings, prepareProperties, type PreparedProperties } from "../../src/vault/sealing.js";

const nowMs = Date.UTC(2026, 0, 31, 12, 0, 0, 999);
const seed = "GEZDGNBVGY3TQOJQ";

function prepare(tokenData: Readonly<Record<string, unknown>>, creationId?: string): PreparedProperties {
  return prepareProperties("github", tokenData, creationId, nowMs);
}

describe("what a browser stores", () => {
  it("is split into secrets and a meta that says what there is", () => {
    expect(prepare({ accessToken: "at", refreshToken: "rt", scope: "repo", custom: { a: [1] } })).toEqual({
      secrets: { accessToken: "at", refreshToken: "rt" },
      meta: {
        serviceName: "github",
        tokenType: "oauth",
        createdAt: "2026-01-31T12:00:00Z",
        scope: "repo",
        custom: { a: [1] },
        hasRefreshToken: true,
        hasCertificate: false,
        hasPrivateKey: false,
        hasSSHKey: false,
        hasTotpSecret: false,
      },
    });
  });

  it("keeps each of the eight sensitive fields secret", () => {
    const fields = sensitiveFieldValues.filter((name) => !name.startsWith("totp"));
    const { secrets, meta } = prepare(Object.fromEntries(fields.map((name) => [name, `value of ${name}`])));
    expect(Object.keys(secrets).sort()).toEqual([...fields].sort());
    expect(JSON.stringify(meta)).not.toContain("value of");
  });

  it("keeps a password, an API key and what is nested around one secret as well", () => {
    const { secrets, meta } = prepare({
      password: "p",
      apiKey: 7,
      login: { user: "u", credentials: [{ client_secret: "s" }] },
      user: "u",
    });
    expect(secrets).toEqual({ password: "p", apiKey: 7, login: { user: "u", credentials: [{ client_secret: "s" }] } });
    expect(meta).toMatchObject({ user: "u" });
    expect(meta).not.toHaveProperty("login");
  });

  it("drops null members and empty sensitive fields, and keeps other empty texts", () => {
    const { secrets, meta } = prepare({
      accessToken: "",
      refreshToken: null,
      scope: null,
      note: "",
      count: 0,
      flag: false,
    });
    expect(secrets).toEqual({});
    expect(meta).toMatchObject({ note: "", count: 0, flag: false, hasRefreshToken: false });
    expect(meta).not.toHaveProperty("scope");
  });

  it("cannot say what the webhook says", () => {
    const { meta } = prepare({
      serviceName: "other",
      createdAt: "1999",
      updatedAt: "1999",
      creationId: "forged",
      hasRefreshToken: true,
      hasCertificate: true,
      hasPrivateKey: true,
      hasSSHKey: true,
      hasTotpSecret: true,
    });
    expect(meta).toMatchObject({ serviceName: "github", createdAt: "2026-01-31T12:00:00Z", ...holdings([]) });
    expect(meta).not.toHaveProperty("creationId");
    expect(meta).not.toHaveProperty("updatedAt");
  });

  it("has the creation id of the ticket, and the token type that was given", () => {
    expect(prepare({ tokenType: "api_key" }, "cid_1").meta).toMatchObject({
      creationId: "cid_1",
      tokenType: "api_key",
    });
  });

  it("keeps a member named __proto__ as a member", () => {
    const tokenData = JSON.parse('{"accessToken":"at","__proto__":{"serviceName":"other"}}') as Record<string, unknown>;
    const { meta } = prepare(tokenData);
    expect(Object.hasOwn(meta, "__proto__")).toBe(true);
    expect(meta).toMatchObject({ serviceName: "github" });
  });
});

describe("the expiry", () => {
  it("is computed from expiresAt in milliseconds when it is not given", () => {
    expect(prepare({ expiresAt: "2026-02-01T00:00:00Z" }).meta["expiryTime"]).toBe(Date.UTC(2026, 1, 1));
    expect(prepare({ expiresAt: "2026-02-01T00:00:00Z", expiryTime: 5 }).meta["expiryTime"]).toBe(5);
  });

  it.each(["soon", 12, {}])("was absent where expiresAt is no time: %j", (expiresAt) => {
    expect(() => prepare({ expiresAt })).toThrow("expiresAt");
    expect(() => prepare({ expiresAt, expiryTime: 5 })).toThrow("expiresAt");
  });

  it.each([undefined, "0001-01-01T00:00:00Z", 0, "", null])("is absent when expiresAt is %j", (expiresAt) => {
    expect(prepare({ ...(expiresAt === undefined ? {} : { expiresAt }) }).meta).not.toHaveProperty("expiryTime");
  });
});

describe("a one-time seed", () => {
  const uri = `otpauth://totp/Example:alice?secret=${seed}&issuer=Example&digits=8`;

  it("that comes as a URI is kept in its parts, and the URI nowhere", () => {
    const { secrets, meta } = prepare({ totpUri: uri, tokenType: "TOTP" });
    expect(secrets).toEqual({ totpSecret: seed });
    expect(meta).toMatchObject({
      tokenType: "TOTP",
      totpIssuer: "Example",
      totpAccountName: "alice",
      totpAlgorithm: "SHA1",
      totpDigits: 8,
      totpPeriod: 30,
      hasTotpSecret: true,
    });
    expect(JSON.stringify({ secrets, meta })).not.toContain("otpauth:");
  });

  it("is kept as it is computed with, without the spaces people type", () => {
    expect(prepare({ totpSecret: "gezd gnbv gy3t qojq" }).secrets).toEqual({ totpSecret: seed });
  });

  it.each([
    { totpUri: "https://example.org" },
    { totpUri: 5 },
    { totpUri: `${uri}&period=0` },
    { totpSecret: "short" },
    { totpSecret: seed, totpDigits: 12 },
    { totpSecret: seed, totpAlgorithm: "MD5" },
    { totpSecret: seed, totpPeriod: 4000 },
  ])("that could give no code is refused now, without being repeated: %j", (members) => {
    const work = (): unknown => prepare(members);
    expect(work).toThrow(expect.objectContaining({ code: "invalid_request" }));
    expect(work).not.toThrow(new RegExp(`${seed}|short|example\\.org`));
  });

  it("leaves members without one as they are", () => {
    expect(resolveTotp({ accessToken: "at", totpDigits: 99 })).toEqual({ accessToken: "at", totpDigits: 99 });
  });
});
