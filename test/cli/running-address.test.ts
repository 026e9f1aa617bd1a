import { chmod, chown, readdir, readFile, unlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { StartError } from "../../src/platform/errors.js";
import { runningAddress } from "../../src/cli/running-address.js";
import { nodeDisk } from "../../src/files/disk.js";
import { foreignHand } from "../../src/files/file-facts.js";
import { lockFolder, systemProcesses } from "../../src/files/folder-lock.js";
import { childSeed, startChildServer } from "../crash/child-server.js";
import { startBoundServer, temporaryFolder, type TestServer } from "../support/test-server.js";
import { jsonOf, oneSentence, run } from "./run-program.js";

/** Locked by this process, which says that it listens there. */
async function folderAt(url: string): Promise<string> {
  const folder = await temporaryFolder();
  const lock = await lockFolder(nodeDisk, folder, await systemProcesses(nodeDisk));
  await lock.announce(url);
  return folder;
}

const interfaceAddresses = Object.values(networkInterfaces())
  .flatMap((of) => of ?? [])
  .filter(({ address }) => !address.includes("%"))
  .map(({ address, family }) => (family === "IPv6" ? `[${address}]` : address));

describe("the address in a lock", () => {
  it.each([
    "http://127.0.0.1:8080",
    "http://127.9.8.7:8080",
    "http://[::1]:8080",
    "http://localhost:8080",
    "http://0.0.0.0:8080",
    "http://[::]:8080",
    ...interfaceAddresses.map((address) => `http://${address}:8080`),
  ])("%s is taken", async (url) => {
    expect(await runningAddress(nodeDisk, await folderAt(url))).toBe(new URL(url).origin);
  });

  it.each([
    "http://192.0.2.7:8080",
    "http://hook.example.org",
    "http://localhost.example.org:8080",
    "http://127.0.0.1.example.org",
    "http://127.0.0.1:80@hook.example.org",
    "http://0.0.0.0@hook.example.org/",
    "http://[::]@hook.example.org",
    "http://[2001:db8::1]:8080",
    "https://127.0.0.1:8080",
    "file:///etc/passwd",
    "//127.0.0.1:8080",
    "",
  ])("%j was believed", async (url) => {
    const refusal: unknown = await runningAddress(nodeDisk, await folderAt(url)).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartError);
    expect((refusal as StartError).message).toMatch(/not one of this machine\. Nothing was sent there\./);
  });

  it("loses what stands beside the host", async () => {
    const folder = await folderAt("http://x:y@0.0.0.0:8080/elsewhere?q#f");
    expect(await runningAddress(nodeDisk, folder)).toBe("http://0.0.0.0:8080");
  });
});

const adminSecret = "the admin secret of a server that is killed";

/** The file alone: the server says what it said before. */
async function changeLock(folder: string, changes: object): Promise<void> {
  const path = join(folder, "data", "lock");
  const lock = JSON.parse(await readFile(path, "utf8")) as object;
  await writeFile(path, JSON.stringify({ ...lock, ...changes }));
}

/** Leaves the lock as a server of an earlier version has it. */
async function removeSocket(folder: string): Promise<void> {
  for (const name of await readdir(join(folder, "data")))
    if (name.endsWith(".sock")) await unlink(join(folder, "data", name));
}

const commands = [["services"], ["lock"], ["allow", "github", "a.example.org"], ["bind"], ["backup", "a.backup"]];

async function expectRefused(folder: string, says: RegExp): Promise<void> {
  for (const args of commands) {
    const { code, stdout, stderr } = await run(folder, args);
    expect([code, stdout], args[0]).toEqual([2, ""]);
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toMatch(says);
  }
  const ran = await run(folder, ["doctor", "--json"], { TOKENVAULT_FRONTEND_URL: "http://127.0.0.1:1" });
  const { findings } = jsonOf(ran) as { findings: unknown[] };
  expect(ran.code).toBe(1);
  expect(findings).toContainEqual(
    expect.objectContaining({ level: "problem", about: "server", finding: expect.stringMatching(says) as string }),
  );
}

