import type { Environment } from "../config.js";
import type { Terminal } from "../platform/terminal.js";
import type { VaultSurroundings } from "../vault/open-vault.js";

export interface Command {
  readonly name: string;
  /** The arguments in capitals, "SERVICE HOST": those in brackets may be left out, and … allows more. */
  readonly takes?: string;
  /** For --help, whose lines have 80 columns: at most 56 characters, without a full stop. */
  readonly summary: string;
  /** More for `COMMAND --help`, ended by a line break. */
  readonly details?: string;
  /** Of its own; `json` and `help` are every command's. */
  readonly options?: Readonly<Record<string, CommandOption>>;
  /** It is given the arguments as they were typed, options too, and understands --json and --help itself. */
  readonly takesRawArguments?: true;
  /** Returns the result, or the exit code where all is printed already. @throws StartError when it could not run */
  run(context: CommandContext, args: CommandArguments): Promise<CommandResult | ExitCode> | CommandResult;
}

/** 0 done, 1 it ran and failed; what could not run is 2. */
export type ExitCode = number;

/** For a person the text, with --json the document; help has none. */
export interface CommandResult {
  readonly text: string;
  readonly json?: unknown;
  /** 0 where it is absent. */
  readonly exitCode?: ExitCode;
}

/** An option for node:util's parseArgs. */
export interface CommandOption {
  readonly type: "string" | "boolean";
  readonly short?: string;
  /** For --help. */
  readonly meaning: string;
  /** The name of a string's value in --help: "FILE". */
  readonly value?: string;
  /** The values that a string can have, where not any; --help lists them. */
  readonly oneOf?: readonly string[];
}

export interface CommandArguments {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
}

export interface CommandContext {
  /** Settings; for `readConfig`. */
  readonly environment: Environment;
  readonly surroundings: VaultSurroundings;
  readonly terminal: Terminal;
}
