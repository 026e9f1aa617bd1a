import { Secret, TOTP } from "otpauth";
import type { Check } from "../check.js";
import { expectProperties, expects, refused, same, seen, succeeded } from "../expectation.js";
import { numberOf, skewMsOf, textOf, type Json, type Reply } from "../reply.js";
import type { Stage } from "../stage.js";

type Algorithm = "SHA1" | "SHA256" | "SHA512";

interface Parameters {
  /** Base32. */
  readonly secret: string;
  readonly algorithm: Algorithm;
  readonly digits: number;
  /** Seconds. */
  readonly period: number;
}

/** The seeds and, at 59 s, the codes of RFC 6238, appendix B. */
const rfcSeeds = [
  { algorithm: "SHA1", text: "12345678901234567890", code: "94287082" },
  { algorithm: "SHA256", text: "12345678901234567890123456789012", code: "46119246" },
  { algorithm: "SHA512", text: "1234567890123456789012345678901234567890123456789012345678901234", code: "90693936" },
] as const;
/** Bounds how far the webhook's clock may be from its Date header. */
const toleranceMs = 2000;

export const totpChecks: readonly Check[] = [
  {
    name: "totp.code",
    level: "protocol",
    rule: "R40",
    proves:
      "The code is that of RFC 6238 for each algorithm, number of digits and period, stored by members or by URI.",
    fix: "Compute the code from the decoded seed with the stored algorithm, digits and period, which are SHA1, 6 and 30 when absent; pad it with zeros on the left.",
    writes: true,
    capabilities: ["store", "totp"],
    async run(stage) {
      for (const { algorithm, text } of rfcSeeds) {
        const secret = seedOf(stage, text);
        for (const [digits, period] of [
          [6, 30],
          [7, 15],
          [8, 60],
          [8, 30],
          [6, 3600],
        ] as const)
          await expectCodes(stage, { secret, algorithm, digits, period });
      }
      const secret = newSeed(stage);
      const defaults = { secret, algorithm: "SHA1", digits: 6, period: 30 } as const;
      const odd = `${secret.replace(/(.{4})/g, "$1 ").replace(" ", "-")}==`;
      for (const tokenData of [
        { totpSecret: secret },
        { totpSecret: odd },
        { totpUri: `otpauth://totp/verify?secret=${secret}` },
        { totpSecret: secret, totpAlgorithm: null, totpDigits: null, totpPeriod: null },
      ])
        await expectCode(stage, await stage.stored({ tokenType: "TOTP", ...tokenData }), defaults);
      // A seed beside an access token yields codes too.
      await expectCode(stage, await stage.stored({ accessToken: stage.secretText(), totpSecret: secret }), defaults);
    },
  },
  {
    name: "totp.credential",
    level: "protocol",
    rule: "R40",
    proves: "The credential of a TOTP token is the code of the moment, with what belongs to it and nothing else.",
    fix: "For tokenType TOTP, in any case, answer {accessToken: code, tokenType: TOTP, serviceName, remainingSeconds, period, digits, totpGenerated: true}.",
    writes: true,
    capabilities: ["store", "credential", "totp"],
    async run(stage) {
      for (const tokenType of ["TOTP", "totp", "Totp"]) {
        const parameters = { secret: newSeed(stage), algorithm: "SHA256", digits: 8, period: 60 } as const;
        const service = await stage.stored({ tokenType, ...membersOf(parameters), scope: "not handed out" });
        for (const purpose of ["agent_credential", "user_reveal"] as const) {
          const startMs = Date.now();
          const reply = succeeded(await stage.credential(service, purpose));
          const moments = momentsSince(startMs, reply);
          const token = reply.at("token");
          const own = { tokenType: "TOTP", serviceName: service, period: 60, digits: 8, totpGenerated: true };
          expectProperties("token", token, own);
          const names = ["accessToken", "remainingSeconds", ...Object.keys(own)].sort();
          same("The names in token", Object.keys(token as Json).sort(), names);
          expectCodeOf(parameters, moments, reply.at("token", "accessToken"), reply.at("token", "remainingSeconds"));
        }
      }
    },
  },
  {
    name: "totp.not-totp",
    level: "protocol",
    rule: "R40",
    proves: "A credential without a seed gives 400 not_totp.",
    fix: "Answer 400 not_totp at /v1/totp-code when what is stored has no seed.",
    writes: true,
    capabilities: ["store", "totp"],
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText(), totpSecret: null });
      refused(await stage.totpCode(service), "not_totp");
      refused(await postTotpCode(stage, service), "not_totp");
    },
  },
  {
    name: "totp.purposes",
    level: "security",
    rule: "R23",
    proves:
      "Codes are given for agent_credential, user_reveal and totp_code, and a totp_code ticket gives nothing else.",
    fix: "Compare the ticket's purpose with those of the operation, and answer 401 ticket_invalid to any other.",
    writes: true,
    capabilities: ["store", "credential", "totp"],
    async run(stage) {
      const service = await stage.stored({ tokenType: "TOTP", totpSecret: newSeed(stage) });
      for (const purpose of ["agent_credential", "user_reveal", "totp_code"] as const)
        succeeded(await stage.totpCode(service, purpose));
      for (const purpose of ["store", "proxy"] as const)
        refused(await stage.totpCode(service, purpose), "ticket_invalid");
      refused(await stage.credential(service, "totp_code"), "ticket_invalid");
    },
  },
  {
    name: "totp.refused-seeds",
    level: "strict",
    rule: "R38",
    proves: "A seed, algorithm, number of digits, period or URI that could give no code is refused when it is stored.",
    fix: "Check them in /v1/store: base32 of 8 characters or more, SHA1, SHA256 or SHA512, 6 to 8 digits, 1 to 3600 s, otpauth://totp/ only; else 400 invalid_request.",
    writes: true,
    capabilities: ["store", "storage", "totp"],
    async run(stage) {
      const service = stage.service();
      const totpSecret = newSeed(stage);
      const uri = `otpauth://totp/verify?secret=${totpSecret}`;
      const documents: readonly Json[] = [
        ...["GEZDGNB", "GEZD GNB=", "GEZDGNB1", "GEZDGNB8", "GEZDGNB0", "GEZDGNB!GEZDGNBV", "        "].map((seed) => ({
          totpSecret: seed,
        })),
        ...["MD5", "SHA3", "constructor"].map((totpAlgorithm) => ({ totpSecret, totpAlgorithm })),
        ...[5, 9, 0, -6, 6.5, "many"].map((totpDigits) => ({ totpSecret, totpDigits })),
        ...[0, -30, 3601, 29.5, "long"].map((totpPeriod) => ({ totpSecret, totpPeriod })),
        ...[
          "otpauth://totp/verify",
          "otpauth://totp/verify?secret=GEZDGNB",
          "otpauth://totp/verify?secret=!!!!!!!!",
          `otpauth://hotp/verify?secret=${totpSecret}&counter=1`,
          `https://totp/verify?secret=${totpSecret}`,
          `${uri}&algorithm=MD5`,
          `${uri}&digits=5`,
          `${uri}&digits=9`,
          `${uri}&period=0`,
          `${uri}&period=3601`,
          totpSecret,
        ].map((totpUri) => ({ totpUri })),
      ];
      for (const tokenData of documents)
        refused(await stage.store(service, { tokenType: "TOTP", ...tokenData }), "invalid_request");
      same("What is stored after refused seeds", await stage.getDocument("tokens", service), null);
    },
  },
  {
    name: "totp.absent",
    level: "protocol",
    rule: "R25",
    proves: "A good ticket for a service that nothing is stored for is answered 404 token_not_found.",
    fix: "Answer 404 token_not_found at /v1/totp-code when nothing is stored under the ticket's service.",
    capabilities: ["totp"],
    async run(stage) {
      const service = `${stage.prefix}absent`;
      refused(await stage.totpCode(service), "token_not_found");
      refused(await postTotpCode(stage, service), "token_not_found");
    },
  },
];

