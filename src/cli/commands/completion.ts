import { StartError } from "../../platform/errors.js";
import { flags, optionsOf } from "../command-arguments.js";
import type { Command } from "../command.js";

const program = "tokenvault-webhook";

type Script = (commands: readonly Command[]) => string;
const scripts: Readonly<Record<string, Script>> = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** The command that writes completions for all, itself among them. */
export function completionOf(commands: () => readonly Command[]): Command {
  return {
    name: "completion",
    takes: "SHELL",
    summary: "print what makes bash, zsh or fish complete commands",
    details: `bash: source <(${program} completion bash), in ~/.bashrc
zsh:  source <(${program} completion zsh), in ~/.zshrc after compinit
fish: ${program} completion fish > ~/.config/fish/completions/${program}.fish
`,
    run(_context, { positionals: [shell = ""] }) {
      const write = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
      if (!write) throw new StartError("completion takes one of bash, zsh and fish. Try completion --help.");
      const script = write(commands());
      return { json: { shell, script }, text: script };
    },
  };
}

/** The arguments that a command knows by name. */
const knownArguments: Readonly<Record<string, readonly string[]>> = {
  completion: Object.keys(scripts),
  audit: ["verify"],
};

function wordsAfter(command: Command): string {
  const options = Object.keys(optionsOf(command)).map((name) => `--${name}`);
  return [...(knownArguments[command.name] ?? []), ...options].join(" ");
}

function namesFile({ takes = "" }: Command): boolean {
  return /^(?:DIR|FILE)$/.test(takes);
}

function bashScript(commands: readonly Command[]): string {
  const first = [...commands.map(({ name }) => name), "help", ...flags].join(" ");
  const cases = commands.map(
    (command) => `      ${command.name}) words="${wordsAfter(command)}"${namesFile(command) ? " files=1" : ""} ;;`,
  );
  return `_tokenvault_webhook() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words="" files=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${first}"
  else
    case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
      help) words="settings ${commands.map(({ name }) => name).join(" ")}" ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ -n "$files" ] && [ "\${current#-}" = "$current" ]; then
    COMPREPLY+=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _tokenvault_webhook ${program}
`;
}

function zshScript(commands: readonly Command[]): string {
  const described = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary.replaceAll(":", "\\:")}`)}`);
  const cases = commands.map(
    (command) => `    ${command.name}) compadd -- ${wordsAfter(command)}${namesFile(command) ? "; _files" : ""} ;;`,
  );
  return `#compdef ${program}
_tokenvault_webhook() {
  local -a commands
  commands=(
${described.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    compadd -- help ${flags.join(" ")}
    return
  fi
  case "$words[2]" in
${cases.join("\n")}
    help) compadd -- settings ${commands.map(({ name }) => name).join(" ")} ;;
  esac
}
compdef _tokenvault_webhook ${program}
`;
}

function fishScript(commands: readonly Command[]): string {
  const lines = commands.flatMap((command) => {
    const inCommand = `complete -c ${program} -n '__fish_seen_subcommand_from ${command.name}'`;
    return [
      `complete -c ${program} -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.summary)}`,
      ...(namesFile(command) ? [`${inCommand} -F`] : []),
      ...(knownArguments[command.name] ?? []).map((word) => `${inCommand} -a ${word}`),
      ...Object.entries(optionsOf(command)).map(
        ([name, { type, meaning }]) => `${inCommand} -l ${name}${type === "string" ? " -r" : ""} -d ${quoted(meaning)}`,
      ),
    ];
  });
  return `complete -c ${program} -f\n${lines.join("\n")}\n`;
}

/** For the shell: as it stands, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
