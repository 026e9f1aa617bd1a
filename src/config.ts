import { AddressList, loopbackRanges } from "./platform/ip-address.js";
import { StartError } from "./platform/errors.js";
import { isRecord } from "./platform/encoding.js";
import { Secret } from "./platform/secret.js";

/** An OAuth client of the owner's own; secrets go to `tokenUrl` and nowhere else. */
export interface OAuthProvider {
  readonly clientId: string;
  /** Undefined for a public client (RFC 6749, section 2.1). */
  readonly clientSecret: Secret | undefined;
  readonly tokenUrl: string;
}

/** A setting as the environment names it. */
export interface Setting<Name extends string = string, Value = unknown> {
  readonly name: Name;
  /** Shown as it would be written. */
  readonly default: string;
  readonly meaning: string;
  /** A secret can come as NAME_FILE, a file that holds it. */
  readonly isSecret?: true;
  /** @throws StartError */
  readonly parse: (text: string | undefined) => Value;
}

/** @throws StartError with a sentence that names the variable; a value is never repeated */
type Parser<Value> = (text: string, name: string) => Value;

/** Every setting, under the name of its value in Config. */
const table = {
  port: setting("PORT", "8080", wholeNumber(0, 65_535), "TCP port to listen on; 0 takes a free one."),
  host: setting("HOST", "127.0.0.1", String, "Address to listen on; 0.0.0.0 is every interface."),
  dataDir: setting("DATA_DIR", "./data", String, "Folder of the encrypted credentials."),
  keyFile: optional(
    "KEY_FILE",
    String,
    "File of the encryption key, apart from the data; also $CREDENTIALS_DIRECTORY/tokenvault-webhook-key.",
    "keys.json in DATA_DIR with -keys added",
  ),
  keyPassphrase: secret(
    "KEY_PASSPHRASE",
    asSecret,
    "Passphrase of the key file, of 12 characters or more; one that is made or rotated is put under it.",
  ),
  externalUrl: optional("WEBHOOK_EXTERNAL_URL", origin, "This webhook's public address, as Token Vault will call it."),
  frontendUrl: setting(
    "TOKENVAULT_FRONTEND_URL",
    "https://tokenvault.uk",
    origin,
    "Token Vault's frontend, where binding is completed.",
  ),
  tokenVaultIps: setting(
    "TOKENVAULT_IP",
    "34.12.35.243",
    addresses,
    "Token Vault's addresses, comma-separated; refused where credentials are stored or fetched.",
  ),
  denyIps: setting("DENY_IPS", "", addresses, "More addresses or CIDR ranges to refuse there, comma-separated."),
  trustedProxies: setting(
    "TRUSTED_PROXIES",
    loopbackRanges.join(","),
    (text, name) => new AddressList(addresses(text, name)),
    "Addresses or CIDR ranges whose X-Forwarded-For, -Host and -Proto count.",
  ),
  adminSecret: secret(
    "TV_ADMIN_SECRET",
    longSecret,
    "The owner's secret, of 16 characters or more, for binding again.",
    "made at the first start",
  ),
  seed: secret(
    "TV_WEBHOOK_SEED",
    asSecret,
    "Derives the key, the shared secret and the webhook's id, always the same; 16 characters or more.",
  ),
  oauthProviders: secret(
    "OAUTH_PROVIDERS_JSON",
    oauthProviders,
    "Your OAuth clients: {provider: {clientId, clientSecret, tokenUrl}}.",
    "{}",
  ),
  allowPrivateHosts: setting(
    "ALLOW_PRIVATE_HOSTS",
    "",
    hostsWithPorts,
    "host:port list, comma-separated, that proxy and refresh may reach although private, also over http.",
  ),
  refreshAheadSeconds: setting(
    "REFRESH_AHEAD_SECONDS",
    "0",
    wholeNumber(0, 86_400),
    "Refresh tokens of your own OAuth clients this long before they expire; 0 waits for Token Vault to ask.",
  ),
  proxyHosts: setting(
    "PROXY_HOSTS",
    "pin",
    oneOf("pin", "listed", "any"),
    "pin: a service's first host, and those you allow; listed: only those you list or allow; any: no rule.",
  ),
  auditMaxEvents: setting(
    "AUDIT_MAX_EVENTS",
    "100000",
    wholeNumber(0, 1_000_000),
    "How many of Token Vault's audit events are kept; the oldest go.",
  ),
  auditMaxAgeDays: setting("AUDIT_MAX_AGE_DAYS", "400", wholeNumber(0, 36_500), "How many days they are kept."),
  ticketMaxLifetimeSeconds: setting(
    "TICKET_MAX_LIFETIME_SECONDS",
    "900",
    wholeNumber(1, 86_400),
    "Tickets that live longer are refused.",
  ),
  rateLimitPerMinute: setting(
    "TV_RATE_LIMIT_PER_MINUTE",
    "6000",
    wholeNumber(0, 1_000_000),
    "Requests a minute from one address, and a tenth of it failed authentications; 0 is off.",
  ),
  logLevel: setting("LOG_LEVEL", "info", oneOf("debug", "info", "warn", "error"), "debug, info, warn or error."),
};

