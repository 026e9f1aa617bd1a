import { describe, expect, it } from "vitest";
import { headPath } from "../../../src/files/log-head.js";
import { StartError } from "../../../src/platform/errors.js";
import type { Change } from "../../../src/store/documents.js";
import {
  batchText,
  createJournal,
  journalPath,
  listJournals,
  readJournal,
  type JournalChange,
  type JournalFacts,
} from "../../../src/store/json/journal.js";
import { JsonStore } from "../../../src/store/json/json-store.js";
import { encodeRecords } from "../../support/encode-records.js";
import { FaultyDisk } from "../../support/faulty-disk.js";
import { listedKeys } from "../../support/listed.js";

const folder = "/data";
const head = { format: "tokenvault-webhook-journal", version: 1, generation: 3 };
const changes: JournalChange[] = [
  ["tokens", "github", { a: 1 }],
  ["tokens", "old", null],
];

function diskWith(content: string | Buffer): FaultyDisk {
  const disk = new FaultyDisk();
  disk.put(journalPath(folder, 3), content);
  return disk;
}

/** What is found in the journal, with the changes that it hands on. */
async function read(disk: FaultyDisk): Promise<JournalFacts & { readonly changes: readonly JournalChange[] }> {
  const found: JournalChange[] = [];
  const facts = await readJournal(disk, folder, 3, (change) => found.push(change));
  return { ...facts, changes: found };
}

async function refusalOf(reading: Promise<unknown>): Promise<string> {
  const error: unknown = await reading.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StartError);
  return (error as StartError).message;
}

/** A folder whose process was killed: a snapshot, and changes that are in the journal alone. */
async function killedFolder(): Promise<{ disk: FaultyDisk; path: string; headBeforeLast: Buffer }> {
  const disk = new FaultyDisk();
  const store = await open(disk);
  let headBeforeLast: Buffer = Buffer.alloc(0);
  for (const key of ["a", "b", "c"]) {
    const [current] = await listJournals(disk, folder);
    headBeforeLast = disk.bytes(headPath(journalPath(folder, current ?? 0)));
    await store.transact(async (transaction) => {
      await transaction.put("tokens", key, { key });
    });
  }
  const [generation = 0] = await listJournals(disk, folder);
  return { disk: disk.afterKill(), path: journalPath(folder, generation), headBeforeLast };
}

function open(disk: FaultyDisk, warnings: string[] = []): Promise<JsonStore> {
  return JsonStore.open({ disk, folder, warn: (sentence) => warnings.push(sentence) });
}

async function expectRefused(disk: FaultyDisk, says: RegExp): Promise<void> {
  const before = disk.contents();
  const message = await refusalOf(open(disk));
  expect(message).toMatch(says);
  expect(message).toContain("Nothing was changed.");
  expect(disk.contents()).toEqual(before);
}

