import { execFileSync } from "node:child_process";
import { mkdir, open, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readConfig } from "../../src/config.js";
import { readEnvironment } from "../../src/cli/dot-env.js";
import { nodeDisk } from "../../src/files/disk.js";
import { readRegularFile } from "../../src/files/regular-file.js";
import { KeyFile } from "../../src/keys/key-file.js";
import { startBoundServer, startTestServer, temporaryFolder } from "../support/test-server.js";
import { oneSentence, run, type Ran } from "../cli/run-program.js";

/** Paths that were opened and read without end, or waited for. */
const endless: Readonly<Record<string, (path: string) => Promise<void> | void>> = {
  "a pipe that nobody writes to": (path) => void execFileSync("mkfifo", [path]),
  "a link to /dev/zero": (path) => symlink("/dev/zero", path),
  "a link to /dev/tty": (path) => symlink("/dev/tty", path),
  "a folder": async (path) => void (await mkdir(path)),
  async "a socket"(path) {
    const server = createServer().listen(path);
    onTestFinished(() => void server.close());
    await once(server, "listening");
  },
  async "a file of five gigabytes"(path) {
    const file = await open(path, "w", 0o600);
    await file.truncate(5e9);
    await file.close();
  },
};

describe.runIf(process.platform === "linux").each(Object.entries(endless))("%s was read whole:", (_what, make) => {
  it("import refuses it as either file of its folder, in a sentence with its path", async () => {
    for (const name of ["tokenvault_store.json", "tokenvault_kv_store.json"]) {
      const folder = await temporaryFolder();
      const from = join(folder, "from");
      await mkdir(from);
      await make(join(from, name));
      await writeFile(join(from, "tokenvault_store.json"), "{}", { flag: "wx" }).catch(() => undefined);
      const { code, stdout, stderr } = await run(folder, ["import", from]);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(oneSentence);
      expect(stderr).toContain(join(from, name));
    }
  });

  it("restore refuses it in a sentence with its path", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "made");
    await make(path);
    const { code, stdout, stderr } = await run(folder, ["restore", path]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toContain(path);
  });

  it("as a key file or a secret's file it is refused", async () => {
    const path = join(await temporaryFolder(), "made");
    await make(path);
    await expect(new KeyFile(nodeDisk, path, undefined).read()).rejects.toThrow(path);
    const environment = readEnvironment({ TV_ADMIN_SECRET_FILE: path }, () => undefined);
    expect(() => readConfig(environment)).toThrow(/^TV_ADMIN_SECRET_FILE [^\n]*regular file[^\n]*\.$/);
  });
});

const strange = Object.entries(endless).filter(([what]) => !what.includes("gigabytes"));

describe.runIf(process.platform === "linux").each(strange)(
  "%s in the place of a file of the data folder",
  (_what, make) => {
    it("was waited for by a start, and could not be stopped", async () => {
      const server = await startBoundServer();
      await server.stop();
      const data = join(server.folder, "data");
      for (const name of await readdir(data)) {
        const path = join(data, name);
        await rename(path, join(server.folder, "aside"));
        await make(path);
        await expect(startTestServer({ folder: server.folder })).rejects.toThrow();
        await rm(path, { recursive: true });
        await rename(join(server.folder, "aside"), path);
      }
    });
  },
);

describe("import", () => {
  async function importOf(documents: string | Buffer): Promise<Ran & { readonly made: readonly string[] }> {
    const folder = await temporaryFolder();
    const from = join(folder, "from");
    await mkdir(from);
    const key = Buffer.alloc(32, 1).toString("base64");
    await writeFile(join(from, "tokenvault_store.json"), JSON.stringify({ webhook_id: "wh_old", encryption_key: key }));
    await writeFile(join(from, "tokenvault_kv_store.json"), documents);
    return {
      ...(await run(folder, ["import", from])),
      made: (await readdir(folder)).filter((name) => name !== "from"),
    };
  }

  const nested = (open: string, inmost: string, close: string, levels: number): string =>
    `{"vault_config":{"theme":{"value":${open.repeat(levels)}${inmost}${close.repeat(levels)}}}}`;
  const deep = / is nested more than 100 levels deep\. Nothing was imported\.$/m;

  it.each([
    ["lists nested 200,000 deep", nested("[", "", "]", 200_000), deep],
    ["objects nested 5,000 deep", nested('{"a":', "1", "}", 5_000), deep],
    ["bytes that are not UTF-8", Buffer.from('{"vault_config":{"theme":{"value":"\xff"}}}', "latin1"), /is not UTF-8/],
    [
      "a document too many",
      `{"vault_config":{${Array.from({ length: 100_001 }, (_none, index) => `"${String(index)}":{}`).join()}}}`,
      /holds more than 100,000 documents/,
    ],
  ])("failed with a stack, or kept something else, where the documents were %s", async (_what, documents, says) => {
    const { code, stdout, stderr, made } = await importOf(documents);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toMatch(says);
    // The folder alone is made, to be locked.
    expect(made.filter((name) => name !== "data")).toEqual([]);
  });

  it("called a file damaged that begins with a byte order mark, or holds brackets in a text", async () => {
    const ran = await importOf(`\ufeff{"vault_config":{"theme":{"value":"${"[".repeat(200)}\\"${"{".repeat(200)}"}}}`);
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^1 document/) as string });
  });
});

describe("a regular file is read", () => {
  it("through a link, empty, and with exactly as many bytes as are allowed", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "file");
    await writeFile(path, "");
    expect(readRegularFile(path)).toHaveLength(0);
    await writeFile(path, "1234");
    await symlink(path, join(folder, "link"));
    expect(readRegularFile(join(folder, "link"), 4).toString()).toBe("1234");
    expect(() => readRegularFile(path, 3)).toThrow(path);
  });

  it.runIf(process.platform === "linux")("where the system gives it no size", async () => {
    expect((await nodeDisk.read("/proc/self/stat"))?.length).toBeGreaterThan(0);
  });

  it.runIf(process.platform === "linux")("only so far, where the system gives it no size and it has no end", () => {
    expect(() => readRegularFile("/proc/self/environ", 3)).toThrow(/the most that is read/);
  });

  it("and is undefined where it is missing", async () => {
    expect(await nodeDisk.read(join(await temporaryFolder(), "none"))).toBeUndefined();
  });
});