/** Every setting, in the order of --help-settings. */
export const settings = Object.values(table);

type Values = { readonly [Key in keyof typeof table]: ReturnType<(typeof table)[Key]["parse"]> };

export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Reads a NAME_FILE; undefined when it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
}

export type Config = Readonly<ReturnType<typeof readConfig>>;

/** @throws StartError with a sentence that names the variable; a value is never repeated */
export function readConfig(environment: Environment) {
  const read = Object.entries(table).map(([key, { name, isSecret, parse }]: [string, Setting]) => [
    key,
    parse(isSecret ? readSecret(environment, name) : direct(environment, name)),
  ]);
  const { tokenVaultIps, denyIps, auditMaxEvents, auditMaxAgeDays, ...values } = Object.fromEntries(read) as Values;
  return {
    ...values,
    deniedAddresses: new AddressList([...tokenVaultIps, ...denyIps]),
    oauthProviders: values.oauthProviders ?? new Map<string, OAuthProvider>(),
    auditRetention: { maxEvents: auditMaxEvents, maxAgeDays: auditMaxAgeDays },
    /** Set by the service manager: systemd's LoadCredential=. */
    credentialsDirectory: direct(environment, "CREDENTIALS_DIRECTORY"),
  };
}

/** The rule of the hosts that the proxy may send a credential to; see vault/service-hosts.ts. */
export type HostRule = Config["proxyHosts"];

/** The beginning of names that are ours alone. */
export const ownPrefix = /^(?:TV|TOKENVAULT|WEBHOOK)_/;

function isSetting(name: string): boolean {
  return settings.some((row: Setting) => row.name === name || (row.isSecret && `${row.name}_FILE` === name));
}

/** Names that look like ours and are not: a setting that is misspelt would otherwise be silently without effect. */
export function unknownSettings({ variables }: Environment): string[] {
  return Object.keys(variables).filter((name) => (ownPrefix.test(name) || isBeginning(name)) && !isSetting(name));
}

/** Tells REFRESH_AHEAD, where REFRESH_AHEAD_SECONDS is meant; a single word can be any program's. */
function isBeginning(name: string): boolean {
  return name.includes("_") && settings.some((row: Setting) => row.name.startsWith(`${name}_`));
}

function direct({ variables }: Environment, name: string): string | undefined {
  return variables[name]?.trim() || undefined;
}

/** Reads NAME, or the file that NAME_FILE names. @throws StartError where both are set, or the file cannot be read */
export function readSecret(environment: Environment, name: string): string | undefined {
  const value = direct(environment, name);
  const path = environment.variables[`${name}_FILE`];
  if (!path) return value;
  if (value !== undefined) throw bad(`${name}_FILE`, `and ${name} are both set; set one of them`);
  const content = environment.readFile(path)?.trim();
  if (!content)
    throw bad(
      `${name}_FILE`,
      "names a file that is empty, is no text in UTF-8 or cannot be read, or no regular file of at most 1 MiB",
    );
  return content;
}

