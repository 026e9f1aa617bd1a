import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { end, startProgram } from "../../crash/child-server.js";
import { startLoopbackServer, type LoopbackServer } from "../../http/loopback-server.js";
import { startBoundServer, startTestServer, temporaryFolder, type TestServer } from "../../support/test-server.js";
import type { TokenVaultDouble } from "../../support/token-vault-double.js";
import { jsonOf, oneSentence, run, type Ran } from "../run-program.js";

const done: Ran = { code: 0, stdout: "Allowed.\n", stderr: "" };
const badHosts = ["https://uploads.example.org", "*", "uploads.example.org:443", "a b", ""];

async function upstreamSettings(): Promise<Record<string, string>> {
  const upstream: LoopbackServer = await startLoopbackServer(() => ({}));
  const { port } = new URL(upstream.url);
  return { ALLOW_PRIVATE_HOSTS: `127.0.0.1:${port},localhost:${port}` };
}

/** The status of a proxy call to each host. */
async function statuses(
  tokenVault: TokenVaultDouble,
  { ALLOW_PRIVATE_HOSTS = "" }: Record<string, string>,
): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const host of ALLOW_PRIVATE_HOSTS.split(",")) {
    const ticket = await tokenVault.ticket("github", "proxy");
    const body = { ticket, service: "github", upstream: { url: `http://${host}/` }, headerTemplates: {} };
    found[host.split(":")[0] ?? ""] = (await tokenVault.post("/v1/proxy", body)).status;
  }
  return found;
}

async function startPinned(settings: Record<string, string>): Promise<TestServer> {
  const server = await startBoundServer({ settings });
  await server.tokenVault.store("github", { accessToken: "a" });
  expect(await statuses(server.tokenVault, settings)).toEqual({ "127.0.0.1": 200, localhost: 403 });
  return server;
}

