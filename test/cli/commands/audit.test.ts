import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { nodeDisk } from "../../../src/files/disk.js";
import type { LogFields } from "../../../src/platform/logger.js";
import { AuditLog } from "../../../src/audit/audit-log.js";
import { startBoundServer, temporaryFolder } from "../../support/test-server.js";
import { jsonOf, oneSentence, run, type Ran } from "../run-program.js";

const uses: readonly LogFields[] = [
  { time: "2026-01-01T00:00:00.000Z", op: "getCredential", outcome: "ok", status: 200, service: "github", sub: "u1" },
  { time: "2026-01-01T00:00:01.000Z", op: "getCredential", outcome: "ticket_invalid", status: 401 },
  { time: "2026-01-01T00:00:02.000Z", op: "proxyRequest", outcome: "ok", status: 200, service: "github", aid: "a=b" },
  { time: "2026-01-01T00:00:03.000Z", op: "proxyRequest", outcome: "forbidden", status: 403, service: "gitlab" },
];

/** A data folder whose audit log holds these, after an orderly stop. */
async function folderWith(fields: readonly LogFields[] = uses): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "data"));
  const log = await AuditLog.open({ disk: nodeDisk, folder: join(folder, "data") });
  await Promise.all(fields.map((each) => log.append(each)));
  await log.close();
  return folder;
}

