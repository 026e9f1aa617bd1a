#!/usr/bin/env node
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { systemClock } from "./platform/clock.js";
import { commands } from "./cli/catalogue.js";
import { runCommandLine } from "./cli/command-line.js";
import type { CommandContext } from "./cli/command.js";
import { withDotEnv, type DotEnvFile } from "./cli/dot-env.js";
import type { Environment } from "./config.js";
import { StartError } from "./platform/errors.js";
import { tuneGarbageCollector } from "./platform/garbage-collector.js";
import { processTerminal } from "./cli/process-terminal.js";
import { nodeDisk } from "./files/disk.js";
import { foreignHand } from "./files/file-facts.js";

tuneGarbageCollector();

const terminal = processTerminal({ noColour: Boolean(process.env["NO_COLOR"]), signal: stopSignal });

function warn(sentence: string): void {
  terminal.printError(`${sentence}\n`);
}

/** Aborts at the first SIGINT or SIGTERM; the second ends the process at once. */
function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  const stop = (): void => {
    if (stopping.signal.aborted) process.exit(1);
    stopping.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return stopping.signal;
}

/** The environment and, in the working directory, `.env`. */
function readEnvironment(): Environment {
  const file = readDotEnv();
  if (file === undefined) return { variables: process.env, readFile: readIfPossible };
  const { variables, warning } = withDotEnv(process.env, file);
  if (warning !== undefined) warn(warning);
  return { variables, readFile: readIfPossible };
}

/** Undefined where there is none, or others could have written it: whoever stands in their folder would obey them. */
function readDotEnv(): DotEnvFile | undefined {
  let file: number;
  try {
    file = openSync(".env", "r");
  } catch {
    return undefined;
  }
  try {
    const facts = fstatSync(file);
    const hand = foreignHand(facts);
    if (hand === undefined)
      return {
        text: readFileSync(file, "utf8"),
        isPublic: process.platform !== "win32" && (facts.mode & 0o004) !== 0,
      };
    const fix = hand === "belongs to another user" ? "make one of your own" : "run `chmod go-w .env`";
    warn(`The file .env ${hand} and was ignored; ${fix}.`);
    return undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

function readIfPossible(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function run(): Promise<number> {
  const context: CommandContext = {
    environment: readEnvironment(),
    surroundings: { disk: nodeDisk, clock: systemClock, warn },
    terminal,
  };
  return runCommandLine(process.argv.slice(2), context, commands);
}

// Whoever reads the log may go away; the server stays.
process.stdout.on("error", () => undefined);

/** Exit codes: 0 done, 1 it ran and failed, 2 it could not run. */
run().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isForeseen = error instanceof StartError;
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    warn(`tokenvault-webhook: ${isForeseen ? error.message : `unexpected failure ${code}`}`);
    if (!isForeseen && error instanceof Error) warn((error.stack ?? "").split("\n").slice(1).join("\n"));
    process.exitCode = 2;
  },
);
