import { describe, expect, it } from "vitest";
import { StartError } from "../../src/platform/errors.js";
import { Secret } from "../../src/platform/secret.js";
import { ReplayGuard } from "../../src/replay/replay-cache.js";
import { type Fault, FaultyDisk, type Operation, powerCuts } from "../support/faulty-disk.js";
import { backupOf, cheapBackupOf, documentsIn, restoreOn, type RestoreOptions } from "./backup-on-disk.js";
import { credentials, filledVault, keyPath, openOn } from "../vault/vault-on-disk.js";

const faults: readonly Fault[] = ["ENOSPC", "EIO", "short write"];
type Crash = "killed" | (typeof powerCuts)[number];
const crashes: readonly Crash[] = ["killed", ...powerCuts];
const restoreMs = 1_900_000_000_500;
const clock = { nowMs: () => restoreMs };
const halfDone =
  /^A restore was stopped before its end\. Nothing was lost: run the same restore again, or (rename|remove) (\S+)/;

type State = "old" | "new" | "empty";

interface Scene {
  /** The folder before the restore; the backup is of an earlier moment. */
  readonly disk: FaultyDisk;
  readonly backup: Uint8Array;
  readonly options: RestoreOptions;
  /** What a start finds that finds the old state. */
  readonly before: "old" | "empty";
  /** How many operations one takes that nothing stops. */
  readonly operations: number;
}

async function scene(
  disk: FaultyDisk,
  backup: Uint8Array,
  options: RestoreOptions,
  before: "old" | "empty",
): Promise<Scene> {
  const trial = disk.afterKill();
  await restoreOn(trial, backup, options);
  return { disk, backup, options, before, operations: trial.operations.length };
}

/** A folder that went on after its backup was taken. */
async function replacing(): Promise<Scene> {
  const { disk } = await filledVault();
  const backup = await backupOf(disk);
  const vault = await openOn(disk);
  await vault.store.transact(async (transaction) => {
    await transaction.put("vault_config", "since the backup", { of: "the old folder" });
    await transaction.delete("tokens", "github");
  });
  await vault.close();
  // As it was long ago: everything synced.
  return scene(disk.afterPowerCut("names"), backup, { replace: true, clock }, "old");
}

const passphrase = new Secret("correct horse battery");

/** A new machine; the key is in the backup. */
async function elsewhere(): Promise<Scene> {
  const { disk } = await filledVault();
  const backup = await cheapBackupOf(disk, passphrase);
  return scene(new FaultyDisk(["/"]), backup, { passphrase, clock }, "empty");
}

/** What a start finds, and what it says where it refuses. */
async function startOn(disk: FaultyDisk): Promise<State | StartError> {
  disk.take("/data/lock");
  try {
    const vault = await openOn(disk);
    const documents = await documentsIn(vault);
    await vault.close();
    const count = Object.keys(documents).filter((name) => name.startsWith("tokens/")).length;
    const isOld = "vault_config/since the backup" in documents;
    if (isOld && count === Object.keys(credentials).length - 1) return "old";
    if (!isOld && count === Object.keys(credentials).length) return "new";
    if (Object.keys(documents).join() === "system/identity") return "empty";
    throw new Error(`neither the old nor the new state: ${Object.keys(documents).join()}`);
  } catch (error) {
    if (error instanceof StartError) return error;
    throw error;
  }
}

function filesIn(disk: FaultyDisk, folder: string): string {
  const files = Object.entries(disk.contents())
    .filter(([path]) => path.startsWith(`${folder}/`) && !/\/lock(?:\.|$)/.test(path))
    .map(([path, content]) => [path.slice(folder.length), content]);
  return JSON.stringify(files);
}

/** What is wrong after it was stopped; "" when all is well. */
async function problemOf(left: FaultyDisk, { disk, backup, options, before }: Scene): Promise<string> {
  const old = filesIn(disk, "/data");
  if (before === "old" && ![filesIn(left, "/data"), filesIn(left, "/data.replaced-1")].includes(old))
    return "the old folder is not whole any more";
  const found = await startOn(left.afterKill());
  if (found === "new" && !(await isFenced(left.afterKill()))) return "the new folder has no fence";
  if (!(found instanceof StartError)) return found === "new" || found === before ? "" : `a start finds: ${found}`;
  const [, verb, path = ""] = halfDone.exec(found.message) ?? [];
  if (verb === undefined) return found.message;
  const again = left.afterKill();
  again.take("/data/lock");
  await restoreOn(again, backup, options);
  const restored = await startOn(again);
  if (restored !== "new") return `the same restore again gave: ${String(restored)}`;
  const undone = left.afterKill();
  if (verb === "rename") await undone.rename(path, "/data");
  else for (const name of await undone.list(path)) undone.take(`${path}/${name}`);
  const back = await startOn(undone);
  return back === before ? "" : `to ${verb} ${path} gave: ${String(back)}`;
}

