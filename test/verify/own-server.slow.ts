import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checks } from "../../src/verify/catalogue.js";
import { ownersHeaders, ownersSettings, startBoundServer, startTestServer } from "../support/test-server.js";
import { freePort, kitReport, namesOf, runKit, upstreamSettings } from "./run-kit.js";

describe("this server", () => {
  it("holds every check but the slow one", async () => {
    const port = await freePort();
    const server = await startTestServer({ settings: { ...upstreamSettings(port), ...ownersSettings } });
    const admin = ["--admin-secret", ownersSettings.TV_ADMIN_SECRET];
    const report = await kitReport([server.url, "--level", "strict", "--upstream-port", String(port), ...admin]);
    expect(report.verdicts.map(({ level, holds }) => [level, holds])).toEqual([
      ["protocol", true],
      ["security", true],
      ["strict", true],
    ]);
    expect(report.checks.filter(({ status }) => status === "failed")).toEqual([]);
    expect(namesOf(report, "skipped")).toEqual(["proxy.slow"]);
    expect(report.checks).toHaveLength(checks.length + 1);
    expect(report.code).toBe(0);
  });

  it("is left as it was, but for what was used", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    await server.tokenVault.store("mine", { accessToken: "the owner's own" });
    const secret = Buffer.from(server.tokenVault.secret).toString("base64");
    const report = await kitReport([server.url, "--secret", secret, "--only", "store,ticket,storage,paging"]);
    expect(namesOf(report, "failed")).toEqual([]);
    const { items } = (await (await server.tokenVault.storage({ operation: "list", collection: "tokens" })).json()) as {
      items: { key: string }[];
    };
    expect(items.map(({ key }) => key)).toEqual(["mine"]);
    const { results } = (await (
      await server.tokenVault.storage({
        operation: "list_batch",
        collections: ["proxy_configs", "audit", "vault_config"],
      })
    ).json()) as { results: Record<string, { items: unknown[] }> };
    expect(Object.values(results).flatMap(({ items: left }) => left)).toEqual([]);
  });

  it("keeps its binding and every document in a run that only reads", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    const secret = Buffer.from(server.tokenVault.secret).toString("base64");
    const stored = async (): Promise<string[]> => {
      const folder = join(server.folder, "data");
      const names = (await readdir(folder)).filter((name) => name.startsWith("store"));
      return Promise.all(names.sort().map((name) => readFile(join(folder, name), "utf8")));
    };
    const before = await stored();
    const report = await kitReport([server.url, "--secret", secret, "--read-only", "--level", "strict"]);
    expect(namesOf(report, "failed")).toEqual([]);
    expect(namesOf(report, "passed").length).toBeGreaterThan(20);
    for (const check of checks.filter(({ writes }) => writes)) expect(namesOf(report, "skipped")).toContain(check.name);
    expect(await stored()).toEqual(before);
    expect((await server.tokenVault.storage({ operation: "list", collection: "tokens" })).status).toBe(200);
  });

  it("is bound by a code that its owner made", async () => {
    const server = await startTestServer({ settings: ownersSettings });
    const { code } = (await (
      await server.fetch(`${server.url}/v1/register-url`, { headers: ownersHeaders })
    ).json()) as {
      code: string;
    };
    const report = await kitReport([server.url, "--code", code, "--only", "binding,health"]);
    expect(namesOf(report, "failed")).toEqual([]);
    expect(namesOf(report, "passed")).toContain("binding.before");
    expect(namesOf(report, "skipped")).toContain("binding.rebind");
  });

  it("is not called upstream when it refuses private addresses: the setting is named", async () => {
    const port = await freePort();
    const server = await startTestServer();
    const report = await kitReport([server.url, "--upstream-port", String(port), "--only", "proxy,provider"]);
    const moot = report.checks.filter(({ reason }) =>
      reason?.includes(`ALLOW_PRIVATE_HOSTS=127.0.0.1:${String(port)}`),
    );
    expect(moot.map(({ name }) => name)).toContain("proxy.injection");
    expect(namesOf(report, "failed")).toEqual([]);
    expect(namesOf(report, "passed")).toContain("proxy.private");
  });
});

describe("a run", () => {
  it("shows no secret in any form of its report, whatever holds", async () => {
    const port = await freePort();
    // Two runs in a minute are refused more often than one caller may be.
    const settings = { ...upstreamSettings(port), ...ownersSettings, TV_RATE_LIMIT_PER_MINUTE: "0" };
    const server = await startBoundServer({ settings });
    await server.tokenVault.store("mine", { accessToken: "the owner's own 5d1c", note: "the owner's note 77aa" });
    const secret = Buffer.from(server.tokenVault.secret);
    const args = [
      server.url,
      "--secret",
      secret.toString("base64"),
      "--upstream-port",
      String(port),
      "--level",
      "strict",
    ];
    const runs = [await runKit([...args, "--junit", "x"]), await runKit([...args, "--json"])];
    for (const { stdout, stderr, file = "" } of runs) {
      for (const text of [stdout, stderr, file]) {
        for (const hidden of [
          secret.toString("base64"),
          secret.toString("hex"),
          "5d1c",
          "77aa",
          "kit-client-secret-41d9",
        ])
          expect(text).not.toContain(hidden);
      }
    }
  });
});
