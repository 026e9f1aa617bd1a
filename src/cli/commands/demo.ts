import { readConfig } from "../../config.js";
import type { StartServer, StepResult } from "../../demo/demo.js";
import { createLogger } from "../../platform/logger.js";
import { startServer } from "../../server.js";
import type { Command, CommandContext } from "../command.js";
import { loadSecondFile } from "../load-second-file.js";

export const demo: Command = {
  name: "demo",
  summary: "play a whole round in a temporary folder",
  details: "It starts a server of its own; nothing of yours is touched. Exit code 1: a step failed.\n",
  async run(context, { values }) {
    const { runDemo } = await loadSecondFile();
    const print = values["json"] === true ? () => undefined : context.terminal.print;
    const steps: StepResult[] = [];
    const exitCode = await runDemo(serverStarter(context), print, (result) => steps.push(result));
    return { json: { ok: exitCode === 0, steps }, text: "", exitCode };
  },
};

/** The server is this program's own, as it would be deployed. */
function serverStarter({ surroundings: { clock, disk }, terminal }: CommandContext): StartServer {
  return (variables) => {
    const config = readConfig({ variables, readFile: () => undefined });
    const logger = createLogger("error", terminal.printError, () => clock.nowMs());
    return startServer({ config, clock, disk, logger });
  };
}
