import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { end } from "../crash/child-server.js";

export const bundle = fileURLToPath(new URL("../../dist/tokenvault-webhook.mjs", import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program to its end on the folder's data and on pipes, with no settings but these. */
export async function run(
  folder: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
  input = "",
  program = bundle,
): Promise<Ran> {
  const child = spawn(process.execPath, [program, ...args], { env: environmentOf(folder, settings), cwd: folder });
  onTestFinished(() => end(child, "SIGKILL"));
  // It may end without having read it.
  child.stdin.on("error", () => undefined).end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

export function environmentOf(folder: string, settings: Readonly<Record<string, string>>): Record<string, string> {
  const path = process.env["PATH"] ?? "";
  return { PATH: path, PORT: "0", DATA_DIR: join(folder, "data"), LOG_LEVEL: "error", ...settings };
}

/** The one document that --json printed. */
export function jsonOf({ stdout, stderr }: Ran): unknown {
  if (stdout === "") throw new Error(`nothing was printed: ${stderr}`);
  return JSON.parse(stdout);
}

/** Fits the output of a command that could not run: one sentence, no stack, exit code 2. */
export const oneSentence = /^tokenvault-webhook: [^\n]+\.\n$/;
