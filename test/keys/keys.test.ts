import { hkdfSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/platform/clock.js";
import { StartError } from "../../src/platform/errors.js";
import { Secret } from "../../src/platform/secret.js";
import { openVault, type Vault, type VaultSettings } from "../../src/vault/open-vault.js";
import { rotateKey } from "../../src/vault/rotate-key.js";
import { deriveFromSeed } from "../../src/keys/seed.js";
import { Credential } from "../../src/vault/credential.js";
import { sealedDocument, sealFields } from "../../src/vault/sealing.js";
import { FaultyDisk } from "../support/faulty-disk.js";
import { keyPath, settings } from "../vault/vault-on-disk.js";

const format = "tokenvault-webhook-keys";

function open(disk: FaultyDisk, more: Partial<VaultSettings> = {}): Promise<Vault> {
  return openVault({ ...settings, ...more }, { disk, clock: systemClock, warn: () => undefined });
}

async function store({ store: documents, cipher }: Vault, value: string): Promise<void> {
  const document = sealedDocument(sealFields(cipher, "github", { accessToken: value }), {});
  await documents.transact(async (transaction) => {
    await transaction.put("tokens", "github", document);
  });
}

async function stored({ store: documents, cipher }: Vault): Promise<unknown> {
  const document = (await documents.get("tokens", "github")) ?? {};
  return new Credential(cipher, "github", document).secret("accessToken");
}

/** A folder that holds a credential; stopped in order, or killed with everything in the journal. */
async function usedFolder(stopped = true, more: Partial<VaultSettings> = {}): Promise<FaultyDisk> {
  const disk = new FaultyDisk();
  const vault = await open(disk, more);
  await store(vault, "canary");
  if (stopped) await vault.close();
  if (!stopped) disk.take("/data/lock");
  return disk.afterKill();
}

async function expectRefused(disk: FaultyDisk, says: RegExp, more: Partial<VaultSettings> = {}): Promise<void> {
  const before = disk.contents();
  const refusal: unknown = await open(disk, more).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(StartError);
  expect((refusal as StartError).message).toMatch(says);
  expect(disk.contents()).toEqual(before);
}

describe("the first start", () => {
  it("makes a key beside the data folder, not in it, before anything is encrypted with it", async () => {
    const disk = new FaultyDisk();
    const vault = await open(disk);
    const keyed = disk.operations.findIndex(({ kind, path }) => kind === "rename" && path === keyPath);
    const written = disk.operations.findIndex(({ kind, path }) => kind === "create" && path.includes("journal-"));
    expect(keyed).toBeGreaterThan(-1);
    expect(written).toBeGreaterThan(keyed);
    const { encryptionKey } = JSON.parse(disk.bytes(keyPath).toString()) as { encryptionKey: string };
    expect(Buffer.from(encryptionKey, "base64")).toHaveLength(32);
    await vault.close();
    const inData = Object.entries(disk.contents()).filter(([path]) => path.startsWith("/data/"));
    expect(JSON.stringify(inData)).not.toContain(encryptionKey);
  });

  it("stopped at any moment is gone on with by the next one", async () => {
    const disk = new FaultyDisk();
    const vault = await open(disk);
    await store(vault, "canary");
    for (let count = 0; count <= disk.operations.length; count++) {
      for (const crashed of [disk.at(count), disk.at(count).afterPowerCut("names and half the bytes")]) {
        crashed.take("/data/lock");
        const next = await open(crashed);
        await store(next, "again");
        await next.close();
        expect(await stored(await open(crashed))).toBe("again");
      }
    }
  });
});

describe("a start is refused, and not a byte changes,", () => {
  it.each([
    ["stopped in order", true],
    ["killed", false],
  ])("when the key file is missing and the folder, %s, holds data", async (_name, stopped) => {
    const disk = await usedFolder(stopped);
    disk.take(keyPath);
    await expectRefused(disk, /key file is missing.*Put the key file back/);
  });

  it.each([
    ["stopped in order", true],
    ["killed", false],
  ])("when the key is another one and the folder was %s", async (_name, stopped) => {
    const disk = await usedFolder(stopped);
    disk.put(keyPath, (await usedFolder()).bytes(keyPath));
    await expectRefused(disk, /another key.*Put back the key/);
  });

  it.each([
    ["is cut", '{"format": "tokenvault-webhook-ke', /key file .*Put back its backup/],
    ["is empty", "", /key file .*Put back its backup/],
    ["is another program's", '{"key": "x"}', /key file .*not written by this program.*Put back its backup/],
    ["is newer", JSON.stringify({ format, version: 2 }), /key file .*newer.*Install the newer program/],
    ["has no version", JSON.stringify({ format, encryptionKey: "" }), /key file .*version.*Put back its backup/],
    ["holds no key", JSON.stringify({ format, version: 1 }), /key file .*32 bytes.*Put back its backup/],
    ["holds a key that is too short", keyFileText(31), /key file .*32 bytes.*Put back its backup/],
    ["holds a key that is too long", keyFileText(33), /key file .*32 bytes.*Put back its backup/],
    ["is the base64 of too few bytes", Buffer.alloc(16, 1).toString("base64"), /key file .*Put back its backup/],
  ])("when the key file %s", async (_name, content, says) => {
    const disk = await usedFolder();
    disk.put(keyPath, content);
    await expectRefused(disk, says);
  });

  it("when a seed is given to a folder that was encrypted under a key file, and the other way round", async () => {
    await expectRefused(await usedFolder(), /another key/, { seed: new Secret("some seed") });
    const seeded = await usedFolder(true, { seed: new Secret("some seed of a test") });
    await expectRefused(seeded, /another key/, { seed: new Secret("some other seed") });
    await expectRefused(seeded, /key file is missing/);
  });

  it("when KEY_FILE names no file and the folder holds data", async () => {
    await expectRefused(await usedFolder(), /key file is missing/, { keyFile: "/elsewhere/keys.json" });
  });
});

describe("a key", () => {
  it("that is nothing but the base64 of 32 bytes is taken", async () => {
    const disk = new FaultyDisk();
    disk.put(keyPath, `${Buffer.alloc(32, 7).toString("base64")}\n`);
    await store(await open(disk), "canary");
    disk.take("/data/lock");
    expect(await stored(await open(disk))).toBe("canary");
  });

  it("from a seed is HKDF-SHA-256 with an empty salt, as is the secret and the id", async () => {
    const derive = (info: string, length: number): Buffer =>
      Buffer.from(hkdfSync("sha256", "seed ü", "", info, length));
    const { cipher, seeded } = deriveFromSeed(new Secret("seed ü"));
    expect(Buffer.from(seeded.hmacSecret.reveal())).toEqual(derive("tv-webhook:hmac-secret:v1", 32));
    expect(seeded.webhookId).toBe(`wh_${derive("tv-webhook:webhook-id:v1", 16).toString("hex")}`);
    const key = await crypto.subtle.importKey("raw", derive("tv-webhook:encryption-key:v1", 32), "AES-GCM", false, [
      "decrypt",
    ]);
    const sealed = Buffer.from(cipher.seal("text", "place"), "base64");
    const parameters = { name: "AES-GCM", iv: sealed.subarray(0, 12), additionalData: Buffer.from("place") };
    expect(Buffer.from(await crypto.subtle.decrypt(parameters, key, sealed.subarray(12))).toString()).toBe("text");
  });
});

describe("a passphrase", () => {
  it("keeps the key out of the key file, opens it, and no other does", async () => {
    const keyPassphrase = new Secret("correct horse");
    const disk = await usedFolder(true, { keyPassphrase });
    const content = JSON.parse(disk.bytes(keyPath).toString()) as Record<string, unknown>;
    expect(Object.keys(content).sort()).toEqual(["format", "scrypt", "sealedKey", "version"]);
    await expectRefused(disk, /under a passphrase.*KEY_PASSPHRASE/);
    await expectRefused(disk, /KEY_PASSPHRASE does not open/, { keyPassphrase: new Secret("battery staple") });
    expect(await stored(await open(disk, { keyPassphrase }))).toBe("canary");
  });
});

describe("a rotation of the key", () => {
  it("stopped at any moment leaves every credential readable under the key that is then in force", async () => {
    const disk = await usedFolder();
    const vault = await open(disk);
    const begun = disk.operations.length;
    await rotateKey(vault);
    await vault.close();
    const failed: string[] = [];
    for (let count = begun; count <= disk.operations.length; count++) {
      for (const crashed of [
        disk.at(count),
        disk.at(count).afterPowerCut(),
        disk.at(count).afterPowerCut("names and half the bytes"),
      ]) {
        crashed.take("/data/lock");
        const found = await open(crashed).then(stored, String);
        if (found !== "canary") failed.push(`after ${String(count)} operations: ${String(found)}`);
      }
    }
    expect(failed.slice(0, 5)).toEqual([]);
  });

  it("ends the old key: nothing in the folder opens under it", async () => {
    const disk = await usedFolder();
    const old = disk.bytes(keyPath);
    const vault = await open(disk);
    await rotateKey(vault);
    await vault.close();
    disk.put(keyPath, old);
    await expectRefused(disk, /another key/);
  });
});

function keyFileText(bytes: number): string {
  return JSON.stringify({ format, version: 1, encryptionKey: Buffer.alloc(bytes, 1).toString("base64") });
}
