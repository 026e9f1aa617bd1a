import { createDecipheriv, createHash, hkdfSync, scryptSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { StartError } from "../../src/platform/errors.js";
import { Secret } from "../../src/platform/secret.js";
import { readBackup, sealBackup } from "../../src/backup/backup-file.js";

const lines = '{"canary of a head": 1}\n{"canary of metadata": "ü"}\n';
const encryptionKey = Uint8Array.from(Buffer.from("canary: a key of 32 bytes exact."));
const passphrase = new Secret("correct horse battery");
const byKey = await sealBackup({ lines, encryptionKey: undefined }, { encryptionKey });
const byPassphrase = await sealBackup({ lines, encryptionKey }, { passphrase });

interface Parts {
  header: Buffer;
  iv: Buffer;
  ciphertext: Buffer;
  tag: Buffer;
  hash: Buffer;
}

function split(file: Uint8Array): Parts {
  const bytes = Buffer.from(file);
  const end = bytes.indexOf(10) + 1;
  return {
    header: bytes.subarray(0, end),
    iv: bytes.subarray(end, end + 12),
    ciphertext: bytes.subarray(end + 12, -48),
    tag: bytes.subarray(-48, -32),
    hash: bytes.subarray(-32),
  };
}

/** With a hash that fits, as one who tampers would write it. */
function join({ header, iv, ciphertext, tag }: Parts): Buffer {
  const whole = Buffer.concat([header, iv, ciphertext, tag]);
  return Buffer.concat([whole, createHash("sha256").update(whole).digest()]);
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

function refusalOf(file: Uint8Array): string {
  try {
    readBackup(file);
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    return (error as StartError).message;
  }
}

describe("a backup's file", () => {
  it("opens with the key, by what the comment above it says, HKDF and AES-GCM of another hand", async () => {
    const { header, iv, ciphertext, tag, hash } = split(byKey);
    const { hkdf, ...rest } = JSON.parse(header.toString()) as { hkdf: { salt: string } };
    expect(rest).toEqual({ format: "tokenvault-webhook-backup", version: 1 });
    const salt = Buffer.from(hkdf.salt, "base64");
    expect(salt).toHaveLength(16);
    const key = Buffer.from(hkdfSync("sha256", encryptionKey, salt, "tokenvault-webhook:backup:v1", 32));
    const decipher = createDecipheriv("aes-256-gcm", key, iv).setAAD(header).setAuthTag(tag);
    expect(Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString()).toBe(`{}\n${lines}`);
    expect(hash).toEqual(createHash("sha256").update(byKey.subarray(0, -32)).digest());
    const content = await readBackup(byKey).open({ encryptionKey });
    expect(content).toEqual({ lines, encryptionKey: undefined });
  });

  it("opens with the passphrase, by scrypt of another hand, and gives the key that was put in", async () => {
    const { header, iv, ciphertext, tag } = split(byPassphrase);
    const { scrypt } = JSON.parse(header.toString()) as {
      scrypt: { N: number; r: number; p: number; salt: string };
    };
    const { salt, ...cost } = scrypt;
    expect(cost).toEqual({ N: 131_072, r: 8, p: 1 });
    const key = scryptSync(passphrase.reveal(), Buffer.from(salt, "base64"), 32, { ...cost, maxmem: 2 ** 29 });
    const decipher = createDecipheriv("aes-256-gcm", key, iv).setAAD(header).setAuthTag(tag);
    const text = Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString();
    expect(text).toBe(`{"encryptionKey":"${Buffer.from(encryptionKey).toString("base64")}"}\n${lines}`);
    const backup = readBackup(byPassphrase);
    expect(backup.needsPassphrase).toBe(true);
    expect(await backup.open({ passphrase })).toEqual({ lines, encryptionKey });
  });

  it("never has the same key or initial vector twice", async () => {
    const again = split(await sealBackup({ lines, encryptionKey: undefined }, { encryptionKey }));
    const first = split(byKey);
    expect(again.header).not.toEqual(first.header);
    expect(again.iv).not.toEqual(first.iv);
    expect(again.ciphertext).not.toEqual(first.ciphertext);
  });

  it.each([
    ["the key", byKey],
    ["a passphrase", byPassphrase],
  ])("sealed with %s shows nothing of what it holds", (_name, file) => {
    const text = Buffer.from(file).toString("latin1");
    for (const canary of [
      "canary",
      "metadata",
      passphrase.reveal(),
      Buffer.from(encryptionKey).toString("base64"),
      Buffer.from(encryptionKey).toString("hex"),
    ])
      expect(text).not.toContain(canary);
  });

  it("does not open with another key, another passphrase, or what differs by a space", async () => {
    const otherKey = Uint8Array.from(encryptionKey, (byte) => byte ^ 1);
    expect(await readBackup(byKey).open({ encryptionKey: otherKey })).toBeUndefined();
    const backup = readBackup(byPassphrase);
    expect(await backup.open({ passphrase: new Secret(`${passphrase.reveal()} `) })).toBeUndefined();
    // Its own encryption key, as a passphrase.
    const asText = new Secret(Buffer.from(encryptionKey).toString());
    expect(await backup.open({ passphrase: asText })).toBeUndefined();
  });

  it("is refused as damaged when any one byte of it was changed, header, salt, iv, body, tag and hash", async () => {
    const bytes = Buffer.from(byKey);
    const quiet: number[] = [];
    for (let at = 0; at < bytes.length; at++) {
      const said = refusalOf(flipped(bytes, at));
      if (!/(?:cut or damaged|first line is damaged|newer|has no version).*Nothing was changed\./.test(said))
        quiet.push(at);
    }
    expect(quiet).toEqual([]);
  });

  it("is refused when it was cut anywhere, or something follows it", async () => {
    const bytes = Buffer.from(byKey);
    for (let length = 0; length < bytes.length; length++)
      expect(refusalOf(bytes.subarray(0, length))).toMatch(/damaged.*Nothing was changed\./);
    expect(refusalOf(Buffer.concat([bytes, Buffer.from("\n")]))).toMatch(/damaged/);
  });

  it.each(["iv", "ciphertext", "tag"] as const)(
    "does not open when its %s was changed and the hash made to fit",
    async (part) => {
      const parts = split(byKey);
      const changed = join({ ...parts, [part]: flipped(parts[part], 3) });
      expect(await readBackup(changed).open({ encryptionKey })).toBeUndefined();
    },
  );

  it("does not open when its header was changed and the hash made to fit, be it only a space", async () => {
    const parts = split(byKey);
    for (const header of [
      parts.header.toString().replace('"version":1', '"version": 1'),
      parts.header.toString().replace(/"salt":".{4}/, '"salt":"AAAA'),
    ]) {
      const changed = join({ ...parts, header: Buffer.from(header) });
      expect(await readBackup(changed).open({ encryptionKey })).toBeUndefined();
    }
  });

  it.each([
    ["newer", '"version":1', '"version":2', /format 2, newer than this program knows \(1\).*Install the newer program/],
    ["without a version", '"version":1', '"version":"1"', /has no version/],
    ["of another program", "tokenvault-webhook-backup", "something-else", /was not written by this program/],
    ["without a way to its key", '"hkdf"', '"kdf"', /does not say how its key is made/],
  ])("is refused when it is %s", async (_name, from, to, says) => {
    const parts = split(byKey);
    const header = Buffer.from(parts.header.toString().replace(from, to));
    expect(refusalOf(join({ ...parts, header }))).toMatch(says);
  });

  it.each([
    ["that want more memory than there is", '"N":131072', '"N":1073741824'],
    ["that are none of scrypt's", '"N":131072', '"N":131071'],
    ["that are negative", '"r":8', '"r":-8'],
    ["that are no whole numbers", '"r":8', '"r":8.5'],
    ["of which one is 0", '"p":1', '"p":0'],
    ["that cost five times what ours do", '"p":1', '"p":5'],
    ["that cost time without end, in little memory", '"N":131072,"r":8,"p":1', '"N":2,"r":1,"p":1073741823'],
  ])("is refused when it has scrypt parameters %s", async (_name, from, to) => {
    const parts = split(byPassphrase);
    const changed = join({ ...parts, header: Buffer.from(parts.header.toString().replace(from, to)) });
    const opening = readBackup(changed).open({ passphrase });
    await expect(opening).rejects.toThrow(/scrypt parameters that cannot be used\. Nothing was changed\./);
  });
});
