import { describe, expect, it } from "vitest";
import { readAuditLog, readAuditHead, AuditLog, verifyAuditLog } from "../../src/audit/audit-log.js";
import { type Fault, FaultyDisk, type Operation, powerCuts } from "../support/faulty-disk.js";

const folder = "/data";
type FaultAt = (operation: Operation) => Fault | undefined;

/** One process after another that records, on a disk that may fail. */
class Recording {
  readonly disk = new FaultyDisk();
  /** Acknowledged lines in order, and after which operations of the disk each was. */
  readonly kept: { readonly op: string; readonly at: number }[] = [];
  readonly refused: string[] = [];
  #log: AuditLog | undefined;

  constructor(fails: FaultAt = () => undefined) {
    this.disk.before = fails;
  }

  async start(): Promise<void> {
    for (let attempt = 0; attempt < 3 && !this.#log; attempt++)
      this.#log = await AuditLog.open({ disk: this.disk, folder, maxFileBytes: 200, maxFiles: 100 }).catch(
        () => undefined,
      );
  }

  async append(op: string): Promise<void> {
    try {
      if (!this.#log) throw new Error("not started");
      await this.#log.append({ op });
      this.kept.push({ op, at: this.disk.operations.length });
    } catch {
      this.refused.push(op);
    }
  }

  async stop(): Promise<void> {
    await this.#log?.close().catch(() => undefined);
    this.#log = undefined;
  }
}

/** Two starts, lines one after another and at once, and several files. */
async function run(fails?: FaultAt): Promise<Recording> {
  const recording = new Recording(fails);
  await recording.start();
  for (const op of ["a", "b", "c", "d", "e"]) await recording.append(op);
  await Promise.all(["f", "g", "h"].map((op) => recording.append(op)));
  await recording.stop();
  await recording.start();
  for (const op of ["i", "j", "k"]) await recording.append(op);
  await recording.stop();
  return recording;
}

/** The lines that the next process finds, after one of its own; in a folder that was used the log must be there. */
async function opsAfterRestart(disk: FaultyDisk, mustExist = true): Promise<string[]> {
  const noted = verifyAuditLog(await readAuditLog(disk, folder), await readAuditHead(disk, folder));
  if (noted) throw new Error(`by the noted head, line ${String(noted.n)} ${noted.problem}`);
  const log = await AuditLog.open({ disk, folder, mustExist, maxFileBytes: 200, maxFiles: 100 });
  await log.append({ op: "after" });
  await log.close();
  const lines = await readAuditLog(disk, folder);
  const broken = verifyAuditLog(lines, log.head);
  if (broken) throw new Error(`line ${String(broken.n)} ${broken.problem}`);
  if (lines[0]?.n !== 1) throw new Error(`the first line is ${String(lines[0]?.n)}`);
  return lines.map(({ op }) => String(op));
}

/** The operations that failed, for whoever has to look. */
function describeOperation({ operations }: FaultyDisk, index: number): string {
  const operation = operations.find((one) => one.index === index);
  return `${operation?.kind ?? ""} ${operation?.path ?? ""} (${String(index)})`;
}

describe("the audit log of a process that was killed", () => {
  it("after any operation of the disk holds every line that was acknowledged, and goes on", async () => {
    const { disk, kept } = await run();
    expect(kept).toHaveLength(11);
    const problems: string[] = [];
    for (let count = 0; count <= disk.operations.length; count++) {
      const sure = kept.filter(({ at }) => at <= count).map(({ op }) => op);
      const found = await opsAfterRestart(disk.at(count), sure.length > 0).catch(String);
      const isWhole =
        Array.isArray(found) && sure.every((op, index) => found[index] === op) && found.at(-1) === "after";
      if (!isWhole) problems.push(`after ${String(count)} operations: ${String(found)} instead of ${sure.join()}`);
    }
    expect(problems.slice(0, 5)).toEqual([]);
  });

  it.each(powerCuts)("by a power cut (that kept %s) is a chain that goes on from an earlier line", async (keeps) => {
    const { disk, kept } = await run();
    const problems: string[] = [];
    for (let count = 0; count <= disk.operations.length; count++) {
      const mustExist = kept.some(({ at }) => at <= count);
      const found = await opsAfterRestart(disk.at(count).afterPowerCut(keeps), mustExist).catch(String);
      const isPrefix = Array.isArray(found) && found.slice(0, -1).every((op, index) => op === kept[index]?.op);
      if (!isPrefix) problems.push(`after ${String(count)} operations: ${String(found)}`);
    }
    expect(problems.slice(0, 5)).toEqual([]);
  });

  it("in order has everything on the disk, power cut or not", async () => {
    const { disk, kept } = await run();
    expect(await opsAfterRestart(disk.afterPowerCut())).toEqual([...kept.map(({ op }) => op), "after"]);
  });
});

describe("the audit log on a disk that fails", () => {
  it.each(["ENOSPC", "EIO"] as const)(
    "(%s) at any one operation holds what was acknowledged, nothing of what was refused, and goes on",
    async (fault) => {
      const { disk: healthy } = await run();
      const problems: string[] = [];
      for (let index = 0; index < healthy.operations.length; index++) {
        const { disk, kept } = await run((operation) => (operation.index === index ? fault : undefined));
        disk.before = () => undefined;
        const found = await opsAfterRestart(disk.afterKill(), kept.length > 0).catch(String);
        const expected = [...kept.map(({ op }) => op), "after"].join();
        if (String(found) !== expected)
          problems.push(`${describeOperation(disk, index)}: ${String(found)} instead of ${expected}`);
      }
      expect(problems.slice(0, 5)).toEqual([]);
    },
  );

  it("for any length of time works again when the disk does", async () => {
    const { disk: healthy } = await run();
    const problems: string[] = [];
    for (let first = 0; first < healthy.operations.length; first++) {
      const recording = await run(({ index }) => (index >= first && index < first + 4 ? "ENOSPC" : undefined));
      const { disk, kept, refused } = recording;
      disk.before = () => undefined;
      await recording.start();
      await recording.append("well again");
      await recording.stop();
      const found = await opsAfterRestart(disk.afterKill()).catch(String);
      // What was refused can stay when the disk did not let it be cut off again either.
      const acknowledged = Array.isArray(found) ? found.filter((op) => !refused.includes(op)) : [found];
      const expected = [...kept.map(({ op }) => op), "after"].join();
      if (kept.at(-1)?.op !== "well again" || String(acknowledged) !== expected)
        problems.push(`${describeOperation(disk, first)}: ${String(found)} instead of ${expected}`);
    }
    expect(problems.slice(0, 5)).toEqual([]);
  });

  it("refuses every line of a batch that could not be written, and counts none of them", async () => {
    const recording = new Recording();
    await recording.start();
    await recording.append("before");
    recording.disk.before = ({ kind }) => (kind === "write" ? "ENOSPC" : undefined);
    await Promise.all(["x", "y", "z"].map((op) => recording.append(op)));
    expect(recording.refused).toEqual(["x", "y", "z"]);
    recording.disk.before = () => undefined;
    await recording.append("later");
    await recording.stop();
    expect(await opsAfterRestart(recording.disk)).toEqual(["before", "later", "after"]);
  });

  it("did not lose a full file when the new one could be made but not synced", async () => {
    const recording = new Recording();
    await recording.start();
    for (const op of ["a", "b", "c"]) await recording.append(op);
    let isBroken = true;
    recording.disk.before = ({ kind }) => (isBroken && kind === "syncFolder" ? "EIO" : undefined);
    await recording.append("refused");
    await recording.append("refused again");
    isBroken = false;
    await recording.append("d");
    await recording.stop();
    expect(recording.refused).toEqual(["refused", "refused again"]);
    expect(await opsAfterRestart(recording.disk)).toEqual(["a", "b", "c", "d", "after"]);
  });
});