describe("a journal", () => {
  it("gives back its changes in order", async () => {
    const disk = new FaultyDisk();
    const journal = await createJournal(disk, folder, 3);
    await journal.append([JSON.stringify(changes)]);
    await journal.append([JSON.stringify([["audit", "__proto__", { b: 2 }]])]);
    const { length } = disk.bytes(journalPath(folder, 3));
    expect(await read(disk)).toMatchObject({
      generation: 3,
      hasChanges: true,
      changes: [...changes, ["audit", "__proto__", { b: 2 }]],
      length,
      tornBytes: 0,
      problem: undefined,
    });
  });

  it("is made anew over the one that a crash left while it was being made", async () => {
    const disk = diskWith("half a he");
    await createJournal(disk, folder, 3);
    expect(await read(disk)).toMatchObject({ changes: [], hasChanges: false, tornBytes: 0 });
  });

  it("holds documents that are JSON already just as those that are not", () => {
    const given = changes.map(([collection, key, document]): Change => {
      const next = document ? { key, timestamp: undefined, text: JSON.stringify(document) } : undefined;
      return { collection, key, next };
    });
    expect(batchText(given)).toEqual(JSON.stringify(changes));
  });

  it("with a line that looks as if it was being written, and another after it, is damaged", async () => {
    for (const padding of [0, 10, 100, 1_000]) {
      const long = ["tokens", "long", { text: "x".repeat(padding) }];
      const hole = Buffer.concat([encodeRecords([head, [long]]), Buffer.from("0000\0\0\0\0\n")]);
      expect(await read(diskWith(hole))).toMatchObject({ changes: [long], tornBytes: 9 });
      const more = Buffer.concat([hole, encodeRecords([changes])]);
      expect(await refusalOf(read(diskWith(more)))).toMatch(/^journal-3\.jsonl .*line 3.*Put back a backup/);
    }
  });

  it("leaves out a last line that was cut, and says how much", async () => {
    const whole = encodeRecords([head, changes]);
    const found = await read(diskWith(Buffer.concat([whole, Buffer.from("1234abcd [")])));
    expect(found).toMatchObject({ generation: 3, hasChanges: true, changes, length: whole.length, tornBytes: 10 });
  });

  it("is found by its name, in the order of generations, among other files", async () => {
    const disk = new FaultyDisk();
    const names = [
      "journal-10.jsonl",
      "journal-9.jsonl",
      "journal-x.jsonl",
      "journal-1.jsonl.bak",
      "store.json",
      "journal-.jsonl",
    ];
    for (const name of names) disk.put(`${folder}/${name}`, "");
    expect(await listJournals(disk, folder)).toEqual([9, 10]);
  });

  it.each([
    ["a newer version", { ...head, version: 2 }, /journal-3\.jsonl .*newer.*Install the newer program/],
    [
      "another format",
      { ...head, format: "something else" },
      /journal-3\.jsonl .*does not belong there.*Put back a backup/,
    ],
    ["another generation", { ...head, generation: 4 }, /journal-3\.jsonl .*does not belong there.*Put back a backup/],
    ["no version", { ...head, version: undefined }, /journal-3\.jsonl .*does not belong there.*Put back a backup/],
    ["null in the place of its head", null, /journal-3\.jsonl .*does not belong there.*Put back a backup/],
    ["a batch in the place of its head", changes, /journal-3\.jsonl .*does not belong there.*Put back a backup/],
  ])("with %s is refused in a sentence that names it and says what to do", async (_name, first, says) => {
    expect(await refusalOf(read(diskWith(encodeRecords([first, changes]))))).toMatch(says);
  });

  it.each([
    ["null", null],
    ["an object", {}],
    ["a change that is no array", ["text"]],
    ["a change without a key", [["tokens"]]],
    ["a change whose document is a text", [["tokens", "github", "text"]]],
  ])("with a whole line that is no batch, but %s, is refused", async (_name, batch) => {
    expect(await refusalOf(read(diskWith(encodeRecords([head, batch]))))).toMatch(/journal-3\.jsonl/);
  });

  it("that is missing is refused by its name", async () => {
    expect(await refusalOf(read(new FaultyDisk()))).toMatch(/journal-3\.jsonl is missing.*Put back a backup/);
  });
});

describe("a start after a kill", () => {
  it("drops a last line that was cut before it was acknowledged, with a warning, and keeps those before it", async () => {
    const { disk, path, headBeforeLast } = await killedFolder();
    const whole = disk.bytes(path);
    const lastStart = whole.lastIndexOf(10, whole.length - 2) + 1;
    for (let kept = lastStart + 1; kept < whole.length; kept++) {
      const warnings: string[] = [];
      const cut = disk.afterKill();
      cut.put(path, whole.subarray(0, kept));
      cut.put(headPath(path), headBeforeLast);
      const store = await open(cut, warnings);
      expect(await listedKeys(store, "tokens")).toEqual(["a", "b"]);
      expect(warnings).toEqual([expect.stringContaining(`${String(kept - lastStart)} bytes`)]);
    }
  });

  it("is refused when a line that was acknowledged was cut at any byte, the last one too", async () => {
    const { disk, path } = await killedFolder();
    const whole = disk.bytes(path);
    for (let kept = 1; kept < whole.length; kept++) {
      const cut = disk.afterKill();
      cut.put(path, whole.subarray(0, kept));
      await expectRefused(cut, /^journal-[0-9]+\.jsonl .*cut.*Put back a backup/);
    }
  });

  it("is refused when any byte before the last line was changed, and not a byte changes", async () => {
    const { disk, path } = await killedFolder();
    const whole = disk.bytes(path);
    const lastStart = whole.lastIndexOf(10, whole.length - 2) + 1;
    for (let position = 0; position < lastStart; position++) {
      const damaged = disk.afterKill();
      const bytes = Buffer.from(whole);
      bytes[position] = (bytes[position] ?? 0) ^ 4;
      damaged.put(path, bytes);
      await expectRefused(damaged, /^journal-[0-9]+\.jsonl .*line [0-9]+.*Put back a backup/);
    }
  });

  it("is refused when the journal that the snapshot names is missing", async () => {
    const { disk, path } = await killedFolder();
    disk.take(path);
    await expectRefused(disk, /^journal-[0-9]+\.jsonl is missing.*Put back a backup/);
  });

  it("is refused when the journal that the snapshot names was emptied", async () => {
    const { disk, path } = await killedFolder();
    disk.put(path, "");
    await expectRefused(disk, /^journal-[0-9]+\.jsonl .*cut.*Put back a backup/);
  });

  it("is refused when a journal between two others is missing", async () => {
    const { disk } = await killedFolder();
    const [generation = 0] = await listJournals(disk, folder);
    disk.put(journalPath(folder, generation + 2), encodeRecords([{ ...head, generation: generation + 2 }, changes]));
    await expectRefused(disk, /^journal-[0-9]+\.jsonl is missing.*Put back a backup/);
  });
});
