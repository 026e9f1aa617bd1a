import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { end } from "../crash/child-server.js";
import { bundle, environmentOf } from "./run-program.js";

/** util-linux's `script` gives a program a terminal. */
export const hasTerminal = spawnSync("script", ["--version"]).status === 0;
export const onTerminal = hasTerminal ? "on a terminal" : "on a terminal (left out: there is no `script` here)";

export interface TerminalRun {
  readonly code: number | null;
  /** All that the terminal showed. */
  readonly screen: string;
}

export interface TerminalOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** Texts to type, in order, each once the terminal shows its prompt; of a paste that comes in pieces each after 40 ms. */
  readonly answers?: readonly (readonly [prompt: string, ...typed: string[]])[];
  /** Prints what the shell that follows the program would read. */
  readonly showsLeftover?: true;
  readonly columns?: number;
}

/** Runs the built program on a terminal of its own. */
export async function runOnTerminal(
  folder: string,
  args: readonly string[],
  { settings = {}, answers = [], columns = 100, showsLeftover }: TerminalOptions = {},
): Promise<TerminalRun> {
  const command = [process.execPath, bundle, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  const rest = `code=$?; stty -icanon -echo min 0 time 4; echo "left: [$(dd bs=4096 count=1 2>/dev/null)]"; exit $code`;
  const whole = showsLeftover ? `${command}; ${rest}` : `exec ${command}`;
  const child = spawn("script", ["-qec", `stty cols ${String(columns)} rows 50; ${whole}`, "/dev/null"], {
    env: { ...environmentOf(folder, settings), SHELL: "/bin/sh", TERM: "xterm" },
    cwd: folder,
  });
  onTestFinished(() => end(child, "SIGKILL"));
  const waiting = [...answers];
  let screen = "";
  let seen = 0;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    screen += chunk;
    const [prompt, ...typed] = waiting[0] ?? [];
    const at = prompt === undefined ? -1 : screen.indexOf(prompt, seen);
    if (prompt === undefined || at < 0) return;
    seen = at + prompt.length;
    waiting.shift();
    for (const [index, piece] of typed.entries()) setTimeout(() => child.stdin.write(piece), index * 40);
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, screen };
}
