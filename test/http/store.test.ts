import { describe, expect, test } from "vitest";
import { startBoundServer } from "../support/test-server.js";
import { answerOf, expectError, itemsOf, StoppedClock, tokenOf } from "./answer-json.js";
import { textUnder } from "./files-under.js";
import { startLoopbackServer } from "./loopback-server.js";

const bound = () => startBoundServer({ clock: new StoppedClock("2026-01-01T00:00:00.900Z") });
const nothingHeld = {
  hasRefreshToken: false,
  hasCertificate: false,
  hasPrivateKey: false,
  hasSSHKey: false,
  hasTotpSecret: false,
};

describe("the meta", () => {
  test("is every member that is not secret and not null, with what the webhook adds", async () => {
    const { tokenVault } = await bound();
    const tokenData = {
      accessToken: "a",
      provider: "github",
      scope: null,
      custom: { n: [1, null] },
      zero: 0,
      no: false,
    };
    expect(await answerOf(await tokenVault.store("github", tokenData))).toEqual({
      status: "stored",
      service: "github",
      meta: {
        provider: "github",
        custom: { n: [1, null] },
        zero: 0,
        no: false,
        serviceName: "github",
        tokenType: "oauth",
        createdAt: "2026-01-01T00:00:00Z",
        ...nothingHeld,
      },
    });
  });

  test.each([
    ["refreshToken", "hasRefreshToken", "r"],
    ["certificateData", "hasCertificate", "c"],
    ["privateKeyData", "hasPrivateKey", "p"],
    ["sshPrivateKey", "hasSSHKey", "s"],
    ["totpSecret", "hasTotpSecret", "JBSWY3DPEHPK3PXP"],
  ])("says of %s that it is there, by %s", async (field, flag, value) => {
    const { tokenVault } = await bound();
    const stored = await answerOf(await tokenVault.store("one", { [field]: value }));
    expect(stored["meta"]).toMatchObject({ ...nothingHeld, [flag]: true });
    for (const absent of [null, ""]) {
      const again = await answerOf(await tokenVault.store("one", { accessToken: "a", [field]: absent }));
      expect(again["meta"]).toMatchObject(nothingHeld);
    }
  });

  test("keeps createdAt and sets updatedAt when a service is stored again, and replaces all else", async () => {
    const { tokenVault, clock } = await bound();
    await answerOf(await tokenVault.store("github", { accessToken: "a", refreshToken: "r", scope: "repo" }));
    clock.advance(3_600_000);
    const { meta } = await answerOf(await tokenVault.store("github", { accessToken: "b", label: "new" }));
    expect(meta).toEqual({
      label: "new",
      serviceName: "github",
      tokenType: "oauth",
      createdAt: "2026-01-01T00:00:00Z",
      updatedAt: "2026-01-01T01:00:00Z",
      ...nothingHeld,
    });
    expect(await tokenOf(await tokenVault.credential("github"))).toEqual({ accessToken: "b", ...(meta as object) });
  });

  test.each([
    ["2030-01-01T00:00:00Z", 1_893_456_000_000],
    ["2030-01-01T01:00:00.500+01:00", 1_893_456_000_500],
  ])("has expiryTime from expiresAt %s", async (expiresAt, expiryTime) => {
    const { tokenVault } = await bound();
    const { meta } = await answerOf(await tokenVault.store("one", { accessToken: "a", expiresAt }));
    expect(meta).toMatchObject({ expiresAt, expiryTime });
  });

  test("keeps an expiryTime that was given, and has none where none can be told", async () => {
    const { tokenVault } = await bound();
    const both = { accessToken: "a", expiresAt: "2030-01-01T00:00:00Z", expiryTime: 5 };
    expect((await answerOf(await tokenVault.store("one", both)))["meta"]).toMatchObject({ expiryTime: 5 });
    for (const expiresAt of ["0001-01-01T00:00:00Z", "", 0, null]) {
      const { meta } = await answerOf(await tokenVault.store("one", { accessToken: String(expiresAt), expiresAt }));
      expect(meta).not.toHaveProperty("expiryTime");
    }
  });

  test.each(["soon", "3600", "1 Jan", 3600, true, {}])(
    "ignored an expiresAt that is no time: %j",
    async (expiresAt) => {
      const { tokenVault } = await bound();
      const response = await tokenVault.store("one", { accessToken: "a", expiresAt });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: "invalid_request" });
    },
  );

  test("says of itself what the webhook knows, whatever a browser claims", async () => {
    const { tokenVault } = await bound();
    const claims = {
      serviceName: "bank",
      createdAt: "1999-01-01T00:00:00Z",
      updatedAt: "1999-01-01T00:00:00Z",
      creationId: "forged",
      hasRefreshToken: true,
      hasCertificate: true,
    };
    const { meta } = await answerOf(
      await tokenVault.store("github", { accessToken: "a", tokenType: "pat", ...claims }),
    );
    expect(meta).toEqual({
      serviceName: "github",
      tokenType: "pat",
      createdAt: "2026-01-01T00:00:00Z",
      ...nothingHeld,
    });
  });
});

