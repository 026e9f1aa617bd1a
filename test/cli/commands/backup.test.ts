import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/platform/clock.js";
import { readConfig } from "../../../src/config.js";
import { Secret } from "../../../src/platform/secret.js";
import { nodeDisk } from "../../../src/files/disk.js";
import { sealBackup } from "../../../src/backup/backup-file.js";
import { backupLines } from "../../../src/backup/backup-lines.js";
import { openVault } from "../../../src/vault/open-vault.js";
import { ownersSettings, startBoundServer, startTestServer, temporaryFolder } from "../../support/test-server.js";
import { jsonOf, oneSentence, run } from "../run-program.js";

const passphrase = { BACKUP_PASSPHRASE: "correct horse battery" };

/** A bound folder with a credential, stopped. */
async function filledFolder(): Promise<{ folder: string; secret: Uint8Array<ArrayBuffer> }> {
  const server = await startBoundServer();
  const data = { accessToken: "canary access", scope: "canary metadata" };
  expect((await server.tokenVault.store("canary-service", data)).status).toBe(200);
  await server.stop();
  return { folder: server.folder, secret: server.tokenVault.secret };
}

async function contentsOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = names.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await readFile(path, "hex")] as const)));
}

async function expectCredential(folder: string, secret: Uint8Array<ArrayBuffer>): Promise<void> {
  const server = await startTestServer({ folder });
  server.clock.advance(1_000);
  server.tokenVault.secret = secret;
  const answer = (await (await server.tokenVault.credential("canary-service")).json()) as { token: object };
  expect(answer.token).toMatchObject({ accessToken: "canary access" });
  await server.stop();
}

describe("backup", () => {
  it("writes one file that only its owner reads and that shows nothing, and says what is in it and what is not", async () => {
    const { folder } = await filledFolder();
    const file = join(folder, "a.backup");
    const ran = await run(folder, ["backup", file], passphrase);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toContain("1 credential among");
    expect(ran.stdout).toContain("The encryption key is not in it");
    expect(ran.stdout).toContain(`tokenvault-webhook restore ${file}`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const bytes = await readFile(file, "latin1");
    for (const canary of ["canary", "tokens", passphrase.BACKUP_PASSPHRASE]) expect(bytes).not.toContain(canary);
    expect((await readdir(folder)).sort()).toEqual(["a.backup", "data", "data-keys"]);
  });

  it("of a running server and of a stopped one open alike, with the key as well as with the key inside", async () => {
    const { folder, secret } = await filledFolder();
    const server = await startTestServer({ folder });
    const running = await run(folder, ["backup", "running.backup", "--json"]);
    await server.stop();
    const stopped = await run(folder, ["backup", "stopped.backup", "--with-key", "--json"], passphrase);
    expect(jsonOf(running)).toMatchObject({ credentials: 1, sealedWith: "key", withKey: false, checked: true });
    expect(jsonOf(stopped)).toMatchObject({ credentials: 1, sealedWith: "passphrase", withKey: true, checked: true });
    const replaced = await run(folder, ["restore", "running.backup", "--replace", "--json"]);
    expect(jsonOf(replaced)).toMatchObject({ restored: true, replaced: join(folder, "data.replaced-1") });
    await expectCredential(folder, secret);
    const elsewhere = await temporaryFolder();
    const restored = await run(elsewhere, ["restore", join(folder, "stopped.backup")], passphrase);
    expect([restored.code, restored.stderr]).toEqual([0, ""]);
    expect(restored.stdout).toContain("The key of the backup is in");
    await expectCredential(elsewhere, secret);
  });

  it("takes the passphrase from BACKUP_PASSPHRASE_FILE, and says when both are set", async () => {
    const { folder } = await filledFolder();
    await writeFile(join(folder, "passphrase.txt"), `${passphrase.BACKUP_PASSPHRASE}\n`);
    const fromFile = { BACKUP_PASSPHRASE_FILE: join(folder, "passphrase.txt") };
    expect((await run(folder, ["backup", "a.backup"], fromFile)).code).toBe(0);
    expect((await run(folder, ["restore", "a.backup", "--check"], passphrase)).code).toBe(0);
    const both = await run(folder, ["backup", "b.backup"], { ...fromFile, ...passphrase });
    expect([both.code, both.stderr]).toEqual([2, expect.stringMatching(/both set; set one of them/)]);
  });

  it.each([
    [
      "a short passphrase",
      ["backup", "a.backup"],
      { BACKUP_PASSPHRASE: "eleven char" },
      /must have 12 characters or more/,
    ],
    ["a file that is there", ["backup", "taken"], {}, /is there already; no backup was made/],
    [
      "a folder that is not there",
      ["backup", "nowhere/a.backup"],
      {},
      /is not there; no backup was made\. Make that folder/,
    ],
    ["--with-key without a passphrase", ["backup", "a.backup", "--with-key"], {}, /--with-key needs a passphrase/],
    ["a key that is another", ["backup", "a.backup"], { KEY_FILE: "other-key" }, /another key/],
    ["no data folder", ["backup", "a.backup"], { DATA_DIR: "nothing-here" }, /no data folder here/],
  ])("refuses %s in one sentence, and writes nothing", async (_name, args, settings, says) => {
    const { folder } = await filledFolder();
    await writeFile(join(folder, "taken"), "mine");
    await writeFile(join(folder, "other-key"), Buffer.alloc(32, 7).toString("base64"));
    const before = await contentsOf(folder);
    const ran = await run(folder, args, settings);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr).toMatch(oneSentence);
    expect(await contentsOf(folder)).toEqual(before);
  });
});

