import { resolve } from "node:path";
import { readConfig } from "../../config.js";
import type { Disk } from "../../files/disk.js";
import { StartError } from "../../platform/errors.js";
import { readAuditLog, readAuditHead, verifyAuditLog } from "../../audit/audit-log.js";
import type { Command, CommandArguments, CommandResult } from "../command.js";
import { jsonText } from "../terminal-text.js";

/** Reads the audit log's files, whether a server runs or not. */
export const audit: Command = {
  name: "audit",
  takes: "[NAME=VALUE …]",
  summary: "print the audit log; `audit verify` checks it",
  details:
    "audit NAME=VALUE … prints the lines in which each NAME has that VALUE, such as service=github.\naudit verify finds a changed or missing line; exit code 1 when there is one.\n",
  options: { limit: { type: "string", value: "N", meaning: "print the last N lines only" } },
  async run(context, args) {
    const { disk } = context.surroundings;
    const folder = resolve(readConfig(context.environment).dataDir);
    if (!(await disk.exists(folder)))
      throw new StartError(`The data folder ${JSON.stringify(folder)} does not exist; check DATA_DIR.`);
    const isVerify = args.positionals.join(" ") === "verify";
    return isVerify ? verifyAudit(disk, folder) : selectLines(args, disk, folder);
  },
};

/** The lines that have each of the given values. */
async function selectLines(args: CommandArguments, disk: Disk, folder: string): Promise<CommandResult> {
  const filters = args.positionals.map((argument) => /^([a-zA-Z]+)=(.*)$/.exec(argument));
  if (!filters.every((filter) => filter !== null))
    throw new StartError("audit takes `verify`, or filters such as service=github. Try audit --help.");
  const count = limitOf(args);
  const lines = (await readAuditLog(disk, folder))
    .filter((line) => filters.every(([, name = "", value]) => String(line[name]) === value))
    .slice(count === undefined ? 0 : -count)
    .map(({ prev: _prev, ...fields }) => fields);
  return { json: { lines }, text: lines.map((line) => `${jsonText(line)}\n`).join("") };
}

function limitOf({ values }: CommandArguments): number | undefined {
  const limit = values["limit"];
  if (limit === undefined) return undefined;
  if (typeof limit === "string" && /^[1-9][0-9]{0,8}$/.test(limit)) return Number(limit);
  throw new StartError("--limit must be a whole number from 1. Try audit --help.");
}

async function verifyAudit(disk: Disk, folder: string): Promise<CommandResult> {
  try {
    const lines = await readAuditLog(disk, folder);
    const found = verifyAuditLog(lines, await readAuditHead(disk, folder));
    if (found) return broken(`line ${String(found.n)} ${found.problem}.`);
    const last = lines.at(-1)?.n ?? 0;
    return {
      json: { whole: true, lines: lines.length, last },
      text: `The audit log is whole: ${String(lines.length)} lines, the last is ${String(last)}.\n`,
    };
  } catch (error) {
    if (error instanceof StartError) return broken(error.message);
    throw error;
  }
}

function broken(problem: string): CommandResult {
  return { json: { whole: false, problem }, text: `The audit log is broken: ${problem}\n`, exitCode: 1 };
}