describe("allow, while the server runs,", () => {
  it("allows a host at once, with the admin secret that the server made", async () => {
    const settings = await upstreamSettings();
    const server = await startPinned(settings);
    expect(await run(server.folder, ["allow", "github", "localhost"])).toEqual(done);
    expect(await statuses(server.tokenVault, settings)).toEqual({ "127.0.0.1": 200, localhost: 200 });
    const next = await server.restart();
    expect(await statuses(next.tokenVault, settings)).toEqual({ "127.0.0.1": 200, localhost: 200 });
  });

  it("does so with the admin secret of the settings too, and before anything is bound", async () => {
    const secret = { TV_ADMIN_SECRET: "correct-horse-battery" };
    for (const start of [startBoundServer, startTestServer]) {
      const { folder } = await start({ settings: secret });
      expect(await run(folder, ["allow", "github", "localhost"], secret)).toEqual(done);
    }
  });

  it("is refused with another admin secret, in a sentence", async () => {
    const server = await startBoundServer({ settings: { TV_ADMIN_SECRET: "correct-horse-battery" } });
    const { code, stdout, stderr } = await run(server.folder, ["allow", "github", "localhost"], {
      TV_ADMIN_SECRET: "canary-wrong-secret",
    });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(oneSentence);
    expect(stderr).not.toContain("canary");
  });

  it("made an admin secret of its own when it did not know the server's", async () => {
    const server = await startBoundServer({ settings: { TV_ADMIN_SECRET: "correct-horse-battery" } });
    const names = (): Promise<string[]> => readdir(join(server.folder, "data-keys"));
    const before = await names();
    const { code, stderr } = await run(server.folder, ["allow", "github", "localhost"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(oneSentence);
    expect(await names()).toEqual(before);
  });

  it.each(badHosts)("refuses %j in a sentence", async (host) => {
    const { folder } = await startBoundServer();
    const { code, stdout, stderr } = await run(folder, ["allow", "github", host]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(oneSentence);
  });
});

describe("allow, while the server is stopped,", () => {
  it("allows a host from the next start on", async () => {
    const settings = await upstreamSettings();
    const server = await startPinned(settings);
    await server.stop();
    expect(await run(server.folder, ["allow", "github", "localhost"])).toEqual(done);
    const next = await server.restart();
    expect(await statuses(next.tokenVault, settings)).toEqual({ "127.0.0.1": 200, localhost: 200 });
  });

  it("does so where the server was killed", async () => {
    const folder = await temporaryFolder();
    const child = startProgram(folder, [], {});
    onTestFinished(() => end(child, "SIGKILL"));
    await once(child.stdout ?? child, "data");
    await end(child, "SIGKILL");
    expect(await run(folder, ["allow", "github", "localhost"])).toEqual(done);
    await startTestServer({ folder });
    const ran = await run(folder, ["allow", "github", "b.example.org", "--json"]);
    expect(jsonOf(ran)).toEqual({ service: "github", allowed: ["localhost", "b.example.org"] });
  });

  it.each(badHosts)("refuses %j in a sentence and lets go of the folder", async (host) => {
    const server = await startBoundServer();
    await server.stop();
    const { code, stdout, stderr } = await run(server.folder, ["allow", "github", host]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(oneSentence);
    await server.restart();
  });
});

describe.each(["runs", "is stopped"])("allow --remove, when the server %s,", (state) => {
  it("takes a host back", async () => {
    const settings = await upstreamSettings();
    const server = await startBoundServer({ settings });
    await server.tokenVault.store("github", { accessToken: "a" });
    for (const host of ["127.0.0.1", "localhost"]) await run(server.folder, ["allow", "github", host]);
    expect(await statuses(server.tokenVault, settings)).toEqual({ "127.0.0.1": 200, localhost: 200 });
    if (state === "is stopped") await server.stop();
    expect(await run(server.folder, ["allow", "--remove", "github", "localhost"])).toEqual({
      ...done,
      stdout: "Taken back. The hosts of github are now: 127.0.0.1.\n",
    });
    const { tokenVault } = state === "is stopped" ? await server.restart() : server;
    expect(await statuses(tokenVault, settings)).toEqual({ "127.0.0.1": 200, localhost: 403 });
  });
});

describe.each(["runs", "is stopped"])("allow --remove, when the server %s,", (state) => {
  async function start(): Promise<TestServer> {
    const server = await startBoundServer();
    await server.tokenVault.store("github", { accessToken: "a", allowedHosts: ["a.example.org", "*.b.example.org"] });
    if (state === "is stopped") await server.stop();
    return server;
  }

  it.each(["c.example.org", "x.b.example.org", "b.example.org"])(
    "said that %s was taken back, which was not there",
    async (host) => {
      const { folder } = await start();
      const hosts = ["a.example.org", "*.b.example.org"];
      expect(await run(folder, ["allow", "--remove", "github", host])).toEqual({
        code: 1,
        stdout: `This host was not there. The hosts of github are now: ${hosts.join(", ")}.\n`,
        stderr: "",
      });
      const ran = await run(folder, ["allow", "--remove", "github", host, "--json"]);
      expect([ran.code, jsonOf(ran)]).toEqual([1, { service: "github", listed: hosts, removed: false }]);
    },
  );

  it("says what is left, in whatever letters the host was typed", async () => {
    const { folder } = await start();
    const ran = await run(folder, ["allow", "--remove", "github", "A.Example.org", "--json"]);
    expect([ran.code, jsonOf(ran)]).toEqual([0, { service: "github", listed: ["*.b.example.org"], removed: true }]);
    const last = await run(folder, ["allow", "--remove", "github", "*.b.example.org"]);
    expect([last.code, last.stdout]).toEqual([0, "Taken back. The hosts of github are now: none.\n"]);
  });

  it("names a service that is not stored", async () => {
    const { folder } = await start();
    const { code, stdout } = await run(folder, ["allow", "--remove", "gihub", "a.example.org"]);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^No credential of this name is stored;/)]);
  });
});

describe.each(["runs", "is stopped"])("allow, when the server %s,", (state) => {
  it.each([
    ["no service", ""],
    ["a service with a line break", "git\nhub"],
    ["a service with too long a name", "x".repeat(257)],
  ])("took %s, which no request can name", async (_what, service) => {
    const server = await startBoundServer();
    if (state === "is stopped") await server.stop();
    const { code, stderr } = await run(server.folder, ["allow", service, "localhost"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(oneSentence);
  });
});

it("allow made a new data folder, with a key, where there was none", async () => {
  const folder = await temporaryFolder();
  const { code, stderr } = await run(folder, ["allow", "github", "localhost"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(oneSentence);
  expect(await readdir(folder)).toEqual([]);
});

it.each([[[]], [["github"]], [["github", "a.org", "b.org"]]])(
  "allow with the arguments %j says what it takes",
  async (args) => {
    const folder = await temporaryFolder();
    const { code, stderr } = await run(folder, ["allow", ...args]);
    expect([code, stderr]).toEqual([2, "tokenvault-webhook: allow takes SERVICE HOST. Try allow --help.\n"]);
    expect(await readdir(folder)).toEqual([]);
  },
);
