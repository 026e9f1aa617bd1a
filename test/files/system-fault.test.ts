import { chmod, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodeDisk } from "../../src/files/disk.js";
import { replaceFile } from "../../src/files/durable-file.js";
import { systemFault } from "../../src/files/system-fault.js";
import { StartError, WebhookError } from "../../src/platform/errors.js";
import { temporaryFolder } from "../support/test-server.js";

async function faultOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => "it worked",
    (error: unknown) => systemFault(error),
  );
}

function systemError(code: string, path?: string): Error {
  return Object.assign(new Error(`${code}: as the library says it`), { code, syscall: "open", path });
}

describe("what the system refuses was called an unexpected failure, with a stack", () => {
  it.each([
    ["EACCES", "may not be used by this user"],
    ["EPERM", "may not be used by this user"],
    ["EROFS", "mounted read-only"],
    ["ENOSPC", "the disk is full"],
    ["EDQUOT", "quota"],
    ["EMFILE", "too many files open"],
    ["EIO", "the disk fails"],
    ["EFBIG", "may not grow"],
    ["ESTALE", "network disk"],
    ["EUNKNOWN", "cannot be used (EUNKNOWN)"],
  ])("%s names the path, and what helps", (code, words) => {
    const sentence = systemFault(systemError(code, "/data/lock"));
    expect(sentence).toContain('"/data/lock"');
    expect(sentence).toContain(words);
    expect(sentence).toMatch(/^[^\n]+\. [A-Z][^\n]+\.$/);
    expect(sentence).not.toContain("library");
  });

  it("names the owner of the folder, where the user may not", () => {
    const self = String(process.geteuid?.());
    expect(systemFault(systemError("EACCES", "/proc/no/such"))).toMatch(
      new RegExp(`"/proc" belongs to user 0 \\(mode 555\\), and this runs as user ${self}\\.`),
    );
  });

  it("told a user to run as the user who he is, where the mode kept him out", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "");
    await chmod(join(folder, "file"), 0o000);
    expect(systemFault(systemError("EACCES", join(folder, "file")))).toMatch(
      /it belongs .*Run `chmod u\+rwX "[^"]*file"`/,
    );
    await chmod(join(folder, "file"), 0o600);
    await chmod(folder, 0o500);
    for (const name of ["file", "lock"])
      expect(systemFault(systemError("EACCES", join(folder, name)))).toContain(`Run \`chmod u+rwX "${folder}"\`.`);
    await chmod(folder, 0o700);
    expect(systemFault(systemError("EPERM", join(folder, "file")))).toContain("lsattr");
  });

  it("says why of a refusal that it caused", () => {
    const cause = systemError("ENOSPC", "/data/store.json");
    const refusal = new WebhookError("internal_error", "The disk did not take the change.", { cause });
    expect(systemFault(refusal)).toContain('"/data/store.json" cannot be written: the disk is full');
  });

  it.each([
    new TypeError("fetch failed", { cause: systemError("ECONNREFUSED") }),
    systemError("EPIPE"),
    new TypeError("x is not a function"),
    new StartError("Set PORT."),
    "thrown",
    undefined,
  ])("leaves %s to others", (thrown) => {
    expect(systemFault(thrown)).toBeUndefined();
  });
});

describe("a path that is something else", () => {
  it("says so, whatever is done with it", async () => {
    const folder = await temporaryFolder();
    const file = join(folder, "file");
    const taken = join(folder, "taken");
    await writeFile(file, "");
    await mkdir(join(taken, "inside"), { recursive: true });
    const isFolder = /"[^"]*taken" is a folder, and a file is needed\./;
    expect(await faultOf(nodeDisk.read(taken))).toMatch(isFolder);
    expect(await faultOf(nodeDisk.reopen(taken))).toMatch(isFolder);
    expect(await faultOf(replaceFile(nodeDisk, taken, ["text"]))).toMatch(isFolder);
    expect(
      await faultOf(
        (async () => {
          for await (const piece of nodeDisk.readPieces(taken)) expect(piece).toBeUndefined();
        })(),
      ),
    ).toMatch(isFolder);
    expect(await faultOf(nodeDisk.makeFolder(file))).toMatch(/"[^"]*file" is a file, and a folder is needed\./);
    expect(await faultOf(nodeDisk.list(file))).toMatch(/"[^"]*file" is a file, and a folder is needed\./);
    expect(await faultOf(nodeDisk.makeFolder(join(file, "sub")))).toMatch(/lies in a file, and a folder is needed\./);
    expect((await readdir(folder)).sort()).toEqual(["file", "taken"]);
  });

  it("kept the program busy for ever where it was a link to itself or to nothing", async () => {
    const folder = await temporaryFolder();
    await symlink("loop", join(folder, "loop"));
    await symlink("nowhere", join(folder, "dangling"));
    expect(await faultOf(nodeDisk.makeFolder(join(folder, "loop")))).toContain("is a link that leads back to itself");
    expect(await faultOf(nodeDisk.makeFolder(join(folder, "loop", "sub")))).toContain("leads back to itself");
    for (const path of ["dangling", "dangling/sub/sub"])
      expect(await faultOf(nodeDisk.makeFolder(join(folder, path)))).toMatch(/dangling" is not there\. .*link/);
  });
});
