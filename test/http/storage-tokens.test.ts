import { describe, expect, test } from "vitest";
import { sensitiveFieldValues } from "../../generated/operations.js";
import { startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError, itemsOf, tokenOf } from "./answer-json.js";
import { textUnder } from "./files-under.js";

type TokenVault = TestServer["tokenVault"];
type Document = Record<string, unknown>;

const collection = "tokens";
const list = { operation: "list", collection };

/** Every sensitive field with a canary; the two TOTP members must be of their own form. */
const canaries: Document = {
  accessToken: "canary-access",
  refreshToken: "canary-refresh",
  certificateData: "canary-certificate",
  privateKeyData: "canary-private-key",
  certificateChain: "canary-chain",
  sshPrivateKey: "canary-ssh",
};

describe("the list of tokens", () => {
  test("never shows a sensitive field of what a browser stored", async () => {
    const { tokenVault } = await startBoundServer();
    await answerOf(await tokenVault.store("all", { ...canaries, totpSecret: "JBSWY3DPEHPK3PXP", scope: "repo" }));
    await expectListed(tokenVault, "all", { scope: "repo", hasRefreshToken: true, hasSSHKey: true });
  });

  test("never shows a sensitive field of a plaintext document that Token Vault set, at any depth", async () => {
    const { tokenVault } = await startBoundServer();
    const nested = { ...canaries, deeper: [{ refreshToken: "canary-deep" }], shown: "plainly" };
    const data = { ...canaries, meta: { ...canaries, provider: "github" }, extra: nested, scope: "repo" };
    await set(tokenVault, "plain", data);
    await expectListed(tokenVault, "plain", { scope: "repo", hasRefreshToken: true });
  });

  test.each([...sensitiveFieldValues])(
    "never shows %s of proxy_configs, vault_config or audit either",
    async (name) => {
      const { tokenVault } = await startBoundServer();
      for (const other of ["proxy_configs", "vault_config", "audit"]) {
        const data = { [name]: "canary-top", deep: { list: [{ [name]: "canary-deep" }] }, shown: "plainly" };
        await answerOf(await tokenVault.storage({ operation: "set", collection: other, key: "k", data }));
        const [item] = await itemsOf(await tokenVault.storage({ operation: "list", collection: other }));
        expect(item?.meta).toMatchObject({ shown: "plainly", deep: { list: [{}] } });
        expect(JSON.stringify(item)).not.toMatch(/canary/);
      }
    },
  );

  test("never shows the envelope of an encrypted document", async () => {
    const { tokenVault } = await startBoundServer();
    await answerOf(await tokenVault.store("github", { accessToken: "a", provider: "github" }));
    const [item] = await itemsOf(await tokenVault.storage(list));
    for (const name of ["v", "alg", "fields", "meta"]) expect(item?.meta).not.toHaveProperty(name);
    expect(item).not.toHaveProperty("data");
  });

  test("derives hasRefreshToken where the document does not say it", async () => {
    const { tokenVault } = await startBoundServer();
    await set(tokenVault, "with", { accessToken: "a", refreshToken: "r" });
    await set(tokenVault, "without", { accessToken: "a" });
    await set(tokenVault, "says-so", { accessToken: "a", hasRefreshToken: true });
    const items = await itemsOf(await tokenVault.storage(list));
    expect(items.map(({ key, meta }) => [key, meta["hasRefreshToken"]])).toEqual([
      ["says-so", true],
      ["with", true],
      ["without", false],
    ]);
  });

  test("does not say hasRefreshToken in other collections", async () => {
    const { tokenVault } = await startBoundServer();
    const place = { collection: "proxy_configs", key: "k" };
    await answerOf(await tokenVault.storage({ operation: "set", ...place, data: { name: "Mail" } }));
    const [item] = await itemsOf(await tokenVault.storage({ operation: "list", collection: "proxy_configs" }));
    expect(item?.meta).toEqual({ name: "Mail", serviceName: "k" });
  });
});

describe("R50: a plaintext document that Token Vault sets", () => {
  test("is kept encrypted, and its ticket holder gets it as it was, less its id", async () => {
    const { tokenVault, folder } = await startBoundServer();
    const data = { id: "tok_1", accessToken: "canary-a", apiKey: "canary-b", name: "Mail", nested: { n: 1 } };
    await set(tokenVault, "mail", data);
    expect(await tokenOf(await tokenVault.credential("mail"))).toEqual({
      accessToken: "canary-a",
      apiKey: "canary-b",
      name: "Mail",
      nested: { n: 1 },
    });
    const files = await textUnder(folder);
    expect(files).toContain("Mail");
    expect(files).not.toMatch(/canary/);
  });

  test("keeps its refresh token from agents, and its TOTP seed from everyone", async () => {
    const { tokenVault } = await startBoundServer();
    await set(tokenVault, "mail", { accessToken: "a", refreshToken: "canary-r", totpSecret: "JBSWY3DPEHPK3PXP" });
    const agent = await tokenOf(await tokenVault.credential("mail"));
    expect(agent).toMatchObject({ accessToken: "a" });
    expect(agent).not.toHaveProperty("refreshToken");
    expect(agent).not.toHaveProperty("totpSecret");
    const ticket = await tokenVault.ticket("mail", "user_reveal");
    const owner = await tokenOf(await tokenVault.fetchWith("/v1/credential", ticket, "mail"));
    expect(owner).toMatchObject({ refreshToken: "canary-r" });
    expect(owner).not.toHaveProperty("totpSecret");
  });

  test.each([
    ["a sensitive field that is no text", { accessToken: 5 }],
    ["fields that are not in the encrypted form", { fields: { accessToken: "plain" } }],
    ["fields of an unknown version", { v: 3, alg: "AES-256-GCM", fields: { accessToken: "AAAA" }, meta: {} }],
    ["fields that were never encrypted here", { v: 2, alg: "AES-256-GCM", fields: { accessToken: "AAAA" }, meta: {} }],
    ["a TOTP URI that gives no code", { totpUri: "otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP&counter=1" }],
  ])("is refused with %s", async (_title, data) => {
    const { tokenVault } = await startBoundServer();
    const body = { operation: "set", collection, key: "k", data };
    await expectError(await tokenVault.storage(body), "invalid_request");
    expect(await get(tokenVault, "k")).toBeNull();
  });
});

