import { Secret as OtpSecret } from "otpauth";
import { describe, expect, it } from "vitest";
import { parseTotpUri, totpCode, totpParameters } from "../../../src/vault/kinds/totp.js";

const digitsOfSeed = "12345678901234567890";
const base32 = (length: number): string => OtpSecret.fromLatin1(digitsOfSeed.repeat(4).slice(0, length)).base32;

/** RFC 6238, appendix B, with the seeds of its erratum 2866: 20, 32 and 64 bytes. */
const appendixB: readonly (readonly [seconds: number, sha1: string, sha256: string, sha512: string])[] = [
  [59, "94287082", "46119246", "90693936"],
  [1111111109, "07081804", "68084774", "25091201"],
  [1111111111, "14050471", "67062674", "99943326"],
  [1234567890, "89005924", "91819424", "93441116"],
  [2000000000, "69279037", "90698825", "38618901"],
  [20000000000, "65353130", "77737706", "47863826"],
];
const vectors = appendixB.flatMap(([seconds, sha1, sha256, sha512]) => [
  { seconds, totpAlgorithm: "SHA1", totpSecret: base32(20), code: sha1 },
  { seconds, totpAlgorithm: "SHA256", totpSecret: base32(32), code: sha256 },
  { seconds, totpAlgorithm: "SHA512", totpSecret: base32(64), code: sha512 },
]);
const seed = base32(20);

describe("a one-time code", () => {
  it.each(vectors)(
    "is $code for $totpAlgorithm at $seconds s (RFC 6238, appendix B)",
    ({ seconds, code, ...members }) => {
      expect(totpCode({ ...members, totpDigits: 8 }, seconds * 1000).code).toBe(code);
    },
  );

  it("has 6 digits and 30 seconds of SHA1 when nothing else is said", () => {
    const expected = { code: "287082", remainingSeconds: 1, period: 30, digits: 6 };
    expect(totpCode({ totpSecret: seed }, 59_000)).toEqual(expected);
  });

  it.each([
    [0, 30],
    [29_999, 1],
    [30_000, 30],
    [30_001, 30],
    [59_999, 1],
  ])("at %i ms is good for %i seconds more", (nowMs, remainingSeconds) => {
    expect(totpCode({ totpSecret: seed }, nowMs).remainingSeconds).toBe(remainingSeconds);
  });

  it("changes with the period that is stored", () => {
    const members = { totpSecret: seed, totpPeriod: 60 };
    expect(totpCode(members, 59_999)).toMatchObject({
      code: totpCode(members, 0).code,
      period: 60,
      remainingSeconds: 1,
    });
    expect(totpCode(members, 60_000).code).not.toBe(totpCode(members, 0).code);
  });

  it("of a seed that gives none is refused as totp_failed, without the seed in the message", () => {
    const stored = { totpSecret: "not base32!" };
    expect(() => totpCode(stored, 0)).toThrow(expect.objectContaining({ code: "totp_failed" }));
    expect(() => totpCode(stored, 0)).not.toThrow(/base32!/);
    expect(() => totpCode({}, 0)).toThrow(expect.objectContaining({ code: "totp_failed" }));
  });
});

describe("the parameters of a code", () => {
  it.each([
    "GEZD GNBV GY3T QOJQ",
    "gezdgnbvgy3tqojq",
    "GEZD-GNBV-GY3T-QOJQ",
    "GEZDGNBVGY3TQOJQ======",
    " GEZDGNBVGY3TQOJQ\n",
  ])("take the seed as people copy it: %j", (totpSecret) => {
    expect(totpParameters({ totpSecret }).secret).toBe("GEZDGNBVGY3TQOJQ");
  });

  it.each(["SHA1", "sha1", "SHA-1", "Sha-1"])("take the algorithm as it is written: %s", (totpAlgorithm) => {
    expect(totpParameters({ totpSecret: seed, totpAlgorithm }).algorithm).toBe("SHA1");
  });

  it("take numbers that came as texts", () => {
    expect(totpParameters({ totpSecret: seed, totpDigits: "8", totpPeriod: "60" })).toMatchObject({
      digits: 8,
      period: 60,
    });
  });

  it.each([
    { totpSecret: undefined },
    { totpSecret: "" },
    { totpSecret: "GEZDGNB" },
    { totpSecret: "GEZDGNB1GY3TQOJQ" },
    { totpSecret: 12345678 },
    { totpSecret: seed, totpAlgorithm: "MD5" },
    { totpSecret: seed, totpAlgorithm: "toString" },
    { totpSecret: seed, totpDigits: 5 },
    { totpSecret: seed, totpDigits: 9 },
    { totpSecret: seed, totpDigits: 6.5 },
    { totpSecret: seed, totpDigits: "six" },
    { totpSecret: seed, totpPeriod: 0 },
    { totpSecret: seed, totpPeriod: 3601 },
    { totpSecret: seed, totpPeriod: -30 },
    { totpSecret: seed, totpPeriod: {} },
  ])("that can give no code are refused: %j", (members) => {
    expect(() => totpParameters(members)).toThrow(expect.objectContaining({ code: "invalid_request" }));
  });

  it.each([
    { totpDigits: 6, totpPeriod: 1 },
    { totpDigits: 8, totpPeriod: 3600 },
  ])("are taken up to their limits: %j", (members) => {
    expect(() => totpParameters({ totpSecret: seed, ...members })).not.toThrow();
  });
});

describe("an otpauth URI", () => {
  it("becomes its parts", () => {
    const uri = `otpauth://totp/Example%20Inc:alice%40example.com?secret=${seed}&issuer=Example%20Inc&algorithm=SHA256&digits=8&period=60`;
    expect(parseTotpUri(uri)).toEqual({
      totpSecret: seed,
      totpAlgorithm: "SHA256",
      totpDigits: 8,
      totpPeriod: 60,
      totpIssuer: "Example Inc",
      totpAccountName: "alice@example.com",
    });
  });

  it("that says little has the standard's defaults", () => {
    expect(parseTotpUri(`otpauth://totp/alice?secret=${seed}`)).toMatchObject({
      totpSecret: seed,
      totpAlgorithm: "SHA1",
      totpDigits: 6,
      totpPeriod: 30,
      totpAccountName: "alice",
    });
  });

  it.each([
    "",
    "https://example.com/",
    `otpauth://hotp/alice?secret=${seed}&counter=1`,
    "otpauth://totp/alice",
    "otpauth://totp/alice?secret=",
    "otpauth://totp/alice?secret=1!",
    `otpauth://totp/alice?secret=${seed}&period=0`,
    `otpauth://totp/alice?secret=${seed}&algorithm=MD5`,
  ])("that is none, or none of this kind, is refused without being repeated: %j", (uri) => {
    const message = messageOf(() => totpParameters(parseTotpUri(uri)));
    expect(message).toMatch(/TOTP/);
    expect(message).not.toContain(seed);
  });
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toMatchObject({ code: "invalid_request" });
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}
