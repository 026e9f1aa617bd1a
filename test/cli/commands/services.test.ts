import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { newServiceAccount } from "../../support/service-account.js";
import { startBoundServer, startTestServer, temporaryFolder, type TestServer } from "../../support/test-server.js";
import { hasTerminal, onTerminal, runOnTerminal } from "../run-on-terminal.js";
import { jsonOf, oneSentence, run } from "../run-program.js";

const states = ["runs", "is stopped"] as const;

/** The server after the command, whichever state it was in. */
async function afterwards(server: TestServer, state: (typeof states)[number]): Promise<TestServer> {
  return state === "runs" ? server : server.restart();
}

describe.each(states)("when the server %s,", (state) => {
  async function start(): Promise<TestServer> {
    const server = await startBoundServer();
    await server.tokenVault.store("github", { accessToken: "old" });
    if (state === "is stopped") await server.stop();
    return server;
  }
  const token = async ({ tokenVault }: TestServer, service: string): Promise<unknown> =>
    ((await (await tokenVault.credential(service)).json()) as { token: unknown }).token;

  it("add stores what is on standard input, without its last line end", async () => {
    const server = await start();
    const ran = await run(
      server.folder,
      ["add", "gitlab", "--type", "API_KEY", "--field", "apiKey"],
      {},
      "first\nsecond\n",
    );
    expect(ran).toEqual({ code: 0, stdout: "Stored.\n", stderr: "" });
    expect(await token(await afterwards(server, state), "gitlab")).toMatchObject({
      apiKey: "first\nsecond",
      tokenType: "API_KEY",
    });
  });

  it.each([
    ["\ufefftok\r\n\r\n", "tok"],
    ["-----BEGIN KEY-----\nYQ==\n-----END KEY-----\n", "-----BEGIN KEY-----\nYQ==\n-----END KEY-----\n"],
  ])("add kept what a pipe put around a secret, and not all of a key: %j", async (input, accessToken) => {
    const server = await start();
    expect(await run(server.folder, ["add", "gitlab"], {}, input)).toMatchObject({ code: 0 });
    expect(await token(await afterwards(server, state), "gitlab")).toMatchObject({ accessToken });
  });

  it.each(["two\nlines", "a\x1bb", "to\u200bk"])("add stored a token that no header can carry: %j", async (input) => {
    const server = await start();
    const { code, stderr } = await run(server.folder, ["add", "gitlab"], {}, input);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^[^\n]*no header can carry[^\n]*\.\n$/) as string,
    });
  });

  it("add stores it under another name", async () => {
    const server = await start();
    const ran = await run(server.folder, ["add", "ssh", "--field", "sshPrivateKey", "--json"], {}, "canary-key\n");
    expect(jsonOf(ran)).toMatchObject({ service: "ssh", meta: { hasSSHKey: true } });
    expect(ran.stdout).not.toContain("canary");
    expect(await token(await afterwards(server, state), "ssh")).toMatchObject({ sshPrivateKey: "canary-key" });
  });

  it("add makes one-time codes of an otpauth address", async () => {
    const server = await start();
    const uri = "otpauth://totp/Example?secret=JBSWY3DPEHPK3PXP&period=30\n";
    expect((await run(server.folder, ["add", "otp"], {}, uri)).code).toBe(0);
    const { tokenVault, folder } = await afterwards(server, state);
    const ticket = await tokenVault.ticket("otp", "totp_code");
    expect((await tokenVault.fetchWith("/v1/totp-code", ticket, "otp")).status).toBe(200);
    expect(jsonOf(await run(folder, ["services", "--json"]))).toMatchObject({
      services: [{ service: "github" }, { service: "otp", tokenType: "TOTP" }],
    });
  });

  it("add refuses a key file of Google that gives no token, with what to do", async () => {
    const server = await start();
    const cut = JSON.stringify(newServiceAccount(), null, 2).slice(0, -300);
    const signIn = JSON.stringify({ type: "authorized_user", client_secret: "b", refresh_token: "canary" });
    for (const input of [cut, signIn, JSON.stringify(newServiceAccount({ private_key: "canary" }))]) {
      const { code, stdout, stderr } = await run(server.folder, ["add", "google"], {}, input);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(oneSentence);
      expect(stderr).toMatch(/store the (?:whole )?JSON key file/);
      expect(stderr).not.toMatch(/canary|BEGIN/);
    }
    const wrapped = `\ufeff'${JSON.stringify(newServiceAccount(), null, 2).replaceAll("\\n", "\n")}',\n`;
    expect((await run(server.folder, ["add", "google"], {}, wrapped)).stderr).toBe("");
  });

  it("add refuses what is stored already, unless it is told to replace it", async () => {
    const server = await start();
    const { code, stdout, stderr } = await run(server.folder, ["add", "github"], {}, "new");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^tokenvault-webhook: [^\n]*--replace[^\n]*\n$/);
    const kept = await afterwards(server, state);
    expect(await token(kept, "github")).toMatchObject({ accessToken: "old" });
    if (state === "is stopped") await kept.stop();
    expect((await run(server.folder, ["add", "github", "--replace"], {}, "new")).code).toBe(0);
    expect(await token(await afterwards(kept, state), "github")).toMatchObject({ accessToken: "new" });
  });

  it.each([
    ["no secret", ["add", "x"], ""],
    ["a line end alone", ["add", "x"], "\n"],
    ["no name", ["add", ""], "a"],
    ["a name with a line break", ["add", "a\nb"], "a"],
    ["no seed in the address", ["add", "x"], "otpauth://totp/x"],
  ])("add refuses %s in a sentence", async (_what, args, input) => {
    const server = await start();
    const { code, stdout, stderr } = await run(server.folder, args, {}, input);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(oneSentence);
  });

  it("remove removes it, and ends with 1 where there is none", async () => {
    const server = await start();
    expect(await run(server.folder, ["remove", "github"])).toEqual({ code: 0, stdout: "Removed.\n", stderr: "" });
    expect((await run(server.folder, ["remove", "github"])).code).toBe(1);
    expect(jsonOf(await run(server.folder, ["remove", "github", "--json"]))).toEqual({
      service: "github",
      removed: false,
    });
    const { tokenVault } = await afterwards(server, state);
    expect((await tokenVault.credential("github")).status).toBe(404);
  });

  it("services shows age, expiry, use, hosts and what must be connected again", async () => {
    const server = await startBoundServer();
    const { tokenVault, clock, folder } = server;
    const expiryTime = clock.nowMs() + 7_300_000;
    await tokenVault.store("github", { accessToken: "canary", tokenType: "oauth", expiryTime });
    await tokenVault.store("old", { accessToken: "canary", expiryTime: 1000, allowedHosts: ["a.org", "*.b.org"] });
    await tokenVault.credential("github");
    if (state === "is stopped") await server.stop();
    const { code, stdout, stderr } = await run(folder, ["services"]);
    expect([code, stderr]).toEqual([0, ""]);
    const [names, ...rows] = stdout.trimEnd().split("\n");
    expect(names).toMatch(/^SERVICE +TYPE +AGE +EXPIRES +LAST USE +STATE +HOSTS$/);
    expect(rows[0]).toMatch(/^github +oauth +\d+ s +in 2 h +\d+ s ago +ok +the first it is used with$/);
    expect(rows[1]).toMatch(/^old +oauth +\d+ s +\d{5} d ago +- +ok +a\.org, \*\.b\.org$/);
    expect(stdout).not.toContain("canary");
  });

  it("services shows nothing that a terminal would act on", async () => {
    const server = await startBoundServer();
    await server.tokenVault.store("github", { accessToken: "a", tokenType: "x\u001b[2J\u202e\u009b31m\u0085" });
    if (state === "is stopped") await server.stop();
    for (const args of [["services"], ["services", "--json"]])
      expect((await run(server.folder, args)).stdout).toMatch(/^[\n\P{Cc}]+$/u);
    expect((await run(server.folder, ["services"])).stdout).not.toContain("\u202e");
  });
});

