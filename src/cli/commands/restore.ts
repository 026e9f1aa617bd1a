import { resolve } from "node:path";
import { readConfig, type Config } from "../../config.js";
import { readBackup } from "../../backup/backup-file.js";
import { UnusableBackupError } from "../../backup/backup-lines.js";
import { checkBackup, restoreBackup, type CheckedBackup, type Restored } from "../../backup/restore.js";
import { knownPassphrase } from "../backup-passphrase.js";
import type { Command, CommandArguments, CommandContext, CommandResult } from "../command.js";
import { linesText } from "../terminal-text.js";
import { holdings, standing } from "./backup.js";

export const restore: Command = {
  name: "restore",
  takes: "FILE",
  summary: "make the data folder of a backup; all is opened first",
  details:
    "The server must be stopped, and DATA_DIR empty. What was signed before the restore is refused after it, used or not. The\nkey is where the settings say, or in the backup.\n",
  options: {
    check: { type: "boolean", meaning: "open everything in it and change nothing" },
    replace: { type: "boolean", meaning: "move what is in DATA_DIR aside, to DATA_DIR.replaced-1" },
  },
  run: (context, args) =>
    runRestore(context, args).catch((error: unknown) => {
      if (!(error instanceof UnusableBackupError)) throw error;
      context.terminal.printError(`tokenvault-webhook: ${error.message}\n`);
      return 1;
    }),
};

async function runRestore(context: CommandContext, args: CommandArguments): Promise<CommandResult> {
  const { surroundings, terminal } = context;
  const config = readConfig(context.environment);
  const path = resolve(args.positionals[0] ?? "");
  const backup = readBackup(terminal.readFile(path));
  const passphrase = backup.needsPassphrase ? await knownPassphrase(context) : undefined;
  const checked = await checkBackup(config, surroundings.disk, backup, passphrase);
  const isCheck = args.values["check"] === true;
  const restored = isCheck
    ? undefined
    : await restoreBackup(config, surroundings, checked, args.values["replace"] === true);
  return {
    json: {
      ...checked.summary,
      locked: checked.summary.locked || restored?.keptLock !== undefined,
      restored: restored !== undefined,
      ...restored,
    },
    text: restored ? describeRestored(checked, restored, config) : describeChecked(checked),
  };
}

function describeChecked({ summary, newKey }: CheckedBackup): string {
  return linesText([
    `The backup is whole: ${holdings(summary)}, each opened once; the webhook is ${standing(summary)}.`,
    newKey
      ? `Its own key opens it; a restore would write that to ${newKey.file.path}.`
      : "The key of the settings opens it.",
    "Nothing was changed.",
  ]);
}

function describeRestored({ summary, newKey }: CheckedBackup, restored: Restored, { adminSecret }: Config): string {
  const { folder, replaced, keptLock } = restored;
  return linesText([
    `${folder} holds ${holdings(summary)}.`,
    newKey && `The key of the backup is in ${newKey.file.path}.`,
    replaced !== undefined && `What was there before is in ${replaced}; remove it when all is well.`,
    summary.bound
      ? "It is bound as it was. If you have bound it anew since the backup, open /bind once more."
      : "It is not bound: open /bind when it runs.",
    (summary.locked || keptLock !== undefined) &&
      `It is locked, ${lockReasons[keptLock ?? "in the backup"]}: \`tokenvault-webhook unlock\` ends that.`,
    "What was signed before now is refused: tickets that were on their way must be issued again.",
    !adminSecret && "The admin secret is as it is on this machine; it was not in the backup.",
  ]);
}

const lockReasons = {
  "in the backup": "as it was",
  "was locked": "as what was there before is",
  "cannot be read": "since what was there before cannot be read and may have been",
};
