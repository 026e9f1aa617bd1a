import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync } from "node:fs";
import { get } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SpawnedServer } from "./spawned-server.js";

export const bundlePath = fileURLToPath(new URL("../../dist/tokenvault-webhook.mjs", import.meta.url));

/** A built file, and the command that runs it. */
export interface Build {
  readonly runtime: readonly string[];
  readonly bundle: string;
}

export interface WebhookProcessOptions {
  readonly build: Build;
  /** Holds `data` and `data-keys`, and the server's log. */
  readonly folder: string;
  /** host:port that the proxy may reach. */
  readonly upstreamHost: string;
}

export interface WebhookProcess extends SpawnedServer {
  /** From the start of the process to the first answer. */
  readonly startMs: number;
}

/** Everything as it is by default, but that nobody is refused for the number of requests; its log goes to a file. */
export async function startWebhook(options: WebhookProcessOptions): Promise<WebhookProcess> {
  const { build, folder, upstreamHost } = options;
  const { runtime, bundle } = build;
  const [command = process.execPath, ...args] = runtime;
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  const log = openSync(join(folder, "server.log"), "a");
  const startedMs = performance.now();
  const child = spawn(command, [...args, bundle], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      PORT: String(port),
      DATA_DIR: join(folder, "data"),
      TV_RATE_LIMIT_PER_MINUTE: "0",
      ALLOW_PRIVATE_HOSTS: upstreamHost,
    },
    stdio: ["ignore", log, log],
  });
  const url = `http://127.0.0.1:${String(port)}`;
  await untilHealthy(child, `${url}/v1/health`, join(folder, "server.log"));
  return {
    url,
    process: child,
    startMs: performance.now() - startedMs,
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    },
  };
}

async function untilHealthy(child: ChildProcess, url: string, log: string): Promise<void> {
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`the server did not start; see ${log}`);
    await new Promise((done) => setTimeout(done, 2));
  }
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume().on("end", () => {
        resolve(response.statusCode === 200);
      });
    }).on("error", () => {
      resolve(false);
    });
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
