import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonStore } from "../../../src/store/json/json-store.js";
import { readSnapshotLines, type SnapshotContent } from "../../../src/store/json/snapshot-lines.js";
import type { Document } from "../../../src/store/store.js";
import { FaultyDisk } from "../../support/faulty-disk.js";
import { listed } from "../../support/listed.js";

const path = "/data/store.json";
const sealed = { v: 2, fields: { accessToken: "q0/+A==", text: 'a "quoted" \\ \n \u2028 \ud83d \u{1f511} ü' } };
const documents = { github: sealed, __proto__x: {}, 'odd "key"\n\u2028\ud83d': { own: 1 }, "10": { n: 1 }, "9": {} };

function open(disk: FaultyDisk): Promise<JsonStore> {
  return JsonStore.open({ disk, folder: "/data", warn: () => undefined });
}

async function stoppedFolder(): Promise<FaultyDisk> {
  const disk = new FaultyDisk();
  const store = await open(disk);
  await store.transact(async (transaction) => {
    for (const [key, document] of Object.entries(documents)) await transaction.put("tokens", key, document);
    await transaction.put("tokens", "__proto__", { own: { ["__proto__"]: 1 } });
    await transaction.put("audit", "later", { timestamp: 2 });
    await transaction.put("audit", "earlier", { timestamp: 1 });
    await transaction.put("empty", "gone", {});
    await transaction.delete("empty", "gone");
  });
  await store.close();
  return disk;
}

async function contentOf(disk: FaultyDisk): Promise<unknown> {
  const store = await open(disk.afterKill());
  return Promise.all(["tokens", "audit", "empty"].map((name) => listed(store, name)));
}

async function readLines(text: string | Buffer): Promise<SnapshotContent | undefined> {
  const disk = new FaultyDisk();
  disk.put(path, text);
  return readSnapshotLines(disk.readPieces(path));
}

/** True where it is read line by line. */
async function isOurLayout(text: string | Buffer): Promise<boolean> {
  return (await readLines(text)) !== undefined;
}

const layouts: readonly (readonly [string, (text: string) => string])[] = [
  ["indented, as by jq", (text) => JSON.stringify(JSON.parse(text), undefined, 2)],
  ["in one line, as by jq -c", (text) => `${JSON.stringify(JSON.parse(text))}\n`],
  ["with the line ends of Windows", (text) => text.replaceAll("\n", "\r\n")],
  ["with a byte order mark", (text) => `\ufeff${text}`],
  ["without its last line end", (text) => text.trimEnd()],
  ["with empty lines", (text) => text.replaceAll("\n", "\n\n")],
  ["with spaces after a comma", (text) => text.replaceAll(",\n", ", \n")],
  ["with spaces before a document", (text) => text.replaceAll('":{"v":2', '": {"v":2')],
  ["with spaces in a document", (text) => text.replaceAll('"v":2', '"v" : 2')],
  ["with two documents in a line", (text) => text.replace("},\n", "},")],
  ["with a collection that begins beside its first document", (text) => text.replace('"tokens":{\n', '"tokens":{')],
  ["with every key escaped", (text) => text.replaceAll('"github"', '"\\u0067ithub"').replaceAll("ü", "\\u00fc")],
];

describe("a store.json that somebody laid out anew", () => {
  it.each(layouts)("%s is read all the same, and goes on", async (_name, layOut) => {
    const disk = await stoppedFolder();
    const before = await contentOf(disk);
    const text = layOut(disk.bytes(path).toString());
    disk.put(path, text);
    expect(await contentOf(disk)).toEqual(before);
    const store = await open(disk);
    await store.transact((transaction) => transaction.put("tokens", "new", {}));
    await store.close();
    expect(await isOurLayout(disk.bytes(path))).toBe(true);
    expect(await (await open(disk)).get("tokens", "github")).toEqual(sealed);
  });

  it("is told from our own layout, which is read line by line", async () => {
    const text = (await stoppedFolder()).bytes(path).toString();
    expect(await isOurLayout(text)).toBe(true);
    const ours: string[] = [];
    for (const [name, layOut] of layouts) if (await isOurLayout(layOut(text))) ours.push(name);
    expect(ours).toEqual(["without its last line end", "with spaces in a document", "with every key escaped"]);
  });

  it("says what JSON says where a name stands twice: the last one counts", async () => {
    const head = '{"format":"tokenvault-webhook-store","version":1,"generation":1,"collections":{';
    const journal = (await stoppedFolder()).bytes("/data/journal-3.jsonl");
    for (const lines of [
      ['"tokens":{', '"a":{"n":1},', '"a":{"n":2}}', "}}", ""],
      ['"tokens":{', '"a":{"n":1},', '"\\u0061":{"n":1,"n":2}}', "}}", ""],
      ['"tokens":{', '"b":{"n":1}},', '"tokens":{', '"a":{"n":2}}', "}}", ""],
    ]) {
      const disk = new FaultyDisk();
      disk.put(path, [head.replace("1,", "1,"), ...lines].join("\n").replace('"generation":1', '"generation":3'));
      disk.put("/data/journal-3.jsonl", journal);
      expect(await listed(await open(disk), "tokens")).toEqual([{ key: "a", document: { n: 2 } }]);
    }
  });
});

