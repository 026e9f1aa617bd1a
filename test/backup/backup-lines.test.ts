import { describe, expect, it } from "vitest";
import { StartError } from "../../src/platform/errors.js";
import { backupLines, readBackupLines } from "../../src/backup/backup-lines.js";
import { FaultyDisk } from "../support/faulty-disk.js";
import { filledVault, openOn } from "../vault/vault-on-disk.js";

const head = '{"format":"tokenvault-webhook-backup-lines","version":1,"documents":1}\n';
const line = '{"collection":"tokens","key":"a","document":{"b":1}}\n';

function refusalOf(text: string): string {
  try {
    readBackupLines(text);
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    return (error as StartError).message;
  }
}

describe("the lines of a backup", () => {
  it("hold every document of every collection that a snapshot of the store has", async () => {
    const { disk } = await filledVault();
    const vault = await openOn(disk);
    await vault.store.transact(async (transaction) => {
      for (const collection of ["audit", "proxy_configs", "service_hosts"])
        for (const key of ["a", "__proto__", "line\nbreak\u2028"]) await transaction.put(collection, key, { of: key });
      await transaction.put("system", "lock", { lockedAt: "2026-01-01T00:00:00.000Z" });
    });
    const documents = readBackupLines(await backupLines(vault.store));
    await vault.close();
    const snapshot = JSON.parse(disk.bytes("/data/store.json").toString()) as { documents: unknown[][] };
    const stored = snapshot.documents.map(([, collection, key, document]) => ({ collection, key, document }));
    const text = (entries: readonly object[]): string[] => entries.map((entry) => JSON.stringify(entry)).sort();
    expect(text(documents)).toEqual(text(stored));
    expect(new Set(documents.map(({ collection }) => collection)).size).toBe(7);
  });

  it("are the same at another time, and begin with how many there are", async () => {
    const vault = await openOn(new FaultyDisk());
    const lines = await backupLines(vault.store);
    expect(lines.split("\n")[0]).toBe(head.trimEnd());
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await backupLines(vault.store)).toBe(lines);
  });

  it("are of one moment: none of a transaction that is not yet durable", async () => {
    const disk = new FaultyDisk();
    const vault = await openOn(disk);
    let release = (): void => undefined;
    const held = new Promise<undefined>((resolve) => {
      release = () => {
        resolve(undefined);
      };
    });
    disk.before = ({ kind }) => (kind === "sync" ? held : undefined);
    const writing = vault.store.transact(async (transaction) => {
      await transaction.put("tokens", "one", { n: 1 });
      await transaction.put("service_hosts", "one", { n: 1 });
    });
    await new Promise(setImmediate);
    expect(await backupLines(vault.store)).not.toContain('"one"');
    release();
    await writing;
    expect((await backupLines(vault.store)).match(/"one"/g)).toHaveLength(2);
  });

  it.each([
    ["are cut at a line", head, /lacks lines/],
    ["lack their last line break", `${head}${line.trimEnd()}`, /lacks lines/],
    ["are more than they say", `${head}${line}${line.replace('"a"', '"b"')}`, /lacks lines/],
    ["hold a document twice", `${head.replace(":1}", ":2}")}${line}${line}`, /twice/],
    ["hold no JSON", `${head}{"collection"\n`, /damaged in line 2/],
    ["hold a collection that is not known", `${head}${line.replace("tokens", "toasters")}`, /damaged in line 2/],
    ["hold a list for a document", `${head}${line.replace('{"b":1}', "[]")}`, /damaged in line 2/],
    ["are of something else", `{"format":"x"}\n${line}`, /no lines of this program/],
    ["are empty", "", /no lines of this program/],
    ["are newer", `${head.replace('"version":1', '"version":2')}${line}`, /format 2, newer .* Install the newer/],
    ["have no version", `${head.replace('"version":1,', "")}${line}`, /lacks lines/],
  ])("are refused where they %s", (_name, text, says) => {
    expect(readBackupLines(head + line)).toEqual([{ collection: "tokens", key: "a", document: { b: 1 } }]);
    expect(refusalOf(text)).toMatch(says);
    expect(refusalOf(text)).toContain("Nothing was changed.");
  });
});
