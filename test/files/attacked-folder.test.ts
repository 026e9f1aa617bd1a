import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { readAuditLog, verifyAuditLog, type AuditLog } from "../../src/audit/audit-log.js";
import { StartError, WebhookError } from "../../src/platform/errors.js";
import type { ReplayGuard } from "../../src/replay/replay-cache.js";
import { openLogs } from "../../src/server.js";
import { JsonStore } from "../../src/store/json/json-store.js";
import { FaultyDisk } from "../support/faulty-disk.js";

/*
 * Whatever happens to one file of a data folder, the next start has everything that was acknowledged and lets nothing serve
 * twice, or it is refused in a sentence that says what to do.
 */
const folder = "/data";
const bootIdPath = "/proc/sys/kernel/random/boot_id";
const startMs = 1_800_000_000_000;
const services = ["github", "slack", "stripe", "bank"];
const auditedOps = ["one", "two", "three", "four"];

interface Opened {
  readonly store: JsonStore;
  readonly replayGuard: ReplayGuard;
  readonly auditLog: AuditLog;
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

/** Opens what a server opens, in its order. */
async function open(disk: FaultyDisk, nowMs = startMs): Promise<Opened> {
  const warnings: string[] = [];
  const warn = (sentence: string): void => void warnings.push(sentence);
  const store = await JsonStore.open({ disk, folder, warn, foldBytes: 300 });
  const { replayGuard, auditLog } = await openLogs(store, {
    disk,
    folder,
    warn,
    clock: { nowMs: () => nowMs },
    bootId: disk.bytes(bootIdPath).toString(),
    maxTicketLifetimeSeconds: 900,
    maxFileBytes: 400,
  });
  const close = async (): Promise<void> => {
    await replayGuard.close();
    await auditLog.close();
    await store.close();
  };
  return { store, replayGuard, auditLog, warnings, close };
}

interface UsedFolder {
  readonly disk: FaultyDisk;
  /** Each file as it was at an earlier moment, where it was another then. */
  readonly olderCopies: ReadonlyMap<string, readonly Buffer[]>;
}

async function usedFolder(end: "was killed" | "was stopped"): Promise<UsedFolder> {
  const disk = new FaultyDisk();
  disk.put(bootIdPath, "boot 1");
  const copies = new Map<string, Buffer[]>();
  const copy = (): void => {
    for (const path of filesIn(disk)) copies.set(path, [...(copies.get(path) ?? []), disk.bytes(path)]);
  };
  const server = await open(disk);
  for (const [index, service] of services.entries()) {
    await server.store.transact((transaction) => transaction.put("tokens", service, { index }));
    copy();
    await server.replayGuard.consumeRequest(usedRequest(service));
    await server.replayGuard.consumeNonce(`nonce ${service}`, startMs / 1000, startMs / 1000 + 600);
    copy();
    await server.auditLog.append({ op: auditedOps[index] });
    copy();
  }
  await server.store.transact((transaction) => transaction.put("system", "lock", {}));
  if (end === "was stopped") await server.close();
  return { disk: disk.afterKill(), olderCopies: copies };
}

function usedRequest(service: string): { readonly requestId: string; readonly timestampSeconds: number } {
  return { requestId: `request of ${service}`, timestampSeconds: startMs / 1000 };
}

function filesIn(disk: FaultyDisk): readonly string[] {
  return Object.keys(disk.contents()).filter((path) => path.startsWith(`${folder}/`));
}

/** Tells what a start finds wrong with the truth; "refused" for a start that says what to do. */
async function startOn(disk: FaultyDisk): Promise<string> {
  let server: Opened;
  try {
    server = await open(disk);
  } catch (error) {
    if (!(error instanceof StartError)) return `failed with ${String(error)}`;
    return /Put back|Move|Install|Check/.test(error.message)
      ? "refused"
      : `refused without a way out: ${error.message}`;
  }
  const problems: string[] = [];
  for (const service of services) {
    if (!(await server.store.get("tokens", service))) problems.push(`lost ${service}`);
    const uses = [
      server.replayGuard.consumeRequest(usedRequest(service)),
      server.replayGuard.consumeNonce(`nonce ${service}`, startMs / 1000, startMs / 1000 + 600),
    ];
    for (const use of uses) {
      const refused = await use.then(
        () => false,
        (error: unknown) => error instanceof WebhookError,
      );
      if (!refused) problems.push(`what was used for ${service} serves again`);
    }
  }
  if (!(await server.store.get("system", "lock"))) problems.push("the kill switch is open");
  const lines = await readAuditLog(disk, folder);
  if (verifyAuditLog(lines, undefined)) problems.push("the audit log's chain is broken");
  const ops = lines.map(({ op }) => op);
  if (!auditedOps.every((op) => ops.includes(op))) problems.push(`the audit log has ${ops.join()} alone`);
  return problems.length === 0 ? "whole" : problems.join("; ");
}

type Attack = readonly [name: string, change: (disk: FaultyDisk, path: string) => void];

function attacksOn(bytes: Buffer, olderCopies: readonly Buffer[]): Attack[] {
  const put =
    (content: Buffer) =>
    (disk: FaultyDisk, path: string): void => {
      disk.put(path, content);
    };
  const changed = (change: (content: Buffer) => void): ReturnType<typeof put> => {
    const content = Buffer.from(bytes);
    change(content);
    return put(content);
  };
  const steps = (count: number, size: number): number[] => [
    ...new Set(Array.from({ length: count }, (_none, index) => Math.floor((index * size) / count))),
  ];
  const lineEnds = [...bytes.entries()].filter(([, byte]) => byte === 10).map(([index]) => index + 1);
  const cuts = [...new Set([...lineEnds, ...steps(40, bytes.length)])].filter((kept) => kept < bytes.length);
  const bits = bytes.length < 300 ? steps(8 * bytes.length, 8 * bytes.length) : steps(300, 8 * bytes.length);
  return [
    ["taken away", (disk, path) => disk.take(path)],
    ...cuts.map((kept): Attack => [`cut to ${String(kept)} bytes`, put(bytes.subarray(0, kept))]),
    ...steps(20, bytes.length).flatMap((start): Attack[] =>
      [1, 16, 64, bytes.length].map((length) => [
        `${String(length)} zeros at ${String(start)}`,
        changed((content) => content.fill(0, start, Math.min(start + length, content.length))),
      ]),
    ),
    ...bits.map((bit): Attack => [
      `bit ${String(bit)} flipped`,
      changed((content) => (content[bit >> 3] = (content[bit >> 3] ?? 0) ^ (1 << (bit & 7)))),
    ]),
    ...olderCopies.map((copy, index): Attack => [`as it was at moment ${String(index)}`, put(copy)]),
  ];
}

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
