import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { readAuditLog, verifyAuditLog } from "../../src/audit/audit-log.js";
import { attacksOn, bootIdPath, filesIn, folder, open, startOn, usedFolder } from "./used-folder.js";

describe("a log that lost its end together with what tells of it", () => {
  it.each(["was killed", "was stopped"] as const)(
    "was taken for whole by a start on the folder of a server that %s",
    { timeout: 300_000 },
    async (end) => {
      const { disk, olderCopies } = await usedFolder(end);
      const outcomes = new Set<string>();
      const logs = filesIn(disk).filter((path) => /\/(?:journal-\d+|used)\.jsonl$/.test(path));
      expect(logs.length).toBeGreaterThan(1);
      for (const path of logs) {
        const head = `${path}.head`;
        const cuts = attacksOn(disk.bytes(path), olderCopies.get(path) ?? []).filter(
          ([name], index) =>
            name === "taken away" || name.startsWith("as it was") || (/^cut|zeros/.test(name) && index % 3 === 0),
        );
        const headCuts = attacksOn(disk.bytes(head), []).filter(
          ([name], index) => !/flipped/.test(name) || index % 40 === 0,
        );
        for (const [name, change] of cuts) {
          for (const [headName, changeHead] of headCuts.filter((_attack, index) => index % 4 === name.length % 4)) {
            const attacked = disk.afterKill();
            change(attacked, path);
            changeHead(attacked, head);
            const outcome = await startOn(attacked);
            outcomes.add(
              /^(?:whole|refused)$/.test(outcome) ? outcome : `${basename(path)} ${name}, head ${headName}: ${outcome}`,
            );
          }
        }
      }
      expect([...outcomes].sort().slice(0, 20)).toEqual(["refused", "whole"]);
    },
  );

  it("is no reason to refuse a journal after a power cut, which may have taken the head alone", async () => {
    const { disk } = await usedFolder("was killed");
    for (const path of filesIn(disk)) if (/journal.*\.head$/.test(path)) disk.take(path);
    await expect(open(disk)).rejects.toThrow(/journal-\d+\.jsonl\.head is missing from the data folder or damaged/);
    disk.put(bootIdPath, "boot 2");
    expect(await startOn(disk)).toBe("whole");
  });

  it("has its head again at once, so that the next start refuses nothing", async () => {
    const { disk } = await usedFolder("was killed");
    for (const path of filesIn(disk)) if (path.includes("/used.") && path.endsWith(".head")) disk.take(path);
    expect((await open(disk)).warnings).toContainEqual(expect.stringMatching(/^used\.jsonl\.head is missing/));
    expect((await open(disk.afterKill())).warnings).toEqual([]);
  });
});

it("after a power cut an audit log lost every good line behind one that was damaged long before", async () => {
  const { disk } = await usedFolder("was killed");
  disk.put(bootIdPath, "boot 2");
  const path = `${folder}/record.jsonl`;
  const bytes = disk.bytes(path);
  const at = bytes.indexOf("\n") + 40;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  disk.put(path, bytes);
  const damaged = Buffer.from(bytes);
  const { auditLog, warnings } = await open(disk);
  await auditLog.append({ op: "after" });
  const [aside = ""] = filesIn(disk).filter((name) => name.includes("/record-damaged-"));
  expect(warnings).toContainEqual(expect.stringContaining(`${basename(aside)} is how it was found.`));
  expect(disk.bytes(aside).equals(damaged)).toBe(true);
  const lines = await readAuditLog(disk, folder);
  expect(verifyAuditLog(lines, undefined)).toBeUndefined();
  expect(lines.at(-1)).toMatchObject({ op: "after" });
  expect((await open(disk.afterKill())).warnings).toEqual([]);
});

it("after a power cut an audit log that is shorter than its head goes on, and says so", async () => {
  const { disk } = await usedFolder("was killed");
  disk.put(bootIdPath, "boot 2");
  const path = `${folder}/record.jsonl`;
  disk.put(path, disk.bytes(path).subarray(0, 150));
  const { auditLog, warnings } = await open(disk);
  expect(warnings).toContainEqual(expect.stringMatching(/^record\.jsonl in the data folder is cut\. A power cut may/));
  await auditLog.append({ op: "after" });
  expect(verifyAuditLog(await readAuditLog(disk, folder), undefined)).toBeUndefined();
});
