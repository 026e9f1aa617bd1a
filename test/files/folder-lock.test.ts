import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import { StartError } from "../../src/platform/errors.js";
import { nodeDisk } from "../../src/files/disk.js";
import {
  lockedBy,
  lockFolder,
  systemProcesses,
  type ProcessIdentity,
  type ProcessTable,
} from "../../src/files/folder-lock.js";
import { FaultyDisk } from "../support/faulty-disk.js";
import { temporaryFolder } from "../support/test-server.js";

const path = "/data/lock";
const first: ProcessIdentity = { pid: 100, startedAt: "5000" };
const second: ProcessIdentity = { pid: 200, startedAt: "6000" };

function processes(self: ProcessIdentity, running: readonly ProcessIdentity[] = []): ProcessTable {
  return { self, find: async (pid) => [...running, self].find((one) => one.pid === pid) };
}

function holderOn(disk: FaultyDisk): unknown {
  return JSON.parse(disk.bytes(path).toString());
}

async function refusalOf(locking: Promise<unknown>): Promise<string> {
  const error: unknown = await locking.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StartError);
  return (error as StartError).message;
}

describe("R3: the lock of a data folder", () => {
  it("names the process that has it, and is gone once it is released", async () => {
    const disk = new FaultyDisk();
    const lock = await lockFolder(disk, "/data", processes(first));
    expect(holderOn(disk)).toEqual(first);
    await lock.release();
    expect(disk.contents()).toEqual({});
  });

  it("refuses a second process with the first one's id and what to do, and is left as it is", async () => {
    const disk = new FaultyDisk();
    await lockFolder(disk, "/data", processes(first));
    const message = await refusalOf(lockFolder(disk, "/data", processes(second, [first])));
    expect(message).toContain("100");
    expect(message).toMatch(/Stop it first|DATA_DIR/);
    expect(disk.contents()).toEqual({ [path]: JSON.stringify(first) });
  });

  it("refuses the same process as well", async () => {
    const disk = new FaultyDisk();
    await lockFolder(disk, "/data", processes(first));
    await refusalOf(lockFolder(disk, "/data", processes(first)));
    expect(holderOn(disk)).toEqual(first);
  });

  it("of a process that is dead is taken over, and nothing else is left behind", async () => {
    const disk = new FaultyDisk();
    await lockFolder(disk, "/data", processes(first));
    await lockFolder(disk, "/data", processes(second));
    expect(disk.contents()).toEqual({ [path]: JSON.stringify(second) });
  });

  it("of a process whose id was given out again is taken over", async () => {
    const disk = new FaultyDisk();
    await lockFolder(disk, "/data", processes(first));
    await lockFolder(disk, "/data", processes(second, [{ ...first, startedAt: "5500" }]));
    expect(holderOn(disk)).toEqual(second);
  });

  it("is taken over by a process with the id of the dead one, as in a container that is started again", async () => {
    const disk = new FaultyDisk();
    await lockFolder(disk, "/data", processes(first));
    const again = { ...first, startedAt: "7000" };
    await lockFolder(disk, "/data", processes(again));
    expect(holderOn(disk)).toEqual(again);
  });

  it.each(["", "{", "null", "[]", '{"pid":"100","startedAt":"5000"}'])(
    "that a crash or a hand left as %j is taken over",
    async (content) => {
      const disk = new FaultyDisk();
      disk.put(path, content);
      await lockFolder(disk, "/data", processes(second, [first]));
      expect(holderOn(disk)).toEqual(second);
    },
  );

  it("survives a process that died while it was taking a dead one's lock over", async () => {
    const disk = new FaultyDisk();
    disk.put(path, JSON.stringify(first));
    await lockFolder(disk, "/data", processes(second));
    for (let count = 0; count <= disk.operations.length; count++) {
      const later = disk.at(count).afterKill();
      const third = { pid: 300, startedAt: "8000" };
      await lockFolder(later, "/data", processes(third));
      expect(holderOn(later)).toEqual(third);
    }
  });

  it("goes to one of several processes that find a dead one's lock at the same moment", async () => {
    const disk = new FaultyDisk();
    disk.put(path, JSON.stringify(first));
    const rivals = Array.from({ length: 8 }, (_, index) => ({ pid: 200 + index, startedAt: "6000" }));
    const taken = await Promise.allSettled(rivals.map((self) => lockFolder(disk, "/data", processes(self, rivals))));
    expect(taken.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(rivals).toContainEqual(holderOn(disk));
  });

  it("is not taken by a second process that looks before the first has written its name into it", async () => {
    const disk = new FaultyDisk();
    const both = [first, second];
    let write = (): void => undefined;
    const held = new Promise<void>((resolve) => (write = resolve));
    let reach = (): void => undefined;
    const reached = new Promise<void>((resolve) => (reach = resolve));
    let isFirstWrite = true;
    disk.before = async ({ kind }) => {
      if (kind !== "write" || !isFirstWrite) return undefined;
      isFirstWrite = false;
      reach();
      await held;
      return undefined;
    };
    const one = lockFolder(disk, "/data", processes(first, both));
    await reached;
    const other = lockFolder(disk, "/data", processes(second, both));
    const settledOther = Promise.allSettled([other]);
    // The second goes as far as it can; everything in memory is done within a few turns.
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    write();
    const [taken] = await Promise.allSettled([one]);
    const [takenToo] = await settledOther;
    expect([taken.status, takenToo.status].filter((status) => status === "fulfilled")).toHaveLength(1);
  });
});

describe("where the process of a lock listens", () => {
  const url = "http://127.0.0.1:8080";
  const untold = (holder: ProcessIdentity): ProcessIdentity => ({ ...holder, startedAt: "" });

  async function urlOf(lock: ProcessIdentity, running: readonly ProcessIdentity[]): Promise<string | undefined> {
    const disk = new FaultyDisk();
    disk.put(path, JSON.stringify({ ...lock, url }));
    return lockedBy(disk, "/data", processes(second, running));
  }

  it("is told of a living process, by its start where the system tells it", async () => {
    expect(await urlOf(first, [first])).toBe(url);
    expect(await urlOf(first, [untold(first)])).toBe(url);
    expect(await urlOf(untold(first), [untold(first)])).toBe(url);
  });

  it("was told of any living process where the lock had no start", async () => {
    expect(await urlOf(untold(first), [first])).toBeUndefined();
    expect(await urlOf(first, [{ ...first, startedAt: "5500" }])).toBeUndefined();
    expect(await urlOf(first, [])).toBeUndefined();
    expect(await urlOf(untold(first), [])).toBeUndefined();
  });

  it("a lock without a start keeps its folder all the same: two processes on one would be worse", async () => {
    const disk = new FaultyDisk();
    await lockFolder(disk, "/data", processes(untold(first)));
    expect(await refusalOf(lockFolder(disk, "/data", processes(second, [first])))).toContain("100");
  });
});

describe("the system's processes", () => {
  it("tell this process from one that is gone", async () => {
    const table = await systemProcesses(nodeDisk);
    expect(table.self.pid).toBe(process.pid);
    expect(await table.find(process.pid)).toEqual(table.self);
    const child = spawn(process.execPath, ["-e", ""]);
    const pid = child.pid ?? 0;
    await new Promise((resolve) => child.on("exit", resolve));
    expect(await table.find(pid)).toBeUndefined();
  });

  it("hold a real folder against a second start, until the first lets go", async () => {
    const folder = await temporaryFolder();
    const table = await systemProcesses(nodeDisk);
    const lock = await lockFolder(nodeDisk, folder, table);
    expect(await refusalOf(lockFolder(nodeDisk, folder, table))).toContain(String(process.pid));
    await lock.release();
    await (await lockFolder(nodeDisk, folder, table)).release();
  });
});
