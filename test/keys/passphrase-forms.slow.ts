import { createCipheriv, createHash, scryptSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readBackup, sealBackup } from "../../src/backup/backup-file.js";
import { Cipher, systemAdditionalData } from "../../src/keys/cipher.js";
import { KeyFile } from "../../src/keys/key-file.js";
import { Secret } from "../../src/platform/secret.js";
import { FaultyDisk } from "../support/faulty-disk.js";

const path = "/data-keys/keys.json";
const key = crypto.getRandomValues(new Uint8Array(32));
const composed = "gr\u00fc\u00dfe \u00e0 \uac01 \u1e69 z\u00fcrich";
/** As a keyboard may leave it: neither composed nor decomposed. */
const forms = {
  composed,
  decomposed: composed.normalize("NFD"),
  mixed: `gr\u00fc\u00dfe a\u0300 \uac01 s\u0307\u0323 z\u00fcrich`,
};
const names = ["composed", "decomposed"] as const;
const pairs = Object.values(forms).flatMap((sealed) => names.map((name) => [sealed, forms[name]] as const));

it("the forms are of one text and differ", () => {
  expect(new Set(Object.values(forms)).size).toBe(3);
  expect(new Set(Object.values(forms).map((form) => form.normalize("NFC"))).size).toBe(1);
});

describe.each([...pairs, [forms.mixed, forms.mixed] as const])(
  "what was sealed with %j did not open with %j:",
  (first, second) => {
    const [sealedWith, openedWith] = [new Secret(first), new Secret(second)];

    it("a key file", async () => {
      const disk = new FaultyDisk();
      await new KeyFile(disk, path, sealedWith).write(key);
      expect(await new KeyFile(disk, path, openedWith).read()).toEqual(key);
      await expect(new KeyFile(disk, path, new Secret(`${second}.`)).read()).rejects.toThrow(/does not open/);
    });

    it("a backup", async () => {
      const content = { lines: "{}\n", encryptionKey: key };
      const backup = readBackup(await sealBackup(content, { passphrase: sealedWith }));
      expect(await backup.open({ passphrase: openedWith })).toEqual(content);
      expect(await backup.open({ passphrase: new Secret(`${second}.`) })).toBeUndefined();
    });
  },
);

describe.each([
  [forms.composed, forms.decomposed],
  [forms.decomposed, forms.composed],
  [forms.decomposed, forms.decomposed],
  [forms.mixed, forms.mixed],
])("what was sealed with the bare bytes of %j opens with %j:", (bare, typed) => {
  const [N, r, p] = [1024, 1, 1];
  const salt = Buffer.alloc(16, 5);
  const scrypt = { N, r, p, salt: salt.toString("base64") };
  const stretched = scryptSync(bare, salt, 32, { N, r, p });

  it("a key file", async () => {
    const sealedKey = new Cipher(stretched).seal(
      Buffer.from(key).toString("base64"),
      systemAdditionalData("encryptionKey"),
    );
    const disk = new FaultyDisk();
    disk.put(path, JSON.stringify({ format: "tokenvault-webhook-keys", version: 1, scrypt, sealedKey }));
    expect(await new KeyFile(disk, path, new Secret(typed)).read()).toEqual(key);
  });

  it("a backup", async () => {
    const header = Buffer.from(`${JSON.stringify({ format: "tokenvault-webhook-backup", version: 1, scrypt })}\n`);
    const iv = Buffer.alloc(12, 1);
    const cipher = createCipheriv("aes-256-gcm", stretched, iv).setAAD(header);
    const text = Buffer.concat([cipher.update("{}\n{}\n"), cipher.final()]);
    const whole = Buffer.concat([header, iv, text, cipher.getAuthTag()]);
    const backup = readBackup(Buffer.concat([whole, createHash("sha256").update(whole).digest()]));
    expect(await backup.open({ passphrase: new Secret(typed) })).toEqual({ lines: "{}\n", encryptionKey: undefined });
  });
});