function linesOf({ code, stdout, stderr }: Ran): Record<string, unknown>[] {
  expect([code, stderr]).toEqual([0, ""]);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("audit", () => {
  it("prints each line of the audit log as JSON, in order", async () => {
    const lines = linesOf(await run(await folderWith(), ["audit"]));
    expect(lines).toEqual(uses.map((fields, index) => ({ n: index + 1, ...fields })));
  });

  it.each([
    [["service=github"], [1, 3]],
    [["outcome=ok", "op=proxyRequest"], [3]],
    [["status=403"], [4]],
    [["n=2"], [2]],
    [["aid=a=b"], [3]],
    [["service=GITHUB"], []],
    [["service=git"], []],
    [["service="], []],
    [["constructor=x"], []],
  ])("with %j prints the lines whose members are just these", async (filters, expected) => {
    const lines = linesOf(await run(await folderWith(), ["audit", ...filters]));
    expect(lines.map(({ n }) => n)).toEqual(expected);
  });

  it.each([["github"], ["=github"], ["verify", "n=1"], ["--service=github"], [""]])(
    "with %j says what it takes",
    async (...args) => {
      const { code, stdout, stderr } = await run(await folderWith(), ["audit", ...args]);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(oneSentence);
    },
  );

  it.each([
    [
      ["--limit", "2"],
      [3, 4],
    ],
    [["--limit=9"], [1, 2, 3, 4]],
    [["outcome=ok", "--limit", "1"], [3]],
  ])("with %j prints the last of them only", async (args, expected) => {
    expect(linesOf(await run(await folderWith(), ["audit", ...args])).map(({ n }) => n)).toEqual(expected);
  });

  it.each(["0", "-1", "1.5", "x", "1e3", ""])("refuses --limit=%s in a sentence", async (limit) => {
    const { code, stdout, stderr } = await run(await folderWith(), ["audit", `--limit=${limit}`]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(oneSentence);
  });

  it("prints them as one document with --json", async () => {
    const ran = await run(await folderWith(), ["audit", "service=github", "--json"]);
    expect(jsonOf(ran)).toEqual({ lines: [1, 3].map((n) => ({ n, ...uses[n - 1] })) });
  });

  it("prints what a caller chose without a character that a terminal acts on", async () => {
    const hostile = 'a\u001b[2J\r\n{"n":99}\u009b31m\u0085\u007f\u0000\u202e\u2066\u2028\u2029\u200b\u{e0041}';
    const folder = await folderWith([{ time: "t", op: "x", sub: hostile }]);
    const ran = await run(folder, ["audit"]);
    expect(ran.stdout).toMatch(/^[\x20-\x7e]+\n$/);
    expect(linesOf(ran)).toEqual([{ n: 1, time: "t", op: "x", sub: hostile }]);
  });

  it("prints a long audit log whole", async () => {
    const folder = await folderWith(
      Array.from({ length: 5000 }, (_, index) => ({ time: "t", op: `op${String(index)}` })),
    );
    expect(linesOf(await run(folder, ["audit"]))).toHaveLength(5000);
  });

  it("prints what a running server did, and holds no secret", async () => {
    const { tokenVault, folder } = await startBoundServer();
    await tokenVault.store("github", { accessToken: "canary-access", password: "canary-password" });
    await tokenVault.credential("github", { sub: "user_1", aid: "agent_1" });
    const ran = await run(folder, ["audit", "service=github"]);
    expect(linesOf(ran)).toMatchObject([
      { op: "storeCredential", outcome: "ok", status: 200, client: "127.0.0.1" },
      { op: "getCredential", outcome: "ok", purpose: "agent_credential", sub: "user_1", aid: "agent_1" },
    ]);
    expect(ran.stdout).not.toContain("canary");
    expect((await run(folder, ["audit", "verify"])).code).toBe(0);
  });
});

describe("audit verify", () => {
  const verify = (folder: string): Promise<Ran> => run(folder, ["audit", "verify"]);

  it("ends with 0 where the audit log is whole, and says how long it is", async () => {
    const ran = await verify(await folderWith());
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^The audit log is whole: 4 lines/);
  });

  it("says so as JSON", async () => {
    const folder = await folderWith();
    const ran = await run(folder, ["audit", "verify", "--json"]);
    expect([ran.code, jsonOf(ran)]).toEqual([0, { whole: true, lines: 4, last: 4 }]);
    await change(folder, 2, outcome);
    const broken = await run(folder, ["audit", "verify", "--json"]);
    expect([broken.code, jsonOf(broken)]).toMatchObject([1, { whole: false }]);
  });

  it("ends with 0 where nothing has happened yet", async () => {
    expect((await verify(await folderWith([]))).code).toBe(0);
  });

  const path = (folder: string): string => join(folder, "data", "record.jsonl");
  async function change(folder: string, lineNumber: number, edit: (line: string) => string): Promise<void> {
    const lines = (await readFile(path(folder), "utf8")).split("\n");
    const changed = lines.flatMap((line, index) => (index === lineNumber - 1 ? edit(line) : line));
    expect(changed).not.toEqual(lines);
    await writeFile(
      path(folder),
      changed.filter((line, index) => line !== "" || index === lines.length - 1).join("\n"),
    );
  }
  const outcome = (line: string): string => line.replace(/"outcome":"\w+"/, '"outcome":"okay"');
  const checked = (line: string): string => {
    const json = line.slice(9);
    return `${crc32(json).toString(16).padStart(8, "0")} ${json}`;
  };

  const edits: readonly (readonly [string, (line: string) => string])[] = [
    ["was changed", outcome],
    ["was changed, with its checksum", (line) => checked(outcome(line))],
    ["was taken out", () => ""],
    ["stands twice", (line) => `${line}\n${line}`],
    ["has another number, with its checksum", (line) => checked(line.replace(/"n":\d+/, '"n":7'))],
    ["has another link, with its checksum", (line) => checked(line.replace(/"prev":"./, '"prev":"x'))],
  ];
  const cases = edits.flatMap(([what, edit]) => [1, 2, 4].map((lineNumber) => ({ what, edit, lineNumber })));
  // A log without its first line may have been shortened in order.
  const foundCases = cases.filter(({ what, lineNumber }) => !(what === "was taken out" && lineNumber === 1));
  it.each(foundCases)("ends with 1 where line $lineNumber $what", async ({ edit, lineNumber }) => {
    const folder = await folderWith();
    await change(folder, lineNumber, edit);
    const { code, stdout, stderr } = await verify(folder);
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout).toMatch(/^The audit log is broken: [^\n]+\n$/);
  });

  it("took an audit log without its first lines for whole", async () => {
    const folder = await folderWith();
    await change(folder, 1, () => "");
    expect((await verify(folder)).code).toBe(1);
  });

  it("ends with 1 where the whole file is gone", async () => {
    const folder = await folderWith();
    await writeFile(path(folder), "");
    expect((await verify(folder)).code).toBe(1);
  });
});

it.each([[["audit"]], [["audit", "verify"]]])("%j on a folder that is not there ended in a stack", async (args) => {
  const { code, stdout, stderr } = await run(await temporaryFolder(), args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(oneSentence);
});
