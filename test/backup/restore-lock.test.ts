import { describe, expect, it } from "vitest";
import { holdsFiles } from "../../src/files/folder-replacement.js";
import { systemClock } from "../../src/platform/clock.js";
import { KillSwitch } from "../../src/vault/kill-switch.js";
import { FaultyDisk } from "../support/faulty-disk.js";
import { backupOf, restoreOn } from "./backup-on-disk.js";
import { filledVault, openAgainOn, openOn } from "../vault/vault-on-disk.js";

/** A folder that was locked after its backup, or before it and is not any more. */
async function folderWith(isLocked: boolean): Promise<{ disk: FaultyDisk; backup: Uint8Array; lockedAt?: string }> {
  const { disk } = await filledVault();
  if (!isLocked) await setLocked(disk, true);
  const backup = await backupOf(disk);
  const lockedAt = await setLocked(disk, isLocked);
  return { disk: disk.afterKill(), backup, ...(lockedAt === undefined ? {} : { lockedAt }) };
}

async function setLocked(disk: FaultyDisk, isLocked: boolean): Promise<string | undefined> {
  const vault = await openOn(disk);
  const killSwitch = new KillSwitch(vault.store, systemClock);
  await (isLocked ? killSwitch.lock() : killSwitch.unlock());
  const lockedAt = await killSwitch.lockedAt();
  await vault.close();
  return lockedAt;
}

async function lockedAtOn(disk: FaultyDisk): Promise<string | undefined> {
  const vault = await openAgainOn(disk);
  try {
    return await new KillSwitch(vault.store, systemClock).lockedAt();
  } finally {
    await vault.close();
  }
}

describe("a restore over a folder", () => {
  it("unlocked it when it was locked after the backup", async () => {
    const { disk, backup, lockedAt } = await folderWith(true);
    expect(lockedAt).toBeDefined();
    expect((await restoreOn(disk, backup, { replace: true })).keptLock).toBe("was locked");
    expect(await lockedAtOn(disk)).toBe(lockedAt);
  });

  it("unlocked it when it was locked and not stopped in order, so that its journal alone says so", async () => {
    const { disk, backup } = await folderWith(false);
    const vault = await openOn(disk);
    await new KillSwitch(vault.store, systemClock).lock();
    const lockedAt = await new KillSwitch(vault.store, systemClock).lockedAt();
    expect(lockedAt).toBeDefined();
    const killed = disk.afterKill();
    killed.take("/data/lock");
    const before = killed.contents();
    expect((await restoreOn(killed, backup, { replace: true })).keptLock).toBe("was locked");
    expect(await lockedAtOn(killed)).toBe(lockedAt);
    const after = killed.contents();
    for (const [path, content] of Object.entries(before).filter(([name]) => name.startsWith("/data/")))
      expect(after[path.replace("/data/", "/data.replaced-1/")]).toBe(content);
  });

  it("brings back the lock of the backup where there was none since", async () => {
    const { disk, backup } = await folderWith(false);
    expect((await restoreOn(disk, backup, { replace: true })).keptLock).toBeUndefined();
    expect(await lockedAtOn(disk)).toBeDefined();
  });

  it("locks it where nobody can tell whether it was locked", async () => {
    const { disk } = await filledVault();
    const backup = await backupOf(disk);
    disk.put("/data/store.json", "damaged");
    expect((await restoreOn(disk, backup, { replace: true })).keptLock).toBe("cannot be read");
    expect(await lockedAtOn(disk)).toBeDefined();
  });

  it("locks nothing where no webhook was", async () => {
    const { disk } = await filledVault();
    const backup = await backupOf(disk);
    for (const path of Object.keys(disk.contents())) if (path.startsWith("/data/")) disk.take(path);
    disk.put("/data/notes.txt", "mine");
    expect((await restoreOn(disk, backup, { replace: true })).keptLock).toBeUndefined();
    expect(await lockedAtOn(disk)).toBeUndefined();
  });

  it("moved the socket that a killed server left aside, or took it for a file that holds something", async () => {
    const { disk, backup } = await folderWith(false);
    disk.put("/data/lock-01234567-89ab-4cde-8f01-23456789abcd.sock", "");
    disk.put("/data/.lock-01234567-89ab-4cde-8f01-23456789abcd.tmp", "");
    await restoreOn(disk, backup, { replace: true });
    expect(Object.keys(disk.contents()).filter((path) => /lock/.test(path))).toEqual([]);
    const empty = new FaultyDisk(["/data"]);
    empty.put("/data/lock-01234567-89ab-4cde-8f01-23456789abcd.sock", "");
    empty.put("/data/.lock-01234567-89ab-4cde-8f01-23456789abcd.tmp", "");
    expect(await holdsFiles(empty, "/data")).toBe(false);
  });

  it("that was stopped at any moment, and run again, and again, keeps the lock", async () => {
    const { disk, backup, lockedAt } = await folderWith(true);
    const whole = disk.afterKill();
    await restoreOn(whole, backup, { replace: true });
    const lost: string[] = [];
    const again = async (left: FaultyDisk, where: string): Promise<FaultyDisk> => {
      left.take("/data/lock");
      await restoreOn(left, backup, { replace: true });
      if ((await lockedAtOn(left.afterKill())) !== lockedAt) lost.push(where);
      return left;
    };
    for (let count = 0; count <= whole.operations.length; count++) {
      const second = await again(whole.at(count), `after ${String(count)}`);
      // Where the first was stopped between its renames, the second may be stopped too.
      if (!isBetweenRenames(whole.at(count))) continue;
      for (let more = 0; more <= second.operations.length; more++)
        await again(second.at(more), `after ${String(count)} and ${String(more)}`);
    }
    expect(lost).toEqual([]);
  });
});

function isBetweenRenames(disk: FaultyDisk): boolean {
  const paths = Object.keys(disk.contents());
  return paths.some((path) => path.startsWith("/data.replaced-1/")) && !paths.includes("/data/store.json");
}
