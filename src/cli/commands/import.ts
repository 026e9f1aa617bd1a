import { readConfig } from "../../config.js";
import { importReferenceFolder } from "../../backup/import-folder.js";
import type { Command } from "../command.js";

export const importFolder: Command = {
  name: "import",
  takes: "DIR",
  summary: "take over a reference webhook's data into a new DATA_DIR",
  async run(context, { positionals: [from = ""] }) {
    const imported = await importReferenceFolder(readConfig(context.environment), context.surroundings, from);
    const text = `${String(imported)} documents were imported; nothing was changed in the folder they came from.\n`;
    return { json: { imported }, text };
  },
};
