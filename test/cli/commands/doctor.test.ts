import { chmod, mkdir, rename, rmdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  ownersHeaders,
  ownersSettings,
  startBoundServer,
  startTestServer,
  temporaryFolder,
  type TestServer,
} from "../../support/test-server.js";
import { freePort } from "../../verify/run-kit.js";
import { run } from "../run-program.js";

interface Finding {
  readonly level: string;
  readonly about: string;
  readonly finding: string;
  readonly fix?: string;
}

/** A frontend that tells the time, so that nothing else is asked. */
async function startFrontend(skewMs = 0): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { date: new Date(Date.now() + skewMs).toUTCString() }).end();
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return `http://localhost:${String((server.address() as AddressInfo).port)}`;
}

async function examine(
  folder: string,
  settings: Record<string, string>,
  skewMs = 0,
): Promise<{ code: number | null; findings: Finding[] }> {
  const TOKENVAULT_FRONTEND_URL = await startFrontend(skewMs);
  const { code, stdout, stderr } = await run(folder, ["doctor", "--json"], { TOKENVAULT_FRONTEND_URL, ...settings });
  expect(stderr).toBe("");
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  for (const { level, fix } of findings) expect(fix === undefined).toBe(level === "ok");
  return { code, findings };
}

function of(findings: readonly Finding[], about: string): Finding[] {
  return findings.filter((finding) => finding.about === about);
}

const start = (settings: Record<string, string> = {}): Promise<TestServer> =>
  startBoundServer({ settings: { ...ownersSettings, ...settings } });

describe("doctor", () => {
  it("finds nothing to mend at a server that runs well", async () => {
    const { folder } = await start();
    const { code, findings } = await examine(folder, ownersSettings);
    expect(findings.filter(({ level }) => level === "problem")).toEqual([]);
    expect(code).toBe(0);
    for (const about of ["files", "key", "space", "audit log", "server", "proxies", "signature", "clock"])
      expect(of(findings, about), about).toMatchObject([{ level: "ok" }]);
  });

  it("says which files others may read, and the command that mends it", async () => {
    const { folder } = await start();
    await chmod(join(folder, "data", "store.json"), 0o644);
    const { code, findings } = await examine(folder, ownersSettings);
    expect(code).toBe(1);
    expect(of(findings, "files")).toMatchObject([
      { level: "problem", fix: `chmod 600 ${join(folder, "data", "store.json")}` },
    ]);
  });

  it("finds that the public address leads here, elsewhere, or nowhere", async () => {
    const other = await start();
    const address = async (port: string, url: string): Promise<Finding[]> => {
      const { folder } = await start({ PORT: port, WEBHOOK_EXTERNAL_URL: url });
      return of((await examine(folder, ownersSettings)).findings, "address");
    };
    const port = String(await freePort());
    expect(await address(port, `http://127.0.0.1:${port}`)).toMatchObject([{ level: "ok" }]);
    expect(await address("0", other.url)).toMatchObject([
      { level: "problem", finding: expect.stringContaining("401") as string },
    ]);
    expect(await address("0", `http://127.0.0.1:${String(await freePort())}`)).toMatchObject([
      { level: "problem", finding: expect.stringContaining("ECONNREFUSED") as string },
    ]);
  });

  it("finds a clock that is wrong", async () => {
    const { folder } = await start();
    const { code, findings } = await examine(folder, ownersSettings, 600_000);
    expect(of(findings, "clock")).toMatchObject([
      { level: "problem", finding: expect.stringMatching(/-(?:599|600|601) seconds/) },
    ]);
    expect(code).toBe(1);
  });

  it("finds a proxy that is not trusted, by what requests carried", async () => {
    const server = await start({ TRUSTED_PROXIES: "192.0.2.1" });
    await server.fetch(`${server.url}/v1/health`, { headers: { "x-forwarded-for": "203.0.113.9" } });
    const { findings } = await examine(server.folder, ownersSettings);
    expect(of(findings, "proxies")).toMatchObject([
      {
        level: "warning",
        finding: expect.stringContaining("from 127.0.0.1"),
        fix: expect.stringContaining("TRUSTED_PROXIES"),
      },
    ]);
  });

  it("says that it is locked, or not bound yet", async () => {
    const server = await startTestServer({ settings: ownersSettings });
    await server.fetch(`${server.url}/owner/lock`, { method: "POST", headers: ownersHeaders });
    const { findings } = await examine(server.folder, ownersSettings);
    expect(of(findings, "server").map(({ level, fix }) => [level, fix])).toEqual([
      ["warning", expect.stringContaining("tokenvault-webhook bind")],
      ["warning", expect.stringContaining("unlock")],
    ]);
    expect(of(findings, "signature")).toMatchObject([{ level: "unknown" }]);
  });

  it("opens the store where no server runs, and says what hinders it", async () => {
    const server = await start();
    await server.tokenVault.store("github", { accessToken: "a" });
    await server.stop();
    const good = await examine(server.folder, {});
    expect(of(good.findings, "store")).toMatchObject([
      { level: "ok", finding: expect.stringContaining("1 credential") },
    ]);
    const bad = await examine(server.folder, { KEY_FILE: join(server.folder, "none.json") });
    expect(of(bad.findings, "store")).toMatchObject([{ level: "problem" }]);
    expect(bad.code).toBe(1);
  });

  it("says that there is no data folder, and makes none", async () => {
    const folder = await temporaryFolder();
    const { code, findings } = await examine(folder, {});
    expect(of(findings, "data")).toMatchObject([{ level: "problem" }]);
    expect(code).toBe(1);
  });

  it("called all well where the server could not start for a file that it may not use", async () => {
    const server = await startTestServer();
    await server.stop();
    for (const name of ["data/used.jsonl", "data/used.jsonl.head", "data-keys/admin-secret"]) {
      const path = join(server.folder, name);
      await rename(path, `${path}-away`);
      await mkdir(path, { mode: 0o700 });
      const { code, findings } = await examine(server.folder, {});
      expect(of(findings, "files"), name).toMatchObject([
        { level: "problem", finding: expect.stringContaining(`${name}" is a folder, and a file is needed`) as string },
      ]);
      expect(code, name).toBe(1);
      await rmdir(path);
      await rename(`${path}-away`, path);
    }
  });

  it("names settings that are none, and prints a line each for people", async () => {
    const { folder } = await start();
    const settings = { ...ownersSettings, TOKENVAULT_FRONTEND_URL: await startFrontend(), TV_ADMINSECRET: "x" };
    const { stdout } = await run(folder, ["doctor"], settings);
    expect(stdout).toMatch(/^warning {2}settings {5}TV_ADMINSECRET is not a setting/m);
    expect(stdout).toMatch(/^ {22}-> /m);
    expect(stdout).not.toContain(ownersSettings.TV_ADMIN_SECRET);
  });
});