describe("restore", () => {
  it("--check opens everything and changes nothing", async () => {
    const { folder } = await filledFolder();
    expect((await run(folder, ["backup", "a.backup"])).code).toBe(0);
    const before = await contentsOf(folder);
    const ran = await run(folder, ["restore", "a.backup", "--check"]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toMatch(/The backup is whole: 1 credential among .*\n.*\nNothing was changed\.\n$/);
    expect(jsonOf(await run(folder, ["restore", "a.backup", "--check", "--json"]))).toMatchObject({
      credentials: 1,
      bound: true,
      locked: false,
      restored: false,
    });
    expect(await contentsOf(folder)).toEqual(before);
  });

  it.each([
    ["a damaged file", 1, ["restore", "damaged", "--replace"], {}, /cut or damaged.*Nothing was changed\./],
    ["a wrong passphrase", 2, ["restore", "b.backup", "--replace"], { BACKUP_PASSPHRASE: "x" }, /does not open/],
    ["no passphrase", 2, ["restore", "b.backup", "--replace"], {}, /Set BACKUP_PASSPHRASE/],
    ["a file that is not there", 2, ["restore", "nothing"], {}, /nothing" is not there/],
    ["a folder that is not empty", 2, ["restore", "a.backup"], {}, /is not empty\. Nothing was changed\..*--replace/],
    ["a missing key", 2, ["restore", "a.backup"], { DATA_DIR: "elsewhere" }, /not in this backup/],
  ])("refuses %s with exit code %i in a sentence, and changes nothing", async (_name, code, args, settings, says) => {
    const { folder } = await filledFolder();
    expect((await run(folder, ["backup", "a.backup"])).code).toBe(0);
    expect((await run(folder, ["backup", "b.backup"], passphrase)).code).toBe(0);
    const bytes = await readFile(join(folder, "a.backup"));
    await writeFile(join(folder, "damaged"), bytes.subarray(0, -1));
    const before = await contentsOf(folder);
    const ran = await run(folder, args, settings);
    expect([ran.code, ran.stdout]).toEqual([code, ""]);
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr).toMatch(oneSentence);
    expect(await contentsOf(folder)).toEqual(before);
  });

  it("refuses a running server's folder, which runs on", async () => {
    const { folder, secret } = await filledFolder();
    expect((await run(folder, ["backup", "a.backup"])).code).toBe(0);
    const server = await startTestServer({ folder });
    server.tokenVault.secret = secret;
    const ran = await run(folder, ["restore", "a.backup", "--replace"]);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(/is using this data folder\. Stop it first/)]);
    expect((await server.tokenVault.credential("canary-service")).status).toBe(200);
  });

  it("takes a passphrase of any length, since older backups may have a short one", async () => {
    const { folder } = await filledFolder();
    const short = { BACKUP_PASSPHRASE: "short" };
    const vault = await openVault(
      readConfig({ variables: { DATA_DIR: join(folder, "data") }, readFile: () => undefined }),
      { disk: nodeDisk, clock: systemClock, warn: () => undefined },
    );
    const content = { lines: await backupLines(vault.store), encryptionKey: undefined };
    await vault.close();
    await writeFile(join(folder, "a.backup"), await sealBackup(content, { passphrase: new Secret("short") }));
    expect((await run(folder, ["restore", "a.backup", "--check"], short)).code).toBe(0);
  });

  it("--replace unlocked what was locked when its backup was not, and says now that it stays so", async () => {
    const { folder, secret } = await filledFolder();
    expect((await run(folder, ["backup", "a.backup"])).code).toBe(0);
    const { lockedAt } = jsonOf(await run(folder, ["lock", "--json"])) as { lockedAt: string };
    const ran = await run(folder, ["restore", "a.backup", "--replace"]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toContain("It is locked, as what was there before is: `tokenvault-webhook unlock` ends that.\n");
    expect(jsonOf(await run(folder, ["restore", "a.backup", "--replace", "--json"]))).toMatchObject({
      locked: true,
      keptLock: "was locked",
      replaced: join(folder, "data.replaced-2"),
    });
    expect(jsonOf(await run(folder, ["lock", "--json"]))).toMatchObject({ locked: true, lockedAt });
    expect((await run(folder, ["unlock"])).code).toBe(0);
    const again = jsonOf(await run(folder, ["restore", "a.backup", "--replace", "--json"]));
    expect(again).toMatchObject({ locked: false });
    expect(again).not.toHaveProperty("keptLock");
    await expectCredential(folder, secret);
  });

  it("works with a seed, which --with-key leaves alone", async () => {
    const folder = await temporaryFolder();
    const seed = { TV_WEBHOOK_SEED: "a seed that somebody remembers" };
    const server = await startBoundServer({ folder, settings: { ...ownersSettings, ...seed } });
    await server.tokenVault.store("canary-service", { accessToken: "canary access" });
    await server.stop();
    const refused = await run(folder, ["backup", "a.backup", "--with-key"], { ...seed, ...passphrase });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/keep the seed/)]);
    expect((await run(folder, ["backup", "a.backup"], seed)).code).toBe(0);
    const ran = await run(folder, ["restore", "a.backup", "--json"], { ...seed, DATA_DIR: join(folder, "new") });
    expect(jsonOf(ran)).toMatchObject({ credentials: 1, bound: true, restored: true });
  });
});
