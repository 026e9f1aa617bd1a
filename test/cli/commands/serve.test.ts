import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished } from "vitest";
import { end } from "../../crash/child-server.js";
import { startTestServer, temporaryFolder } from "../../support/test-server.js";
import { hasTerminal, onTerminal, runOnTerminal } from "../run-on-terminal.js";
import { bundle, environmentOf } from "../run-program.js";

describe("serve", () => {
  it.each([[[]], [["serve"]]])(
    "with %j says where it listens and what is next, and ends with 0 at SIGTERM",
    async (args) => {
      const folder = await temporaryFolder();
      const child = spawn(process.execPath, [bundle, ...args], { env: environmentOf(folder, {}), cwd: folder });
      onTestFinished(() => end(child, "SIGKILL"));
      const said: string[] = [];
      const exited = once(child, "close") as Promise<[number | null]>;
      for await (const line of createInterface({ input: child.stdout })) {
        said.push(line);
        if (line.includes("next:")) child.kill("SIGTERM");
      }
      expect(said[0]).toMatch(/^Token Vault webhook, protocol [\d.]+, listens on http:\/\/127\.0\.0\.1:\d+$/);
      expect(said[1]).toBe(`  encryption key: ${folder}/data-keys/keys.json (back it up apart from the data)`);
      expect(said[2]).toBe(`  admin secret:   in ${folder}/data-keys/admin-secret`);
      expect(said[3]).toMatch(/^ {2}next: open http:\/\/127\.0\.0\.1:\d+\/bind on this machine$/);
      expect((await exited)[0]).toBe(0);
    },
  );

  it("says it on one line of JSON with --json", async () => {
    const folder = await temporaryFolder();
    const child = spawn(process.execPath, [bundle, "serve", "--json"], { env: environmentOf(folder, {}), cwd: folder });
    onTestFinished(() => end(child, "SIGKILL"));
    for await (const line of createInterface({ input: child.stdout })) {
      const { url, bound } = JSON.parse(line) as { url: string; bound: boolean };
      expect(bound).toBe(false);
      expect((await fetch(`${url}/v1/health`, { method: "HEAD" })).status).toBe(200);
      break;
    }
  });

  it.skipIf(!hasTerminal)(`${onTerminal} stops at ^C and ends with 0`, async () => {
    const folder = await temporaryFolder();
    const { code, screen } = await runOnTerminal(folder, [], { answers: [["next: open", "\u0003"]] });
    expect(screen).toContain("listens on");
    expect(code).toBe(0);
  });
});

describe.skipIf(!hasTerminal)(`verify ${onTerminal}`, () => {
  it("shows how far it is, and writes over that", async () => {
    const server = await startTestServer();
    const args = ["verify", server.url, "--only", "health"];
    const { code, screen } = await runOnTerminal(await temporaryFolder(), args);
    expect(code).toBe(0);
    expect(screen).toContain("\r\u001b[K1 of ");
    expect(screen).toContain("Works with Token Vault: yes");
  });
});
