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
export const folder = "/data";
export const bootIdPath = "/proc/sys/kernel/random/boot_id";
export const startMs = 1_800_000_000_000;
export const services = ["github", "slack", "stripe", "bank"];
const auditedOps = ["one", "two", "three", "four"];

export interface Opened {
  readonly store: JsonStore;
  readonly replayGuard: ReplayGuard;
  readonly auditLog: AuditLog;
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

/** Opens what a server opens, in its order. */
export async function open(disk: FaultyDisk, nowMs = startMs): Promise<Opened> {
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

export interface UsedFolder {
  readonly disk: FaultyDisk;
  /** Each file as it was at an earlier moment, where it was another then. */
  readonly olderCopies: ReadonlyMap<string, readonly Buffer[]>;
}

export async function usedFolder(end: "was killed" | "was stopped"): Promise<UsedFolder> {
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

export function usedRequest(service: string): { readonly requestId: string; readonly timestampSeconds: number } {
  return { requestId: `request of ${service}`, timestampSeconds: startMs / 1000 };
}

export function filesIn(disk: FaultyDisk): readonly string[] {
  return Object.keys(disk.contents()).filter((path) => path.startsWith(`${folder}/`));
}

/** Tells what a start finds wrong with the truth; "refused" for a start that says what to do. */
export async function startOn(disk: FaultyDisk): Promise<string> {
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

export type Attack = readonly [name: string, change: (disk: FaultyDisk, path: string) => void];

export function attacksOn(bytes: Buffer, olderCopies: readonly Buffer[]): Attack[] {
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