describe("a member that looks like a secret", () => {
  const secrets = {
    password: "canary-1",
    apiKey: "canary-2",
    "api-key": "canary-3",
    clientSecret: "canary-4",
    passphrase: "canary-5",
    privateKey: "canary-6",
    oldRefreshToken: "canary-7",
    recoverySeed: "canary-8",
    pin: { passcode: "canary-9" },
    logins: [{ user: "me", password: "canary-10" }],
    numericPassword: 123_456_789_012,
  };

  test("is encrypted, never listed, and comes back as it was to the ticket holder", async () => {
    const { tokenVault, folder, logLines } = await bound();
    const stored = await answerOf(await tokenVault.store("mail", { accessToken: "canary-0", ...secrets, user: "me" }));
    expect(JSON.stringify(stored)).not.toMatch(/canary|123456789012/);
    expect(stored["meta"]).toMatchObject({ user: "me" });
    const [item] = await itemsOf(await tokenVault.storage({ operation: "list", collection: "tokens" }));
    expect(JSON.stringify(item)).not.toMatch(/canary|123456789012/);
    const document = await tokenVault.storage({ operation: "get", collection: "tokens", key: "mail" });
    expect(await document.text()).not.toMatch(/canary|123456789012/);
    expect(await tokenOf(await tokenVault.credential("mail"))).toMatchObject({ accessToken: "canary-0", ...secrets });
    expect(await textUnder(folder)).not.toMatch(/canary|123456789012/);
    expect(logLines.join("\n")).not.toMatch(/canary|123456789012/);
  });

  test("is none when it only says yes or no", async () => {
    const { tokenVault } = await bound();
    const { meta } = await answerOf(await tokenVault.store("mail", { accessToken: "a", passwordless: true }));
    expect(meta).toMatchObject({ passwordless: true });
  });
});

describe("mode create", () => {
  test("is refused where something is stored, and changes nothing", async () => {
    const { tokenVault } = await bound();
    await answerOf(await tokenVault.store("github", { accessToken: "first" }, { mode: "create" }));
    await expectError(
      await tokenVault.store("github", { accessToken: "second" }, { mode: "create" }),
      "already_exists",
    );
    expect(await tokenOf(await tokenVault.credential("github"))).toMatchObject({ accessToken: "first" });
    await answerOf(await tokenVault.store("github", { accessToken: "third" }, { mode: "overwrite" }));
    expect(await tokenOf(await tokenVault.credential("github"))).toMatchObject({ accessToken: "third" });
  });

  test("of eight at once is good for one", async () => {
    const { tokenVault } = await bound();
    const names = Array.from({ length: 8 }, (_, n) => `token-${String(n)}`);
    const stores = names.map((accessToken) => tokenVault.store("github", { accessToken }, { mode: "create" }));
    const responses = await Promise.all(stores);
    const created = responses.findIndex(({ status }) => status === 200);
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const response of responses) if (response.status !== 200) await expectError(response, "already_exists");
    expect(await tokenOf(await tokenVault.credential("github"))).toMatchObject({ accessToken: names[created] });
  });

  test("is used up by the refusal", async () => {
    const { tokenVault } = await bound();
    await answerOf(await tokenVault.store("github", { accessToken: "a" }));
    const ticket = await tokenVault.ticket("github", "store", { mode: "create" });
    const body = { ticket, service: "github", tokenData: { accessToken: "b" } };
    await expectError(await tokenVault.unsigned("/v1/store", body), "already_exists");
    await expectError(await tokenVault.unsigned("/v1/store", body), "ticket_invalid");
  });
});

