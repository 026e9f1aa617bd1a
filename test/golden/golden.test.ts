import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/platform/clock.js";
import { readConfig } from "../../src/config.js";
import { StartError } from "../../src/platform/errors.js";
import { nodeDisk } from "../../src/files/disk.js";
import { readAuditLog, readAuditHead, verifyAuditLog } from "../../src/audit/audit-log.js";
import { openVault } from "../../src/vault/open-vault.js";
import { importReferenceFolder } from "../../src/backup/import-folder.js";
import { rotateKey } from "../../src/vault/rotate-key.js";
import { answerOf, expectError, itemsOf, tokenOf } from "../http/answer-json.js";
import {
  ownersHeaders,
  ownersSettings,
  startTestServer,
  temporaryFolder,
  type TestServer,
} from "../support/test-server.js";
import {
  copyOfGolden,
  filesIn,
  goldenNames,
  goldenPath,
  oldTicket,
  ownCredentials,
  referenceCredentials,
  sharedSecret,
  shortlyAfter,
} from "./golden-folder.js";

const ownFolders = ["own-0.1.0-killed", "own-0.1.0-stopped"];
const surroundings = { disk: nodeDisk, clock: systemClock, warn: () => undefined };

function configFor(folder: string): ReturnType<typeof readConfig> {
  return readConfig({ variables: { DATA_DIR: join(folder, "data") }, readFile: () => undefined });
}

/** A new folder with what was imported from a copy of the reference's. */
async function imported(name: string): Promise<{ folder: string; count: number }> {
  const from = await copyOfGolden(name);
  const before = await filesIn(from);
  const folder = await temporaryFolder();
  const count = await importReferenceFolder(configFor(folder), surroundings, from);
  expect(await filesIn(from)).toEqual(before);
  return { folder, count };
}

async function startOn(folder: string): Promise<TestServer> {
  const server = await startTestServer({ folder, clock: shortlyAfter() });
  server.tokenVault.secret = await sharedSecret();
  return server;
}

