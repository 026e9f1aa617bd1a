import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { protocolVersion } from "../../generated/operations.js";
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

  it.each(["--help", "-h", "help"])("%s names every command and every setting", async (flag) => {
    const folder = await temporaryFolder();
    const { code, stdout, stderr } = await run(folder, [flag]);
    expect([code, stderr]).toEqual([0, ""]);
    for (const command of [
      "serve",
      "demo",
      "verify URL",
      "rotate-key",
      "import DIR",
      "allow SERVICE HOST",
      "audit",
      "audit verify",
    ])
      expect(stdout).toContain(command);
    const named = new Set(stdout.split("\n").map((line) => line.trim().split(/\s/)[0]));
    for (const { name } of settings) expect(named).toContain(name);
    expect(await readdir(folder)).toEqual([]);
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
      expect(stderr).toContain("serve, demo, verify, rotate-key, import, allow, audit");
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it.each([["serve", "now"], ["demo", "now"], ["rotate-key", "now"], ["import"], ["import", "a", "b"]])(
    "with %s and %s says what it takes, and does nothing",
    async (...args) => {
      const folder = await temporaryFolder();
      const { code, stdout, stderr } = await run(folder, args);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(oneSentence);
      expect(stderr).toContain("Try --help.");
      expect(await readdir(folder)).toEqual([]);
    },
  );
});

describe("a bad setting", () => {
  const commands = [["serve"], ["rotate-key"], ["allow", "github", "a.org"], ["audit"], ["audit", "verify"]];
  it.each(commands)("stops %s %s before anything is made, and is named", async (...args) => {
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
  const { code, stderr } = await run(await temporaryFolder(), [], { PORT: port });
  expect([code, stderr]).toEqual([
    2,
    `tokenvault-webhook: PORT ${port} is in use by another program; set another PORT.\n`,
  ]);
});