describe("the creation id", () => {
  test("of the ticket is kept, and a later ticket with another is stale", async () => {
    const { tokenVault } = await bound();
    const { meta } = await answerOf(await tokenVault.store("github", { accessToken: "a" }, { cid: "creation-1" }));
    expect(meta).toMatchObject({ creationId: "creation-1" });
    await answerOf(await tokenVault.credential("github", { cid: "creation-1" }));
    await answerOf(await tokenVault.credential("github"));
    await expectError(await tokenVault.credential("github", { cid: "creation-2" }), "stale_creation");
    await expectError(await tokenVault.credential("github", { cid: "" }), "stale_creation");
  });

  test("makes tickets stale that were issued before the service was created anew", async () => {
    const { tokenVault } = await bound();
    await answerOf(await tokenVault.store("github", { accessToken: "a" }, { cid: "creation-1" }));
    await answerOf(await tokenVault.store("github", { accessToken: "b" }, { cid: "creation-2" }));
    await expectError(await tokenVault.credential("github", { cid: "creation-1" }), "stale_creation");
    await answerOf(await tokenVault.credential("github", { cid: "creation-2" }));
  });

  test("is never a browser's to say", async () => {
    const { tokenVault } = await bound();
    await answerOf(await tokenVault.store("github", { accessToken: "a", creationId: "creation-1" }));
    await expectError(await tokenVault.credential("github", { cid: "creation-1" }), "stale_creation");
    const forged = { accessToken: "a", creationId: "creation-1" };
    await answerOf(await tokenVault.store("gitlab", forged, { cid: "creation-2" }));
    await expectError(await tokenVault.credential("gitlab", { cid: "creation-1" }), "stale_creation");
  });

  test("makes a proxy and a one-time code ticket stale as well", async () => {
    const upstream = await startLoopbackServer(() => ({}));
    const { tokenVault } = await startBoundServer({ settings: { ALLOW_PRIVATE_HOSTS: upstream.host } });
    const tokenData = { accessToken: "a", totpSecret: "JBSWY3DPEHPK3PXP" };
    await answerOf(await tokenVault.store("github", tokenData, { cid: "creation-1" }));
    const code = await tokenVault.ticket("github", "totp_code", { cid: "creation-2" });
    await expectError(await tokenVault.fetchWith("/v1/totp-code", code, "github"), "stale_creation");
    const ticket = await tokenVault.ticket("github", "proxy", { cid: "creation-2" });
    const body = { ticket, service: "github", upstream: { url: upstream.url }, headerTemplates: {} };
    await expectError(await tokenVault.post("/v1/proxy", body), "stale_creation");
    expect(upstream.received).toEqual([]);
  });
});

describe("data that cannot be stored is refused, and the ticket can be used again", () => {
  test.each([
    ["a number as accessToken", { accessToken: 5 }],
    ["a list as refreshToken", { refreshToken: [] }],
    ["an empty tokenType object", { accessToken: "a", tokenType: {} }],
    ["a fractional expiryTime", { accessToken: "a", expiryTime: 1.5 }],
    ["a text as expiryTime", { accessToken: "a", expiryTime: "5" }],
    ["no object", []],
    ["null", null],
    ["a TOTP secret that is not base32", { totpSecret: "0189" }],
  ])("%s", async (_title, tokenData) => {
    const { tokenVault } = await bound();
    const ticket = await tokenVault.ticket("one", "store");
    const body = { ticket, service: "one" };
    await expectError(await tokenVault.unsigned("/v1/store", { ...body, tokenData }), "invalid_request");
    await answerOf(await tokenVault.unsigned("/v1/store", { ...body, tokenData: { accessToken: "a" } }));
  });
});

test("service names that JavaScript or a file system gives a meaning work like any other, also after a restart", async () => {
  const server = await bound();
  const names = ["__proto__", "constructor", "toString", "../..", "a/b", "git hub", "сервис", "x".repeat(256)];
  for (const name of names) {
    await expectError(await server.tokenVault.credential(name), "token_not_found");
    await answerOf(await server.tokenVault.store(name, { accessToken: `token of ${name}` }));
  }
  const { tokenVault } = await server.restart();
  for (const name of names) {
    expect(await tokenOf(await tokenVault.credential(name))).toMatchObject({ accessToken: `token of ${name}` });
  }
});
