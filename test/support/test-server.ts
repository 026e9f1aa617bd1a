import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { Clock } from "../../src/platform/clock.js";
import { readConfig } from "../../src/config.js";
import { createLogger } from "../../src/platform/logger.js";
import { startServer, type RunningServer, type ServerDependencies } from "../../src/server.js";
import { checkedFetch } from "./checked-fetch.js";
import { TokenVaultDouble } from "./token-vault-double.js";

/** A clock that tests move; it starts at the real time, since tickets and certificates are made with it. */
export class TestClock implements Clock {
  offsetMs = 0;

  nowMs(): number {
    return Date.now() + this.offsetMs;
  }

  monotonicMs(): number {
    return performance.now() + this.offsetMs;
  }

  /** Lets time pass. */
  advance(milliseconds: number): void {
    this.offsetMs += milliseconds;
  }
}

export interface TestServerOptions {
  /** Settings as the environment names them. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A folder of an earlier server; else a new one, removed after the test. */
  readonly folder?: string;
  readonly clock?: TestClock;
  readonly parts?: Partial<ServerDependencies>;
}

export interface TestServer {
  readonly url: string;
  readonly folder: string;
  readonly clock: TestClock;
  /** Every line of the log. */
  readonly logLines: string[];
  /** Knows the shared secret once `bind` was called. */
  readonly tokenVault: TokenVaultDouble;
  /** Sends a request and checks the answer against the contract. */
  readonly fetch: typeof checkedFetch;
  stop(): Promise<void>;
  /** Starts another server on the same folder, with the same clock and secret. */
  restart(settings?: Readonly<Record<string, string>>): Promise<TestServer>;
}

/** What the owner of a server sends whose settings include `ownersSettings`. */
export const ownersSettings = { TV_ADMIN_SECRET: "the secret of the owner in tests" };
export const ownersHeaders = { "x-tv-admin-secret": ownersSettings.TV_ADMIN_SECRET };

/** Starts a server on a free loopback port; it is stopped and its folder removed when the test ends. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = options.folder ?? (await temporaryFolder());
  const clock = options.clock ?? new TestClock();
  const logLines: string[] = [];
  const variables = { PORT: "0", DATA_DIR: join(folder, "data"), LOG_LEVEL: "debug", ...options.settings };
  const config = readConfig({ variables, readFile: () => undefined });
  const logger = createLogger(
    config.logLevel,
    (line) => logLines.push(line),
    () => clock.nowMs(),
  );
  let running: RunningServer | undefined = await startServer({ config, clock, logger, ...options.parts });
  const { url } = running;
  const stop = async (): Promise<void> => {
    const stopping = running;
    running = undefined;
    await stopping?.close();
  };
  onTestFinished(async () => {
    await stop();
    // The client saw internal_error, which every operation may answer.
    expect(logLines.filter((line) => line.includes("the contract does not list this error"))).toEqual([]);
  });
  const tokenVault = new TokenVaultDouble(url, clock);
  return {
    url,
    folder,
    clock,
    logLines,
    tokenVault,
    fetch: checkedFetch,
    stop,
    async restart(settings = {}) {
      await stop();
      const next = await startTestServer({ ...options, settings: { ...options.settings, ...settings }, folder, clock });
      next.tokenVault.secret = tokenVault.secret;
      return next;
    },
  };
}

/** A server that is bound; its Token Vault knows the secret. */
export async function startBoundServer(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startTestServer(options);
  const adminSecret = options.settings?.["TV_ADMIN_SECRET"];
  await server.tokenVault.bind(adminSecret === undefined ? {} : { "x-tv-admin-secret": adminSecret });
  return server;
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tokenvault-webhook-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