/** Stores by properties and by URI, and compares the codes. */
async function expectCodes(stage: Stage, parameters: Parameters): Promise<void> {
  const { secret, algorithm, digits, period } = parameters;
  const byMembers = await stage.stored({ tokenType: "TOTP", ...membersOf(parameters) });
  await expectCode(stage, byMembers, parameters);
  const service = stage.service();
  const issuer = "Verify & Söhne";
  const totp = new TOTP({
    issuer,
    label: "me@example.com",
    secret: Secret.fromBase32(secret),
    algorithm,
    digits,
    period,
  });
  const reply = succeeded(await stage.store(service, { tokenType: "TOTP", totpUri: totp.toString() }));
  expectProperties("meta", reply.at("meta"), {
    hasTotpSecret: true,
    totpIssuer: issuer,
    totpAccountName: "me@example.com",
  });
  await expectCode(stage, service, parameters);
}

async function expectCode(stage: Stage, service: string, parameters: Parameters): Promise<void> {
  const { period, digits } = parameters;
  for (const ask of [() => stage.totpCode(service), () => postTotpCode(stage, service)]) {
    const startMs = Date.now();
    const reply = succeeded(await ask());
    const moments = momentsSince(startMs, reply);
    expectProperties("the answer", reply.json, { period, digits });
    expectCodeOf(parameters, moments, reply.at("code"), reply.at("remainingSeconds"));
  }
}

