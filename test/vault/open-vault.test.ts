import { describe, expect, it } from "vitest";
import { editSnapshot } from "../support/edit-snapshot.js";
import { StartError } from "../../src/platform/errors.js";
import { Secret } from "../../src/platform/secret.js";
import type { VaultSettings } from "../../src/vault/open-vault.js";
import { FaultyDisk } from "../support/faulty-disk.js";
import { filledVault, keyOn, keyPath, lossesOf, openAgainOn, openOn } from "./vault-on-disk.js";

const format = "tokenvault-webhook-keys";
const credentialsDirectory = "/run/credentials/webhook";
const credentialPath = `${credentialsDirectory}/tokenvault-webhook-key`;
const elsewhere = "/etc/webhook/key";

function keyText(fill: number): string {
  return Buffer.alloc(32, fill).toString("base64");
}

function keyFileText(encryptionKey: string): string {
  return JSON.stringify({ format, version: 1, encryptionKey });
}

async function expectRefused(disk: FaultyDisk, says: RegExp, more: Partial<VaultSettings> = {}): Promise<void> {
  const before = disk.contents();
  const refusal: unknown = await openOn(disk, more).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(StartError);
  expect((refusal as StartError).message).toMatch(says);
  expect((refusal as StartError).message).toMatch(/^[A-Z].*\.$/s);
  expect(disk.contents()).toEqual(before);
}

/** Opens a new folder with every one of the sources, and stops it. */
async function openedWith(more: Partial<VaultSettings>): Promise<{ disk: FaultyDisk; keySource: string }> {
  const disk = new FaultyDisk();
  disk.put(elsewhere, keyFileText(keyText(1)));
  disk.put(credentialPath, keyText(2));
  disk.put(keyPath, keyFileText(keyText(3)));
  const vault = await openOn(disk, more);
  await vault.close();
  return { disk: disk.afterKill(), keySource: vault.keySource };
}

describe("the key comes from", () => {
  const seed = new Secret("a seed of the test");

  it("the seed before any file", async () => {
    const { disk, keySource } = await openedWith({ seed, keyFile: elsewhere, credentialsDirectory });
    expect(keySource).toBe("TV_WEBHOOK_SEED");
    for (const path of [elsewhere, credentialPath, keyPath]) disk.take(path);
    await (await openOn(disk, { seed })).close();
    await expectRefused(disk, /under another key/, { seed: new Secret("another seed") });
  });

  it("KEY_FILE before the service manager and the generated file", async () => {
    const { disk, keySource } = await openedWith({ keyFile: elsewhere, credentialsDirectory });
    expect(keySource).toBe(elsewhere);
    for (const path of [credentialPath, keyPath]) disk.take(path);
    await (await openOn(disk, { keyFile: elsewhere, credentialsDirectory })).close();
    disk.put(elsewhere, keyFileText(keyText(2)));
    await expectRefused(disk, /under another key/, { keyFile: elsewhere });
  });

  it("the service manager before the generated file", async () => {
    const { disk, keySource } = await openedWith({ credentialsDirectory });
    expect(keySource).toBe(credentialPath);
    await expectRefused(disk, /under another key/);
    disk.take(keyPath);
    await (await openOn(disk, { credentialsDirectory })).close();
    disk.put(credentialPath, keyText(3));
    await expectRefused(disk, /under another key/, { credentialsDirectory });
  });

  it("the generated file when the service manager hands over none under that name", async () => {
    const { keySource } = await openedWith({ credentialsDirectory: "/run/credentials/other" });
    expect(keySource).toBe(keyPath);
  });

  it("the file beside the data folder when nothing is set", async () => {
    const { disk, keySource } = await openedWith({});
    expect(keySource).toBe(keyPath);
    disk.put(keyPath, keyFileText(keyText(1)));
    await expectRefused(disk, /under another key/);
  });

  it("a file that is generated where there is none, and is another one each time", async () => {
    const keys = new Set<string>();
    for (let round = 0; round < 3; round++) {
      const disk = new FaultyDisk();
      await (await openOn(disk)).close();
      expect(Buffer.from(keyOn(disk), "base64")).toHaveLength(32);
      keys.add(keyOn(disk));
    }
    expect(keys.size).toBe(3);
  });

  it("a file that is generated at KEY_FILE where there is none", async () => {
    const disk = new FaultyDisk();
    const vault = await openOn(disk, { keyFile: elsewhere });
    expect(vault.keySource).toBe(elsewhere);
    await vault.close();
    expect(Object.keys(disk.contents()).filter((path) => path.includes("key"))).toEqual([elsewhere]);
  });

  it.each([
    ["as it is", (key: string) => key],
    ["with a line end", (key: string) => `${key}\n`],
    ["with a Windows line end and spaces", (key: string) => ` ${key}\r\n`],
    ["in a key file", keyFileText],
    ["in a key file over several lines", (key: string) => JSON.stringify(JSON.parse(keyFileText(key)), null, 2)],
  ])("the base64 of 32 bytes %s, the same key in each form", async (_name, print) => {
    const { disk, key, signature } = await filledVault();
    disk.take(keyPath);
    disk.put(elsewhere, print(key));
    disk.put(credentialPath, print(key));
    const byFile = await openOn(disk, { keyFile: elsewhere });
    expect(await lossesOf(byFile, signature)).toEqual([]);
    await byFile.close();
    expect(await lossesOf(await openOn(disk, { credentialsDirectory }), signature)).toEqual([]);
  });

  it("a seed with its binding: the same seed signs the same, and nothing is bound by it alone", async () => {
    const first = await openOn(new FaultyDisk(), { seed });
    const second = await openOn(new FaultyDisk(), { seed: new Secret("a seed of the test") });
    expect(second.binding.webhookId).toBe(first.binding.webhookId);
    expect(await second.binding.hmacKey()).toBeDefined();
    expect(await second.binding.isBound()).toBe(false);
    const other = await openOn(new FaultyDisk(), { seed: new Secret("another seed of the test") });
    expect(other.binding.webhookId).not.toBe(first.binding.webhookId);
  });
});

