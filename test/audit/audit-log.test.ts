import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { StartError } from "../../src/platform/errors.js";
import { readLog } from "../../src/files/read-log.js";
import {
  type AuditLine,
  readAuditLog,
  readAuditHead,
  AuditLog,
  type AuditHead,
  type AuditLogOptions,
  verifyAuditLog,
} from "../../src/audit/audit-log.js";
import { encodeRecords } from "../support/encode-records.js";
import { FaultyDisk } from "../support/faulty-disk.js";

const folder = "/data";
const current = "/data/record.jsonl";
type Limits = Pick<AuditLogOptions, "maxFileBytes" | "maxFiles">;
/** Every third line or so begins a file. */
const smallFiles: Limits = { maxFileBytes: 300, maxFiles: 1_000 };

function openOn(disk: FaultyDisk, limits: Limits = {}): Promise<AuditLog> {
  return AuditLog.open({ disk, folder, ...limits });
}

async function appendSeveral(log: AuditLog, names: readonly string[]): Promise<void> {
  for (const op of names) await log.append({ op, time: "2026-01-31T12:00:00.000Z" });
}

function names(count: number, prefix = "use"): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix} ${String(index + 1)}`);
}

function opsOf(lines: readonly AuditLine[]): unknown[] {
  return lines.map(({ op }) => op);
}

function logFiles(disk: FaultyDisk): string[] {
  return Object.keys(disk.contents()).filter((path) => path.endsWith(".jsonl"));
}

/** What is left of an audit log is one chain from its first line to its last. */
async function expectWhole(disk: FaultyDisk, head?: AuditHead): Promise<AuditLine[]> {
  const lines = await readAuditLog(disk, folder);
  expect(verifyAuditLog(lines, head)).toBeUndefined();
  return lines;
}

describe("the audit log", () => {
  it("counts its lines from 1 and holds in each the hash of the one before", async () => {
    const disk = new FaultyDisk();
    const log = await openOn(disk);
    await log.append({ op: "getCredential", service: "github", aid: undefined, status: 200 });
    await log.append({ op: "useStorage", outcome: "ok" });
    const { head } = log;
    await log.close();
    const [first = "", second = ""] = disk.bytes(current).toString().trimEnd().split("\n");
    const hashOf = (line: string): string => createHash("sha256").update(line.slice(9)).digest("hex");
    expect(JSON.parse(first.slice(9))).toEqual({
      n: 1,
      prev: "0".repeat(64),
      op: "getCredential",
      service: "github",
      status: 200,
    });
    expect(JSON.parse(second.slice(9))).toEqual({ n: 2, prev: hashOf(first), op: "useStorage", outcome: "ok" });
    expect(head).toEqual({ n: 2, hash: hashOf(second), first: 1 });
  });

  it("is one chain over starts and over many files", async () => {
    const disk = new FaultyDisk();
    for (let start = 0; start < 4; start++) {
      const log = await openOn(disk, smallFiles);
      expect(log.head.n).toBe(start * 10);
      await appendSeveral(log, names(10, `start ${String(start)}`));
      await log.close();
    }
    const { head } = await openOn(disk, smallFiles);
    expect(logFiles(disk).length).toBeGreaterThan(5);
    const lines = await expectWhole(disk, head);
    expect(opsOf(lines)).toEqual([0, 1, 2, 3].flatMap((start) => names(10, `start ${String(start)}`)));
    expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  it("keeps as many files as it may, and the newest lines", async () => {
    const disk = new FaultyDisk();
    const log = await openOn(disk, { maxFileBytes: 300, maxFiles: 3 });
    await appendSeveral(log, names(40));
    await log.close();
    expect(logFiles(disk)).toHaveLength(3);
    const lines = await expectWhole(disk, log.head);
    expect(lines.at(-1)?.n).toBe(40);
    expect(lines[0]?.n).toBeGreaterThan(30);
  });

  it("takes 64 lines at once, each once, in an unbroken chain", async () => {
    const disk = new FaultyDisk();
    const log = await openOn(disk, smallFiles);
    await Promise.all(names(64).map((op) => log.append({ op })));
    await Promise.all(names(64, "later").map((op) => log.append({ op })));
    await log.close();
    const lines = await expectWhole(disk, log.head);
    expect(opsOf(lines)).toEqual([...names(64), ...names(64, "later")]);
  });

  it("notes where it ends when it is closed or a file is full, and keeps the last such note", async () => {
    const disk = new FaultyDisk();
    const log = await openOn(disk, smallFiles);
    await appendSeveral(log, names(2));
    expect(await readAuditHead(disk, folder)).toBeUndefined();
    await appendSeveral(log, names(3));
    expect(await readAuditHead(disk, folder)).toMatchObject({ n: 3, first: 1 });
    await log.close();
    expect(await readAuditHead(disk, folder)).toEqual(log.head);
    const later = await openOn(disk, smallFiles);
    await appendSeveral(later, names(1, "later"));
    expect(await readAuditHead(disk.afterPowerCut(), folder)).toEqual(log.head);
    await appendSeveral(later, names(4, "later"));
    const noted = await readAuditHead(disk.afterPowerCut(), folder);
    expect(noted).toMatchObject({ n: 9, first: 1 });
    await expectWhole(disk, noted);
  });

  it("keeps every text as it is, whatever is in it, within its line", async () => {
    const disk = new FaultyDisk();
    const log = await openOn(disk);
    const odd = ['"}\r\n00000000 {"n":9', "\u2028\u0000\u007f", "\ud800 half a pair", "ключ 🔑", "__proto__"];
    for (const op of odd) await log.append({ op });
    await log.close();
    expect(disk.bytes(current).toString().split("\n")).toHaveLength(odd.length + 1);
    expect(opsOf(await expectWhole(disk, log.head))).toEqual(odd);
  });

  it("is refused at the start, unchanged, when a line in its middle is damaged", async () => {
    const disk = await logOf(5);
    const bytes = Buffer.from(disk.bytes(current));
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    disk.put(current, bytes);
    const before = disk.contents();
    const refusal: unknown = await openOn(disk).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartError);
    expect((refusal as StartError).message).toMatch(/record\.jsonl .*damaged in line 1\. Nothing was changed\./);
    expect(disk.contents()).toEqual(before);
  });
});

/** A disk with an audit log of so many lines, its log closed. */
async function logOf(count: number): Promise<FaultyDisk> {
  const disk = new FaultyDisk();
  const log = await openOn(disk);
  await appendSeveral(log, names(count));
  await log.close();
  return disk;
}

describe("looking through an audit log finds", () => {
  type Forge = (lines: AuditLine[]) => AuditLine[];
  const count = 6;
  const positions = Array.from({ length: count }, (_, index) => index);

  /** The forger writes the file anew, each line with its right checksum. */
  async function problemWith(forge: Forge): Promise<ReturnType<typeof verifyAuditLog>> {
    const disk = await logOf(count);
    const { head } = await openOn(disk);
    disk.put(current, encodeRecords(forge(await readAuditLog(disk, folder))));
    return verifyAuditLog(await readAuditLog(disk, folder), head);
  }

  const forged = (line: AuditLine | undefined): AuditLine => ({ n: 0, prev: "", ...line, op: "forged" });

  it("nothing where nothing was changed", async () => {
    expect(await problemWith((lines) => lines)).toBeUndefined();
  });

  it.each(positions)("the line at place %i when it was changed", async (at) => {
    const problem = await problemWith((lines) => lines.with(at, forged(lines[at])));
    expect(problem).toEqual({ n: at + 1, problem: "was changed" });
  });

  it.each(positions.slice(1))("the place %i of a line that was taken out", async (at) => {
    const problem = await problemWith((lines) => lines.toSpliced(at, 1));
    expect(problem?.n).toBe(at + 1);
  });

  it.each(positions.slice(1))(
    "the place %i where a line was taken out and the later ones were counted anew",
    async (at) => {
      const renumbered: Forge = (lines) => lines.toSpliced(at, 1).map((line, index) => ({ ...line, n: index + 1 }));
      expect((await problemWith(renumbered))?.n).toBe(at === count - 1 ? count : at);
    },
  );

  it.each(positions)("the line that was put in before place %i", async (at) => {
    expect(await problemWith((lines) => lines.toSpliced(at, 0, forged(lines[at])))).toBeDefined();
    const fitting: Forge = (lines) =>
      lines.toSpliced(at, 0, forged(lines[at])).map((line, index) => ({ ...line, n: index + 1 }));
    expect(await problemWith(fitting)).toBeDefined();
  });

  it.each(positions.slice(1))("the line at place %i when it changed places with the one before", async (at) => {
    const swapped: Forge = (lines) =>
      lines.with(at, lines[at - 1] ?? forged(undefined)).with(at - 1, lines[at] ?? forged(undefined));
    expect(await problemWith(swapped)).toBeDefined();
    const renumbered: Forge = (lines) => swapped(lines).map((line, index) => ({ ...line, n: index + 1 }));
    expect(await problemWith(renumbered)).toBeDefined();
  });

  it.each(positions)("an end that was cut off from place %i on, by the head that was noted", async (at) => {
    const problem = await problemWith((lines) => lines.slice(0, at));
    expect(problem).toEqual({ n: at + 1, problem: "is missing, with all that follow" });
  });

  it("a chain that was made anew from a changed line on, by the head that was noted", async () => {
    const problem = await problemWith((lines) => {
      let prev = lines[2]?.prev ?? "";
      return lines.map((line, index) => {
        if (index < 2) return line;
        const made = { ...line, prev, ...(index === 2 ? { op: "forged" } : {}) };
        prev = createHash("sha256").update(JSON.stringify(made)).digest("hex");
        return made;
      });
    });
    expect(problem).toEqual({ n: count, problem: "was changed" });
  });

  it("a line that was changed in a file that is full", async () => {
    const disk = new FaultyDisk();
    const log = await openOn(disk, smallFiles);
    await appendSeveral(log, names(12));
    await log.close();
    const [archive = ""] = logFiles(disk).filter((path) => path !== current);
    const lines = readLog(disk.bytes(archive)).records as AuditLine[];
    disk.put(archive, encodeRecords(lines.with(-1, forged(lines.at(-1)))));
    expect(verifyAuditLog(await readAuditLog(disk, folder), log.head)).toEqual({
      n: lines.at(-1)?.n,
      problem: "was changed",
    });
  });
});
