#!/usr/bin/env node
import { commands } from "./cli/catalogue.js";
import { runCommandLine } from "./cli/command-line.js";
import { readEnvironment } from "./cli/dot-env.js";
import { processTerminal } from "./cli/process-terminal.js";
import { nodeDisk } from "./files/disk.js";
import { systemFault } from "./files/system-fault.js";
import { systemClock } from "./platform/clock.js";
import { errorCode, StartError, WebhookError } from "./platform/errors.js";

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

// The log's reader may go away; the server stays.
process.stdout.on("error", () => undefined);

/** Exit codes: 0 done, 1 it ran and failed, 2 it could not run. */
try {
  const environment = readEnvironment(process.env, warn);
  const surroundings = { disk: nodeDisk, clock: systemClock, warn };
  process.exitCode = await runCommandLine(process.argv.slice(2), { environment, surroundings, terminal }, commands);
} catch (error) {
  // A StartError says itself what helps.
  const fault = error instanceof StartError ? undefined : systemFault(error);
  const refusal = error instanceof StartError || error instanceof WebhookError ? error.message : undefined;
  const sentences = [refusal, fault].filter((sentence) => sentence !== undefined).join(" ");
  warn(`tokenvault-webhook: ${sentences || `unexpected failure ${errorCode(error) ?? ""}`}`);
  if (!sentences && error instanceof Error) warn((error.stack ?? "").split("\n").slice(1).join("\n"));
  process.exitCode = 2;
}