describe("a passphrase", () => {
  const keyPassphrase = new Secret("correct horse");

  it("that is right opens the key that was generated under it, from whichever source", async () => {
    const disk = new FaultyDisk();
    await (await openOn(disk, { keyPassphrase })).close();
    disk.put(credentialPath, disk.bytes(keyPath));
    disk.put(elsewhere, disk.bytes(keyPath));
    disk.take(keyPath);
    await (await openOn(disk, { keyPassphrase, credentialsDirectory })).close();
    await (await openOn(disk, { keyPassphrase, keyFile: elsewhere })).close();
  });

  it("that is wrong or missing refuses the start", async () => {
    const disk = new FaultyDisk();
    await (await openOn(disk, { keyPassphrase })).close();
    await expectRefused(disk, /KEY_PASSPHRASE does not open the key file\./, { keyPassphrase: new Secret("wrong") });
    await expectRefused(disk, /under a passphrase\. Set KEY_PASSPHRASE/);
  });

  it("is stretched with a salt and parameters that stand in the file", async () => {
    const salts = new Set<string>();
    for (let round = 0; round < 2; round++) {
      const disk = new FaultyDisk();
      await (await openOn(disk, { keyPassphrase })).close();
      const content = JSON.parse(disk.bytes(keyPath).toString()) as { scrypt: { salt: string } };
      expect(content.scrypt).toMatchObject({ N: 131_072, r: 8, p: 1 });
      expect(Buffer.from(content.scrypt.salt, "base64")).toHaveLength(16);
      salts.add(content.scrypt.salt);
    }
    expect(salts.size).toBe(2);
  });

  it.each([
    ["no parameters", undefined],
    ["parameters of another kind", { N: "131072", r: 8, p: 1, salt: "AAAA" }],
    ["no salt", { N: 131_072, r: 8, p: 1 }],
    ["a cost that is no power of two", { N: 131_071, r: 8, p: 1, salt: "AAAA" }],
    ["a cost that would take all memory", { N: 2 ** 30, r: 8, p: 1, salt: "AAAA" }],
    ["a negative share", { N: 16, r: -8, p: 1, salt: "AAAA" }],
    ["half a block", { N: 16, r: 0.5, p: 1, salt: "AAAA" }],
  ])("cannot be used with a key file that has %s", async (_name, scrypt) => {
    const { disk } = await filledVault();
    disk.put(keyPath, JSON.stringify({ format, version: 1, scrypt, sealedKey: "A".repeat(100) }));
    await expectRefused(disk, /key file .*scrypt parameters.*Nothing was changed\. Put back its backup\./, {
      keyPassphrase,
    });
  });
});