/** A setting that has the default where it is not set. */
function setting<Name extends string, Value>(
  name: Name,
  unset: string,
  parse: Parser<Value>,
  meaning: string,
): Setting<Name, Value> {
  return { name, default: unset, meaning, parse: (text = unset) => parse(text, name) };
}

/** A setting that may be left undefined; `unset` says in words what happens then. */
function optional<Name extends string, Value>(name: Name, parse: Parser<Value>, meaning: string, unset = "") {
  return {
    ...setting(name, unset, parse, meaning),
    parse: (text?: string) => (text === undefined ? undefined : parse(text, name)),
  };
}

function secret<Name extends string, Value>(name: Name, parse: Parser<Value>, meaning: string, unset = "") {
  return { ...optional(name, parse, meaning, unset), isSecret: true } as const;
}

function asSecret(text: string): Secret {
  return new Secret(text);
}

function longSecret(text: string, name: string): Secret {
  if (text.length < 16) throw bad(name, "must have 16 characters or more");
  return new Secret(text);
}

function wholeNumber(min: number, max: number): Parser<number> {
  return (text, name) => {
    const number = /^[0-9]{1,7}$/.test(text) ? Number(text) : NaN;
    if (!(number >= min && number <= max))
      throw bad(name, `must be a whole number from ${String(min)} to ${String(max)}`);
    return number;
  };
}

function oneOf<Word extends string>(...words: readonly Word[]): Parser<Word> {
  return (text, name) => {
    const word = words.find((each) => each === text);
    if (word === undefined) throw bad(name, `must be ${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`);
    return word;
  };
}

function origin(text: string, name: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`)
    throw bad(name, "must be an address such as https://hook.example.org, without a path");
  return url.origin;
}

function addresses(text: string, name: string): readonly string[] {
  try {
    const entries = list(text);
    new AddressList(entries);
    return entries;
  } catch {
    throw bad(name, "must be IP addresses or CIDR ranges, separated by commas");
  }
}

function hostsWithPorts(text: string, name: string): ReadonlySet<string> {
  const entries = list(text.toLowerCase());
  const isGood = (entry: string): boolean =>
    Number(/^(?:\[[0-9a-f:.]+\]|[^\s:/@[\]]+):([0-9]{1,5})$/.exec(entry)?.[1] ?? NaN) <= 65_535;
  if (!entries.every(isGood)) throw bad(name, "must be host:port entries, separated by commas");
  return new Set(entries);
}

function oauthProviders(text: string, name: string): ReadonlyMap<string, OAuthProvider> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw bad(name, "is not JSON");
  }
  if (!isRecord(parsed)) throw bad(name, "must be a JSON object");
  return new Map(Object.entries(parsed).map(([provider, value]) => [provider, oauthProvider(value, name)]));
}

function oauthProvider(value: unknown, name: string): OAuthProvider {
  const { clientId, clientSecret: givenSecret, tokenUrl } = isRecord(value) ? value : {};
  const clientSecret = givenSecret ?? "";
  if (typeof clientId !== "string" || typeof clientSecret !== "string" || typeof tokenUrl !== "string" || !clientId)
    throw bad(
      name,
      "must give each provider a clientId, a tokenUrl and, unless it is public, a clientSecret, all texts",
    );
  if (!URL.canParse(tokenUrl) || !/^https?:$/.test(new URL(tokenUrl).protocol))
    throw bad(name, "has a tokenUrl that is not an https address");
  return { clientId, clientSecret: clientSecret.trim() === "" ? undefined : new Secret(clientSecret), tokenUrl };
}

function list(text: string): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

function bad(name: string, problem: string): StartError {
  return new StartError(`${name} ${problem}.`);
}
