import { describe, expect, it } from "vitest";
import { AppendLog } from "../../src/files/append-log.js";
import { DamagedLogError, readLog, readLogFile } from "../../src/files/read-log.js";
import { encodeRecords } from "../support/encode-records.js";
import { FaultyDisk } from "../support/faulty-disk.js";

const path = "/data/log.jsonl";
const records = [{ head: 1 }, ["tokens", "ключ", { text: 'line\nend "and" \u0000' }], [], 0];

async function createLog(): Promise<{ disk: FaultyDisk; log: AppendLog }> {
  const disk = new FaultyDisk();
  return { disk, log: await AppendLog.create(disk, path, [text("head")]) };
}

const text = (record: unknown): string => JSON.stringify(record);

function recordsOn(disk: FaultyDisk): unknown[] {
  return readLog(disk.bytes(path)).records;
}

function syncsOf(disk: FaultyDisk): number {
  return disk.operations.filter(({ kind }) => kind === "sync").length;
}

describe("reading a log", () => {
  it("gives back the records that were encoded, in order", () => {
    const bytes = encodeRecords(records);
    expect(readLog(bytes)).toEqual({ records, length: bytes.length, tornBytes: 0 });
  });

  it("leaves out a last line that was cut at any byte, and says how many bytes were left out", () => {
    const whole = encodeRecords(records.slice(0, 1));
    const bytes = encodeRecords(records.slice(0, 2));
    for (let length = whole.length; length < bytes.length; length++) {
      const expected = { records: records.slice(0, 1), length: whole.length, tornBytes: length - whole.length };
      expect(readLog(bytes.subarray(0, length))).toEqual(expected);
    }
  });

  it("refuses a file in which any byte before the last line end was changed", () => {
    const bytes = encodeRecords(["first", "second"]);
    const firstLength = encodeRecords(["first"]).length;
    for (let position = 0; position < bytes.length - 1; position++) {
      const damaged = Buffer.from(bytes);
      damaged[position] = (damaged[position] ?? 0) ^ 1;
      expect(() => readLog(damaged), `byte ${String(position)}`).toThrow(DamagedLogError);
      const lineNumber = position < firstLength ? 1 : 2;
      expect(() => readLog(damaged)).toThrow(expect.objectContaining({ lineNumber }));
    }
  });

  it("takes a last line with a hole of zeros, as a power cut leaves it, for one that was cut", () => {
    const whole = encodeRecords(["first"]);
    const last = encodeRecords(["second"]).fill(0, 4, 12);
    const torn = { records: ["first"], length: whole.length, tornBytes: last.length };
    expect(readLog(Buffer.concat([whole, last]))).toEqual(torn);
    expect(() => readLog(Buffer.concat([whole, last, whole]))).toThrow(DamagedLogError);
  });

  it("finds nothing in an empty file", () => {
    expect(readLog(Buffer.alloc(0))).toEqual({ records: [], length: 0, tornBytes: 0 });
  });
});

