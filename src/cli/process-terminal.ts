import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { StartError } from "../platform/errors.js";
import type { Terminal } from "../platform/terminal.js";

/** The process's own streams and files. `signal` is asked for when a command first wants it. */
export function processTerminal(settings: {
  readonly noColour: boolean;
  readonly signal: () => AbortSignal;
}): Terminal {
  const { stdin, stdout, stderr } = process;
  let signal: AbortSignal | undefined;
  return {
    print: (text) => void stdout.write(text),
    printError: (text) => void stderr.write(text),
    hasColour: stdout.isTTY && !settings.noColour,
    isWatched: stdout.isTTY,
    columns: stdout.columns > 0 ? stdout.columns : undefined,
    isInteractive: stdin.isTTY,
    showsProgress: stderr.isTTY,
    get signal() {
      return (signal ??= settings.signal());
    },
    readStdin: () => readFileSync(0, "utf8"),
    readLine,
    readHidden: (prompt) => hidden(prompt, hiddenLine),
    readLastHidden: (prompt) => hidden(prompt, lastHiddenLine),
    readFile,
    writeFile,
  };
}

async function readLine(prompt: string): Promise<string> {
  requirePerson();
  const interrupted = new AbortController();
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  const interrupt = (): void => {
    interrupted.abort();
  };
  lines.on("SIGINT", interrupt).on("close", interrupt);
  try {
    return await lines.question(prompt, { signal: interrupted.signal });
  } catch (error) {
    throw interruption(error);
  } finally {
    lines.off("close", interrupt).close();
  }
}

/** The longest pause between two lines that were pasted. */
const quietMs = 100;

async function hidden<T>(prompt: string, read: (stdin: NodeJS.ReadStream) => Promise<T>): Promise<T> {
  requirePerson();
  const { stdin, stderr } = process;
  // Before the prompt, so that a quick typist is not shown either.
  stdin.setRawMode(true);
  stderr.write(prompt);
  try {
    return await read(stdin.setEncoding("utf8"));
  } finally {
    stdin.setRawMode(false);
    stderr.write("\n");
  }
}

/** Without the terminal's own line editing, the keys that end or mend a line are ours to know. */
function hiddenLine(stdin: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    const take = (chunk: string): void => {
      const keys = [...chunk];
      for (const [index, key] of keys.entries()) {
        if (key === "\r" || key === "\n") {
          finish();
          // The rest was typed ahead and belongs to the next prompt.
          stdin.unshift(keys.slice(index + 1).join(""));
          resolve(typed.join(""));
          return;
        }
        if (key === "\u0003" || (key === "\u0004" && typed.length === 0)) {
          gone();
          return;
        }
        if (key === "\u007f" || key === "\b") typed.pop();
        else if (key === "\u0015") typed = [];
        else typed.push(key);
      }
    };
    const gone = (): void => {
      finish();
      reject(interruption(undefined));
    };
    const finish = (): void => {
      stdin.off("data", take).off("end", gone).pause();
    };
    stdin.on("data", take).on("end", gone).resume();
  });
}

async function lastHiddenLine(stdin: NodeJS.ReadStream): Promise<string | undefined> {
  const line = await hiddenLine(stdin);
  // Of a pasted CRLF the second half follows.
  return /^\n?$/.test(await untilQuiet(stdin)) ? line : undefined;
}

/** All that comes until nothing has come for a while. */
function untilQuiet(stdin: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const finish = (): void => {
      clearTimeout(timer);
      stdin.off("data", take).off("end", finish).pause();
      resolve(text);
    };
    const timer = setTimeout(finish, quietMs);
    const take = (chunk: string): void => {
      text += chunk;
      timer.refresh();
    };
    stdin.on("data", take).on("end", finish).resume();
  });
}

function requirePerson(): void {
  if (!process.stdin.isTTY) throw new StartError("Nobody can be asked: standard input is not a terminal.");
}

function interruption(cause: unknown): StartError {
  return new StartError("It was interrupted; nothing was changed.", { cause });
}

function readFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new StartError(`${JSON.stringify(path)} cannot be read${because(error)}.`, { cause: error });
  }
}

function writeFile(path: string, content: string): void {
  try {
    // A pipe or a device cannot be flushed.
    writeFileSync(path, content, { flush: statSync(path, { throwIfNoEntry: false })?.isFile() ?? true });
  } catch (error) {
    throw new StartError(`${JSON.stringify(path)} cannot be written${because(error)}.`, { cause: error });
  }
}

function because(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "; there is no such file or folder",
    EACCES: "; this user may not",
    EISDIR: "; it is a folder",
    ENOSPC: "; the disk is full",
  };
  return reasons[code] ?? "";
}
