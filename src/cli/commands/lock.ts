import type { OwnerState } from "../../owner/owner.js";
import { printResult, type Command, type CommandArguments, type CommandContext } from "../command.js";
import { withOwner } from "../open-owner.js";

export const lock: Command = {
  name: "lock",
  usage: "lock",
  summary: "refuse everything that touches a credential, at once",
  details: "It holds from the next request on, and after a restart, until `unlock`.\n",
  run: (context, args) => setLocked(context, args, true),
};

export const unlock: Command = {
  name: "unlock",
  usage: "unlock",
  summary: "serve again after lock",
  run: (context, args) => setLocked(context, args, false),
};

async function setLocked(context: CommandContext, args: CommandArguments, isLocked: boolean): Promise<number> {
  const state = await withOwner(context, (owner) => (isLocked ? owner.lock() : owner.unlock()));
  return printResult(context, args, { json: state, text: sentence(state) });
}

function sentence({ locked, lockedAt = "now" }: OwnerState): string {
  return locked
    ? `Locked since ${lockedAt}: no credential is handed out, used or stored. \`tokenvault-webhook unlock\` ends it.\n`
    : "Unlocked: credentials are served again.\n";
}
