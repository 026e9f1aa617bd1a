import { parseArgs } from "node:util";
import { levels, type Level } from "./check.js";
import { CannotVerify } from "./check-errors.js";

export interface VerifyOptions {
  readonly url: URL;
  readonly code?: string;
  readonly adminSecret?: string;
  readonly secret?: string;
  readonly level: Level;
  /** A bound webhook that gives registrations to strangers may be bound to the run. */
  readonly rebind: boolean;
  readonly only?: string;
  readonly readOnly: boolean;
  readonly slow: boolean;
  readonly json: boolean;
  /** A file for JUnit's XML. */
  readonly junit?: string;
  readonly upstreamPort: number;
  readonly upstreamUrl?: string;
}

export const verifyHelp = `Usage: tokenvault-webhook verify URL [options]

Plays Token Vault, a browser and an agent against the webhook at URL, in any language, and says what does not hold.
It writes only under keys that begin with verify-, and removes them.

  --level LEVEL       how much is asked (security when absent):
                      protocol: what Token Vault, an agent and a browser need in order to work with it
                      security: that, and what Token Vault's security page and known attacks ask of it
                      strict: that, and what llm.txt promises beyond
  --secret BASE64     the shared secret of a webhook that is bound
  --code CODE         the code of a registration: binds the webhook to this run
  --admin-secret S    asks for a registration with it: binds the webhook to this run
                      (without one of the three /v1/register-url is asked, as a fresh webhook allows from this machine;
                      - as value reads it from standard input. What was bound to Token Vault must be bound again after.)
  --rebind            binds a webhook to this run that is bound and gives a registration to strangers all the same
  --read-only         writes nothing; needs --secret
  --only NAMES        groups or checks, separated by commas; a check that is named is of any level
  --list              prints every check and what it proves
  --json              prints the result as JSON
  --junit FILE        writes it as JUnit's XML too
  --upstream-port N   where the upstream that the webhook is made to call listens on 127.0.0.1; allow it there
  --upstream-url URL  how the webhook reaches that upstream, when it runs elsewhere
  --slow              also what takes half a minute
  --help              prints this

Exit codes: 0 everything of the level and below holds, 1 some does not, 2 it could not run.
`;

/** Options for parseArgs; `verifyHelp` explains each. */
export const verifyOptions = {
  code: { type: "string" },
  "admin-secret": { type: "string" },
  secret: { type: "string" },
  level: { type: "string", default: "security" },
  rebind: { type: "boolean", default: false },
  only: { type: "string" },
  junit: { type: "string" },
  "upstream-port": { type: "string" },
  "upstream-url": { type: "string" },
  "read-only": { type: "boolean", default: false },
  slow: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  list: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** @throws CannotVerify with a sentence; what was passed is not repeated, since it may be a secret */
export function readVerifyOptions(args: readonly string[], readStdin: () => string): VerifyOptions | "list" | "help" {
  const { values, positionals } = parse(args);
  if (values.help) return "help";
  if (values.list) return "list";
  const [address, ...others] = positionals;
  if (address === undefined || others.length > 0)
    throw new CannotVerify("verify takes one address. Try verify --help.");
  const text = (value: string | undefined): string | undefined => (value === "-" ? readStdin().trim() : value);
  const [code, adminSecret, secret] = [text(values.code), text(values["admin-secret"]), text(values.secret)];
  if ([code, adminSecret, secret].filter((one) => one !== undefined).length > 1)
    throw new CannotVerify("Pass one of --code, --admin-secret and --secret.");
  if (values["read-only"] && secret === undefined)
    throw new CannotVerify("--read-only needs --secret: to bind the webhook is to change it.");
  return {
    url: webAddress(address, "The address"),
    level: levelOf(values.level),
    rebind: values.rebind,
    readOnly: values["read-only"],
    slow: values.slow,
    json: values.json,
    upstreamPort: portOf(values["upstream-port"]),
    ...(code !== undefined && { code }),
    ...(adminSecret !== undefined && { adminSecret }),
    ...(secret !== undefined && { secret }),
    ...(values.only !== undefined && { only: values.only }),
    ...(values.junit !== undefined && { junit: values.junit }),
    ...(values["upstream-url"] !== undefined && {
      upstreamUrl: webAddress(values["upstream-url"], "--upstream-url").href,
    }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: verifyOptions });
  } catch (error) {
    throw new CannotVerify("verify does not know one of these options, or it lacks its value. Try verify --help.", {
      cause: error,
    });
  }
}

function webAddress(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
  if (!isPlain) throw new CannotVerify(`${what} must be an http or https URL without a query or a user name.`);
  return url;
}

function levelOf(text: string): Level {
  const level = levels.find((one) => one === text);
  if (!level) throw new CannotVerify(`--level must be ${levels.join(", ").replace(/, (?=\w+$)/, " or ")}.`);
  return level;
}

function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new CannotVerify("--upstream-port must be a port number.");
}
