import { Secret as OtpSecret } from "otpauth";
import { describe, expect, it } from "vitest";
import { parseTotpUri, resolveTotp, totpCode, totpParameters } from "../../../src/vault/kinds/totp.js";

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

const plain = { totpSecret: seed, totpAlgorithm: "SHA1", totpDigits: 6, totpPeriod: 30 };
const grouped = seed.replace(/(.{4})(?!$)/g, "$1 ");
const alice = { ...plain, totpAccountName: "alice" };
const pastedUris: readonly (readonly [what: string, uri: string, expected: object])[] = [
  ["blanks in the secret", `otpauth://totp/alice?secret=${grouped}`, alice],
  ["encoded blanks in the secret", `otpauth://totp/alice?secret=${encodeURIComponent(grouped)}`, alice],
  ["a form's blanks in the secret", `otpauth://totp/alice?secret=${grouped.replaceAll(" ", "+")}`, alice],
  ["hyphens in the secret", `otpauth://totp/alice?secret=${grouped.replaceAll(" ", "-").toLowerCase()}`, alice],
  ["padding", `otpauth://totp/alice?secret=${seed}====`, alice],
  ["encoded padding", `otpauth://totp/alice?secret=${seed}%3D%3D%3d&digits=6`, alice],
  [
    "a secret that is encoded twice",
    `otpauth://totp/alice?secret=${encodeURIComponent(encodeURIComponent(grouped))}`,
    alice,
  ],
  ["a secret whose letters are encoded", `otpauth://totp/alice?secret=%47${seed.slice(1)}`, alice],
  ["invisible blanks", `\ufeffotpauth://totp/alice?secret=\u200b${grouped.replaceAll(" ", "\u00a0")}\u2060`, alice],
  ["empty parameters", `otpauth://totp/alice?issuer=&secret=${seed}&algorithm=&digits=&period=&image=`, alice],
  ["parameters without a value", `otpauth://totp/alice?secret=${seed}&issuer&algorithm&digits&period`, alice],
  ["an empty parameter that repeats a full one", `otpauth://totp/alice?secret=${seed}&secret=`, alice],
  ["a final &", `otpauth://totp/alice?secret=${seed}&`, alice],
  ["doubled &", `otpauth://totp/alice?&secret=${seed}&&digits=6&&`, alice],
  ["no label", `otpauth://totp/?secret=${seed}`, plain],
  ["no label and no slash", `otpauth://totp?secret=${seed}`, plain],
  [
    "&amp;",
    `otpauth://totp/alice?secret=${seed}&amp;digits=8&amp;period=60`,
    { ...alice, totpDigits: 8, totpPeriod: 60 },
  ],
  ["&amp; twice", `otpauth://totp/alice?secret=${seed}&amp;amp;digits=8`, { ...alice, totpDigits: 8 }],
  ["&#38;", `otpauth://totp/alice?secret=${seed}&#38;digits=8`, { ...alice, totpDigits: 8 }],
  [
    "capitals",
    `OTPAUTH://TOTP/alice?SECRET=${seed}&Issuer=Bank&DIGITS=8`,
    { ...alice, totpIssuer: "Bank", totpDigits: 8 },
  ],
  ["quotes around", `\u201cotpauth://totp/alice?secret=${seed}\u201d`, alice],
  ["line ends around and inside", `\r\n otpauth://totp/alice?sec\r\nret=${seed}\r\n`, alice],
  ["a plus in the issuer", `otpauth://totp/alice?secret=${seed}&issuer=A+B`, { ...alice, totpIssuer: "A+B" }],
];