async function isFenced(disk: FaultyDisk): Promise<boolean> {
  const guard = await ReplayGuard.open({
    disk,
    folder: "/data",
    clock: { nowMs: () => restoreMs + 60_000 },
    bootId: "boot 2",
    maxTicketLifetimeSeconds: 900,
  });
  const seconds = Math.floor(restoreMs / 1000);
  return Promise.resolve()
    .then(() => guard.consumeNonce("n", seconds, seconds + 900))
    .then(
      () => false,
      () => true,
    );
}

function crashed(disk: FaultyDisk, crash: Crash): FaultyDisk {
  return crash === "killed" ? disk : disk.afterPowerCut(crash);
}

describe.each([
  ["into a folder that is replaced", replacing],
  ["into a new folder, with the key of the backup", elsewhere],
])("a restore %s", (_name, prepare) => {
  it.each(crashes)(
    "that was stopped (%s) after any operation of the disk leaves the old state or the new one, or says how to have either",
    async (crash) => {
      const set = await prepare();
      const disk = set.disk.afterKill();
      await restoreOn(disk, set.backup, set.options);
      const problems: string[] = [];
      const found = new Set<string>();
      for (let count = 0; count <= disk.operations.length; count++) {
        const left = crashed(disk.at(count), crash);
        const { kind = "", path = "" } = disk.operations[count - 1] ?? {};
        const problem = await problemOf(left, set).catch(String);
        if (problem !== "") problems.push(`after ${String(count)} (${kind} ${path}): ${problem}`);
        const state = await startOn(left);
        found.add(state instanceof StartError ? "refused" : state);
      }
      expect(problems.slice(0, 5)).toEqual([]);
      expect([...found]).toEqual(expect.arrayContaining([set.before, "new"]));
      expect((await startOn(crashed(disk, crash))).toString()).toBe("new");
    },
  );

  it.each(faults.flatMap((fault) => [[fault, "once"] as const, [fault, "from then on"] as const]))(
    "on a disk that fails (%s, %s) at any operation says so, and loses nothing",
    async (fault, how) => {
      const set = await prepare();
      const problems: string[] = [];
      for (let index = 0; index < set.operations; index++) {
        const disk = set.disk.afterKill();
        disk.before = (operation: Operation) =>
          operation.index === index || (how === "from then on" && operation.index > index) ? fault : undefined;
        const outcome: unknown = await restoreOn(disk, set.backup, set.options).catch((error: unknown) => error);
        disk.before = () => undefined;
        const failed = disk.operations.find((operation) => operation.index === index);
        const where = `${failed?.kind ?? ""} ${failed?.path ?? ""} (${String(index)})`;
        if (fault === "short write") expect(outcome).toEqual({ folder: "/data", replaced: before(set) });
        for (const left of [disk.afterKill(), disk.afterPowerCut()]) {
          const problem = await problemOf(left, set).catch(String);
          if (problem !== "") problems.push(`${where}: ${problem}`);
        }
        const saysNothing = outcome instanceof StartError && outcome.message.includes("Nothing was replaced");
        const next = await startOn(disk.afterKill());
        const isAsBefore = next === set.before || (set.before === "empty" && next instanceof StartError);
        if (saysNothing && !isAsBefore) problems.push(`${where}: said that nothing was replaced`);
        if (!(outcome instanceof Error) && (await startOn(disk.afterPowerCut())) !== "new")
          problems.push(`${where}: said that it was restored`);
      }
      expect(problems.slice(0, 5)).toEqual([]);
    },
  );
});

function before(set: Scene): string | undefined {
  return set.before === "old" ? "/data.replaced-1" : undefined;
}

describe("a folder that a restore was stopped in", () => {
  it("is restored again without --replace, and the key that is there already is taken", async () => {
    const set = await elsewhere();
    const disk = set.disk.afterKill();
    await restoreOn(disk, set.backup, set.options);
    const keyAt = disk.operations.findIndex(({ kind, path }) => kind === "rename" && path === keyPath);
    const left = disk.at(keyAt + 1);
    left.take("/data/lock");
    expect(String(await startOn(left.afterKill()))).toMatch(/restore was stopped before its end/);
    await restoreOn(left, set.backup, set.options);
    expect(await startOn(left)).toBe("new");
  });

  it("is not begun anew, and nothing is written there", async () => {
    const { disk } = await filledVault();
    const moved = disk.afterKill();
    await moved.rename("/data", "/data.restoring");
    const before = moved.contents();
    await expect(openOn(moved)).rejects.toThrow(/restore was stopped before its end/);
    expect(moved.contents()).toEqual(before);
  });
});