/** Each credential as its owner gets it, with a ticket that is signed with the secret from before. */
async function expectCredentials(
  { tokenVault }: TestServer,
  credentials: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Promise<void> {
  for (const [service, expected] of Object.entries(credentials)) {
    const { creationId: cid } = expected;
    const ticket = await tokenVault.ticket(service, "user_reveal", cid === undefined ? {} : { cid });
    const token = await tokenOf(await tokenVault.fetchWith("/v1/credential", ticket, service));
    expect(token, service).toEqual(expected);
  }
}

async function expectDocuments({ tokenVault }: TestServer, theme: string, newest: readonly string[]): Promise<void> {
  const list = (collection: string): Promise<Response> => tokenVault.storage({ operation: "list", collection });
  expect((await itemsOf(await list("audit"))).map(({ key }) => key)).toEqual(newest);
  const configs = await itemsOf(await list("proxy_configs"));
  expect(configs).toMatchObject([{ key: "cfg_1", meta: { serviceName: "github" } }]);
  const settings = await tokenVault.storage({ operation: "get", collection: "vault_config", key: "settings" });
  expect(await answerOf(settings)).toMatchObject({ data: { theme } });
}

describe("the golden folders", () => {
  it("are all tried here", async () => {
    expect(await goldenNames()).toEqual([...ownFolders, "reference-bound", "reference-unbound"]);
  });
});

describe.each(ownFolders)("a data folder of this program, %s,", (name) => {
  const audit = ["evt_4", "evt_2", "evt_3", "evt_1"];

  it("opens with every credential, every document and its binding", async () => {
    const before = await filesIn(goldenPath(name));
    const server = await startOn(await copyOfGolden(name));
    await expectCredentials(server, { ...referenceCredentials, ...ownCredentials });
    await expectDocuments(server, "light", audit);
    const listed = await itemsOf(await server.tokenVault.storage({ operation: "list", collection: "tokens" }));
    const services = Object.keys({ ...referenceCredentials, ...ownCredentials });
    expect(listed.map(({ key }) => key)).toEqual(services.sort());
    await server.stop();
    expect(await filesIn(goldenPath(name))).toEqual(before);
  });

  it("opens again after it was written to, and after its key was rotated", async () => {
    const folder = await copyOfGolden(name);
    const first = await startOn(folder);
    expect((await first.tokenVault.store("new", { accessToken: "new-access" })).status).toBe(200);
    await first.stop();
    const vault = await openVault(configFor(folder), surroundings);
    expect(await rotateKey(vault)).toBe(12);
    await vault.close();
    const second = await startOn(folder);
    await expectCredentials(second, { ...referenceCredentials, ...ownCredentials });
    expect((await tokenOf(await second.tokenVault.credential("new")))["accessToken"]).toBe("new-access");
  });

  it("refuses what was used before", async () => {
    const { tokenVault } = await startOn(await copyOfGolden(name));
    const used = await oldTicket(tokenVault, "mail", "aaaa", { cid: "creation_golden" });
    await expectError(await tokenVault.fetchWith("/v1/credential", used, "mail"), "ticket_invalid");
    const health = await tokenVault.post("/v1/health", {}, { requestId: "req_golden_1" });
    await expectError(health, "auth_failed");
  });

  it("goes on with its record", async () => {
    const folder = await copyOfGolden(name);
    const server = await startOn(folder);
    await server.tokenVault.credential("absent");
    await server.stop();
    const lines = await readAuditLog(nodeDisk, join(folder, "data"));
    expect(lines).toHaveLength(9);
    expect(lines[7]).toMatchObject({ op: "getCredential", service: "mail", sub: "user_golden", outcome: "ok" });
    expect(verifyAuditLog(lines, await readAuditHead(nodeDisk, join(folder, "data")))).toBeUndefined();
  });

  it("is the owner's with the admin secret beside its key", async () => {
    const folder = await copyOfGolden(name);
    const server = await startOn(folder);
    await expectError(await server.fetch(`${server.url}/v1/register-url`), "forbidden");
    const adminSecret = (await readFile(join(folder, "data-keys", "admin-secret"), "utf8")).trim();
    const headers = { "x-tv-admin-secret": adminSecret };
    await answerOf(await server.fetch(`${server.url}/v1/register-url`, { headers }));
  });
});

it("a ticket that was not used before an orderly stop still works after it", async () => {
  const { tokenVault } = await startOn(await copyOfGolden("own-0.1.0-stopped"));
  const unused = await oldTicket(tokenVault, "mail", "bbbb", { cid: "creation_golden" });
  expect((await tokenVault.fetchWith("/v1/credential", unused, "mail")).status).toBe(200);
});

it("the record of an orderly stop shows when its end is missing", async () => {
  const data = join(goldenPath("own-0.1.0-stopped"), "data");
  const [lines, head] = [await readAuditLog(nodeDisk, data), await readAuditHead(nodeDisk, data)];
  expect(verifyAuditLog(lines, head)).toBeUndefined();
  expect(verifyAuditLog(lines.slice(0, -1), head)).toMatchObject({ n: 8 });
});

describe("a reference webhook's folder", () => {
  it("that was bound is imported with every credential and document, and is bound at once", async () => {
    const { folder, count } = await imported("reference-bound");
    expect(count).toBe(12);
    const server = await startOn(folder);
    await expectCredentials(server, referenceCredentials);
    await expectDocuments(server, "dark", ["evt_2", "evt_3", "evt_1"]);
    await expectError(await server.fetch(`${server.url}/v1/register-url`), "forbidden");
  });

  it("keeps its webhook's id and its encryption key", async () => {
    const { folder } = await imported("reference-bound");
    const vault = await openVault(configFor(folder), surroundings);
    expect(vault.binding.webhookId).toBe("wh_00112233445566778899aabbccddeeff");
    await vault.close();
    const keys = await readFile(join(folder, "data-keys", "keys.json"), "utf8");
    const theirs = await readFile(join(goldenPath("reference-bound"), "tokenvault_store.json"), "utf8");
    expect((JSON.parse(keys) as { encryptionKey: string }).encryptionKey).toBe(
      (JSON.parse(theirs) as { encryption_key: string }).encryption_key,
    );
  });

  it("leaves no secret that stood there in clear in clear", async () => {
    const { folder } = await imported("reference-bound");
    const data = Object.values(await filesIn(join(folder, "data"))).map((file) =>
      Buffer.from(file, "base64").toString(),
    );
    expect(data.join()).toContain("nothing here is secret");
    expect(data.join()).not.toMatch(/golden-|GEZDGNBV/);
  });

  it("that was never bound, with a schema stamp and collections of its own, is imported and can be bound", async () => {
    const { folder, count } = await imported("reference-unbound");
    expect(count).toBe(1);
    const server = await startTestServer({ folder, settings: ownersSettings });
    await expectError(await server.tokenVault.credential("gitlab"), "setup_required");
    const { webhookId } = await server.tokenVault.bind(ownersHeaders);
    expect(webhookId).toBe("wh_ffeeddccbbaa99887766554433221100");
    expect((await tokenOf(await server.tokenVault.credential("gitlab")))["accessToken"]).toBe("golden-gitlab-access");
  });

  it("can be imported once only, and not over what is there", async () => {
    const { folder } = await imported("reference-bound");
    const before = await filesIn(folder);
    for (const name of ["reference-bound", "reference-unbound"]) {
      const again = importReferenceFolder(configFor(folder), surroundings, goldenPath(name));
      await expect(again).rejects.toThrow(/Nothing was imported\./);
    }
    expect(await filesIn(folder)).toEqual(before);
  });

  it.each([
    ["a TOTP URI that is none", { totpUri: "nonsense" }],
    ["a token that is no text", { accessToken: 7 }],
  ])("with %s is refused with the service's name, and nothing is made", async (_name, document) => {
    const from = await copyOfGolden("reference-unbound");
    await writeFile(join(from, "tokenvault_kv_store.json"), JSON.stringify({ tokens: { "odd one": document } }));
    const folder = await temporaryFolder();
    const refusal: unknown = await importReferenceFolder(configFor(folder), surroundings, from).catch(
      (e: unknown) => e,
    );
    expect(refusal).toBeInstanceOf(StartError);
    expect((refusal as StartError).message).toMatch(/"odd one".*Nothing was imported\./);
    expect(await filesIn(folder)).toEqual({});
  });

  it("with a number that would be kept as another is refused, and nothing is made", async () => {
    const from = await copyOfGolden("reference-unbound");
    const folder = await temporaryFolder();
    for (const number of ["12345678901234567890", "1e400"]) {
      await writeFile(join(from, "tokenvault_kv_store.json"), `{"audit": {"a": {"count": ${number}}}}`);
      await expect(importReferenceFolder(configFor(folder), surroundings, from)).rejects.toThrow(
        /^tokenvault_kv_store\.json .*number.*Nothing was imported\.$/,
      );
    }
    expect(await filesIn(folder)).toEqual({});
  });
});
