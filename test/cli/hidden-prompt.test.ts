import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startBoundServer, startTestServer } from "../support/test-server.js";
import { hasTerminal, onTerminal, runOnTerminal } from "./run-on-terminal.js";
import { jsonOf, run } from "./run-program.js";

describe.skipIf(!hasTerminal)(onTerminal, () => {
  it.each([
    ["at once", ["canary-first\rcanary-second\rcanary-third"]],
    ["line by line", ["canary-first\r", "canary-second\r", "canary-third\r"]],
    ["with line feeds", ["canary-first\ncanary-second\n"]],
    ["in pieces that end within a line", ["canary-fi", "rst\rcanary-sec", "ond\r\u0003"]],
    ["with an empty first line", ["\rcanary-second\r"]],
  ])("add kept the first line of a pasted secret, and the shell got the others: %s", async (_how, typed) => {
    const { folder } = await startTestServer();
    const { code, screen } = await runOnTerminal(folder, ["add", "ssh"], {
      answers: [["not shown", ...typed]],
      showsLeftover: true,
    });
    expect(screen).toMatch(/nothing was stored\.[^\n]*add SERVICE < FILE`\.\r\nleft: \[\]\r\n$/);
    expect(screen).not.toContain("canary");
    expect(code).toBe(2);
    expect(jsonOf(await run(folder, ["services", "--json"]))).toEqual({ services: [] });
  });

  it.each([["canary-one\r"], ["canary-one\r\n"], ["canary-one\n"]])("add takes one line, %j", async (typed) => {
    const { folder, tokenVault } = await startBoundServer();
    const { code, screen } = await runOnTerminal(folder, ["add", "github"], {
      answers: [["not shown", typed]],
      showsLeftover: true,
    });
    expect([code, screen]).toEqual([0, "The secret (it is not shown): \r\nStored.\r\nleft: []\r\n"]);
    expect(await (await tokenVault.credential("github")).json()).toMatchObject({
      token: { accessToken: "canary-one" },
    });
  });

  it.each([
    ["ahead, at once", ["correct horse battery\rcorrect horse battery\r"]],
    ["one after the other", ["correct horse battery\r", "correct horse battery\r"]],
  ])("backup takes its passphrase twice, typed %s", async (_how, typed) => {
    const { folder } = await startTestServer();
    const { code, screen } = await runOnTerminal(folder, ["backup", "a.backup"], {
      answers: [["data folder's): ", ...typed]],
    });
    expect(screen).not.toContain("correct horse");
    expect(code).toBe(0);
    const passphrase = { BACKUP_PASSPHRASE: "correct horse battery" };
    expect((await run(folder, ["restore", "a.backup", "--check"], passphrase)).code).toBe(0);
  });

  it("backup refuses a short passphrase and writes nothing", async () => {
    const { folder } = await startTestServer();
    const { code, screen } = await runOnTerminal(folder, ["backup", "a.backup"], {
      answers: [["data folder's): ", "eleven char\r"]],
    });
    expect([code, screen]).toEqual([
      2,
      expect.stringContaining("must have 12 characters or more; nothing was written."),
    ]);
    await expect(readFile(join(folder, "a.backup"))).rejects.toThrow("ENOENT");
  });
});
