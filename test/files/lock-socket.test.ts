import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, unlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { nodeDisk, type Disk } from "../../src/files/disk.js";
import {
  lockedBy,
  lockFolder,
  systemProcesses,
  type FolderLock,
  type ProcessTable,
} from "../../src/files/folder-lock.js";
import { holdsFiles } from "../../src/files/folder-replacement.js";
import { lockSocket } from "../../src/files/lock-socket.js";
import { temporaryFolder } from "../support/test-server.js";

/** A container's: its own process has the id 1, and it sees no other. */
const blind: ProcessTable = { self: { pid: 1, startedAt: "5000" }, find: async () => undefined };
/** Takes every process to run, as it does a dying one, or one with the id of a dead one. */
const seesAll: ProcessTable = {
  self: { pid: 2, startedAt: "6000" },
  find: async (pid) => ({ pid, startedAt: "" }),
};
const refused = /^Error: StartError: |^StartError: /;

async function take(folder: string, processes = blind, disk: Disk = nodeDisk): Promise<FolderLock> {
  const lock = await lockFolder(disk, folder, processes);
  onTestFinished(() => lock.release());
  return lock;
}

interface Child {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  /** Says "held", or why not. */
  take(folder: string): Promise<string>;
  kill(): Promise<void>;
}

async function startChild(): Promise<Child> {
  const loader = pathToFileURL(fileURLToPath(new URL("../../node_modules/tsx/dist/loader.mjs", import.meta.url))).href;
  const script = fileURLToPath(new URL("lock-child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", loader, script], { stdio: ["pipe", "pipe", "inherit"] });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  };
  onTestFinished(kill);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => ((await lines.next()) as { value: string }).value;
  expect(await next()).toBe("ready");
  return {
    process: child,
    take: (folder) => {
      child.stdin.write(`${folder}\n`);
      return next();
    },
    kill,
  };
}