describe("R1: the start is refused, and not a byte changes,", () => {
  const states = [
    ["stopped in order", async () => (await filledVault()).disk],
    ["killed", killedFolder],
  ] as const;

  async function killedFolder(): Promise<FaultyDisk> {
    const { disk } = await filledVault();
    const vault = await openOn(disk);
    await vault.store.transact(async (transaction) => {
      await transaction.put("vault_config", "later", { written: "after the snapshot" });
    });
    const killed = disk.afterKill();
    killed.take("/data/lock");
    await vault.close();
    return killed;
  }

  it.each(states)("with another key, on a folder that was %s", async (_name, folder) => {
    const disk = await folder();
    disk.put(keyPath, keyFileText(keyText(1)));
    await expectRefused(disk, /another key\. Nothing was changed\. Put back the key/);
    disk.put(credentialPath, keyText(1));
    await expectRefused(disk, /another key\. Nothing was changed\./, { credentialsDirectory });
    await expectRefused(disk, /another key\. Nothing was changed\./, { seed: new Secret("some seed") });
  });

  it.each(states)("without its key, on a folder that was %s", async (_name, folder) => {
    const disk = await folder();
    disk.take(keyPath);
    await expectRefused(disk, /key file is missing\. Nothing was changed\. Put the key file back/);
    await expectRefused(disk, /key file is missing/, { keyFile: elsewhere });
    await expectRefused(disk, /key file is missing/, { keyPassphrase: new Secret("correct horse") });
  });

  it("and works when the right key is back", async () => {
    const { disk, key, signature } = await filledVault();
    disk.put(keyPath, keyFileText(keyText(1)));
    await expectRefused(disk, /another key/);
    disk.put(keyPath, keyFileText(key));
    expect(await lossesOf(await openOn(disk), signature)).toEqual([]);
  });

  it("with a key file that was cut at any byte", async () => {
    const { disk } = await filledVault();
    const bytes = disk.bytes(keyPath);
    // The line end alone may be missing.
    for (let length = 0; length < bytes.length - 1; length++) {
      disk.put(keyPath, bytes.subarray(0, length));
      await expectRefused(disk, /key file .*Nothing was changed\. Put back its backup\./);
    }
  });

  it.each([
    ["is of a newer format", { format, version: 2, encryptionKey: keyText(1) }, /newer format.*Install the newer/],
    ["is another program's", { key: keyText(1) }, /not written by this program.*Put back its backup/],
    ["is a list", [keyText(1)], /not written by this program/],
    ["has a version that is no number", { format, version: "1", encryptionKey: keyText(1) }, /no version/],
    ["holds a key that is no text", { format, version: 1, encryptionKey: 7 }, /32 bytes/],
    ["holds a key in hex", { format, version: 1, encryptionKey: "00".repeat(32) }, /32 bytes/],
  ])("with a key file that %s", async (_name, content, says) => {
    const { disk } = await filledVault();
    disk.put(keyPath, JSON.stringify(content));
    await expectRefused(disk, says);
  });

  it("with a next key that is damaged while the key in force does not fit", async () => {
    const { disk } = await filledVault();
    disk.put(keyPath, keyFileText(keyText(1)));
    disk.put(`${keyPath}.next`, keyFileText(keyText(2)));
    await expectRefused(disk, /another key/);
    disk.put(`${keyPath}.next`, "{");
    await expectRefused(disk, /key file .*Nothing was changed/);
  });

  it("with a shared secret that does not open under the key", async () => {
    const { disk } = await filledVault();
    const edited = editSnapshot(disk.bytes("/data/store.json").toString(), ({ system }) => {
      const binding = system?.["binding"] ?? {};
      const value = String(binding["hmacSecret"]);
      expect(value.length).toBeGreaterThan(44);
      binding["hmacSecret"] = `${value.slice(0, 40)}AAAA${value.slice(44)}`;
    });
    disk.put("/data/store.json", edited);
    await expectRefused(disk, /The shared secret .*Nothing was changed\./);
  });

  it("while another process has the folder, and lets it go on", async () => {
    const { disk, signature } = await filledVault();
    const vault = await openOn(disk);
    await expectRefused(disk, /Process \d+ is using this data folder\./);
    expect(await lossesOf(vault, signature)).toEqual([]);
    await vault.close();
    await (await openOn(disk)).close();
  });
});

describe("a start that failed", () => {
  it("has let go of the folder", async () => {
    const { disk, key } = await filledVault();
    disk.put(keyPath, keyFileText(keyText(1)));
    await expectRefused(disk, /another key/);
    disk.put(keyPath, keyFileText(key));
    await (await openOn(disk)).close();
  });

  it("at any operation of the disk leaves everything for the next one", async () => {
    const { disk: start, signature } = await filledVault();
    const healthy = start.afterKill();
    await openOn(healthy);
    for (let index = 0; index < healthy.operations.length; index++) {
      const disk = start.afterKill();
      disk.before = (operation) => (operation.index === index ? "EIO" : undefined);
      await openOn(disk).catch(() => undefined);
      disk.before = () => undefined;
      expect(await lossesOf(await openAgainOn(disk.afterPowerCut()), signature), String(index)).toEqual([]);
    }
  });
});
