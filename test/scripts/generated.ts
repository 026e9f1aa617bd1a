import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { onTestFinished } from "vitest";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const contractText = readFileSync(join(root, "openapi.yaml"), "utf8");

export interface Run {
  status: number | null;
  output: string;
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tokenvault-webhook-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function generate(args: string[], env: Record<string, string> = {}): Run {
  const loader = pathToFileURL(join(root, "node_modules/tsx/dist/loader.mjs")).href;
  return runNode(["--import", loader, join(root, "scripts/generate.ts"), ...args], root, env);
}

export function runNode(args: string[], cwd: string, env: Record<string, string> = {}): Run {
  const result = spawnSync(process.execPath, args, { cwd, encoding: "utf8", env: { ...process.env, ...env } });
  return { status: result.status, output: `${result.stdout}${result.stderr}` };
}

/** All generated files by their path in the folder. */
export function readGenerated(folder: string): Map<string, string> {
  const names = readdirSync(join(folder, "generated")).map((name) => `generated/${name}`);
  return new Map([...names, "llm.txt"].sort().map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}
