import { describe, expect, it } from "vitest";
import { StartError } from "../../src/platform/errors.js";
import { Secret } from "../../src/platform/secret.js";
import { rotateKey } from "../../src/vault/rotate-key.js";
import { type Fault, FaultyDisk, type Operation, powerCuts } from "../support/faulty-disk.js";
import {
  countOpening,
  credentials,
  filledVault,
  type FilledVault,
  keyOn,
  keyPath,
  lossesOf,
  openAgainOn,
  openOn,
} from "./vault-on-disk.js";

const faults: readonly Fault[] = ["ENOSPC", "EIO", "short write"];
type Crash = "killed" | (typeof powerCuts)[number];
const crashes: readonly Crash[] = ["killed", ...powerCuts];

async function rotateOn(disk: FaultyDisk): Promise<number> {
  const vault = await openAgainOn(disk);
  try {
    return await rotateKey(vault);
  } finally {
    await vault.close();
  }
}

function crashed(disk: FaultyDisk, crash: Crash): FaultyDisk {
  return crash === "killed" ? disk : disk.afterPowerCut(crash);
}

/** Starts once more, and says what is wrong: all must be readable, under the old key or under a new one throughout. */
async function problemOf(disk: FaultyDisk, { key, signature }: FilledVault): Promise<string | undefined> {
  try {
    const vault = await openAgainOn(disk);
    const losses = await lossesOf(vault, signature);
    await vault.close();
    if (losses.length > 0) return losses.join("; ");
    if (disk.contents()[`${keyPath}.next`] !== undefined) return "the next key is still there";
    const underOld = countOpening(disk, key);
    const keyInForce = keyOn(disk);
    const inForce = countOpening(disk, keyInForce);
    if (inForce === 0) return "nothing is encrypted under the key in force";
    return keyInForce !== key && underOld > 0 ? `${String(underOld)} values open under the old key` : undefined;
  } catch (error) {
    return String(error);
  }
}

/** The operation of the disk after which it happened, for whoever has to look. */
function describeAt({ operations }: FaultyDisk, count: number): string {
  const { kind = "", path = "" } = operations[count - 1] ?? {};
  return `after ${String(count)} operations (${kind} ${path})`;
}

describe("a rotation of the key", () => {
  it("puts everything under a new key, and nothing in any file opens under the old one", async () => {
    const filled = await filledVault();
    const { disk, key, signature } = filled;
    const before = countOpening(disk, key);
    expect(before).toBeGreaterThanOrEqual(9);
    expect(await rotateOn(disk)).toBe(Object.keys(credentials).length);
    expect(keyOn(disk)).not.toBe(key);
    expect(countOpening(disk, key)).toBe(0);
    expect(countOpening(disk, keyOn(disk))).toBe(before);
    expect(JSON.stringify(disk.contents())).not.toContain(key);
    expect(await lossesOf(await openOn(disk), signature)).toEqual([]);
  });

  it("keeps the registrations that can still be exchanged", async () => {
    const { disk } = await filledVault();
    const vault = await openOn(disk);
    const { code, secretHash } = await vault.binding.register();
    await vault.close();
    await rotateOn(disk);
    const secret = Buffer.from((await (await openOn(disk)).binding.exchange(code)).reveal(), "base64");
    const hash = Buffer.from(await crypto.subtle.digest("SHA-256", secret)).toString("hex");
    expect(hash).toBe(secretHash);
  });

  it("can be done again and again", async () => {
    const { disk, signature } = await filledVault();
    const keys = new Set([keyOn(disk)]);
    for (let round = 0; round < 3; round++) {
      await rotateOn(disk);
      for (const old of keys) expect(countOpening(disk, old)).toBe(0);
      keys.add(keyOn(disk));
    }
    expect(keys.size).toBe(4);
    expect(await lossesOf(await openOn(disk), signature)).toEqual([]);
  });

  it("leaves the new key under the passphrase that is set", async () => {
    const { disk, signature } = await filledVault();
    const keyPassphrase = new Secret("correct horse");
    const vault = await openOn(disk, { keyPassphrase });
    await rotateKey(vault);
    await vault.close();
    expect(Object.keys(JSON.parse(disk.bytes(keyPath).toString()) as object)).not.toContain("encryptionKey");
    expect(await lossesOf(await openOn(disk, { keyPassphrase }), signature)).toEqual([]);
  });
});

