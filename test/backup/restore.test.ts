import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/platform/clock.js";
import { StartError } from "../../src/platform/errors.js";
import { Secret } from "../../src/platform/secret.js";
import { sealBackup } from "../../src/backup/backup-file.js";
import { backupLines } from "../../src/backup/backup-lines.js";
import { KillSwitch } from "../../src/vault/kill-switch.js";
import type { Vault } from "../../src/vault/open-vault.js";
import { deriveFromSeed } from "../../src/keys/seed.js";
import { ServiceHosts } from "../../src/vault/service-hosts.js";
import { FaultyDisk } from "../support/faulty-disk.js";
import { backupOf, diskWithKeyOf, documentsIn, keyBytesOn, restoreOn, type RestoreOptions } from "./backup-on-disk.js";
import { filledVault, keyOn, keyPath, lossesOf, openOn } from "../vault/vault-on-disk.js";

const passphrase = new Secret("correct horse battery");

/** The filled vault with something in every collection; what its documents are. */
async function fullVault(): Promise<{ disk: FaultyDisk; signature: string; documents: Record<string, unknown> }> {
  const { disk, signature } = await filledVault();
  const vault = await openOn(disk);
  await vault.store.transact(async (transaction) => {
    await transaction.put("audit", "a1", { timestamp: "2026-01-01T00:00:00Z", action: "x" });
    await transaction.put("proxy_configs", "p1", { host: "api.example.org" });
    await transaction.put("vault_config", "__proto__", { odd: true });
  });
  await new ServiceHosts(vault.store, "pin").use("github", "api.github.com");
  await new ServiceHosts(vault.store, "pin").allow("github", "uploads.github.com");
  await new KillSwitch(vault.store, systemClock).lock();
  const documents = await documentsIn(vault);
  await vault.close();
  return { disk: disk.afterKill(), signature, documents };
}

function withoutRegistrations(documents: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(documents).filter(([name]) => !name.startsWith("registrations/")));
}

async function expectRestored(
  vault: Vault,
  { signature, documents }: { signature: string; documents: Record<string, unknown> },
): Promise<void> {
  expect(await documentsIn(vault)).toEqual(withoutRegistrations(documents));
  expect(await lossesOf(vault, signature)).toEqual([]);
  await vault.close();
}

