import { verifyOptions } from "../verify/options.js";
import { verify as verifyWebhook } from "../verify/verify.js";
import type { Command, CommandOption } from "./command.js";

export const verify: Command = {
  name: "verify",
  usage: "verify URL",
  summary: "say whether a webhook in any language keeps the protocol",
  takesRawArguments: true,
  options: Object.fromEntries(
    Object.entries(verifyOptions).map(([name, { type }]): [string, CommandOption] => [name, { type, meaning: name }]),
  ),
  run: ({ terminal }, { positionals }) => verifyWebhook(positionals, terminal),
};
