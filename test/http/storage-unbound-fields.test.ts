import { createCipheriv, hkdfSync, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { editSnapshot } from "../support/edit-snapshot.js";
import { ownersSettings, startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError, itemsOf, tokenOf } from "./answer-json.js";

const seed = "a seed for this test alone";
const key = Buffer.from(hkdfSync("sha256", seed, "", "tv-webhook:encryption-key:v1", 32));

/** As the reference webhooks encrypt: base64(iv ‖ ciphertext ‖ tag), without additional data. */
function sealUnbound(plaintext: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  return Buffer.concat([iv, cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64");
}

const meta = { serviceName: "github", tokenType: "oauth", scope: "repo", custom: { team: "a" } };
const github = {
  v: 1,
  alg: "AES-256-GCM",
  fields: { accessToken: sealUnbound("old-access"), refreshToken: sealUnbound("old-refresh") },
  meta,
};
const bank = {
  v: 1,
  alg: "AES-256-GCM",
  fields: { totpSecret: sealUnbound("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") },
  meta: { serviceName: "bank", tokenType: "TOTP" },
};

describe("a v: 1 document, as the reference webhooks wrote it", () => {
  test("is handed out, its refresh token to the owner only", async () => {
    const { tokenVault } = await startWithOldDocuments();
    expect(await tokenOf(await tokenVault.credential("github"))).toEqual({ ...meta, accessToken: "old-access" });
    const ticket = await tokenVault.ticket("github", "user_reveal");
    const owner = await tokenOf(await tokenVault.fetchWith("/v1/credential", ticket, "github"));
    expect(owner).toEqual({ ...meta, accessToken: "old-access", refreshToken: "old-refresh" });
    expect(await tokenOf(await tokenVault.credential("bank"))).toMatchObject({ totpGenerated: true, digits: 6 });
  });

  test("is listed without its fields, and whether it has a refresh token is derived", async () => {
    const { tokenVault } = await startWithOldDocuments();
    expect(await itemsOf(await tokenVault.storage({ operation: "list", collection: "tokens" }))).toEqual([
      { key: "bank", meta: { serviceName: "bank", tokenType: "TOTP", hasRefreshToken: false } },
      { key: "github", meta: { ...meta, hasRefreshToken: true } },
    ]);
  });

  test("is refreshed, and keeps what the refresh does not name, bound to its place from then on", async () => {
    const { tokenVault } = await startWithOldDocuments();
    const update = { action: "update", service: "github", tokens: { accessToken: "new-access" } };
    expect(await answerOf(await tokenVault.post("/v1/refresh", update))).toEqual({
      status: "updated",
      newExpiresAt: "",
      requestId: expect.any(String),
    });
    const got = await answerOf(await tokenVault.post("/v1/refresh", { action: "get", service: "github" }));
    expect(got).toEqual({ status: "ok", refreshToken: "old-refresh", meta, requestId: expect.any(String) });
    expect(await tokenOf(await tokenVault.credential("github"))).toMatchObject({ accessToken: "new-access" });
    const document = await get(tokenVault, "github");
    expect(document).toMatchObject({ v: 2 });
    await expectRefused(tokenVault, "bank", document);
  });

  test("may be set again as it is stored, with other meta", async () => {
    const { tokenVault } = await startWithOldDocuments();
    const data = { ...(await get(tokenVault, "github")), meta: { ...meta, scope: "user" } };
    await answerOf(await tokenVault.storage({ operation: "set", collection: "tokens", key: "github", data }));
    const token = await tokenOf(await tokenVault.credential("github"));
    expect(token).toMatchObject({ accessToken: "old-access", scope: "user" });
  });

  test("would open anywhere, so that its fields are refused at every place but their own", async () => {
    const { tokenVault } = await startWithOldDocuments();
    const { fields } = github;
    await expectRefused(tokenVault, "bank", github);
    await expectRefused(tokenVault, "new", github);
    await expectRefused(tokenVault, "github", { ...github, fields: { ...fields, accessToken: fields.refreshToken } });
    await expectRefused(tokenVault, "bank", { ...bank, fields: { accessToken: bank.fields.totpSecret } });
    await expectRefused(tokenVault, "github", { ...github, fields: { accessToken: sealUnbound("planted") } });
    await expectRefused(tokenVault, "github", { ...github, v: 2 });
    expect(await tokenOf(await tokenVault.credential("github"))).toMatchObject({ accessToken: "old-access" });
  });

  test("keeps its place when it is stored anew by a browser", async () => {
    const { tokenVault } = await startWithOldDocuments();
    const answer = await answerOf(await tokenVault.store("github", { accessToken: "newer" }));
    expect(answer["meta"]).toHaveProperty("updatedAt");
    expect(await get(tokenVault, "github")).toMatchObject({ v: 2 });
    await expectRefused(tokenVault, "github", github);
  });
});

/** A bound server whose store holds the two documents. */
async function startWithOldDocuments(): Promise<TestServer> {
  const first = await startBoundServer({ settings: { ...ownersSettings, TV_WEBHOOK_SEED: seed } });
  for (const service of ["github", "bank"]) {
    await answerOf(await first.tokenVault.store(service, { accessToken: "placeholder" }));
  }
  await first.stop();
  const path = join(first.folder, "data", "store.json");
  const edited = editSnapshot(await readFile(path, "utf8"), (collections) => {
    collections["tokens"] = { github, bank };
  });
  await writeFile(path, edited);
  return first.restart();
}

async function get(tokenVault: TestServer["tokenVault"], service: string): Promise<Record<string, unknown>> {
  const response = await tokenVault.storage({ operation: "get", collection: "tokens", key: service });
  return (await answerOf(response))["data"] as Record<string, unknown>;
}

async function expectRefused(tokenVault: TestServer["tokenVault"], service: string, data: unknown): Promise<void> {
  const body = { operation: "set", collection: "tokens", key: service, data };
  await expectError(await tokenVault.storage(body), "invalid_request");
}
