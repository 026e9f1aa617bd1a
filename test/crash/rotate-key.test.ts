import { once } from "node:events";
import { copyFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../cli/run-program.js";
import { startBoundServer, startTestServer, temporaryFolder } from "../support/test-server.js";
import { end, startProgram } from "./child-server.js";

const rounds = Number(process.env["CRASH_ROUNDS"] ?? "4");
const services = Array.from({ length: 40 }, (_, index) => `service-${String(index)}`);

describe("rotate-key", () => {
  it(
    `resumes or has not begun when it is killed at any moment, ${String(rounds)} times`,
    async () => {
      const folder = await temporaryFolder();
      const first = await startBoundServer({ folder });
      for (const service of services)
        expect((await first.tokenVault.store(service, { accessToken: `token of ${service}` })).status).toBe(200);
      await first.stop();
      for (let round = 0; round < rounds; round++) {
        const child = startProgram(folder, ["rotate-key"], {});
        const exited = once(child, "exit");
        // It runs for some 200 ms, most of them before it touches a file.
        const timer = setTimeout(() => void end(child, "SIGKILL"), 80 + Math.random() * 200);
        await exited;
        clearTimeout(timer);
        const server = await startTestServer({ folder });
        server.tokenVault.secret = first.tokenVault.secret;
        for (const service of services) {
          const answer = (await (await server.tokenVault.credential(service)).json()) as {
            token: Record<string, unknown>;
          };
          expect(answer.token["accessToken"]).toBe(`token of ${service}`);
        }
        await server.stop();
      }
    },
    60_000 + rounds * 10_000,
  );

  it("said that the old key opens nothing, though backups from before open with nothing else", async () => {
    const folder = await temporaryFolder();
    const server = await startTestServer({ folder });
    await server.stop();
    const keys = join(folder, "data-keys", "keys.json");
    expect((await run(folder, ["backup", "before.tvb"])).code).toBe(0);
    await copyFile(keys, join(folder, "old-keys.json"));
    const { code, stdout } = await run(folder, ["rotate-key"]);
    expect(code).toBe(0);
    expect(stdout).toContain("keep your copy of the old key file as long as the backups made under it");
    expect(stdout).not.toContain("opens nothing");
    const check = ["restore", "before.tvb", "--check"];
    expect((await run(folder, check)).code).toBe(2);
    expect((await run(folder, check, { KEY_FILE: join(folder, "old-keys.json") })).code).toBe(0);
    expect((await run(folder, ["rotate-key", "--help"])).stdout).toContain("Copy the key file aside first");
  });

  it("leaves nothing that the old key opens", async () => {
    const server = await startBoundServer();
    const { folder } = server;
    await server.tokenVault.store("github", { accessToken: "a token", refreshToken: "another" });
    await server.stop();
    const keyPath = join(folder, "data-keys", "keys.json");
    const oldKey = await readFile(keyPath, "utf8");
    const before = await storedValues(folder);
    const child = startProgram(folder, ["rotate-key"], {});
    const [code] = (await once(child, "exit")) as [number];
    expect(code).toBe(0);
    expect(await readFile(keyPath, "utf8")).not.toBe(oldKey);
    const after = await storedValues(folder);
    expect(after.length).toBe(before.length);
    expect(after.filter((value) => before.includes(value))).toEqual([]);
  });
});

/** Every sealed value in the data folder's files. */
async function storedValues(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, "data"));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, "data", name), "utf8")));
  const values = texts.join("\n").match(/"[A-Za-z0-9+/]{40,}={0,2}"/g) ?? [];
  // The hash of a registration's code is no sealed value.
  return values.filter((value) => !/^"[0-9a-f]{64}"$/.test(value));
}
