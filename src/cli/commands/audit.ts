import { resolve } from "node:path";
import { readConfig } from "../../config.js";
import { StartError } from "../../platform/errors.js";
import { readAuditLog, readAuditHead, verifyAuditLog } from "../../audit/audit-log.js";
import { printResult, type Command, type CommandArguments, type CommandContext } from "../command.js";
import { jsonText } from "../terminal-text.js";

/** Reads the audit log's files, whether a server runs or not. */
export const audit: Command = {
  name: "audit",
  usage: "audit [NAME=VALUE …]",
  summary: "print the audit log; `audit verify` checks it",
  details:
    "audit NAME=VALUE … prints the lines in which each NAME has that VALUE, such as service=github.\naudit verify finds a changed or missing line; exit code 1 when there is one.\n",
  options: { limit: { type: "string", value: "N", meaning: "print the last N lines only" } },
  async run(context, args) {
    const { disk } = context.surroundings;
    const folder = resolve(readConfig(context.environment).dataDir);
    if (!(await disk.exists(folder))) throw new StartError("The data folder does not exist; check DATA_DIR.");
    const { positionals } = args;
    if (positionals[0] === "verify" && positionals.length === 1) return verifyAudit(context, args, folder);
    return printAudit(context, args, folder);
  },
};

/** Prints the lines that have each of the given values. */
async function printAudit(context: CommandContext, args: CommandArguments, folder: string): Promise<number> {
  const filters = args.positionals.map((argument) => /^([a-zA-Z]+)=(.*)$/.exec(argument));
  if (!filters.every((filter) => filter !== null))
    throw new StartError("audit takes `verify`, or filters such as service=github. Try audit --help.");
  const count = limitOf(args);
  const lines = (await readAuditLog(context.surroundings.disk, folder))
    .filter((line) => filters.every(([, name = "", value]) => String(line[name]) === value))
    .slice(count === undefined ? 0 : -count)
    .map(({ prev: _prev, ...fields }) => fields);
  return printResult(context, args, { json: { lines }, text: lines.map((line) => `${jsonText(line)}\n`).join("") });
}

function limitOf({ values }: CommandArguments): number | undefined {
  const limit = values["limit"];
  if (limit === undefined) return undefined;
  if (typeof limit === "string" && /^[1-9][0-9]{0,8}$/.test(limit)) return Number(limit);
  throw new StartError("--limit must be a whole number from 1. Try audit --help.");
}

async function verifyAudit(context: CommandContext, args: CommandArguments, folder: string): Promise<number> {
  const { disk } = context.surroundings;
  const broken = (problem: string): number => {
    printResult(context, args, { json: { whole: false, problem }, text: `The audit log is broken: ${problem}\n` });
    return 1;
  };
  const lines = await readAuditLog(disk, folder).catch((error: unknown) => {
    if (error instanceof StartError) return error;
    throw error;
  });
  if (lines instanceof StartError) return broken(lines.message);
  const found = verifyAuditLog(lines, await readAuditHead(disk, folder));
  if (found) return broken(`line ${String(found.n)} ${found.problem}.`);
  const last = lines.at(-1)?.n ?? 0;
  return printResult(context, args, {
    json: { whole: true, lines: lines.length, last },
    text: `The audit log is whole: ${String(lines.length)} lines, the last is ${String(last)}.\n`,
  });
}
