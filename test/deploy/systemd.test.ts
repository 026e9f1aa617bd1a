import { execFile, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/test-server.js";
import { deploymentFile, longestStopMs, secretNames, settingNames } from "./deployment-files.js";

const run = promisify(execFile);
const unit = deploymentFile("tokenvault-webhook.service");
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

/** Every value of a directive, in order. */
function valuesOf(directive: string): string[] {
  return [...unit.matchAll(new RegExp(`^${directive}=(.*)$`, "gm"))].map(([, value = ""]) => value);
}

/** The unit as a file of its own, with a program that is on this machine. */
async function unitFile(): Promise<string> {
  const path = join(await temporaryFolder(), "tokenvault-webhook.service");
  await writeFile(path, unit.replace("ExecStart=/usr/bin/node ", `ExecStart=${process.execPath} `));
  return path;
}

describe("the systemd unit", () => {
  it("gives settings that exist, and no secret", () => {
    const names = valuesOf("Environment").flatMap((value) => value.split(" ").map((entry) => entry.split("=")[0]));
    expect(names).toContain("DATA_DIR");
    for (const name of names) expect([...settingNames, "NODE_ENV"]).toContain(name);
    for (const name of secretNames) expect(unit).not.toContain(name);
  });

  it("starts the server on Node, without a shell in between", () => {
    expect(valuesOf("ExecStart")).toEqual(["/usr/bin/node /opt/tokenvault-webhook/tokenvault-webhook.mjs"]);
  });

  it("hands the key over as a credential, under the name that the server looks for", () => {
    expect(valuesOf("LoadCredential")).toEqual(["tokenvault-webhook-key"]);
  });

  it("keeps the data where the unit may write, as a user of its own that the sysusers file makes", () => {
    expect(valuesOf("StateDirectory")).toEqual(["tokenvault-webhook"]);
    expect(valuesOf("Environment").join(" ")).toContain("DATA_DIR=/var/lib/tokenvault-webhook/data");
    expect(valuesOf("User")).toEqual(["tokenvault-webhook"]);
    expect(deploymentFile("tokenvault-webhook.sysusers.conf")).toMatch(/^u tokenvault-webhook - /m);
  });

  it("waits for the server to stop as long as it may take", () => {
    const [, seconds] = /^(\d+)s$/.exec(valuesOf("TimeoutStopSec")[0] ?? "") ?? [];
    expect(Number(seconds) * 1000).toBeGreaterThan(longestStopMs);
  });

  it("does not hide the processes that the folder's lock has to see", () => {
    expect([...valuesOf("ProtectProc"), ...valuesOf("ProcSubset")]).toEqual([]);
  });

  it.skipIf(!hasSystemd)("is one that systemd takes without a warning", async () => {
    const { stdout, stderr } = await run("systemd-analyze", ["verify", "--man=no", await unitFile()]);
    expect(stdout + stderr).toBe("");
  });

  it.skipIf(!hasSystemd)("exposes no more than 1.5 of 10", async () => {
    const args = ["security", "--offline=true", "--no-pager", "--threshold=15", await unitFile()];
    const { stdout } = await run("systemd-analyze", args);
    expect(stdout).toMatch(/Overall exposure level for tokenvault-webhook.service: (?:0\.\d|1\.[0-5]) OK/);
  });
});