describe("a restore", () => {
  it("brings back each collection, what is sealed, the lock, the hosts and the binding", async () => {
    const full = await fullVault();
    const disk = diskWithKeyOf(full.disk);
    const { replaced } = await restoreOn(disk, await backupOf(full.disk));
    expect(replaced).toBeUndefined();
    const names = new Set(Object.keys(full.documents).map((name) => name.split("/")[0]));
    expect(names.size).toBe(7);
    const vault = await openOn(disk);
    expect(await new KillSwitch(vault.store, systemClock).isLocked()).toBe(true);
    expect(await new ServiceHosts(vault.store, "pin").get("github")).toEqual({
      pinned: "api.github.com",
      allowed: ["uploads.github.com"],
    });
    expect(await vault.binding.isBound()).toBe(true);
    await expectRestored(vault, full);
  });

  it("leaves nothing behind beside the folder, and no lock in it", async () => {
    const full = await fullVault();
    const disk = diskWithKeyOf(full.disk);
    await restoreOn(disk, await backupOf(full.disk));
    const paths = Object.keys(disk.contents()).filter((path) => path !== keyPath);
    const logs = ["/data/journal-3.jsonl", "/data/used.jsonl"];
    expect(paths.sort()).toEqual([...logs, ...logs.map((log) => `${log}.head`), "/data/store.json"].sort());
  });

  it("does not bring back a registration: its code may have been used since", async () => {
    const { disk } = await filledVault();
    const vault = await openOn(disk);
    const { code } = await vault.binding.register();
    await vault.close();
    const restored = diskWithKeyOf(disk);
    await restoreOn(restored, await backupOf(disk));
    const { binding } = await openOn(restored);
    await expect(binding.exchange(code)).rejects.toMatchObject({ code: "code_expired" });
  });

  it("of a backup with its key needs nothing but the passphrase", async () => {
    const full = await fullVault();
    const disk = new FaultyDisk([]);
    await restoreOn(disk, await backupOf(full.disk, { passphrase }, true), { passphrase });
    expect(keyOn(disk)).toBe(keyOn(full.disk));
    await expectRestored(await openOn(disk), full);
  });

  it("puts the backup's key under KEY_PASSPHRASE where that is set, and into KEY_FILE", async () => {
    const full = await fullVault();
    const disk = new FaultyDisk([]);
    const settings = { keyFile: "/elsewhere/key", keyPassphrase: new Secret("of the key file") };
    await restoreOn(disk, await backupOf(full.disk, { passphrase }, true), { passphrase, settings });
    expect(disk.contents()["/elsewhere/key"]).toContain("sealedKey");
    expect(disk.contents()[keyPath]).toBeUndefined();
    await expectRestored(await openOn(disk, settings), full);
  });

  it("of a backup under a passphrase takes the key that is there", async () => {
    const full = await fullVault();
    for (const withKey of [true, false]) {
      const disk = diskWithKeyOf(full.disk);
      const before = disk.bytes(keyPath);
      await restoreOn(disk, await backupOf(full.disk, { passphrase }, withKey), { passphrase });
      expect(disk.bytes(keyPath)).toEqual(before);
      await expectRestored(await openOn(disk), full);
    }
  });

  it("works with a seed, and with no other", async () => {
    const seed = new Secret("a seed that somebody remembers");
    const disk = new FaultyDisk();
    const vault = await openOn(disk, { seed });
    await vault.binding.exchange((await vault.binding.register()).code);
    const { encryptionKey } = deriveFromSeed(seed);
    const { webhookId } = vault.binding;
    const backup = await sealBackup(
      { lines: await backupLines(vault.store), encryptionKey: undefined },
      { encryptionKey },
    );
    await vault.close();
    const restored = new FaultyDisk([]);
    await restoreOn(restored, backup, { settings: { seed } });
    const again = await openOn(restored, { seed });
    expect([again.binding.webhookId, await again.binding.isBound()]).toEqual([webhookId, true]);
    await expectRefused(new FaultyDisk([]), backup, /does not open this backup/, {
      settings: { seed: new Secret("x") },
    });
  });

  it("with --replace moves the old folder aside whole, each time under a new name", async () => {
    const full = await fullVault();
    const backup = await backupOf(full.disk);
    const { disk } = full;
    disk.put("/data/record.jsonl", "a record");
    const before = folderOf(disk, "/data");
    expect((await restoreOn(disk, backup, { replace: true })).replaced).toBe("/data.replaced-1");
    expect(folderOf(disk, "/data.replaced-1")).toEqual(before);
    const second = folderOf(disk, "/data");
    expect((await restoreOn(disk, backup, { replace: true })).replaced).toBe("/data.replaced-2");
    expect(folderOf(disk, "/data.replaced-2")).toEqual(second);
    await expectRestored(await openOn(disk), full);
  });

  it("with --replace helps where the old folder is damaged", async () => {
    const full = await fullVault();
    const backup = await backupOf(full.disk);
    full.disk.put("/data/store.json", "damaged");
    await restoreOn(full.disk, backup, { replace: true });
    await expectRestored(await openOn(full.disk), full);
  });
});

function folderOf(disk: FaultyDisk, folder: string): Record<string, string> {
  const files = Object.entries(disk.contents()).filter(([path]) => path.startsWith(`${folder}/`));
  return Object.fromEntries(files.map(([path, content]) => [path.slice(folder.length), content]));
}

