import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../../../src/cli/catalogue.js";
import { temporaryFolder } from "../../support/test-server.js";
import { run } from "../run-program.js";

const shells = ["bash", "zsh", "fish"] as const;
const has = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;

async function scriptOf(shell: string): Promise<string> {
  const { code, stdout, stderr } = await run(await temporaryFolder(), ["completion", shell]);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

describe.each(shells)("completion %s", (shell) => {
  it("names every command and every option", async () => {
    const script = await scriptOf(shell);
    for (const { name, options = {} } of commands) {
      expect(script).toMatch(new RegExp(`[ '"]${name}[ :)"]`));
      for (const option of Object.keys(options))
        expect(script).toContain(shell === "fish" ? `-l ${option}` : `--${option}`);
    }
  });

  it.skipIf(!has(shell))(
    `is a script that ${shell} reads${has(shell) ? "" : " (left out: it is not here)"}`,
    async () => {
      const path = join(await temporaryFolder(), "script");
      await writeFile(path, await scriptOf(shell));
      const { status, stderr } = spawnSync(shell, ["-n", path], { encoding: "utf8" });
      expect([status, stderr]).toEqual([0, ""]);
    },
  );
});

describe.skipIf(!has("bash"))(`bash${has("bash") ? "" : " (left out: it is not here)"}`, () => {
  async function complete(...words: string[]): Promise<string[]> {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "script"), await scriptOf("bash"));
    await writeFile(join(folder, "file.backup"), "");
    const typed = ["tokenvault-webhook", ...words].map((word) => `'${word}'`).join(" ");
    const code = `source ./script; COMP_WORDS=(${typed}); COMP_CWORD=${String(words.length)}; _tokenvault_webhook; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = spawnSync("bash", ["-c", code], { cwd: folder, encoding: "utf8" });
    return stdout.trim().split("\n");
  }

  it.each([
    [["se"], ["serve", "services"]],
    [["un"], ["unlock"]],
    [["--print"], ["--print-config"]],
    [["add", "--r"], ["--replace"]],
    [["audit", "v"], ["verify"]],
    [
      ["completion", ""],
      ["bash", "zsh", "fish", "--json", "--help"],
    ],
    [["restore", "fi"], ["file.backup"]],
    [["lock", "fi"], [""]],
    [["help", "sett"], ["settings"]],
  ])("completes %j to %j", async (words, expected) => {
    expect(await complete(...words)).toEqual(expected);
  });
});