describe("an otpauth URI as it is pasted", () => {
  it.each(pastedUris)("with %s is understood, as a URI and in the place of a secret", (_case, uri, expected) => {
    expect(resolveTotp({ totpUri: uri })).toEqual(expected);
    expect(resolveTotp({ totpSecret: uri })).toEqual(expected);
    expect(totpCode({ totpSecret: uri }, 59_000)).toEqual(totpCode(expected as typeof plain, 59_000));
  });

  it.each(["SHA-256", "sha256", "HMAC-SHA-256", "HmacSHA256", "SHA_256", "sha%20256"])(
    "takes the algorithm as it is written: %s",
    (name) => {
      expect(parseTotpUri(`otpauth://totp/alice?secret=${seed}&algorithm=${name}`)["totpAlgorithm"]).toBe("SHA256");
      const totpAlgorithm = decodeURIComponent(name);
      expect(totpParameters({ totpSecret: seed, totpAlgorithm }).algorithm).toBe("SHA256");
    },
  );

  it.each([
    `otpauth://hotp/alice?secret=${seed}&counter=1&`,
    `OTPAUTH://HOTP/alice?secret=${seed}`,
    "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU",
    `otpauth://totp/alice?secret=${seed}&digits=5`,
    `otpauth://totp/alice?secret=${seed}&amp;digits=9`,
    `otpauth://totp/alice?secret=${seed}&period=0`,
    `otpauth://totp/alice?secret=${seed}&period=3601`,
    `otpauth://totp/alice?secret=${seed}&period=30s`,
    "otpauth://totp/alice?secret=&issuer=Bank",
    "otpauth://totp/alice?issuer=Bank&secret",
  ])("is refused also in the place of a secret, without being repeated: %j", (totpSecret) => {
    const message = messageOf(() => resolveTotp({ totpSecret }));
    expect(message).toMatch(/TOTP/);
    expect(message).not.toContain(seed);
  });
});

it.each([
  encodeURIComponent(`${grouped}==`),
  `"${seed}"`,
  `\u201e${seed.toLowerCase()}\u201c`,
  grouped.replaceAll(" ", "\u00a0"),
  grouped.replaceAll(" ", "\u200b"),
  grouped.replaceAll(" ", "\u2011"),
  `\ufeff${seed}\r\n`,
])("a bare secret is tidied as the one in a URI is: %j", (totpSecret) => {
  expect(resolveTotp({ totpSecret })).toEqual({ totpSecret: seed });
  expect(resolveTotp({ totpUri: `otpauth://totp/?secret=${totpSecret}` })).toEqual(plain);
});

it("letters that only capitals would make base32 are no secret", () => {
  expect(() => resolveTotp({ totpSecret: `\u0131\u017f${seed}` })).toThrow(/base32/);
});

it("a URI that was stored by another program and gives no code is totp_failed", () => {
  expect(() => totpCode({ totpUri: "otpauth://totp/alice" }, 0)).toThrow(
    expect.objectContaining({ code: "totp_failed" }),
  );
});

describe("a seed of Steam, whose codes are no digits, is refused and gives no six digits that never work", () => {
  it.each([
    `otpauth://totp/user?secret=${seed}&issuer=Steam`,
    `otpauth://totp/user?secret=${seed}&amp;ISSUER=%20STEAM`,
    `otpauth://totp/user?secret=${seed}&issuer=Steam%20Guard`,
    `otpauth://totp/Steam:user?secret=${seed}`,
    `otpauth://totp/steam%3Auser?secret=${seed}&issuer=`,
    `otpauth://totp/user?secret=${seed}&encoder=steam`,
    `otpauth://totp/user?secret=${seed}&Encoder=Steam&digits=5`,
    `otpauth://totp/user?secret=${seed}&algorithm=STEAM`,
    `otpauth://steam/Steam:user?secret=${seed}`,
    `otpauth://steam?secret=${seed}`,
    `steam://${seed}`,
    `STEAM://${seed}`,
    `\ufeff"steam://${seed}"\n`,
  ])("as %j", (uri) => {
    for (const properties of [{ totpUri: uri }, { totpSecret: uri }]) {
      expect(messageOf(() => resolveTotp(properties))).toMatch(/^Steam's TOTP codes have letters/);
      expect(() => totpCode(properties, 0)).toThrow(expect.objectContaining({ code: "totp_failed" }));
    }
  });

  it.each([{ totpIssuer: "Steam" }, { totpIssuer: "steam " }, { totpAlgorithm: "Steam" }, { encoder: "steam" }])(
    "as a secret with %j",
    (members) => {
      expect(messageOf(() => resolveTotp({ totpSecret: seed, ...members }))).toMatch(/^Steam's TOTP codes/);
    },
  );

  it.each(["SteamDB", "Steamship Bank", "Upsteam"])("but not one of %s", (issuer) => {
    const uri = `otpauth://totp/steam?secret=${seed}&issuer=${encodeURIComponent(issuer)}`;
    expect(resolveTotp({ totpUri: uri })).toMatchObject({ totpSecret: seed, totpIssuer: issuer });
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
