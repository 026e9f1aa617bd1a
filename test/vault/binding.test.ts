import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Clock } from "../../src/platform/clock.js";
import { WebhookError } from "../../src/platform/errors.js";
import { HmacKey, signHmac, verifyHmac } from "../../src/protocol/signature.js";
import { Secret } from "../../src/platform/secret.js";
import { JsonStore } from "../../src/store/json/json-store.js";
import { Binding } from "../../src/vault/binding.js";
import { Cipher, CannotOpenError } from "../../src/keys/cipher.js";
import { deriveFromSeed, type SeedIdentity } from "../../src/keys/seed.js";
import { FaultyDisk } from "../support/faulty-disk.js";

type Bytes = Uint8Array<ArrayBuffer>;

class SetClock implements Clock {
  ms = Date.UTC(2026, 0, 31);
  nowMs(): number {
    return this.ms;
  }
}

interface Opened {
  readonly disk: FaultyDisk;
  readonly clock: SetClock;
  readonly store: JsonStore;
  readonly binding: Binding;
}

async function open(
  disk = new FaultyDisk(),
  clock = new SetClock(),
  seeded?: SeedIdentity,
  keyByte = 1,
): Promise<Opened> {
  const store = await JsonStore.open({ disk, folder: "/data", warn: () => undefined });
  const cipher = new Cipher(new Uint8Array(32).fill(keyByte));
  return { disk, clock, store, binding: await Binding.open(store, cipher, seeded, clock) };
}

async function bind(binding: Binding): Promise<Bytes> {
  const { code } = await binding.register();
  return secretOf(await binding.exchange(code));
}

function secretOf(secret: Secret<Bytes> | Secret): Bytes {
  const value = secret.reveal();
  return typeof value === "string" ? Uint8Array.from(Buffer.from(value, "base64")) : value;
}

/** Whether what was signed with the secret is taken now. */
async function isInForce(binding: Binding, secret: Bytes): Promise<boolean> {
  const hmacKey = await binding.hmacKey();
  const data = Uint8Array.from(Buffer.from("data"));
  const code = Uint8Array.from(Buffer.from(signHmac(new HmacKey(secret), data), "hex"));
  return hmacKey !== undefined && verifyHmac(hmacKey, code, data);
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    if (error instanceof WebhookError) return error.code;
    throw error;
  }
}

describe("a webhook that is not bound", () => {
  it("has an id that it keeps, and no secret", async () => {
    const { binding, disk } = await open();
    expect(binding.webhookId).toMatch(/^wh_[0-9a-f]{32}$/);
    expect([await binding.isBound(), await binding.hmacKey()]).toEqual([false, undefined]);
    expect((await open(disk.afterPowerCut())).binding.webhookId).toBe(binding.webhookId);
  });

  it("is not bound by a registration alone", async () => {
    const { binding } = await open();
    await binding.register();
    expect([await binding.isBound(), await binding.hmacKey()]).toEqual([false, undefined]);
  });
});

describe("an exchange", () => {
  it("gives 32 bytes of the hash that the registration showed, and brings them into force", async () => {
    const { binding, disk } = await open();
    const { code, secretHash } = await binding.register();
    const secret = secretOf(await binding.exchange(code));
    expect(secret).toHaveLength(32);
    expect(createHash("sha256").update(secret).digest("hex")).toBe(secretHash);
    expect(await binding.isBound()).toBe(true);
    for (const each of [binding, (await open(disk.afterPowerCut())).binding])
      expect(await isInForce(each, secret)).toBe(true);
  });

  it("is refused for a code that nobody gave out", async () => {
    const { binding } = await open();
    await binding.register();
    for (const code of [crypto.randomUUID(), "", "__proto__"])
      expect(await codeOf(binding.exchange(code))).toBe("code_expired");
  });

  it("is taken until the 300 seconds are over", async () => {
    const { binding, clock } = await open();
    const [first, second] = [await binding.register(), await binding.register()];
    clock.ms += 299_999;
    expect(await codeOf(binding.exchange(first.code))).toBe("done");
    clock.ms += 1;
    expect(await codeOf(binding.exchange(second.code))).toBe("code_expired");
  });

  it("works once: a used code is told from an unknown one, also after a restart", async () => {
    const { binding, disk, clock } = await open();
    const { code } = await binding.register();
    await binding.exchange(code);
    const restarted = (await open(disk.afterKill(), clock)).binding;
    for (const each of [binding, restarted]) expect(await codeOf(each.exchange(code))).toBe("code_used");
    clock.ms += 300_000;
    expect(await codeOf(binding.exchange(code))).toBe("code_expired");
  });

  it("of a code that was given out before a restart works after it", async () => {
    const before = await open();
    const { code, secretHash } = await before.binding.register();
    const { binding } = await open(before.disk.afterPowerCut(), before.clock);
    const secret = secretOf(await binding.exchange(code));
    expect(createHash("sha256").update(secret).digest("hex")).toBe(secretHash);
    expect(await isInForce(binding, secret)).toBe(true);
  });

  it("succeeds for one of 32 that come with the same code at once", async () => {
    const { binding } = await open();
    const { code } = await binding.register();
    const outcomes = await Promise.all(Array.from({ length: 32 }, () => codeOf(binding.exchange(code))));
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "code_used")).toHaveLength(31);
  });

  it("of several codes at once leaves the secret in force that is stored", async () => {
    const { binding, disk } = await open();
    await bind(binding);
    const registrations = await Promise.all(Array.from({ length: 8 }, () => binding.register()));
    const secrets = await Promise.all(registrations.map(async ({ code }) => secretOf(await binding.exchange(code))));
    const { binding: restarted } = await open(disk.afterKill());
    const inForce = await Promise.all(secrets.map((secret) => isInForce(binding, secret)));
    expect(inForce.filter(Boolean)).toHaveLength(1);
    expect(await Promise.all(secrets.map((secret) => isInForce(restarted, secret)))).toEqual(inForce);
  });

  it("that is the first voids every code that somebody else got before it", async () => {
    const { binding } = await open();
    const strangers = await binding.register();
    await bind(binding);
    const key = await binding.hmacKey();
    await expect(binding.exchange(strangers.code)).rejects.toMatchObject({ code: "code_expired" });
    expect(await binding.hmacKey()).toBe(key);
    // The owner's own codes, made while it is bound, are not touched.
    const [one, other] = [await binding.register(), await binding.register()];
    await binding.exchange(one.code);
    await binding.exchange(other.code);
  });

  it("that the disk did not take leaves the code usable and the old secret in force", async () => {
    const { binding, disk } = await open();
    const old = await bind(binding);
    const { code } = await binding.register();
    disk.before = ({ kind }) => (kind === "write" ? "ENOSPC" : undefined);
    expect(await codeOf(binding.exchange(code))).toBe("internal_error");
    expect(await isInForce(binding, old)).toBe(true);
    disk.before = () => undefined;
    const secret = secretOf(await binding.exchange(code));
    expect([await isInForce(binding, old), await isInForce(binding, secret)]).toEqual([false, true]);
  });
});

