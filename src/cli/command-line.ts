import { protocolVersion } from "../../generated/operations.js";
import { StartError } from "../platform/errors.js";
import { flags, parseArguments } from "./command-arguments.js";
import type { Command, CommandArguments, CommandContext } from "./command.js";
import { commandHelp, helpText, settingsHelp } from "./help.js";
import { nearestWord } from "./nearest-word.js";
import { printConfig } from "./print-config.js";

const flagOfWord: Readonly<Record<string, string>> = { "-h": "--help", help: "--help", "-V": "--version" };
const defaultCommand = "serve";

/** Runs what was typed. Returns the exit code. @throws StartError when it cannot run */
export async function runCommandLine(
  args: readonly string[],
  context: CommandContext,
  commands: readonly Command[],
): Promise<number> {
  const [word = defaultCommand, ...rest] = args;
  const flag = Object.hasOwn(flagOfWord, word) ? flagOfWord[word] : word;
  if (flag !== undefined && flags.includes(flag)) return runFlag(flag, rest, context, commands);
  const command = find(word, commands);
  const parsed = parseArguments(command, rest);
  if (parsed.values["help"] === true) return print(context, commandHelp(command));
  return command.run(context, parsed);
}

async function runFlag(
  flag: string,
  rest: readonly string[],
  context: CommandContext,
  commands: readonly Command[],
): Promise<number> {
  if (flag === "--help") return print(context, helpOn(rest, commands));
  const args = flagArguments(flag, rest);
  if (flag === "--help-settings") return print(context, settingsHelp());
  if (flag === "--print-config") return printConfig(context, args);
  return print(
    context,
    args.values["json"] === true
      ? `${JSON.stringify({ name: "tokenvault-webhook", protocolVersion })}\n`
      : `tokenvault-webhook, protocol ${protocolVersion}\n`,
  );
}

function helpOn([topic, ...others]: readonly string[], commands: readonly Command[]): string {
  if (others.length > 0) throw new StartError("--help takes one topic at most. Try --help.");
  if (topic === undefined) return helpText(commands);
  return topic === "settings" ? settingsHelp() : commandHelp(find(topic, commands));
}

function flagArguments(flag: string, rest: readonly string[]): CommandArguments {
  if (rest.some((word) => word !== "--json")) throw new StartError(`${flag} takes --json at most. Try --help.`);
  return { positionals: [], values: { json: rest.length > 0 } };
}

/** @throws StartError that names the nearest; what was typed is not repeated, since it may be a secret in the wrong place */
function find(word: string, commands: readonly Command[]): Command {
  const command = commands.find(({ name }) => name === word);
  if (command) return command;
  const names = commands.map(({ name }) => name);
  const near = nearestWord(word, [...names, "help", ...flags]);
  const hint = near === undefined ? "" : `did you mean ${near}? `;
  throw new StartError(`Unknown command; ${hint}${hint ? "The" : "the"} commands are ${names.join(", ")}. Try --help.`);
}

function print({ terminal }: CommandContext, text: string): number {
  terminal.print(text);
  return 0;
}
