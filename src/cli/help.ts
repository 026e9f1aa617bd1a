import { settings, type Setting } from "../config.js";
import { optionsOf } from "./command-arguments.js";
import type { Command } from "./command.js";

const usageColumns = 22;

/** The text of --help: the commands, on a screen of 24 lines and 80 columns. */
export function helpText(commands: readonly Command[]): string {
  const lines = commands.map((command) => `  ${usage(command).padEnd(usageColumns)}${command.summary}`);
  return `tokenvault-webhook: hands out your credentials as Token Vault allows.
Usage: tokenvault-webhook [COMMAND]

${lines.join("\n")}

COMMAND --help says more; --help-settings, --print-config, --version do so too.
`;
}

/** The text of COMMAND --help. */
export function commandHelp(command: Command): string {
  const { summary, details } = command;
  const options = Object.entries(optionsOf(command)).map(([name, { short, value, meaning }]) => ({
    words: `--${name}${value === undefined ? "" : ` ${value}`}${short === undefined ? "" : `, -${short}`}`,
    meaning,
  }));
  const choices = Object.values(optionsOf(command)).map(({ value = "", oneOf }) =>
    oneOf === undefined ? "" : `\n${value} is one of:\n${oneOf.map((word) => `  ${word}\n`).join("")}`,
  );
  const columns = Math.max(...options.map(({ words }) => words.length)) + 2;
  return `Usage: tokenvault-webhook ${usage(command)} [options]

${summary.charAt(0).toUpperCase()}${summary.slice(1)}.
${details === undefined ? "" : `\n${details}`}
${options.map(({ words, meaning }) => `  ${words.padEnd(columns)}${meaning}`).join("\n")}
${choices.join("")}`;
}

function usage({ name, takes }: Command): string {
  return takes === undefined ? name : `${name} ${takes}`;
}

/** The text of --help-settings: every setting with its default. */
export function settingsHelp(): string {
  const lines = settings.map(
    ({ name, default: value, meaning }: Setting) => `  ${name.padEnd(28)}${meaning}${value ? ` [${value}]` : ""}`,
  );
  return `Settings come from the environment, then from the file .env in the working directory, a NAME=value a line.
A secret NAME can come as NAME_FILE, a file that holds it. --print-config says what is in force.

${lines.join("\n")}
`;
}