describe("an encrypted document", () => {
  test("that Token Vault gets and sets again, its meta changed, still opens", async () => {
    const { tokenVault } = await startBoundServer();
    await answerOf(await tokenVault.store("github", { accessToken: "kept", refreshToken: "r", password: "p" }));
    const document = await get(tokenVault, "github");
    expect(JSON.stringify(document)).not.toMatch(/kept/);
    await set(tokenVault, "github", { ...document, meta: { ...(document?.["meta"] as Document), scope: "user" } });
    const token = await tokenOf(await tokenVault.credential("github"));
    expect(token).toMatchObject({ accessToken: "kept", password: "p", scope: "user" });
  });

  test("whose encrypted field was moved to another service is refused", async () => {
    const { tokenVault } = await startBoundServer();
    await answerOf(await tokenVault.store("bank", { accessToken: "of the bank" }));
    await answerOf(await tokenVault.store("blog", { accessToken: "of the blog" }));
    await expectRefused(tokenVault, "blog", (await get(tokenVault, "bank")) ?? {});
    expect(await tokenOf(await tokenVault.credential("blog"))).toMatchObject({ accessToken: "of the blog" });
    await expectRefused(tokenVault, "new", (await get(tokenVault, "bank")) ?? {});
  });

  test("whose encrypted field was moved to another field is refused", async () => {
    const { tokenVault } = await startBoundServer();
    await answerOf(
      await tokenVault.store("github", { accessToken: "a", refreshToken: "r", totpSecret: "JBSWY3DPEHPK3PXP" }),
    );
    const document = (await get(tokenVault, "github")) ?? {};
    const fields = document["fields"] as Record<string, string>;
    for (const [to, from] of [
      ["accessToken", "totpSecret"],
      ["accessToken", "refreshToken"],
      ["scope", "refreshToken"],
    ] as const) {
      await expectRefused(tokenVault, "github", { ...document, fields: { ...fields, [to]: fields[from] } });
    }
    expect(await tokenOf(await tokenVault.credential("github"))).toMatchObject({ accessToken: "a" });
  });

  test("passed off as one without additional data is refused", async () => {
    const { tokenVault } = await startBoundServer();
    await answerOf(await tokenVault.store("github", { accessToken: "a" }));
    await expectRefused(tokenVault, "github", { ...(await get(tokenVault, "github")), v: 1 });
  });

  test("whose meta brings a secret has that encrypted too", async () => {
    const { tokenVault, folder } = await startBoundServer();
    await answerOf(await tokenVault.store("github", { accessToken: "a" }));
    const document = await get(tokenVault, "github");
    await set(tokenVault, "github", {
      ...document,
      meta: { ...(document?.["meta"] as Document), password: "canary-p" },
    });
    expect(await tokenOf(await tokenVault.credential("github"))).toMatchObject({
      accessToken: "a",
      password: "canary-p",
    });
    expect(JSON.stringify(await itemsOf(await tokenVault.storage(list)))).not.toMatch(/canary/);
    expect(await textUnder(folder)).not.toMatch(/canary/);
  });
});

async function expectListed(tokenVault: TokenVault, key: string, meta: Document): Promise<void> {
  const response = await tokenVault.storage(list);
  const text = await response.clone().text();
  expect(text).not.toMatch(/canary|JBSWY3DPEHPK3PXP/);
  for (const name of sensitiveFieldValues) expect(text).not.toContain(`"${name}"`);
  expect(await itemsOf(response)).toMatchObject([{ key, meta }]);
}

async function expectRefused(tokenVault: TokenVault, key: string, data: Document): Promise<void> {
  await expectError(await tokenVault.storage({ operation: "set", collection, key, data }), "invalid_request");
}

async function set(tokenVault: TokenVault, key: string, data: Document): Promise<void> {
  await answerOf(await tokenVault.storage({ operation: "set", collection, key, data }));
}

/** With an id in the body, as Token Vault sends it: two equal bodies in a second have the same signature. */
async function get(tokenVault: TokenVault, key: string): Promise<Document | null> {
  const got = await tokenVault.storage({ operation: "get", collection, key, requestId: `req_${crypto.randomUUID()}` });
  return (await answerOf(got))["data"] as Document | null;
}