describe("appending", () => {
  it("has made its first record and the file's name durable once it is created", async () => {
    const { disk } = await createLog();
    expect(recordsOn(disk.afterPowerCut())).toEqual(["head"]);
  });

  it("resolves only when the records would survive a power cut", async () => {
    const { disk, log } = await createLog();
    await log.append([text(1), text(2)]);
    expect(recordsOn(disk.afterPowerCut())).toEqual(["head", 1, 2]);
  });

  it("lets 64 writers of the same moment share one sync", async () => {
    const { disk, log } = await createLog();
    const before = syncsOf(disk);
    await Promise.all(Array.from({ length: 64 }, (_, index) => log.append([text(index)])));
    expect(syncsOf(disk) - before).toBe(1);
    expect(recordsOn(disk.afterPowerCut())).toEqual(["head", ...Array.from({ length: 64 }, (_, index) => index)]);
  });

  it("goes on where a short write stopped", async () => {
    const { disk, log } = await createLog();
    disk.before = ({ kind }) => (kind === "write" ? "short write" : undefined);
    await log.append([text("a line that is written in several pieces")]);
    expect(recordsOn(disk.afterPowerCut())).toEqual(["head", "a line that is written in several pieces"]);
  });

  it("cuts half a line off again before the next one is written", async () => {
    const { disk, log } = await createLog();
    disk.before = ({ kind }) => (kind === "write" ? "ENOSPC" : undefined);
    await expect(log.append([text("refused")])).rejects.toMatchObject({ code: "ENOSPC" });
    disk.before = () => undefined;
    await log.append([text("taken")]);
    expect(recordsOn(disk.afterPowerCut())).toEqual(["head", "taken"]);
  });

  it("does not keep a line whose sync failed, when the next one is written", async () => {
    const { disk, log } = await createLog();
    disk.before = ({ kind }) => (kind === "sync" ? "EIO" : undefined);
    await expect(log.append([text("refused")])).rejects.toMatchObject({ code: "EIO" });
    await expect(log.append([text("refused again")])).rejects.toMatchObject({ code: "EIO" });
    disk.before = () => undefined;
    await log.append([text("taken")]);
    expect(recordsOn(disk.afterKill())).toEqual(["head", "taken"]);
    expect(recordsOn(disk.afterPowerCut())).toEqual(["head", "taken"]);
  });

  it("refuses every writer of a batch that failed, and takes those that come later", async () => {
    const { disk, log } = await createLog();
    disk.before = ({ kind }) => (kind === "sync" ? "EIO" : undefined);
    const settled = await Promise.allSettled([
      log.append([text(1)]),
      log.appendUnsynced([text(2)]),
      log.append([text(3)]),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    disk.before = () => undefined;
    await log.appendUnsynced([text(4)]);
    expect(recordsOn(disk.afterKill())).toEqual(["head", 4]);
  });

  it("leaves what is appended unsynced to the system until it is synced", async () => {
    const { disk, log } = await createLog();
    await log.appendUnsynced([text("soon")]);
    expect(recordsOn(disk.afterKill())).toEqual(["head", "soon"]);
    expect(recordsOn(disk.afterPowerCut())).toEqual(["head"]);
    await log.sync();
    expect(recordsOn(disk.afterPowerCut())).toEqual(["head", "soon"]);
  });

  it("syncs nothing when nothing waits for it", async () => {
    const { disk, log } = await createLog();
    const before = disk.operations.length;
    await log.sync();
    expect(disk.operations.length).toBe(before);
  });

  it("syncs what is left when it is closed, and refuses more", async () => {
    const { disk, log } = await createLog();
    await log.appendUnsynced([text("last")]);
    await log.close();
    expect(recordsOn(disk.afterPowerCut())).toEqual(["head", "last"]);
    await expect(log.append([text("late")])).rejects.toThrow();
  });

  it("knows its size in bytes, without what failed", async () => {
    const { disk, log } = await createLog();
    await log.append([text("ü")]);
    disk.before = ({ kind }) => (kind === "write" ? "EIO" : undefined);
    await expect(log.append([text("refused")])).rejects.toThrow();
    expect(log.size).toBe(encodeRecords(["head", "ü"]).length);
  });

  it("does not leave a line behind that was refused, when the process ends right after", async () => {
    const { disk, log } = await createLog();
    let isBroken = true;
    disk.before = ({ kind }) => {
      if (kind !== "sync" || !isBroken) return undefined;
      isBroken = false;
      return "EIO";
    };
    await expect(log.append([text("refused")])).rejects.toMatchObject({ code: "EIO" });
    await log.close();
    expect(recordsOn(disk.afterKill())).toEqual(["head"]);
  });
});

describe("going on with a log", () => {
  it("cuts the torn rest off and appends behind what was whole", async () => {
    const disk = new FaultyDisk();
    const whole = encodeRecords(["head"]);
    disk.put(path, Buffer.concat([whole, Buffer.from("0badc0de [half a li")]));
    const log = await AppendLog.reopen(disk, path, await readLogFile(disk, path, () => undefined));
    await log.append([text("more")]);
    expect(recordsOn(disk.afterPowerCut())).toEqual(["head", "more"]);
  });
});