async function expectRefused(
  disk: FaultyDisk,
  backup: Uint8Array,
  says: RegExp,
  options: RestoreOptions = {},
): Promise<void> {
  const before = disk.contents();
  const refusal: unknown = await restoreOn(disk, backup, { replace: true, ...options }).catch(
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(StartError);
  expect((refusal as StartError).message).toMatch(says);
  expect(disk.contents()).toEqual(before);
}

describe("a restore is refused, and nothing changes byte for byte,", () => {
  it("when the folder holds something and may not be replaced", async () => {
    const { disk } = await filledVault();
    const says = /\/data is not empty\. Nothing was changed\..*--replace/;
    await expectRefused(disk, await backupOf(disk), says, { replace: false });
    const strange = diskWithKeyOf(disk);
    strange.put("/data/notes.txt", "mine");
    await expectRefused(strange, await backupOf(disk), says, { replace: false });
  });

  it("when a process has the folder", async () => {
    const { disk } = await filledVault();
    const backup = await backupOf(disk);
    await openOn(disk);
    await expectRefused(disk, backup, /Process \d+ is using this data folder\. Stop it first/);
  });

  it("when the passphrase is wrong or missing", async () => {
    const { disk } = await filledVault();
    const backup = await backupOf(disk, { passphrase }, true);
    const wrong = { passphrase: new Secret("Correct horse battery") };
    await expectRefused(disk, backup, /passphrase does not open this backup\. Nothing was changed\./, wrong);
    await expectRefused(disk, backup, /Set BACKUP_PASSPHRASE or BACKUP_PASSPHRASE_FILE\./);
  });

  it("when the key is another or missing", async () => {
    const { disk } = await filledVault();
    const other = await filledVault();
    await expectRefused(other.disk, await backupOf(disk), /does not open this backup.*Set KEY_FILE/);
    await expectRefused(new FaultyDisk([]), await backupOf(disk), /not in this backup.*Put the key file there/);
    const inPassphrase = await backupOf(disk, { passphrase });
    await expectRefused(new FaultyDisk([]), inPassphrase, /not in this backup/, { passphrase });
    await expectRefused(other.disk, inPassphrase, /encrypted under another key/, { passphrase });
    const withKey = await backupOf(disk, { passphrase }, true);
    await expectRefused(other.disk, withKey, /holds another key than the backup.*Set KEY_FILE to a new path/, {
      passphrase,
    });
  });

  const damages: readonly (readonly [string, RegExp, (text: string) => string])[] = [
    ["a credential", /credential of "github" does not open/, (text) => moveField(text, "github", "codes")],
    ["a credential of an older form", /credential of "older" does not open/, (text) => cutField(text, "older")],
    [
      "the shared secret",
      /shared secret does not open/,
      (text) => text.replace(/("hmacSecret":"[^"]{8})[^"]{8}/, "$1AAAAAAAA"),
    ],
    [
      "the identity",
      /encrypted under another key/,
      (text) => text.replace(/("keyCheck":"[^"]{8})[^"]{8}/, "$1AAAAAAAA"),
    ],
    ["no identity", /identity is missing/, (text) => text.replace('"key":"identity"', '"key":"other"')],
  ];

  it.each(damages)("when %s does not open", async (_name, says, damage) => {
    const { disk } = await filledVault();
    const vault = await openOn(disk);
    const text = await backupLines(vault.store);
    await vault.close();
    const system = text.split("\n").filter((line) => !line.includes('"collection":"registrations"'));
    const [, ...lines] = system;
    const sound = [
      `{"format":"tokenvault-webhook-backup-lines","version":1,"documents":${String(lines.length - 1)}}`,
      ...lines,
    ].join("\n");
    const damaged = damage(sound);
    expect(damaged).not.toBe(sound);
    const secret = { encryptionKey: keyBytesOn(disk) };
    const seal = (content: string): Promise<Uint8Array> =>
      sealBackup({ lines: content, encryptionKey: undefined }, secret);
    await expectRefused(disk, await seal(damaged), says);
    await restoreOn(disk, await seal(sound), { replace: true });
  });
});

/** Puts the sealed access token of one service in the place of another's. */
function moveField(text: string, service: string, from: string): string {
  const pattern = (name: string): RegExp =>
    new RegExp(`(\\n\\{"collection":"tokens","key":"${name}".*?"accessToken":")([^"]+)`);
  const [, , value = ""] = pattern(from).exec(text) ?? [];
  return text.replace(pattern(service), `$1${value}`);
}

function cutField(text: string, service: string): string {
  return text.replace(new RegExp(`("key":"${service}".*?"accessToken":"[^"]{20})[^"]+`), "$1");
}
