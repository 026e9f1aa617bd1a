import { statSync, writeFileSync } from "node:fs";
import { createInterface, type Key } from "node:readline";
import { PassThrough } from "node:stream";
import { readRegularFile } from "../files/regular-file.js";
import { StartError, withPath } from "../platform/errors.js";
import type { Terminal } from "../platform/terminal.js";
import { readStandardInput } from "./standard-input.js";

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
    readStdin: readStandardInput,
    readLine: async (prompt) => (await ask(prompt, {})).line,
    readHidden: async (prompt) => (await ask(prompt, { isHidden: true })).line,
    readLastHidden: async (prompt) => {
      const { line, isAlone } = await ask(prompt, { isHidden: true, waitMs: quietMs });
      return isAlone ? line : undefined;
    },
    readFile: (path) => withFile(path, () => readRegularFile(path, maxFileBytes)),
    writeFile: (path, content) => {
      withFile(path, () => {
        // A pipe or a device cannot be flushed.
        const flush = statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
        writeFileSync(path, content, { flush });
      });
    },
  };
}

/** `backup` writes no larger ones. */
const maxFileBytes = 2 ** 30;

/** The longest pause between two lines that were pasted. */
const quietMs = 100;

interface Answer {
  readonly line: string;
  /** Nothing came after the line while `ask` listened, but what ends it. */
  readonly isAlone: boolean;
}

/** Takes the terminal before the prompt, so that a quick typist is not shown either where nothing is to be. */
async function ask(prompt: string, { isHidden = false, waitMs = 0 }): Promise<Answer> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) throw new StartError("Nobody can be asked: standard input is not a terminal.");
  const output = isHidden ? new PassThrough().resume() : stderr;
  const lines = createInterface({ input: stdin, output, prompt, terminal: true, historySize: 0 });
  const typed: string[] = [];
  let after = "";
  let wait: NodeJS.Timeout | undefined;
  const hear = (_text: unknown, { sequence = "" }: Key): void => {
    if (typed.length > 0) after += sequence;
    wait?.refresh();
  };
  stdin.prependListener("keypress", hear);
  if (isHidden) stderr.write(prompt);
  lines.prompt();
  try {
    await new Promise<void>((resolve, reject) => {
      lines.on("line", (line) => {
        typed.push(line);
        resolve();
      });
      lines.on("close", () => {
        reject(new StartError("It was interrupted; nothing was changed."));
      });
    });
    if (waitMs > 0) await new Promise<void>((resolve) => (wait = setTimeout(resolve, waitMs)));
    const [line = ""] = typed;
    // Of a pasted CRLF the second half follows.
    return { line, isAlone: /^\n?$/.test(after) };
  } finally {
    stdin.off("keypress", hear);
    lines.close();
    // Lines that were typed ahead belong to the next prompt.
    if (waitMs === 0 && after !== "") stdin.unshift(after);
    if (isHidden) stderr.write("\n");
  }
}

/** Names the path in an error, which says why it cannot be read or written. */
function withFile<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withPath(path, error);
  }
}
