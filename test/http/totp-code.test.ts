import { describe, expect, test } from "vitest";
import { startBoundServer } from "../support/test-server.js";
import { answerOf, expectError, itemsOf, StoppedClock, tokenOf } from "./answer-json.js";
import { textUnder } from "./files-under.js";

/** RFC 6238, appendix B: the ASCII seeds 1234567890… of 20, 32 and 64 bytes, in base32. */
const seeds = {
  SHA1: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
  SHA256: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA",
  SHA512: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA",
} as const;
const vectors = [
  [59, "94287082", "46119246", "90693936"],
  [1_111_111_109, "07081804", "68084774", "25091201"],
  [1_111_111_111, "14050471", "67062674", "99943326"],
  [1_234_567_890, "89005924", "91819424", "93441116"],
  [2_000_000_000, "69279037", "90698825", "38618901"],
  [20_000_000_000, "65353130", "77737706", "47863826"],
] as const;

describe("RFC 6238, appendix B", () => {
  test.each(vectors)("at %i s the codes are %s, %s and %s", async (seconds, ...codes) => {
    const { tokenVault } = await startBoundServer({ clock: new StoppedClock(seconds * 1000) });
    for (const [index, totpAlgorithm] of (["SHA1", "SHA256", "SHA512"] as const).entries()) {
      const tokenData = { tokenType: "TOTP", totpSecret: seeds[totpAlgorithm], totpAlgorithm, totpDigits: 8 };
      await answerOf(await tokenVault.store(totpAlgorithm, tokenData));
      const remainingSeconds = 30 - (seconds % 30);
      expect(await tokenOf(await tokenVault.credential(totpAlgorithm))).toEqual({
        accessToken: codes[index],
        tokenType: "TOTP",
        serviceName: totpAlgorithm,
        remainingSeconds,
        period: 30,
        digits: 8,
        totpGenerated: true,
      });
      const ticket = await tokenVault.ticket(totpAlgorithm, "totp_code");
      const code = await answerOf(await tokenVault.fetchWith("/v1/totp-code", ticket, totpAlgorithm));
      expect(code).toEqual({ code: codes[index], remainingSeconds, period: 30, digits: 8 });
    }
  });
});

test("the code changes when its period is over, and not before", async () => {
  const { tokenVault, clock } = await startBoundServer({ clock: new StoppedClock(30_000) });
  await answerOf(await tokenVault.store("bank", { tokenType: "TOTP", totpSecret: seeds.SHA1 }));
  const codes: unknown[] = [];
  for (const atMs of [30_000, 59_999, 60_000]) {
    clock.advance(atMs - clock.nowMs());
    const { accessToken, remainingSeconds } = await tokenOf(await tokenVault.credential("bank"));
    codes.push([accessToken, remainingSeconds]);
  }
  // RFC 4226, appendix D: counts 1, 1 and 2.
  expect(codes).toEqual([
    ["287082", 30],
    ["287082", 1],
    ["359152", 30],
  ]);
});

test("a code is given for every purpose that fits, by GET and by POST", async () => {
  const { tokenVault } = await startBoundServer({ clock: new StoppedClock(59_000) });
  await answerOf(await tokenVault.store("bank", { tokenType: "TOTP", totpSecret: seeds.SHA1 }));
  for (const purpose of ["agent_credential", "user_reveal", "totp_code"] as const) {
    const got = await tokenVault.fetchWith("/v1/totp-code", await tokenVault.ticket("bank", purpose), "bank");
    expect(await answerOf(got)).toMatchObject({ code: "287082" });
    const body = { ticket: await tokenVault.ticket("bank", purpose), service: "bank" };
    expect(await answerOf(await tokenVault.unsigned("/v1/totp-code", body))).toMatchObject({ code: "287082" });
  }
  for (const purpose of ["store", "proxy"] as const) {
    const ticket = await tokenVault.ticket("bank", purpose);
    await expectError(await tokenVault.fetchWith("/v1/totp-code", ticket, "bank"), "ticket_invalid");
  }
});

