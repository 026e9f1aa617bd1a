import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunningServer } from "../server.js";
import { startOutsideWorld, type OutsideWorld } from "./outside-world.js";
import { demoSteps, type Stage } from "./steps.js";
import { PlayedTokenVault } from "./token-vault.js";

/** Starts a server under these settings and no others. @throws StartError */
export type StartServer = (variables: Readonly<Record<string, string>>) => Promise<DemoServer>;
type DemoServer = Pick<RunningServer, "url" | "close">;

export interface StepResult {
  readonly title: string;
  readonly ok: boolean;
  readonly ms: number;
  /** The cause of the failure. */
  readonly reason?: string;
}

/** Plays every step in order and reports each. Resolves to exit code 1 when one fails, else 0. */
export async function runDemo(
  start: StartServer,
  print: (text: string) => void,
  onResult: (result: StepResult) => void = () => undefined,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "tokenvault-webhook-demo-"));
  const world = await startOutsideWorld();
  let server: DemoServer | undefined;
  try {
    server = await start(settingsOf(folder, world, "0"));
    const { url } = server;
    const stage: Stage = {
      tokenVault: new PlayedTokenVault(url),
      world,
      url,
      dataFolder: join(folder, "data"),
      async restart() {
        await server?.close();
        server = await start(settingsOf(folder, world, new URL(url).port));
      },
    };
    print(`A server on ${url}, with an empty folder.\n\n`);
    const failed = await playSteps(stage, print, onResult);
    print(
      failed === 0
        ? `\nAll ${String(demoSteps.length)} steps ok.\n`
        : `\n${String(failed)} of ${String(demoSteps.length)} steps failed.\n`,
    );
    return failed === 0 ? 0 : 1;
  } finally {
    await server?.close();
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function playSteps(
  stage: Stage,
  print: (text: string) => void,
  onResult: (result: StepResult) => void,
): Promise<number> {
  let failed = 0;
  for (const [title, play] of demoSteps) {
    const startedMs = performance.now();
    const reason = await play(stage).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : "unknown"),
    );
    const ok = reason === undefined;
    if (!ok) failed += 1;
    const ms = performance.now() - startedMs;
    onResult({ title, ok, ms, ...(ok ? {} : { reason }) });
    const result = ok ? "ok    " : "FAILED";
    print(`  ${result}  ${`${ms.toFixed(1)} ms`.padStart(9)}  ${title}${ok ? "" : `\n          ${reason}`}\n`);
  }
  return failed;
}

function settingsOf(folder: string, world: OutsideWorld, port: string): Record<string, string> {
  const provider = {
    clientId: "demo-client",
    clientSecret: "demo-client-secret",
    tokenUrl: `${world.origin}/oauth/token`,
  };
  return {
    PORT: port,
    DATA_DIR: join(folder, "data"),
    ALLOW_PRIVATE_HOSTS: `${world.host},${world.otherHost}`,
    OAUTH_PROVIDERS_JSON: JSON.stringify({ demo: provider }),
  };
}
