import { runDemo, type StepResult } from "../demo/demo.js";
import { printResult, type Command } from "./command.js";

export const demo: Command = {
  name: "demo",
  usage: "demo",
  summary: "play a whole round in a temporary folder",
  details: "It starts a server of its own; nothing of yours is touched. Exit code 1: a step failed.\n",
  async run(context, args) {
    if (args.values["json"] !== true) return runDemo(context.terminal.print);
    const steps: StepResult[] = [];
    const code = await runDemo(
      () => undefined,
      (result) => steps.push(result),
    );
    printResult(context, args, { json: { ok: code === 0, steps }, text: "" });
    return code;
  },
};
