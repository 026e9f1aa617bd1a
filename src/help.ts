import { settings, type Setting } from "./config.js";

/** What --help prints: the commands, and every setting with its default. */
export function helpText(): string {
  const lines = settings.map(
    ({ name, default: value, meaning }: Setting) => `  ${name.padEnd(28)}${meaning}${value ? ` [${value}]` : ""}`,
  );
  return `tokenvault-webhook: holds your credentials and hands them out as Token Vault allows.

Usage: tokenvault-webhook [serve | COMMAND | --help | --version]

  serve       run the server (the default)
  demo        play a whole round against a server of its own, in a temporary folder
  verify URL  say whether a webhook, in any language, keeps the protocol; \`verify --help\` has its options
  rotate-key  encrypt everything under a new key, while the server is stopped
  import DIR  take over a reference webhook's data folder, into a new DATA_DIR
  allow SERVICE HOST   let a service's credential be sent to one more host; *.HOST is its subdomains
  audit [NAME=VALUE …] print the record of every use; \`audit verify\` finds a changed or missing line

Settings come from the environment; a secret NAME can come as NAME_FILE, a file that holds it.

${lines.join("\n")}
`;
}