/** @throws CheckFailure unless code and remaining seconds are those of one of the moments (ms) */
function expectCodeOf(parameters: Parameters, moments: readonly number[], code: unknown, remaining: unknown): void {
  const { algorithm, digits, period, secret } = parameters;
  const totp = new TOTP({ secret: Secret.fromBase32(secret), algorithm, digits, period });
  const expected = moments.map((timestamp) => totp.generate({ timestamp }));
  const shown = `${algorithm}, ${String(digits)} digits and ${String(period)} s`;
  expects(expected.includes(textOf(code)), `The code for ${shown} is not that of the moment.`);
  const left = moments.map((timestamp) => period - (Math.floor(timestamp / 1000) % period));
  const range = `${String(left[0])} to ${String(left.at(-1))}`;
  expects(left.includes(numberOf(remaining)), `remainingSeconds for ${shown} is ${seen(remaining)}, not ${range}.`);
}

/** Lists every second (ms) in which the webhook may have responded. */
function momentsSince(startMs: number, reply: Reply): number[] {
  const moments: number[] = [];
  const skewMs = skewMsOf(reply);
  for (let moment = startMs - toleranceMs; moment < Date.now() + toleranceMs + 1000; moment += 1000)
    moments.push(moment + skewMs);
  return moments;
}

async function postTotpCode(stage: Stage, service: string): Promise<Reply> {
  const ticket = await stage.tokenVault.ticket(service, "totp_code");
  return stage.post("/v1/totp-code", { ticket, service });
}

function membersOf({ secret, algorithm, digits, period }: Parameters): Json {
  return { totpSecret: secret, totpAlgorithm: algorithm, totpDigits: digits, totpPeriod: period };
}

function newSeed(stage: Stage): string {
  const { base32 } = new Secret({ size: 20 });
  stage.keepSecret(base32);
  return base32;
}

/** Base32 of one of RFC 6238's seeds, for which the library gives the RFC's code. */
function seedOf(stage: Stage, text: string): string {
  const { base32 } = Secret.fromUTF8(text);
  const { algorithm, code } = rfcSeeds.find((seed) => seed.text === text) ?? rfcSeeds[0];
  const totp = new TOTP({ secret: Secret.fromBase32(base32), algorithm, digits: 8, period: 30 });
  if (totp.generate({ timestamp: 59_000 }) !== code) throw new Error("the codes to compare with are not RFC 6238's");
  stage.keepSecret(base32);
  return base32;
}
