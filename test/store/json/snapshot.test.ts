import { describe, expect, it } from "vitest";
import { StartError } from "../../../src/platform/errors.js";
import { Documents } from "../../../src/store/documents.js";
import { JsonStore } from "../../../src/store/json/json-store.js";
import { SnapshotFile } from "../../../src/store/json/snapshot.js";
import type { Document } from "../../../src/store/store.js";
import { encodeRecords } from "../../support/encode-records.js";
import { FaultyDisk } from "../../support/faulty-disk.js";

const path = "/data/store.json";
const format = "tokenvault-webhook-store";

async function writtenSnapshot(
  collections: Readonly<Record<string, readonly (readonly [string, Document])[]>>,
): Promise<FaultyDisk> {
  const disk = new FaultyDisk();
  const documents = new Documents();
  for (const [name, entries] of Object.entries(collections)) {
    const collection = documents.named(name);
    for (const [key, document] of entries) collection.replace(key, collection.store(key, JSON.stringify(document)));
  }
  await new SnapshotFile(disk, path).write({ generation: 7, documents });
  return disk;
}

/** What a snapshot says, by name and in the order of each collection. */
async function readBack(disk: FaultyDisk): Promise<[string, [string, Document][]][] | undefined> {
  const read = await new SnapshotFile(disk, path).read();
  return read?.documents.collections.map((collection) => [
    collection.name,
    collection.slice().map(({ key, text }) => [key, JSON.parse(text) as Document]),
  ]);
}

/** A data folder that was used and stopped in order. */
async function usedFolder(): Promise<FaultyDisk> {
  const disk = new FaultyDisk();
  const store = await open(disk);
  await store.transact(async (transaction) => {
    await transaction.put("tokens", "github", { a: 1 });
  });
  await store.close();
  return disk;
}

function open(disk: FaultyDisk): Promise<JsonStore> {
  return JsonStore.open({ disk, folder: "/data", warn: () => undefined });
}

/** Holds a refused start to what it must be: a sentence that names the file and the remedy, and no byte changed. */
async function expectRefused(disk: FaultyDisk, says: RegExp): Promise<void> {
  const before = disk.contents();
  const refusal: unknown = await open(disk).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(StartError);
  expect((refusal as StartError).message).toMatch(says);
  expect((refusal as StartError).message).toContain("Nothing was changed.");
  expect((refusal as StartError).message).not.toContain("/data");
  expect(disk.contents()).toEqual(before);
}

describe("the snapshot", () => {
  it("gives back what was written, in its order, odd keys included", async () => {
    const collections = {
      tokens: [
        ["__proto__", { own: 1, ["__proto__"]: { inside: true } }],
        ["constructor", {}],
        ['a "quoted"\nkey', { text: "\u2028\ud83d\u0000" }],
        ["", { nested: [{}, [], null] }],
      ],
      audit: [],
      ["__proto__"]: [["toString", { a: 1 }]],
    } satisfies Record<string, [string, Document][]>;
    const disk = await writtenSnapshot(collections);
    const expected = Object.entries(collections).map(([name, entries]) => [
      name,
      entries.toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ]);
    expect(await readBack(disk)).toEqual(expected.filter(([, entries]) => entries?.length !== 0));
    expect((await new SnapshotFile(disk, path).read())?.generation).toBe(7);
  });

  it("is JSON with one document a line, for people and their tools", async () => {
    const disk = await writtenSnapshot({
      tokens: [
        ["a", { x: 1 }],
        ["b", { y: 2 }],
      ],
      empty: [],
    });
    const text = disk.bytes(path).toString();
    const checksum: unknown = expect.stringMatching(/^[0-9a-f]{8}$/);
    expect(JSON.parse(text)).toEqual({
      format,
      version: 2,
      generation: 7,
      documents: [
        [checksum, "tokens", "a", { x: 1 }],
        [checksum, "tokens", "b", { y: 2 }],
      ],
      count: 2,
      checksum,
    });
    expect(text.split("\n").filter((line) => line.includes('"tokens"'))).toHaveLength(2);
  });

  it("knows its length in bytes once it was read or written", async () => {
    const disk = await writtenSnapshot({ tokens: [["ключ", { text: "ü".repeat(100_000) }]] });
    const file = new SnapshotFile(disk, path);
    await file.read();
    expect(file.bytes).toBe(disk.bytes(path).length);
    await file.write({ generation: 8, documents: new Documents() });
    expect(file.bytes).toBe(disk.bytes(path).length);
  });

  it("writes a large collection in pieces and reads it back whole", async () => {
    const many = Array.from({ length: 3_000 }, (_, index): [string, Document] => [
      `key ${String(index)}`,
      { text: "x".repeat(100) },
    ]);
    const disk = await writtenSnapshot({ tokens: many });
    expect(disk.operations.filter(({ kind }) => kind === "write").length).toBeGreaterThan(3);
    expect(await readBack(disk)).toEqual([["tokens", many.toSorted(([a], [b]) => (a < b ? -1 : 1))]]);
  });

  it("is absent at the first start", async () => {
    expect(await new SnapshotFile(new FaultyDisk(), path).read()).toBeNull();
  });
});