describe("a command", () => {
  it("sent the owner's secret to whatever address the lock named", async () => {
    const { folder } = await startBoundServer();
    await changeLock(folder, { url: "http://hook.example.org" });
    // A server that can be asked itself is asked.
    const ran = await run(folder, ["services", "--json"]);
    expect(ran.code).toBe(0);
    await removeSocket(folder);
    await changeLock(folder, { socket: undefined });
    await expectRefused(folder, /not one of this machine/);
  });

  it("sent it to whoever took the port of a server that was killed, while its process id looked alive", async () => {
    const folder = await temporaryFolder();
    const server = await startChildServer(folder, { TV_ADMIN_SECRET: adminSecret });
    await server.kill("SIGKILL");
    const requests: unknown[] = [];
    const stranger = createServer((request, response) => {
      requests.push(request.headers);
      response.end('{"services":[]}');
    }).listen(Number(new URL(server.url).port), "127.0.0.1");
    onTestFinished(() => void stranger.close());
    await once(stranger, "listening");
    const { self } = await systemProcesses(nodeDisk);
    await changeLock(folder, self);
    const settings = { TV_ADMIN_SECRET: adminSecret, TV_WEBHOOK_SEED: childSeed };
    const { code, stderr } = await run(folder, ["services"], settings);
    expect(requests).toEqual([]);
    expect([code, stderr]).toEqual([0, ""]);
  });

  it("sent it to a lock of any living process that did not say when it started", async () => {
    const server = await startBoundServer();
    await server.stop();
    const secrets: unknown[] = [];
    const listener = createServer((request, response) => {
      secrets.push(request.headers["x-tv-admin-secret"]);
      response.end("{}");
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void listener.close());
    await once(listener, "listening");
    const url = `http://127.0.0.1:${String((listener.address() as AddressInfo).port)}`;
    await writeFile(join(server.folder, "data", "lock"), JSON.stringify({ pid: process.ppid, startedAt: "", url }));
    const tells = await nodeDisk.exists("/proc/self/stat");
    const { code, stderr } = await run(server.folder, ["services"]);
    expect(secrets).toHaveLength(tells ? 0 : 1);
    expect([code, stderr]).toEqual(tells ? [2, expect.stringMatching(/is using this data folder\./)] : [0, ""]);
  });
});

describe.skipIf(process.platform === "win32")("what other users may have written", () => {
  const paths = (folder: string): string[] => [join(folder, "data"), join(folder, "data", "lock")];

  async function stopped(): Promise<TestServer> {
    const server = await startBoundServer();
    await server.stop();
    return server;
  }

  it.each([0o20, 0o02])("was trusted with the mode bits %o, in a running server's folder", async (bits) => {
    const { folder } = await startBoundServer();
    const [data = "", lock = ""] = paths(folder);
    await chmod(data, 0o700 | bits);
    await expectRefused(folder, /can be changed by other users, so it is not trusted\. .*chmod go-w .*data`\.$/m);
    await chmod(data, 0o755);
    await chmod(lock, 0o644 | bits);
    await expectRefused(folder, /can be changed by other users, so it is not trusted\. .*chmod go-w .*lock`\.$/m);
    await chmod(lock, 0o644);
    expect((await run(folder, ["services"])).code).toBe(0);
  });

  it("was trusted in a stopped one's too, also by rotate-key", async () => {
    const { folder } = await stopped();
    await chmod(join(folder, "data"), 0o770);
    for (const args of [["services"], ["rotate-key"]]) {
      const { code, stderr } = await run(folder, args);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/data" can be changed by other users/)]);
    }
  });

  it.skipIf(process.getuid?.() !== 0)("was trusted when it was theirs", async () => {
    for (const index of [0, 1]) {
      const { folder } = await startBoundServer();
      await chown(paths(folder)[index] ?? "", 12_345, 12_345);
      await expectRefused(folder, /belongs to another user, so it is not trusted\./);
      if (index === 1) await unlink(join(folder, "data", "lock"));
    }
  });

  it.each([
    [{ uid: 1000, mode: 0o700 }, undefined],
    [{ uid: 0, mode: 0o755 }, undefined],
    [{ uid: 1001, mode: 0o700 }, "belongs to another user"],
    [{ uid: 1000, mode: 0o720 }, "can be changed by other users"],
    [{ uid: 0, mode: 0o702 }, "can be changed by other users"],
  ])("%j of user 1000: %s", (facts, hand) => {
    expect(foreignHand(facts, 1000)).toBe(hand);
  });
});