it.each([["services"], ["lock"], ["unlock"], ["remove", "x"], ["add", "x"], ["bind"], ["rotate-key"]])(
  "%s makes no data folder where there is none",
  async (...args) => {
    const folder = await temporaryFolder();
    const { code, stdout, stderr } = await run(folder, args, {}, "a");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(oneSentence);
    expect(await readdir(folder)).toEqual([]);
  },
);

describe.skipIf(!hasTerminal)(onTerminal, () => {
  it("add asks for the secret and does not show it", async () => {
    const server = await startBoundServer();
    const typed = "wrong\u0015canary-secreX\u007ft\r";
    const { code, screen } = await runOnTerminal(server.folder, ["add", "github"], { answers: [["not shown", typed]] });
    expect([code, screen.replaceAll("\r", "")]).toEqual([0, "The secret (it is not shown): \nStored.\n"]);
    expect(await (await server.tokenVault.credential("github")).json()).toMatchObject({
      token: { accessToken: "canary-secret" },
    });
  });

  it.each(["add", "remove"])("%s that is interrupted at its prompt changes nothing, and ends with 2", async (name) => {
    const server = await startTestServer();
    await run(server.folder, ["add", "github"], {}, "a");
    const service = name === "add" ? "other" : "github";
    const { code, screen } = await runOnTerminal(server.folder, [name, service], {
      answers: [[name === "add" ? "not shown" : "[y/N]", "\u0003"]],
    });
    expect(code).toBe(2);
    expect(screen).toContain("nothing was changed.");
    const services = jsonOf(await run(server.folder, ["services", "--json"]));
    expect(services).toMatchObject({ services: [{ service: "github" }] });
  });

  it.each([
    ["y", 0],
    ["YES", 0],
    ["n", 1],
    ["", 1],
    ["github", 1],
  ])("remove asks; the answer %j ends it with %i", async (answer, expected) => {
    const server = await startTestServer();
    await run(server.folder, ["add", "github"], {}, "a");
    const answers = [["Remove the credential of github for good? [y/N]", `${answer}\r`]] as const;
    const { code, screen } = await runOnTerminal(server.folder, ["remove", "github"], { answers });
    expect(code).toBe(expected);
    expect(screen).toContain(expected === 0 ? "Removed." : "Nothing was removed.");
    const { services } = jsonOf(await run(server.folder, ["services", "--json"])) as { services: unknown[] };
    expect(services).toHaveLength(expected);
  });

  it("remove --yes does not ask", async () => {
    const server = await startTestServer();
    await run(server.folder, ["add", "github"], {}, "a");
    const { code, screen } = await runOnTerminal(server.folder, ["remove", "github", "--yes"]);
    expect([code, screen]).toEqual([0, "Removed.\r\n"]);
  });
});