describe.skipIf(process.platform === "win32")("a data folder", () => {
  it("was used by two containers at once, which do not see each other's processes", async () => {
    const folder = await temporaryFolder();
    const first = await take(folder);
    await expect(lockFolder(nodeDisk, folder, blind)).rejects.toThrow(
      "Process 1 is using this data folder. Stop it first, or set another DATA_DIR.",
    );
    await first.release();
    await (await take(folder)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it("was used by two at once where its path is longer than a socket's may be", async () => {
    const folder = join(await temporaryFolder(), "a".repeat(100), "b".repeat(100));
    await mkdir(folder, { recursive: true });
    await take(folder, blind);
    const second = lockFolder(nodeDisk, folder, process.platform === "linux" ? blind : seesAll);
    await expect(second).rejects.toThrow(/is using this data folder/);
  });

  it("was taken from a living process by a starter that was held up while it moved a dead one's lock", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "lock"), JSON.stringify(blind.self));
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    let reach = (): void => undefined;
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const slowDisk: Disk = {
      ...nodeDisk,
      async rename(from, to) {
        reach();
        await held;
        await nodeDisk.rename(from, to);
      },
    };
    const slow = take(folder, blind, slowDisk);
    await reached;
    const quick = take(folder);
    const settled = Promise.allSettled([quick]);
    // The quick one goes as far as it can.
    const waited = new Promise((resolve) => setTimeout(resolve, 500));
    await Promise.race([settled, waited]);
    goOn();
    const outcomes = [...(await Promise.allSettled([slow])), ...(await settled)];
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("stayed locked by a process that was killed, where its id looks alive", async () => {
    const folder = await temporaryFolder();
    const child = await startChild();
    expect(await child.take(folder)).toBe("held");
    await child.kill();
    expect((await readdir(folder)).filter((name) => name.endsWith(".sock"))).toHaveLength(1);
    expect(await holdsFiles(nodeDisk, folder)).toBe(false);
    expect(await lockedBy(nodeDisk, folder, seesAll)).toBeUndefined();
    const lock = await take(folder, seesAll);
    expect((await readdir(folder)).filter((name) => name.endsWith(".sock"))).toHaveLength(1);
    expect(await holdsFiles(nodeDisk, folder)).toBe(false);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  }, 60_000);

  it("was free while the process that has it is stopped and does not answer", async () => {
    const folder = await temporaryFolder();
    const child = await startChild();
    expect(await child.take(folder)).toBe("held");
    child.process.kill("SIGSTOP");
    await expect(lockFolder(nodeDisk, folder, blind)).rejects.toThrow(/^Another process is using this data folder\./);
    child.process.kill("SIGCONT");
    await expect(lockFolder(nodeDisk, folder, blind)).rejects.toThrow(
      `Process ${String(child.process.pid)} is using this data folder.`,
    );
  }, 60_000);

  it("was taken from a living process whose socket somebody had removed", async () => {
    const folder = await temporaryFolder();
    const child = await startChild();
    expect(await child.take(folder)).toBe("held");
    for (const name of await readdir(folder)) if (name.endsWith(".sock")) await unlink(join(folder, name));
    const before = await readFile(join(folder, "lock"), "utf8");
    const processes = await systemProcesses(nodeDisk);
    const refusal = `Process ${String(child.process.pid)} is using this data folder.`;
    // The question that commands ask first sends nothing anywhere, and spoils nothing.
    expect(await lockedBy(nodeDisk, folder, processes)).toBeUndefined();
    await expect(lockFolder(nodeDisk, folder, processes)).rejects.toThrow(refusal);
    expect(await readdir(folder)).toEqual(["lock"]);
    expect(await readFile(join(folder, "lock"), "utf8")).toBe(before);
    // A copy of its folder is another one.
    const copy = await temporaryFolder();
    await writeFile(join(copy, "lock"), before);
    await take(copy, processes);
    await child.kill();
    await take(folder, processes);
  }, 60_000);

  it("stayed locked by a dead process with a living one's id, once a command had looked at its socket", async () => {
    const folder = await temporaryFolder();
    const processes = await systemProcesses(nodeDisk);
    const child = await startChild();
    expect(await child.take(folder)).toBe("held");
    await child.kill();
    const lock = JSON.parse(await readFile(join(folder, "lock"), "utf8")) as object;
    await writeFile(join(folder, "lock"), JSON.stringify({ ...lock, ...processes.self }));
    expect(await lockedBy(nodeDisk, folder, processes)).toBeUndefined();
    await take(folder, processes);
  }, 60_000);

  it("was said to be started on by several at once, where its server had too many files open to answer", async () => {
    const folder = await temporaryFolder();
    const name = "lock-01234567-89ab-4cde-8f01-23456789abcd.sock";
    // So does libuv where it can accept no more.
    const mute = createServer((socket) => socket.destroy()).listen(join(folder, name));
    onTestFinished(() => void mute.close());
    await once(mute, "listening");
    expect(await lockedBy(nodeDisk, folder, blind)).toBeUndefined();
    await expect(lockFolder(nodeDisk, folder, blind)).rejects.toThrow(/^Another process is using this data folder\./);
    expect(await readdir(folder)).toEqual([name]);
  }, 60_000);

  it("was used by several of sixteen processes that started on it at once", async () => {
    const children = await Promise.all(Array.from({ length: 16 }, startChild));
    let left = "";
    for (let round = 0; round < 6; round++) {
      const folder = await temporaryFolder();
      // A killed process left it, every other time.
      if (round % 2 === 1) {
        await writeFile(join(folder, "lock"), left);
        await writeFile(join(folder, "lock-01234567-89ab-4cde-8f01-23456789abcd.sock"), "");
      }
      const said = await Promise.all(children.map((child) => child.take(folder)));
      expect(said.filter((line) => line === "held")).toHaveLength(1);
      expect(said.filter((line) => refused.test(line) && line.includes("is using this data folder."))).toHaveLength(15);
      left = JSON.stringify({
        ...(JSON.parse(await readFile(join(folder, "lock"), "utf8")) as object),
        startedAt: "1",
      });
    }
  }, 120_000);

  it("that a process of an earlier version has, which has no socket, stays its own", async () => {
    const folder = await temporaryFolder();
    const earlier = JSON.stringify({ pid: 77, startedAt: "7000", url: "http://127.0.0.1:8080" });
    await writeFile(join(folder, "lock"), earlier);
    await expect(lockFolder(nodeDisk, folder, seesAll)).rejects.toThrow("Process 77 is using this data folder.");
    expect(await readdir(folder)).toEqual(["lock"]);
    expect(await readFile(join(folder, "lock"), "utf8")).toBe(earlier);
    expect(await lockedBy(nodeDisk, folder, seesAll)).toBe("http://127.0.0.1:8080");
  });

  it("that takes no sockets is locked by process ids, with a warning", async () => {
    const folder = await temporaryFolder();
    const warnings: string[] = [];
    const disk: Disk = { ...nodeDisk, lockSocket: { ...lockSocket, take: async () => undefined } };
    const lock = await lockFolder(disk, folder, seesAll, (sentence) => warnings.push(sentence));
    expect(warnings).toEqual([expect.stringMatching(/^No socket can be made in /)]);
    await expect(lockFolder(disk, folder, seesAll)).rejects.toThrow("Process 2 is using this data folder.");
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe.skipIf(process.platform === "win32")("the address of a server", () => {
  it("was read from the file, which somebody may have left or changed, while the server can be asked", async () => {
    const folder = await temporaryFolder();
    const lock = await take(folder);
    expect(await lockedBy(nodeDisk, folder, seesAll)).toBeUndefined();
    await lock.announce("http://127.0.0.1:8080");
    const file = JSON.parse(await readFile(join(folder, "lock"), "utf8")) as object;
    await writeFile(join(folder, "lock"), JSON.stringify({ ...file, url: "http://127.0.0.1:9999" }));
    expect(await lockedBy(nodeDisk, folder, seesAll)).toBe("http://127.0.0.1:8080");
    await lock.release();
    await writeFile(join(folder, "lock"), JSON.stringify({ ...file, url: "http://127.0.0.1:9999" }));
    expect(await lockedBy(nodeDisk, folder, seesAll)).toBeUndefined();
    expect(await lockedBy(nodeDisk, join(folder, "missing"), seesAll)).toBeUndefined();
  });
});
