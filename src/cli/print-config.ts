import { resolve } from "node:path";
import { readConfig, settings, type Setting } from "../config.js";
import { keySource } from "../keys/key-source.js";
import type { CommandContext, CommandResult } from "./command.js";

/** Every setting in force, a NAME=value a line; a secret only as being set. @throws StartError for a bad one */
export async function printConfig({ environment, surroundings }: CommandContext): Promise<CommandResult> {
  const config = readConfig(environment);
  const key = await keySource(surroundings.disk, config, resolve(config.dataDir));
  const { variables } = environment;
  const isSet = (name: string): boolean => Boolean(variables[name]?.trim());
  const valueOf = ({ name, default: value, isSecret }: Setting): string => {
    if (isSecret) return isSet(name) || isSet(`${name}_FILE`) ? "[set]" : "";
    if (isSet(name)) return variables[name]?.trim() ?? "";
    // The file depends on other settings.
    if (name === "KEY_FILE") return config.seed ? "" : key.name;
    return value;
  };
  const values = settings.map((setting) => [setting.name, valueOf(setting)] as const);
  return { json: Object.fromEntries(values), text: values.map(([name, value]) => `${name}=${value}\n`).join("") };
}