test("the seed leaves in no answer, list, file or log line, whoever asks", async () => {
  const { tokenVault, folder, logLines } = await startBoundServer();
  await answerOf(await tokenVault.store("bank", { tokenType: "TOTP", totpSecret: seeds.SHA1 }));
  await answerOf(await tokenVault.store("both", { accessToken: "a", totpSecret: seeds.SHA1 }));
  const answers: Response[] = [await tokenVault.storage({ operation: "list", collection: "tokens" })];
  for (const service of ["bank", "both"]) {
    for (const purpose of ["agent_credential", "user_reveal"] as const) {
      const ticket = await tokenVault.ticket(service, purpose);
      answers.push(await tokenVault.fetchWith("/v1/credential", ticket, service));
    }
    answers.push(await tokenVault.storage({ operation: "get", collection: "tokens", key: service }));
    answers.push(await tokenVault.post("/v1/refresh", { action: "get", service }));
  }
  for (const answer of answers) {
    expect(answer.status).toBe(200);
    expect(await answer.text()).not.toContain(seeds.SHA1);
  }
  expect((await textUnder(folder)) + logLines.join("\n")).not.toContain(seeds.SHA1);
});

test("a token of another type that has a seed gives its code at /v1/totp-code alone", async () => {
  const { tokenVault } = await startBoundServer({ clock: new StoppedClock(59_000) });
  await answerOf(await tokenVault.store("both", { accessToken: "a", totpSecret: seeds.SHA1 }));
  const token = await tokenOf(await tokenVault.credential("both"));
  expect(token).toMatchObject({ accessToken: "a", hasTotpSecret: true });
  expect(token).not.toHaveProperty("totpGenerated");
  const ticket = await tokenVault.ticket("both", "totp_code");
  expect(await answerOf(await tokenVault.fetchWith("/v1/totp-code", ticket, "both"))).toMatchObject({ code: "287082" });
});

test("a token without a seed gives no code", async () => {
  const { tokenVault } = await startBoundServer();
  await answerOf(await tokenVault.store("github", { accessToken: "a" }));
  const ticket = await tokenVault.ticket("github", "totp_code");
  await expectError(await tokenVault.fetchWith("/v1/totp-code", ticket, "github"), "not_totp");
});

test("a seed as people write it down gives the same code", async () => {
  const { tokenVault } = await startBoundServer({ clock: new StoppedClock(59_000) });
  for (const totpSecret of [
    "gezd gnbv gy3t qojq gezd gnbv gy3t qojq",
    `${seeds.SHA1}==`,
    "GEZDGNBV-GY3TQOJQGEZDGNBVGY3TQOJQ",
  ]) {
    await answerOf(await tokenVault.store("bank", { tokenType: "totp", totpSecret }));
    expect(await tokenOf(await tokenVault.credential("bank"))).toMatchObject({ accessToken: "287082" });
  }
});