describe("a rotation of the key that was stopped", () => {
  it.each(crashes)("(%s) after any operation of the disk has happened or has not begun", async (crash) => {
    const filled = await filledVault();
    await rotateOn(filled.disk);
    const { disk } = filled;
    const problems: string[] = [];
    const keysFound = new Set<boolean>();
    for (let count = 0; count <= disk.operations.length; count++) {
      const left = crashed(disk.at(count), crash);
      const problem = await problemOf(left, filled);
      if (problem !== undefined) problems.push(`${describeAt(disk, count)}: ${problem}`);
      keysFound.add(keyOn(left) === filled.key);
    }
    expect(problems.slice(0, 5)).toEqual([]);
    expect(keysFound.size).toBe(2);
  });

  it("between its two keys, and again while it was being resumed, is resumed all the same", async () => {
    const filled = await filledVault();
    await rotateOn(filled.disk);
    const { disk } = filled;
    const problems: string[] = [];
    let halfway = 0;
    for (let count = 0; count <= disk.operations.length; count++) {
      if (disk.at(count).contents()[`${keyPath}.next`] === undefined) continue;
      halfway += 1;
      for (const crash of ["killed", "nothing"] as const) {
        const resuming = crashed(disk.at(count), crash);
        await (await openAgainOn(resuming)).close();
        for (let second = 0; second <= resuming.operations.length; second++) {
          const problem = await problemOf(crashed(resuming.at(second), crash), filled);
          const where = `${describeAt(disk, count)}, then ${describeAt(resuming, second)}`;
          if (problem !== undefined) problems.push(`${where}: ${problem}`);
        }
      }
    }
    expect(halfway).toBeGreaterThan(2);
    expect(problems.slice(0, 5)).toEqual([]);
  });

  it.each(faults.flatMap((fault) => [[fault, "once"] as const, [fault, "from then on"] as const]))(
    "by a disk that fails (%s, %s) at any operation has happened or has not begun",
    async (fault, how) => {
      const filled = await filledVault();
      const count = await operationsOf(filled.disk.afterKill());
      const problems: string[] = [];
      for (let index = 0; index < count; index++) {
        const disk = filled.disk.afterKill();
        disk.before = (operation: Operation) =>
          operation.index === index || (how === "from then on" && operation.index > index) ? fault : undefined;
        const outcome = await rotateOn(disk).catch((error: unknown) => error);
        if (fault === "short write") expect(outcome).toBe(Object.keys(credentials).length);
        disk.before = () => undefined;
        for (const left of [disk.afterKill(), disk.afterPowerCut()]) {
          const problem = await problemOf(left, filled);
          const failed = disk.operations.find((operation) => operation.index === index);
          if (problem !== undefined)
            problems.push(`${failed?.kind ?? ""} ${failed?.path ?? ""} (${String(index)}): ${problem}`);
        }
      }
      expect(problems.slice(0, 5)).toEqual([]);
    },
  );
});

describe("a rotation of the key is refused, and nothing changes,", () => {
  async function expectRefused(disk: FaultyDisk, says: RegExp, more: Parameters<typeof openOn>[1] = {}): Promise<void> {
    const vault = await openOn(disk, more);
    const before = disk.contents();
    const refusal: unknown = await rotateKey(vault).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartError);
    expect((refusal as StartError).message).toMatch(says);
    expect(disk.contents()).toEqual(before);
    await vault.close();
  }

  it("when the key comes from a seed", async () => {
    await expectRefused(new FaultyDisk(), /TV_WEBHOOK_SEED.*cannot be replaced here\. Nothing was changed\./, {
      seed: new Secret("a seed of the test"),
    });
  });

  it("when the key comes from the service manager", async () => {
    const { disk, key } = await filledVault();
    disk.put("/run/credentials/tokenvault-webhook-key", key);
    const credentialsDirectory = "/run/credentials";
    await expectRefused(disk, /service manager.*cannot be replaced here\. Nothing was changed\./, {
      credentialsDirectory,
    });
  });

  it.each([
    ["was changed", (value: string) => `${value.slice(0, 30)}${value[30] === "A" ? "B" : "A"}${value.slice(31)}`],
    ["was cut", (value: string) => value.slice(0, 20)],
    ["is of another service", (_value: string, other: string) => other],
  ])("when a credential %s", async (_name, damage) => {
    const { disk } = await filledVault();
    const vault = await openOn(disk);
    const fieldsOf = async (service: string): Promise<Record<string, string>> =>
      (await vault.store.get("tokens", service))?.["fields"] as Record<string, string>;
    const fields = await fieldsOf("github");
    const accessToken = damage(fields["accessToken"] ?? "", (await fieldsOf("codes"))["accessToken"] ?? "");
    await vault.store.transact(async (transaction) => {
      const document = await transaction.get("tokens", "github");
      await transaction.put("tokens", "github", { ...document, fields: { ...fields, accessToken } });
    });
    await vault.close();
    await expectRefused(disk, /credential of "github" does not open\. Nothing was changed\./);
    expect(disk.contents()[`${keyPath}.next`]).toBeUndefined();
  });

  it("when a registration does not open", async () => {
    const { disk } = await filledVault();
    const vault = await openOn(disk);
    await vault.store.transact(async (transaction) => {
      await transaction.put("registrations", "0".repeat(64), { hmacSecret: "AAAA", expiresAtMs: 1 });
    });
    await vault.close();
    await expectRefused(disk, /does not open.*Nothing was changed\./);
  });
});

async function operationsOf(disk: FaultyDisk): Promise<number> {
  await rotateOn(disk);
  return disk.operations.length;
}
