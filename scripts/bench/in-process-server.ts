import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/platform/clock.js";
import { readConfig } from "../../src/config.js";
import { PlayedTokenVault } from "../../src/demo/token-vault.js";
import { createLog } from "../../src/platform/logger.js";
import { startServer } from "../../src/server.js";
import { nodeDisk, type Disk } from "../../src/files/disk.js";

export interface BenchServer {
  readonly url: string;
  readonly tokenVault: PlayedTokenVault;
  /** The shared secret, in base64. */
  readonly hmacSecret: string;
  close(): Promise<void>;
}

export interface BenchServerOptions {
  /** Kept for the service `github`. */
  readonly accessToken: string;
  /** Settings as the environment names them. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly disk?: Disk;
}

/** A bound server in a temporary folder, in this process, without rate limits. */
export async function startBenchServer(options: BenchServerOptions): Promise<BenchServer> {
  const { accessToken, settings = {}, disk = nodeDisk } = options;
  const folder = await mkdtemp(join(tmpdir(), "tokenvault-webhook-bench-"));
  const variables = {
    PORT: "0",
    DATA_DIR: join(folder, "data"),
    TV_RATE_LIMIT_PER_MINUTE: "0",
    LOG_LEVEL: "error",
    ...settings,
  };
  const config = readConfig({ variables, readFile: () => undefined });
  const log = createLog(config.logLevel, (line) => process.stderr.write(line), Date.now);
  const server = await startServer({ config, clock: systemClock, log, disk });
  const tokenVault = new PlayedTokenVault(server.url);
  const registration = await tokenVault.client.GET("/v1/register-url");
  const exchange = await tokenVault.client.POST("/v1/exchange", { body: { code: registration.data?.code ?? "" } });
  const hmacSecret = exchange.data?.hmacSecret ?? "";
  await tokenVault.learnSecret(hmacSecret);
  const ticket = await tokenVault.ticket("github", "store");
  const stored = await fetch(`${server.url}/v1/store`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ticket, service: "github", tokenData: { accessToken } }),
  });
  if (stored.status !== 200) throw new Error(`the credential was not stored: ${await stored.text()}`);
  return {
    url: server.url,
    tokenVault,
    hmacSecret,
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
