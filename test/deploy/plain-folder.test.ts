import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, chown, copyFile, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../support/test-server.js";

const bundle = fileURLToPath(new URL("../../dist/tokenvault-webhook.mjs", import.meta.url));
/** Root starts the server as nobody; any other user starts it as itself. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

interface Deployed {
  /** Read-only, with the program in it. */
  readonly program: string;
  /** The working directory, which alone is the server's to write. */
  readonly state: string;
}

async function deploy(): Promise<Deployed> {
  const folder = await temporaryFolder();
  await chmod(folder, 0o755);
  const [program, state] = [join(folder, "program"), join(folder, "state")];
  await mkdir(program);
  await copyFile(bundle, join(program, "tokenvault-webhook.mjs"));
  await chmod(join(program, "tokenvault-webhook.mjs"), 0o444);
  await chmod(program, 0o555);
  // Else only root could remove it.
  onTestFinished(() => chmod(program, 0o755));
  await ownFolder(state);
  return { program, state };
}

async function ownFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  if (nobody.uid !== undefined) await chown(path, nobody.uid, nobody.gid);
}

/** Starts the server, sees that it is well, stops it, and returns its exit code with what it printed. */
async function runOnce({ program, state }: Deployed, settings: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [join(program, "tokenvault-webhook.mjs")], {
    ...nobody,
    cwd: state,
    env: { PORT: "0", LOG_LEVEL: "error", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    if (child.exitCode === null) child.kill("SIGKILL");
  });
  const exited = once(child, "exit") as Promise<[number | null]>;
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        const found = /listens on (http:\S+)/.exec(output)?.[1];
        if (found !== undefined) resolve(found);
      });
    }
    void exited.then(() => {
      reject(new Error(`the server did not start: ${output}`));
    });
  });
  const health = await fetch(`${url}/v1/health`);
  expect(await health.json()).toMatchObject({ status: "healthy", keyConfigured: true });
  child.kill("SIGTERM");
  const [code] = await exited;
  return { code, output };
}

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

describe("the built main file, alone in a folder that it may not write to, as a user without privileges,", () => {
  it("keeps data and key in two folders of mode 0700, and writes nowhere else", async () => {
    const deployed = await deploy();
    const { state } = deployed;
    expect((await runOnce(deployed, {})).code).toBe(0);
    expect(await readdir(deployed.program)).toEqual(["tokenvault-webhook.mjs"]);
    expect((await readdir(state)).sort()).toEqual(["data", "data-keys"]);
    expect(await Promise.all([modeOf(join(state, "data")), modeOf(join(state, "data-keys"))])).toEqual([0o700, 0o700]);
    const files = ["data", "data-keys"].map(async (folder) =>
      Promise.all((await readdir(join(state, folder))).map((name) => modeOf(join(state, folder, name)))),
    );
    expect(new Set((await Promise.all(files)).flat())).toEqual(new Set([0o600]));
    // What it made it opens again.
    expect((await runOnce(deployed, {})).code).toBe(0);
  });

  it("takes the folder of the keys as it finds it, as on a volume of its own", async () => {
    const deployed = await deploy();
    const keys = join(deployed.state, "data-keys");
    await ownFolder(keys);
    const { ino } = await stat(keys);
    expect((await runOnce(deployed, { DATA_DIR: join(deployed.state, "data") })).code).toBe(0);
    expect((await readdir(keys)).sort()).toEqual(["admin-secret", "keys.json"]);
    expect((await stat(keys)).ino).toBe(ino);
  });

  it("takes a key that the service manager hands over, 32 random bytes in base64, and makes none", async () => {
    const deployed = await deploy();
    const credentials = join(deployed.state, "credentials");
    await mkdir(credentials, { mode: 0o755 });
    const path = join(credentials, "tokenvault-webhook-key");
    await writeFile(path, `${randomBytes(32).toString("base64")}\n`, { mode: 0o444 });
    const { code, output } = await runOnce(deployed, { CREDENTIALS_DIRECTORY: credentials });
    expect(code).toBe(0);
    expect(output).toContain(path);
    expect(await readdir(join(deployed.state, "data-keys"))).toEqual(["admin-secret"]);
  });
});
