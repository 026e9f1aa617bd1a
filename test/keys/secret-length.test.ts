import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/platform/clock.js";
import { Secret } from "../../src/platform/secret.js";
import { StartError } from "../../src/platform/errors.js";
import { Cipher } from "../../src/keys/cipher.js";
import { KeyFile } from "../../src/keys/key-file.js";
import { newScryptParameters, stretch } from "../../src/keys/passphrase-key.js";
import { deriveFromSeed } from "../../src/keys/seed.js";
import { rotateKey } from "../../src/vault/rotate-key.js";
import { openVault, type VaultSettings } from "../../src/vault/open-vault.js";
import { systemAdditionalData } from "../../src/keys/cipher.js";
import { FaultyDisk } from "../support/faulty-disk.js";
import { keyPath, settings } from "../vault/vault-on-disk.js";

async function open(disk: FaultyDisk, more: Partial<VaultSettings>) {
  const warnings: string[] = [];
  const warn = (sentence: string): void => void warnings.push(sentence);
  return { vault: await openVault({ ...settings, ...more }, { disk, clock: systemClock, warn }), warnings };
}

/** A folder as a program made it that took any seed: its identity is under the seed's key. */
async function folderUnder(key: Uint8Array<ArrayBuffer>): Promise<FaultyDisk> {
  const disk = new FaultyDisk();
  disk.put(keyPath, Buffer.from(key).toString("base64"));
  await (await open(disk, {})).vault.close();
  disk.take(keyPath);
  return disk;
}

async function sealedKeyFile(key: Uint8Array, passphrase: string): Promise<string> {
  const scrypt = newScryptParameters();
  const cipher = new Cipher(await stretch(new Secret(passphrase), scrypt));
  const sealedKey = cipher.seal(Buffer.from(key).toString("base64"), systemAdditionalData("encryptionKey"));
  return JSON.stringify({ format: "tokenvault-webhook-keys", version: 1, scrypt, sealedKey });
}

describe("a short secret was accepted for a new vault:", () => {
  it.each(["abc", "fifteen-letters", "\u{1F600}".repeat(15), "u\u0308".repeat(15)])("the seed %s", async (text) => {
    const disk = new FaultyDisk();
    const before = disk.contents();
    await expect(open(disk, { seed: new Secret(text) })).rejects.toThrow(
      /^TV_WEBHOOK_SEED must have 16 characters or more[^\n]*\.$/,
    );
    expect(disk.contents()).toEqual(before);
  });

  it.each(["a", "eleven-char"])("the passphrase %s, also for a key file that was open", async (text) => {
    const refusal = /^KEY_PASSPHRASE must have 12 characters or more[^\n]*\.$/;
    const keyPassphrase = new Secret(text);
    const disk = new FaultyDisk();
    await expect(open(disk, { keyPassphrase })).rejects.toThrow(refusal);
    expect(disk.contents()).toEqual(new FaultyDisk().contents());
    const used = await folderUnder(crypto.getRandomValues(new Uint8Array(32)));
    used.put(keyPath, Buffer.alloc(32, 1).toString("base64"));
    await expect(new KeyFile(used, keyPath, keyPassphrase).next.write(new Uint8Array(32))).rejects.toThrow(refusal);
  });

  it("and one of sixteen or twelve characters is taken, without a warning", async () => {
    expect((await open(new FaultyDisk(), { seed: new Secret("sixteen-letters!") })).warnings).toEqual([]);
    expect((await open(new FaultyDisk(), { keyPassphrase: new Secret("twelve-chars") })).warnings).toEqual([]);
  });
});

describe("a vault that a short secret made once", () => {
  it("opens under its seed with a warning that does not repeat it", async () => {
    const seed = new Secret("abc");
    const disk = await folderUnder(deriveFromSeed(seed).encryptionKey);
    const { vault, warnings } = await open(disk, { seed });
    await vault.close();
    expect(warnings).toEqual([expect.stringMatching(/^TV_WEBHOOK_SEED should have 16 characters or more: [^\n]*\.$/)]);
    expect(warnings.join()).not.toContain("abc");
  });

  it("opens under its passphrase with a warning, and its key can be rotated", async () => {
    const key = crypto.getRandomValues(new Uint8Array(32));
    const disk = await folderUnder(key);
    disk.put(keyPath, await sealedKeyFile(key, "a"));
    const { vault, warnings } = await open(disk, { keyPassphrase: new Secret("a") });
    expect(warnings).toEqual([expect.stringMatching(/^KEY_PASSPHRASE should have 12 characters or more: [^\n]*\.$/)]);
    await rotateKey(vault);
    await vault.close();
    await (await open(disk, { keyPassphrase: new Secret("a") })).vault.close();
    await expect(open(disk, { keyPassphrase: new Secret("another one") })).rejects.toThrow(StartError);
  });
});
