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

/** The arguments in a command's usage, as they are written there. */
function argumentWords({ usage }: Command): {
  readonly words: readonly string[];
  readonly min: number;
  readonly max: number;
} {
  const words = usage.split(" ").slice(1);
  const required = words.filter((word) => /^[A-Z]+$/.test(word));
  return { words, min: required.length, max: usage.includes("…") ? Infinity : words.length };
}

/** @throws StartError with a sentence that never repeats what was typed, since it may be a secret in the wrong place */
export function parseArguments(command: Command, args: readonly string[]): CommandArguments {
  if (command.takesRawArguments) return { positionals: args, values: {} };
  const options = optionsOf(command);
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const positionals: string[] = [];
  const values: Record<string, string | boolean> = {};
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind === "option") values[token.name] = optionValue(command, token);
  }
  if (values["help"] !== true) requireCount(command, positionals.length);
  return { positionals, values };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function optionValue(command: Command, { name, value, inlineValue }: OptionToken): string | boolean {
  const options = optionsOf(command);
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (!option) {
    const near = nearestWord(name, Object.keys(options));
    const hint = near === undefined ? "." : `; did you mean --${near}?`;
    throw new StartError(`${command.name} has no such option${hint} ${tryHelp(command)}`);
  }
  if (option.type === "boolean") {
    if (value !== undefined) throw new StartError(`--${name} takes no value. ${tryHelp(command)}`);
    return true;
  }
  // A word with a dash is more likely the next option than a value.
  if (value === undefined || (inlineValue !== true && /^-./.test(value))) {
    throw new StartError(`--${name} needs a value. ${tryHelp(command)}`);
  }
  return value;
}

function requireCount(command: Command, count: number): void {
  const { words, min, max } = argumentWords(command);
  if (count >= min && count <= max) return;
  const takes =
    words.length === 0 ? "no arguments; settings come from the environment" : words.join(" ").replace(/^\[|\]$/g, "");
  throw new StartError(`${command.name} takes ${takes}. ${tryHelp(command)}`);
}

function tryHelp({ name }: Command): string {
  return `Try ${name} --help.`;
}
