import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deriveFromSeed } from "../../src/keys/seed.js";
import { Secret } from "../../src/platform/secret.js";
import { TestClock } from "../support/test-server.js";
import { TokenVaultDouble } from "../support/token-vault-double.js";

const bundle = fileURLToPath(new URL("../../dist/tokenvault-webhook.mjs", import.meta.url));
export const childSeed = "a seed for tests that kill their server";

/** The built server as a process of its own, that can be killed. */
export interface ChildServer {
  readonly tokenVault: TokenVaultDouble;
  readonly url: string;
  readonly pid: number;
  kill(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
}

/** Its seed fixes the shared secret, so that it needs no binding. */
export async function startChildServer(
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ChildServer> {
  const child = startProgram(folder, [], { TV_WEBHOOK_SEED: childSeed, TV_RATE_LIMIT_PER_MINUTE: "0", ...settings });
  const url = await listeningUrl(child);
  const tokenVault = new TokenVaultDouble(url, new TestClock());
  tokenVault.secret = Uint8Array.from(deriveFromSeed(new Secret(childSeed)).seeded.hmacSecret.reveal());
  return { tokenVault, url, pid: child.pid ?? 0, kill: (signal) => end(child, signal) };
}

export function startProgram(
  folder: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): ChildProcess {
  const env = { PATH: process.env["PATH"], PORT: "0", DATA_DIR: join(folder, "data"), LOG_LEVEL: "error", ...settings };
  return spawn(process.execPath, [bundle, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
}

export async function end(child: ChildProcess, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, "exit");
}

function listeningUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = /listens on (http:\S+)/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.once("exit", () => {
      reject(new Error(`the server did not start: ${output}`));
    });
  });
}
