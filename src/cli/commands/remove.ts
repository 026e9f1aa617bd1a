import { ServiceName } from "../../../generated/validators.js";
import { requireValid } from "../../http/request-body.js";
import type { Command, CommandContext } from "../command.js";
import { withOwner } from "../open-owner.js";
import { printable } from "../terminal-text.js";

export const remove: Command = {
  name: "remove",
  takes: "SERVICE",
  summary: "remove a credential and its hosts",
  details: "On a terminal it asks first. Exit code 1: there was none, or the answer was no.\n",
  options: { yes: { type: "boolean", short: "y", meaning: "do not ask" } },
  async run(context, { positionals: [service = ""], values }) {
    requireValid(ServiceName, { service });
    const isAsked = context.terminal.isInteractive && values["yes"] !== true;
    if (isAsked && !(await isConfirmed(context, service))) {
      context.terminal.printError("Nothing was removed.\n");
      return 1;
    }
    const removed = await withOwner(context, (owner) => owner.remove(service));
    const text = removed ? "Removed.\n" : unknownService;
    return { json: { service, removed }, text, exitCode: removed ? 0 : 1 };
  },
};

const unknownService = "There is no credential of this name; `tokenvault-webhook services` lists them.\n";

async function isConfirmed({ terminal }: CommandContext, service: string): Promise<boolean> {
  const answer = await terminal.readLine(`Remove the credential of ${printable(service)} for good? [y/N] `);
  return /^y(?:es)?$/i.test(answer.trim());
}
