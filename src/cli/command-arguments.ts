import { parseArgs } from "node:util";
import { StartError } from "../platform/errors.js";
import type { Command, CommandArguments, CommandOption } from "./command.js";
import { nearestWord } from "./nearest-word.js";

/** Stand in a command's place. */
export const flags: readonly string[] = ["--help", "--help-settings", "--print-config", "--version"];

const everyCommands: Readonly<Record<string, CommandOption>> = {
  json: { type: "boolean", meaning: "print the result as one JSON document" },
  help: { type: "boolean", short: "h", meaning: "show this" },
};

/** A command's own options, and every command's. */
export function optionsOf({ options = {} }: Command): Readonly<Record<string, CommandOption>> {
  return { ...options, ...everyCommands };
}

/** @throws StartError with a sentence that never repeats what was typed, since it may be a secret in the wrong place */
export function parseArguments(command: Command, args: readonly string[]): CommandArguments {
  if (command.takesRawArguments) return { positionals: args, values: {} };
  const options = optionsOf(command);
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const positionals = tokens.flatMap((token) => (token.kind === "positional" ? token.value : []));
  const given = tokens.filter((token) => token.kind === "option");
  const values = Object.fromEntries(
    given.map(({ name, value, inlineValue }) => [name, optionValue(command, name, value, inlineValue)]),
  );
  if (values["help"] !== true) requireCount(command, positionals.length);
  return { positionals, values };
}

function optionValue(command: Command, name: string, value?: string, isInline = false): string | boolean {
  const options = optionsOf(command);
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (!option) {
    throw refusal(command, `${command.name} has no such option${meant(nearestWord(name, Object.keys(options)), "--")}`);
  }
  if (option.type === "boolean") {
    if (value !== undefined) throw refusal(command, `--${name} takes no value.`);
    return true;
  }
  // A word with a dash is more likely the next option than a value.
  if (value === undefined || (!isInline && /^-./.test(value))) throw refusal(command, `--${name} needs a value.`);
  if (option.oneOf?.includes(value) === false)
    throw refusal(command, `--${name} takes no such value${meant(nearestWord(value, option.oneOf))}`);
  return value;
}

/** Counts against what the command takes: words in capitals must be there, and … allows more. */
function requireCount(command: Command, count: number): void {
  const { name, takes = "" } = command;
  const words = takes.match(/\S+/g) ?? [];
  const min = words.filter((word) => /^[A-Z]+$/.test(word)).length;
  if (count >= min && (count <= words.length || takes.includes("…"))) return;
  const what = takes.replace(/^\[|\]$/g, "") || "no arguments; settings come from the environment";
  throw refusal(command, `${name} takes ${what}.`);
}

function meant(near: string | undefined, dashes = ""): string {
  return near === undefined ? "." : `; did you mean ${dashes}${near}?`;
}

function refusal({ name }: Command, sentence: string): StartError {
  return new StartError(`${sentence} Try ${name} --help.`);
}
