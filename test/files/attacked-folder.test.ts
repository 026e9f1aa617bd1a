import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { readAuditLog } from "../../src/audit/audit-log.js";
import { FaultyDisk } from "../support/faulty-disk.js";
import {
  attacksOn,
  bootIdPath,
  filesIn,
  folder,
  open,
  services,
  startMs,
  startOn,
  usedFolder,
  usedRequest,
} from "./used-folder.js";

describe.each(["was killed", "was stopped"] as const)("a start on the folder of a server that %s", (end) => {
  it("has everything and refuses what was used", async () => {
    expect(await startOn((await usedFolder(end)).disk)).toBe("whole");
  });

  it("finds what happened to any one file, or is none the worse for it", { timeout: 120_000 }, async () => {
    const { disk, olderCopies } = await usedFolder(end);
    const outcomes = new Map<string, number>();
    const problems: string[] = [];
    for (const path of filesIn(disk)) {
      for (const [name, change] of attacksOn(disk.bytes(path), olderCopies.get(path) ?? [])) {
        const attacked = disk.afterKill();
        change(attacked, path);
        const outcome = await startOn(attacked);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        if (outcome !== "whole" && outcome !== "refused") problems.push(`${basename(path)} ${name}: ${outcome}`);
      }
    }
    expect(problems.slice(0, 20)).toEqual([]);
    // Neither is all that ever happens.
    for (const outcome of ["whole", "refused"]) expect(outcomes.get(outcome)).toBeGreaterThan(10);
  });
});

describe("a folder of which more than one file is gone", () => {
  it.each(["was killed", "was stopped"] as const)(
    "lets nothing serve twice, whichever logs and heads a server that %s lost together",
    { timeout: 120_000 },
    async (end) => {
      const { disk } = await usedFolder(end);
      const logs = filesIn(disk).filter((path) => /\/(?:used|record)\b/.test(path));
      expect(logs.length).toBeGreaterThan(3);
      const outcomes = new Set<string>();
      for (let subset = 1; subset < 2 ** logs.length; subset++) {
        const attacked = disk.afterKill();
        for (const [index, path] of logs.entries()) if ((subset >> index) & 1) attacked.take(path);
        outcomes.add(await startOn(attacked));
      }
      expect([...outcomes].sort()).toEqual(["refused", "whole"]);
    },
  );

  it("begins an audit log anew where the owner made an empty one, and says so", async () => {
    const { disk } = await usedFolder("was stopped");
    for (const path of filesIn(disk)) if (path.includes("/record")) disk.take(path);
    await expect(open(disk)).rejects.toThrow(/record\.jsonl is missing.*make an empty file record\.jsonl/);
    disk.put(`${folder}/record.jsonl`, "");
    const { auditLog, warnings } = await open(disk);
    expect(warnings).toContainEqual(expect.stringMatching(/^record\.jsonl holds nothing.*begins anew/));
    await auditLog.append({ op: "after" });
    expect((await readAuditLog(disk, folder)).map(({ op }) => op)).toEqual(["after"]);
  });

  it("without the store, beside the logs of a server that used it, is refused", async () => {
    const { disk } = await usedFolder("was stopped");
    for (const path of filesIn(disk)) if (/\/(?:store|journal)/.test(path)) disk.take(path);
    const before = disk.contents();
    await expect(open(disk)).rejects.toThrow(/store\.json and its journals are missing.*Put back a backup/);
    expect(disk.contents()).toEqual(before);
  });

  it("began anew where nothing but the end of the audit log was left", async () => {
    const disk = new FaultyDisk();
    disk.put(bootIdPath, "boot 1");
    disk.put(`${folder}/record.head`, "{}");
    await expect(open(disk)).rejects.toThrow(/store\.json and its journals are missing.*Put back a backup/);
  });

  it("without the names of what was used, beside an audit log, lets nothing serve that was signed before", async () => {
    const { disk } = await usedFolder("was stopped");
    for (const path of filesIn(disk)) if (path.includes("/used.")) disk.take(path);
    const { replayGuard, warnings } = await open(disk, startMs + 999);
    for (const service of services) await expect(replayGuard.consumeRequest(usedRequest(service))).rejects.toThrow();
    expect(warnings).toContainEqual(expect.stringMatching(/^used\.jsonl is missing.*is refused/));
    // A request that is signed from the next second on passes.
    const later = { requestId: "new", timestampSeconds: startMs / 1000 + 1 };
    await expect(replayGuard.consumeRequest(later)).resolves.toBeUndefined();
  });
});
