import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFile, cp, mkdir, readdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { temporaryFolder } from "../support/test-server.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A clone of which nothing must be installed or built: the bundle is the newest of its files. */
async function builtClone(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "scripts"));
  for (const name of ["package.json", join("scripts", "run.mjs")]) await copyFile(join(root, name), join(folder, name));
  await cp(join(root, "dist"), join(folder, "dist"), { recursive: true });
  return folder;
}

interface Started {
  readonly npm: ChildProcess;
  readonly port: number;
  /** Everything that was printed, once all who could print have ended. */
  readonly printed: Promise<string>;
}

async function npmStart(folder: string): Promise<Started> {
  const { npm_lifecycle_event: _ours, ...others } = process.env;
  const env = { ...others, PORT: "0", DATA_DIR: join(folder, "data"), LOG_LEVEL: "error", NO_UPDATE_NOTIFIER: "1" };
  const npm = spawn("npm", ["start"], { cwd: folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => {
    // The group of this child alone, so that none of it outlives a test that failed.
    try {
      if (npm.pid !== undefined) process.kill(-npm.pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  });
  let text = "";
  for (const stream of [npm.stdout, npm.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const printed = once(npm, "close").then(() => text);
  const port = await vi.waitFor(() => Number(/listens on http:\S+:([0-9]+)/.exec(text)?.[1] ?? expect.fail(text)), {
    timeout: 100_000,
  });
  return { npm, port, printed };
}

describe.skipIf(process.platform === "win32")(
  "a server that npm started outlived it, with its port and its lock:",
  () => {
    it("SIGTERM to npm alone stops the server in order", async () => {
      const folder = await builtClone();
      const { npm, port, printed } = await npmStart(folder);
      expect(await readdir(join(folder, "data"))).toContain("lock");
      npm.kill("SIGTERM");
      await printed;
      expect(await readdir(join(folder, "data"))).not.toContain("lock");
      const next = createServer().listen(port, "127.0.0.1");
      await once(next, "listening");
      next.close();
    });

    it("Ctrl-C, which all of them get, still stops it in order", async () => {
      const folder = await builtClone();
      const { npm, printed } = await npmStart(folder);
      process.kill(-(npm.pid ?? NaN), "SIGINT");
      await printed;
      expect(await readdir(join(folder, "data"))).not.toContain("lock");
    });
  },
);
