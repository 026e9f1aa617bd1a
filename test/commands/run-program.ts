import { once } from "node:events";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { end, startProgram } from "../crash/child-server.js";

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program to its end on the folder's data, with no settings but these. */
export async function run(
  folder: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const child = startProgram(folder, args, settings);
  onTestFinished(() => end(child, "SIGKILL"));
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout ? text(child.stdout) : "",
    child.stderr ? text(child.stderr) : "",
    once(child, "exit") as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** What a command says that could not run: one sentence, no stack, exit code 2. */
export const oneSentence = /^tokenvault-webhook: [^\n]+\.\n$/;
