import { verifyOptions } from "../../verify/options.js";
import type { Command, CommandOption } from "../command.js";
import { loadSecondFile } from "../load-second-file.js";

export const verify: Command = {
  name: "verify",
  takes: "URL",
  summary: "say whether a webhook in any language keeps the protocol",
  takesRawArguments: true,
  options: Object.fromEntries(
    Object.entries(verifyOptions).map(([name, { type }]): [string, CommandOption] => [name, { type, meaning: name }]),
  ),
  run: async ({ terminal }, { positionals }) => (await loadSecondFile()).verify(positionals, terminal),
};