describe("a totpUri", () => {
  test("is parsed into its parts, and kept and shown nowhere", async () => {
    const { tokenVault, folder } = await startBoundServer({ clock: new StoppedClock(59_000) });
    const totpUri = `otpauth://totp/My%20Bank:me%40example.org?secret=${seeds.SHA256}&issuer=My%20Bank&algorithm=SHA256&digits=8&period=30`;
    const stored = await tokenVault.store("bank", { tokenType: "TOTP", totpUri });
    expect(await stored.clone().text()).not.toMatch(/otpauth|totpUri|GEZDG/);
    expect((await answerOf(stored))["meta"]).toMatchObject({
      totpIssuer: "My Bank",
      totpAccountName: "me@example.org",
      totpAlgorithm: "SHA256",
      totpDigits: 8,
      totpPeriod: 30,
      hasTotpSecret: true,
    });
    const [item] = await itemsOf(await tokenVault.storage({ operation: "list", collection: "tokens" }));
    expect(JSON.stringify(item)).not.toMatch(/otpauth|totpUri|GEZDG/);
    expect(await tokenOf(await tokenVault.credential("bank"))).toMatchObject({ accessToken: "46119246" });
    const document = await tokenVault.storage({ operation: "get", collection: "tokens", key: "bank" });
    expect(await document.text()).not.toMatch(/otpauth|totpUri/);
    expect(await textUnder(folder)).not.toMatch(/otpauth|GEZDG/);
  });

  test("has SHA1, 6 digits and 30 s where it does not say", async () => {
    const { tokenVault } = await startBoundServer({ clock: new StoppedClock(59_000) });
    const totpUri = `otpauth://totp/me?secret=${seeds.SHA1}`;
    const { meta } = await answerOf(await tokenVault.store("bank", { tokenType: "TOTP", totpUri }));
    expect(meta).toMatchObject({ totpAlgorithm: "SHA1", totpDigits: 6, totpPeriod: 30, totpAccountName: "me" });
    expect(meta).not.toHaveProperty("totpIssuer");
    expect(await tokenOf(await tokenVault.credential("bank"))).toMatchObject({ accessToken: "287082", digits: 6 });
  });

  test.each([
    ["another scheme", `https://totp/me?secret=${seeds.SHA1}`],
    ["a counter", `otpauth://hotp/me?secret=${seeds.SHA1}&counter=1`],
    ["no secret", "otpauth://totp/me"],
    ["a secret that is not base32", "otpauth://totp/me?secret=0189"],
    ["5 digits", `otpauth://totp/me?secret=${seeds.SHA1}&digits=5`],
    ["9 digits", `otpauth://totp/me?secret=${seeds.SHA1}&digits=9`],
    ["a period of 0 s", `otpauth://totp/me?secret=${seeds.SHA1}&period=0`],
    ["a period of 3601 s", `otpauth://totp/me?secret=${seeds.SHA1}&period=3601`],
    ["an unknown algorithm", `otpauth://totp/me?secret=${seeds.SHA1}&algorithm=MD5`],
    ["no URI at all", "scan me"],
  ])("with %s is refused, and the ticket can be used again", async (_title, totpUri) => {
    const { tokenVault } = await startBoundServer();
    const ticket = await tokenVault.ticket("bank", "store");
    const bad = { ticket, service: "bank", tokenData: { tokenType: "TOTP", totpUri } };
    const refused = await tokenVault.unsigned("/v1/store", bad);
    expect(await refused.clone().text()).not.toContain(totpUri);
    await expectError(refused, "invalid_request");
    const good = { tokenType: "TOTP", totpUri: `otpauth://totp/me?secret=${seeds.SHA1}` };
    await answerOf(await tokenVault.unsigned("/v1/store", { ...bad, tokenData: good }));
  });
});

test.each([
  ["5 digits", { totpDigits: 5 }],
  ["9 digits", { totpDigits: 9 }],
  ["6.5 digits", { totpDigits: 6.5 }],
  ["a period of 0 s", { totpPeriod: 0 }],
  ["a period of 3601 s", { totpPeriod: 3601 }],
  ["an unknown algorithm", { totpAlgorithm: "MD5" }],
  ["an inherited algorithm", { totpAlgorithm: "constructor" }],
])("a seed with %s is refused when it is stored", async (_title, parameters) => {
  const { tokenVault } = await startBoundServer();
  const tokenData = { tokenType: "TOTP", totpSecret: seeds.SHA1, ...parameters };
  await expectError(await tokenVault.store("bank", tokenData), "invalid_request");
});

test.each([
  [1, 8],
  [3600, 6],
])("a period of %i s with %i digits is within the limits", async (totpPeriod, totpDigits) => {
  const { tokenVault } = await startBoundServer({ clock: new StoppedClock(7_200_000) });
  await answerOf(await tokenVault.store("bank", { tokenType: "TOTP", totpSecret: seeds.SHA1, totpPeriod, totpDigits }));
  const token = await tokenOf(await tokenVault.credential("bank"));
  expect(token).toMatchObject({ period: totpPeriod, digits: totpDigits, remainingSeconds: totpPeriod });
  expect(token["accessToken"]).toMatch(new RegExp(`^[0-9]{${String(totpDigits)}}$`));
});

test("a pasted URI in the place of a secret is stored and gives codes, one of Steam is refused", async () => {
  const { tokenVault } = await startBoundServer({ clock: new StoppedClock(59_000) });
  const uri = "OTPAUTH://totp/Bank:me?secret=gezd%20gnbv-gy3t qojq&amp;issuer=&algorithm=SHA-1&";
  await answerOf(await tokenVault.store("bank", { tokenType: "TOTP", totpSecret: uri }));
  // HMAC-SHA1 of the ten bytes 1234567890 and count 1, truncated as RFC 4226, section 5.3 says.
  expect(await tokenOf(await tokenVault.credential("bank"))).toMatchObject({ accessToken: "263420" });
  await expectError(await tokenVault.store("games", { totpUri: `${uri}&encoder=steam` }), "invalid_request");
});