describe("binding again", () => {
  it("makes a fresh secret that takes the old one's place at the exchange, not before", async () => {
    const { binding } = await open();
    const old = await bind(binding);
    const { code } = await binding.register();
    expect(await isInForce(binding, old)).toBe(true);
    const fresh = secretOf(await binding.exchange(code));
    expect(fresh).not.toEqual(old);
    expect([await isInForce(binding, old), await isInForce(binding, fresh)]).toEqual([false, true]);
  });

  it("keeps what is stored, and the webhook's id", async () => {
    const { binding, store } = await open();
    await bind(binding);
    const { webhookId } = binding;
    await store.transact((transaction) => transaction.put("tokens", "github", { a: 1 }));
    await bind(binding);
    expect(binding.webhookId).toBe(webhookId);
    expect(await store.get("tokens", "github")).toEqual({ a: 1 });
  });
});

describe("open registrations", () => {
  it("are limited, with the time to wait, and make room as they expire", async () => {
    const { binding, clock, store } = await open();
    for (let index = 0; index < 32; index++) await binding.register();
    await expect(binding.register()).rejects.toMatchObject({
      code: "rate_limited",
      options: { retryAfterSeconds: 300 },
    });
    clock.ms += 300_000;
    await binding.register();
    expect(await store.count("registrations")).toBe(1);
  });

  it("are limited also when they come at once", async () => {
    const { binding, store } = await open();
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => codeOf(binding.register())));
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(32);
    expect(await store.count("registrations")).toBe(32);
  });
});

describe("the files", () => {
  it("hold neither a code nor a secret in clear", async () => {
    const { binding, store, disk } = await open();
    const unused = await binding.register();
    const { code } = await binding.register();
    const secret = Buffer.from(secretOf(await binding.exchange(code)));
    const before = JSON.stringify(disk.contents());
    await store.close();
    for (const text of [before, JSON.stringify(disk.contents())]) {
      for (const clear of [
        code,
        unused.code,
        secret.toString("base64"),
        secret.toString("hex"),
        secret.toString("latin1"),
      ]) {
        expect(text).not.toContain(clear);
      }
    }
  });

  it("do not open under another key", async () => {
    const { binding, store, disk, clock } = await open();
    await bind(binding);
    await store.close();
    await expect(open(disk, clock, undefined, 2)).rejects.toBeInstanceOf(CannotOpenError);
  });
});

describe("with a seed", () => {
  it("the secret and the id are the seed's, before and after any binding", async () => {
    const { seeded } = deriveFromSeed(new Secret("a seed that somebody remembers"));
    const { binding } = await open(new FaultyDisk(), new SetClock(), seeded);
    expect(binding.webhookId).toBe(seeded.webhookId);
    expect(await isInForce(binding, seeded.hmacSecret.reveal())).toBe(true);
    expect(await binding.isBound()).toBe(false);
    expect(await bind(binding)).toEqual(seeded.hmacSecret.reveal());
    expect(await bind(binding)).toEqual(seeded.hmacSecret.reveal());
    expect(await binding.isBound()).toBe(true);
  });
});
