import { protocolVersion } from "../../generated/operations.js";
import type { Terminal as CommandTerminal } from "../platform/terminal.js";
import { bindStage } from "./bind-stage.js";
import { checks } from "./catalogue.js";
import { selectChecks, type Check } from "./check.js";
import { CannotVerify } from "./check-errors.js";
import { cleanup } from "./checks/cleanup.js";
import { openStage, type OpenStage } from "./open-stage.js";
import { readVerifyOptions, verifyHelp, type VerifyOptions } from "./options.js";
import { allHold, type Outcome } from "./outcome.js";
import { pause } from "./patience.js";
import type { Reply } from "./reply.js";
import { jsonReport } from "./report-json.js";
import { junitReport } from "./report-junit.js";
import { listReport, tableReport } from "./report-table.js";
import { runChecks } from "./run.js";

/** The part of the command line that a run needs. */
export type Terminal = Pick<
  CommandTerminal,
  "print" | "printError" | "hasColour" | "showsProgress" | "signal" | "readStdin"
> & { readonly writeFile: (path: string, text: string) => void };

/** Requests that were sent and not awaited may still be carried out. */
const settlingMs = 300;

/** The command `verify`. Returns its exit code: 0 all of the level hold, 1 some do not, 2 it could not run. */
export async function verify(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const options = readVerifyOptions(args, terminal.readStdin);
    if (options === "help" || options === "list") {
      terminal.print(options === "help" ? verifyHelp : listReport([...checks, cleanup]));
      return 0;
    }
    return await verifyWebhook(options, terminal);
  } catch (error) {
    if (!(error instanceof CannotVerify)) throw error;
    terminal.printError(`tokenvault-webhook: ${error.message}\n`);
    return 2;
  }
}

async function verifyWebhook(options: VerifyOptions, terminal: Terminal): Promise<number> {
  const selected = selectChecks([...checks, cleanup], options.level, options.only).filter((check) => check !== cleanup);
  const progress = progressLine(terminal, selected.length);
  // An unwritable file is found now, and not at the end.
  if (options.junit !== undefined) terminal.writeFile(options.junit, "");
  const open = await openStage({
    ...options,
    signal: terminal.signal,
    onWait: (seconds) => {
      progress(`the webhook asks for ${String(seconds)} s of patience`);
    },
  });
  try {
    await bindStage(open.stage, options);
    const outcomes = await play(open, selected, options, terminal, progress);
    progress("");
    report(options, outcomes, open, terminal);
    if (terminal.signal.aborted)
      throw new CannotVerify("The run was interrupted; what it wrote was removed as far as the report says.");
    return allHold(outcomes) ? 0 : 1;
  } finally {
    await open.close();
  }
}

async function play(
  open: OpenStage,
  selected: readonly Check[],
  { readOnly, slow }: VerifyOptions,
  { signal }: Terminal,
  progress: (text: string) => void,
): Promise<Outcome[]> {
  const { stage } = open;
  const takeReplies = (): Reply[] => open.takeReplies();
  const onStart = (check: Check, index: number): void => {
    progress(`${String(index + 1)} of ${String(selected.length)}  ${check.name}`);
  };
  const outcomes: Outcome[] = [];
  try {
    outcomes.push(...(await runChecks(stage, selected, { readOnly, slow, signal, takeReplies, onStart })));
  } finally {
    if (signal.aborted) await pause(settlingMs);
    // The cleanup ends by itself when nothing goes away any more.
    const untilClean = new AbortController().signal;
    open.continueUntil(untilClean);
    const onCleanup = (): void => {
      progress("removing what was written");
    };
    const last = { readOnly, slow, signal: untilClean, isPatient: true, takeReplies, onStart: onCleanup };
    outcomes.push(...(await runChecks(stage, [cleanup], last)));
  }
  return outcomes;
}

function report(options: VerifyOptions, outcomes: readonly Outcome[], open: OpenStage, terminal: Terminal): void {
  const { stage, masking } = open;
  const { level } = options;
  if (options.junit !== undefined) terminal.writeFile(options.junit, junitReport(outcomes, masking));
  if (options.json) {
    terminal.print(jsonReport({ url: options.url.href, level, version: stage.version }, outcomes, masking));
    return;
  }
  terminal.print(
    `Verified ${options.url.href} against Token Vault webhook protocol ${protocolVersion}; it says that it speaks ${stage.version ?? "none"}.\n`,
  );
  terminal.print(tableReport(outcomes, level, masking, terminal.hasColour));
  if (stage.binding.exchange)
    terminal.print("The webhook is bound to this run now; bind it to Token Vault again before it is used.\n");
}

/** Returns a writer of one line that is overwritten; it writes nothing when nobody watches. */
function progressLine(terminal: Terminal, total: number): (text: string) => void {
  if (!terminal.showsProgress || total === 0) return () => undefined;
  return (text) => {
    terminal.printError(`\r\x1b[K${text}`);
  };
}
