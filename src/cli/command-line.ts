import { protocolVersion } from "../../generated/operations.js";
import { StartError } from "../platform/errors.js";
import { flags, parseArguments } from "./command-arguments.js";
import type { Command, CommandContext, CommandResult, ExitCode } from "./command.js";
import { commandHelp, helpText, settingsHelp } from "./help.js";
import { nearestWord } from "./nearest-word.js";
import { printConfig } from "./print-config.js";
import { jsonText } from "./terminal-text.js";

const flagOfWord = new Map([
  ["-h", "--help"],
  ["help", "--help"],
  ["-V", "--version"],
]);

/** Runs what was typed. Returns the exit code. @throws StartError when it cannot run */
export async function runCommandLine(
  [word = "serve", ...rest]: readonly string[],
  context: CommandContext,
  commands: readonly Command[],
): Promise<ExitCode> {
  const flag = flagOfWord.get(word) ?? word;
  if (flag === "--help") return print(context, { text: helpOn(rest, commands) });
  if (flags.includes(flag)) return runFlag(flag, rest, context);
  const command = find(word, commands);
  const args = parseArguments(command, rest);
  if (args.values["help"] === true) return print(context, { text: commandHelp(command) });
  const result = await command.run(context, args);
  return typeof result === "number" ? result : print(context, result, args.values["json"] === true);
}

const version: CommandResult = {
  json: { name: "tokenvault-webhook", protocolVersion },
  text: `tokenvault-webhook, protocol ${protocolVersion}\n`,
};

async function runFlag(flag: string, rest: readonly string[], context: CommandContext): Promise<ExitCode> {
  if (rest.some((word) => word !== "--json")) throw new StartError(`${flag} takes --json at most. Try --help.`);
  if (flag === "--help-settings") return print(context, { text: settingsHelp() });
  return print(context, flag === "--print-config" ? await printConfig(context) : version, rest.length > 0);
}

function helpOn([topic, ...others]: readonly string[], commands: readonly Command[]): string {
  if (others.length > 0) throw new StartError("--help takes one topic at most. Try --help.");
  if (topic === undefined) return helpText(commands);
  return topic === "settings" ? settingsHelp() : commandHelp(find(topic, commands));
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

function print({ terminal }: CommandContext, { json, text, exitCode = 0 }: CommandResult, isJson = false): ExitCode {
  terminal.print(isJson ? `${jsonText(json, 2)}\n` : text);
  return exitCode;
}
