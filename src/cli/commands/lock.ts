import type { Command, CommandContext, CommandResult } from "../command.js";
import { withOwner } from "../open-owner.js";

export const lock: Command = {
  name: "lock",
  summary: "refuse everything that touches a credential, at once",
  details: "It holds from the next request on, and after a restart, until `unlock`.\n",
  run: (context) => setLocked(context, true),
};

export const unlock: Command = {
  name: "unlock",
  summary: "serve again after lock",
  run: (context) => setLocked(context, false),
};

async function setLocked(context: CommandContext, isLocked: boolean): Promise<CommandResult> {
  const state = await withOwner(context, (owner) => (isLocked ? owner.lock() : owner.unlock()));
  const { locked, lockedAt = "now" } = state;
  const text = locked
    ? `Locked since ${lockedAt}: no credential is handed out, used or stored. \`tokenvault-webhook unlock\` ends it.\n`
    : "Unlocked: credentials are served again.\n";
  return { json: state, text };
}
