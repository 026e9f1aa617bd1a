import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { protocolVersion } from "../../generated/operations.js";
import { commands } from "../../src/cli/catalogue.js";
import { settings } from "../../src/config.js";
import { startBoundServer, temporaryFolder } from "../support/test-server.js";
import { oneSentence, run } from "./run-program.js";

describe("the command line", () => {
  it.each(["--version", "-V"])("%s says the protocol's version", async (flag) => {
    expect(await run(await temporaryFolder(), [flag])).toEqual({
      code: 0,
      stdout: `tokenvault-webhook, protocol ${protocolVersion}\n`,
      stderr: "",
    });
  });

  it.each(["--help", "-h", "help"])("%s names every command, on one screen", async (flag) => {
    const folder = await temporaryFolder();
    const { code, stdout, stderr } = await run(folder, [flag]);
    expect([code, stderr]).toEqual([0, ""]);
    for (const { name, takes = "", summary } of commands)
      expect(stdout).toContain(`  ${`${name} ${takes}`.padEnd(22)}${summary}\n`);
    for (const flag of ["--help", "--help-settings", "--print-config", "--version"]) expect(stdout).toContain(flag);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([["--help-settings"], ["help", "settings"]])("%s %s names every setting", async (...args) => {
    const { code, stdout, stderr } = await run(await temporaryFolder(), args.filter(Boolean));
    expect([code, stderr]).toEqual([0, ""]);
    const named = new Set(stdout.split("\n").map((line) => line.trim().split(/\s/)[0]));
    for (const { name } of settings) expect(named).toContain(name);
  });

  it("help COMMAND is COMMAND --help", async () => {
    const folder = await temporaryFolder();
    expect(await run(folder, ["help", "allow"])).toEqual(await run(folder, ["allow", "--help"]));
  });

  it.each([
    ["help", "a", "b"],
    ["--version", "now"],
    ["--print-config", "now"],
    ["--help-settings", "now"],
  ])("%s refuses %s", async (...args) => {
    const { code, stdout, stderr } = await run(await temporaryFolder(), args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(oneSentence);
  });

  it("--help is given whatever the settings", async () => {
    expect((await run(await temporaryFolder(), ["--help"], { PORT: "x" })).code).toBe(0);
  });

  it.each([[["frobnicate"]], [["frobnicate", "now"]], [["--serve"]], [["Serve"]], [["__proto__"]], [[""]]])(
    "with %j names the commands that there are",
    async (args) => {
      const folder = await temporaryFolder();
      const { code, stdout, stderr } = await run(folder, args);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(oneSentence);
      expect(stderr).toContain(commands.map(({ name }) => name).join(", "));
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it.each([
    ["Serve", "serve"],
    ["servces", "services"],
    ["rotate", "rotate-key"],
    ["rotatekey", "rotate-key"],
    ["unlok", "unlock"],
    ["--halp", "--help"],
    ["--vresion", "--version"],
  ])("with %s asks whether %s was meant", async (typed, meant) => {
    const { code, stderr } = await run(await temporaryFolder(), [typed]);
    expect(code).toBe(2);
    expect(stderr).toContain(`did you mean ${meant}?`);
  });

  it("never repeats what was typed, which may be a secret in the wrong place", async () => {
    const folder = await temporaryFolder();
    for (const args of [
      ["canary"],
      ["add", "x", "canary"],
      ["add", "--canary"],
      ["lock", "canary"],
      ["verify", "canary"],
    ])
      expect((await run(folder, args)).stderr).toMatch(/^(?!.*canary)tokenvault-webhook: /);
  });

  it.each([
    ["serve", "now"],
    ["demo", "now"],
    ["rotate-key", "now"],
    ["lock", "now"],
    ["services", "github"],
    ["import"],
    ["import", "a", "b"],
    ["add"],
    ["add", "github", "a-secret"],
    ["remove"],
    ["completion"],
    ["completion", "tcsh"],
    ["backup"],
    ["restore"],
    ["add", "github", "--field"],
    ["add", "github", "--field", "--type"],
    ["add", "github", "--replace=yes"],
    ["audit", "--limit", "0"],
    ["allow", "-x", "github", "a.org"],
  ])("with %s and %s says what it takes, and does nothing", async (...args) => {
    const folder = await temporaryFolder();
    const { code, stdout, stderr } = await run(folder, args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(oneSentence);
    if (args[0] !== "audit") expect(stderr).toContain(`Try ${args[0] ?? ""} --help.`);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("a bad setting", () => {
  const typed = [
    ["serve"],
    ["rotate-key"],
    ["allow", "github", "a.org"],
    ["audit"],
    ["audit", "verify"],
    ["bind"],
    ["services"],
    ["add", "x"],
    ["remove", "x"],
    ["lock"],
    ["--print-config"],
  ];
  it.each(typed)("stops %s %s before anything is made, and is named", async (...args) => {
    const folder = await temporaryFolder();
    const { code, stdout, stderr } = await run(folder, args, { REFRESH_AHEAD_SECONDS: "canary" });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^tokenvault-webhook: REFRESH_AHEAD_SECONDS [^\n]+\.\n$/);
    expect(stderr).not.toContain("canary");
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ["PORT", "canary"],
    ["PROXY_HOSTS", "canary"],
    ["LOG_LEVEL", "canary"],
    ["ALLOW_PRIVATE_HOSTS", "canary"],
    ["OAUTH_PROVIDERS_JSON", "{canary"],
    ["TV_ADMIN_SECRET", "canary"],
    ["TV_ADMIN_SECRET_FILE", "/canary"],
    ["TRUSTED_PROXIES", "canary"],
    ["WEBHOOK_EXTERNAL_URL", "canary"],
  ])("%s is named, and its value is not repeated", async (name, value) => {
    const { code, stderr } = await run(await temporaryFolder(), [], { [name]: value });
    expect(code).toBe(2);
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toContain(`${name} `);
    expect(stderr).not.toContain("canary");
  });
});

describe("rotate-key", () => {
  it("is refused while the server runs, which goes on with its key", async () => {
    const server = await startBoundServer();
    await server.tokenVault.store("github", { accessToken: "a" });
    const { code, stdout, stderr } = await run(server.folder, ["rotate-key"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toContain(`Process ${String(process.pid)} is using this data folder.`);
    const next = await server.restart();
    expect(await (await next.tokenVault.credential("github")).json()).toMatchObject({ token: { accessToken: "a" } });
  });

  it("ends with 0 when the server is stopped, and the server reads all of it", async () => {
    const server = await startBoundServer();
    await server.tokenVault.store("github", { accessToken: "a" });
    await server.stop();
    const { code, stdout, stderr } = await run(server.folder, ["rotate-key"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^1 credentials? (?:is|are) encrypted under a new key/);
    const next = await server.restart();
    expect(await (await next.tokenVault.credential("github")).json()).toMatchObject({ token: { accessToken: "a" } });
  });
});

it("a second server on the same data is refused", async () => {
  const { folder } = await startBoundServer();
  const { code, stdout, stderr } = await run(folder, ["serve"]);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(oneSentence);
  expect(stderr).toContain("is using this data folder");
});

it("a port that is taken is named", async () => {
  const { url } = await startBoundServer();
  const { port } = new URL(url);
  const folder = await temporaryFolder();
  const { code, stderr } = await run(folder, [], { PORT: port });
  expect([code, stderr]).toEqual([
    2,
    `tokenvault-webhook: PORT ${port} is in use by another program or a server that runs already; set another PORT.\n`,
  ]);
  // Data and keys were made all the same.
  expect(await readdir(folder)).toEqual([]);
});