describe("line by line", () => {
  const head = '{"format":"tokenvault-webhook-store","version":1,"generation":1,"collections":{\n';

  it.each([
    ["nothing", ""],
    ["no end", `${head}"tokens":{\n"a":{}}\n`],
    ["no end of a collection", `${head}"tokens":{\n"a":{}\n}}\n`],
    ["a comma after the last document", `${head}"tokens":{\n"a":{},\n}}\n`],
    ["a comma after the last collection", `${head}"tokens":{\n"a":{}},\n}}\n`],
    ["no comma between documents", `${head}"tokens":{\n"a":{}\n"b":{}}\n}}\n`],
    ["no comma between collections", `${head}"tokens":{\n"a":{}}\n"audit":{}\n}}\n`],
    ["no comma after an empty collection", `${head}"tokens":{}\n"audit":{}\n}}\n`],
    ["a document that is no object", `${head}"tokens":{\n"a":[]}\n}}\n`],
    ["a document that is cut", `${head}"tokens":{\n"a":{"b":},\n"b":{}}\n}}\n`],
    ["a collection that is no object", `${head}"tokens":[]\n}}\n`],
    [
      "another name that ends in the one for its collections",
      `${head.replace('"collections"', '"\\"collections"')}"tokens":{}\n}}\n`,
    ],
    ["something after the end", `${head}"tokens":{}\n}}\n{}\n`],
    ["a line end in a key", `${head}"tokens":{\n"a\t":{}}\n}}\n`],
    [
      "no UTF-8",
      Buffer.concat([Buffer.from(`${head}"tokens":{\n"a":{"b":"`), Buffer.from([0xff]), Buffer.from('"}}\n}}\n')]),
    ],
  ])("%s is not read: it is left to who reads the file as a whole", async (_name, text) => {
    expect(await isOurLayout(text)).toBe(false);
  });

  it("what is cut or changed anywhere is read as what JSON says it is, or not at all", async () => {
    const text = `${head}"tokens":{\n"a":{"b":[1,{}]},\n"c":{"d":"}}"}},\n"empty":{},\n"audit":{\n"e":{}}\n}}\n`;
    const change = fc.record({
      at: fc.nat(text.length),
      removed: fc.nat(3),
      put: fc.string({ unit: fc.constantFrom("{", "}", ",", '"', "\n", ":", "x", "\\", " "), maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, removed, put }) => {
        const changed = text.slice(0, at) + put + text.slice(at + removed);
        const found = await readLines(changed);
        if (!found) return;
        const said = JSON.parse(changed) as { collections: Record<string, Record<string, Document>> };
        const read = found.documents.collections.map((collection) => [
          collection.name,
          Object.fromEntries(collection.slice().map(({ key, text: kept }) => [key, JSON.parse(kept) as Document])),
        ]);
        expect(Object.fromEntries(read)).toEqual(said.collections);
        expect(found.head).toEqual({ ...said, collections: {} });
      }),
      { numRuns: 3_000 },
    );
  });

  it("keeps a document's bytes as they are", async () => {
    const disk = await stoppedFolder();
    const spelled = '{"v":2,"n":12345678901234567890,"e":1e2,"t":"\\u00e9/\\/","t":"é"}';
    disk.put(path, disk.bytes(path).toString().replace('"github":{"v":2', `"first":${spelled},\n$&`));
    const store = await open(disk);
    expect(await store.get("tokens", "first")).toEqual(JSON.parse(spelled));
    await store.transact((transaction) => transaction.put("tokens", "new", {}));
    await store.close();
    expect(disk.bytes(path).toString()).toContain(`"first":${spelled},\n`);
  });
});