describe("a start is refused, and not a byte changes,", () => {
  it("when store.json was cut at any byte", async () => {
    const { length } = (await usedFolder()).bytes(path);
    for (let kept = 0; kept < length - 1; kept++) {
      const disk = await usedFolder();
      disk.put(path, disk.bytes(path).subarray(0, kept));
      await expectRefused(disk, /^store\.json .*cut or damaged.* Put back a backup/);
    }
  });

  it("when any bit of store.json was flipped", async () => {
    const whole = (await usedFolder()).bytes(path);
    for (let bit = 0; bit < 8 * (whole.length - 1); bit++) {
      const disk = await usedFolder();
      const bytes = Buffer.from(whole);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      disk.put(path, bytes);
      await expectRefused(disk, /^store\.json /);
    }
  });

  it("when a line of store.json was taken out, put in twice, or changed places", async () => {
    const documents = ["a", "b", "c"].map((key): [string, Document] => [key, { key }]);
    const lines = (await writtenSnapshot({ tokens: documents })).bytes(path).toString().split("\n");
    const [head = "", a = "", b = "", c = "", ...end] = lines;
    for (const others of [[a, c], [a, b, b, c], [b, a, c], []]) {
      const disk = await usedFolder();
      disk.put(path, [head, ...others, ...end].join("\n"));
      await expectRefused(disk, /^store\.json .*cut or damaged.*line.*Put back a backup/);
    }
  });

  it.each([
    ["no JSON", "-----BEGIN", /^store\.json .*not JSON.*Put back a backup/],
    ["no UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), /^store\.json .*not JSON.*Put back a backup/],
    ["a JSON text that is no object", "[]", /^store\.json .*not written by this program.*Check DATA_DIR/],
    ["another program's object", '{"tokens":{}}', /^store\.json .*not written by this program.*Check DATA_DIR/],
    ["a newer version", snapshotText({ version: 3 }), /^store\.json .*newer.*Install the newer program/],
    [
      "a newer version's lines",
      `{"format":"${format}","version":3,"generation":1,"documents":[\n]}\n`,
      /^store\.json .*newer.*Install the newer program/,
    ],
    ["no version", snapshotText({ version: undefined }), /^store\.json .*missing.*Put back a backup/],
    ["a version that is no number", snapshotText({ version: "1" }), /^store\.json .*Put back a backup/],
    ["no generation", snapshotText({ generation: undefined }), /^store\.json .*Put back a backup/],
    ["collections that are no object", snapshotText({ collections: [] }), /^store\.json .*Put back a backup/],
    [
      "a collection that is no object",
      snapshotText({ collections: { tokens: [] } }),
      /^store\.json .*Put back a backup/,
    ],
    [
      "a document that is no object",
      snapshotText({ collections: { tokens: { a: 1 } } }),
      /^store\.json .*Put back a backup/,
    ],
  ])("when store.json holds %s", async (_name, content, says) => {
    const disk = await usedFolder();
    disk.put(path, content);
    await expectRefused(disk, says);
  });

  it("when store.json is missing and its journal goes on from it", async () => {
    const disk = await usedFolder();
    disk.take(path);
    await expectRefused(disk, /^store\.json is missing.*Put back a backup/);
  });

  it("when the disk cannot be read", async () => {
    const disk = await usedFolder();
    const before = disk.contents();
    disk.before = ({ kind }) => (kind === "read" ? "EIO" : undefined);
    await expect(open(disk)).rejects.toThrow();
    expect(disk.contents()).toEqual(before);
  });
});

describe("a snapshot of version 1", () => {
  it("is read, and written anew with its checksums at the first start", async () => {
    const disk = new FaultyDisk();
    disk.put(path, snapshotText({ collections: { tokens: { github: { a: 1 }, ["__proto__"]: { b: 2 } } } }));
    disk.put(
      "/data/journal-1.jsonl",
      encodeRecords([{ format: "tokenvault-webhook-journal", version: 1, generation: 1 }]),
    );
    const store = await open(disk);
    expect(await store.get("tokens", "github")).toEqual({ a: 1 });
    expect(disk.bytes(path).toString()).toContain('"version":2');
    expect(await readBack(disk)).toEqual([
      [
        "tokens",
        [
          ["__proto__", { b: 2 }],
          ["github", { a: 1 }],
        ],
      ],
    ]);
  });
});

describe("a check of what was read", () => {
  it("that throws stops the start before a byte is written", async () => {
    for (const disk of [await usedFolder(), new FaultyDisk()]) {
      const before = disk.contents();
      const check = (): Promise<void> => Promise.reject(new StartError("Not this key."));
      await expect(JsonStore.open({ disk, folder: "/data", warn: () => undefined, check })).rejects.toThrow(
        "Not this key.",
      );
      expect(disk.contents()).toEqual(before);
    }
  });

  it("sees the documents, and whether there are any", async () => {
    const seen: unknown[] = [];
    for (const disk of [await usedFolder(), new FaultyDisk()]) {
      await JsonStore.open({
        disk,
        folder: "/data",
        warn: () => undefined,
        check: async (get, isEmpty) => void seen.push([get("tokens", "github"), isEmpty]),
      });
    }
    expect(seen).toEqual([
      [{ a: 1 }, false],
      [undefined, true],
    ]);
  });
});

function snapshotText(members: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ format, version: 1, generation: 1, collections: {}, ...members });
}
