import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A server in a process of its own. */
export interface SpawnedServer {
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** What a bare server answers to everything. */
export interface BareAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface BareServer extends SpawnedServer {
  /** From the next request on. */
  answerWith(answer: BareAnswer): Promise<void>;
  /** From the next request on, POST requests are answered by what this URL answers. */
  pipeTo(upstream: string): Promise<void>;
}

const bareServerPath = fileURLToPath(new URL("bare-server.mjs", import.meta.url));

/** @param runtime the command that runs it */
export async function startBareServer(runtime: readonly string[]): Promise<BareServer> {
  const [command = process.execPath, ...args] = runtime;
  const child = spawn(command, [...args, bareServerPath], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const line = (await lines.next()) as IteratorResult<string, undefined>;
    if (line.done === true) throw new Error("the bare server ended");
    return line.value;
  };
  const order = async (content: object): Promise<void> => {
    child.stdin.write(`${JSON.stringify(content)}\n`);
    await nextLine();
  };
  const url = (await nextLine()).replace("listens on ", "");
  return {
    url,
    process: child,
    answerWith: (answer) => order({ answer }),
    pipeTo: (upstream) => order({ upstream }),
    async stop() {
      const exited = once(child, "exit");
      child.stdin.end();
      await exited;
    },
  };
}

/** Resident memory in MB, as the system counts it. */
export function residentMegabytes({ pid }: ChildProcess): number {
  const kilobytes = execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" });
  return (Number(kilobytes) * 1024) / 1e6;
}

/** Clock ticks in /proc are hundredths of a second on every Linux. */
const ticksPerSecond = 100;

/** Time on a processor so far, of all threads, in seconds; NaN where there is no /proc. */
export function processorSeconds({ pid }: ChildProcess): number {
  try {
    // utime and stime are the 14th and 15th field (proc(5)); the second one is a name that may hold spaces.
    const fields = readFileSync(`/proc/${String(pid)}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return NaN;
  }
}
