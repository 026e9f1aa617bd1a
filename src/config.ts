import { AddressList, loopbackRanges } from "./platform/ip-address.js";
import { StartError } from "./platform/errors.js";
import type { LogLevel } from "./platform/logger.js";
import { Secret } from "./platform/secret.js";

/** An OAuth client of the owner's own; secrets go to `tokenUrl` and nowhere else. */
export interface OAuthProvider {
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly tokenUrl: string;
}

/** Which hosts the proxy may send a credential to; see vault/service-hosts.ts. */
export type HostRule = "pin" | "listed" | "any";

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly keyFile: string | undefined;
  readonly keyPassphrase: Secret | undefined;
  /** Set by the service manager: systemd's LoadCredential=. */
  readonly credentialsDirectory: string | undefined;
  readonly externalUrl: string | undefined;
  readonly frontendUrl: string;
  readonly deniedAddresses: AddressList;
  readonly trustedProxies: AddressList;
  readonly adminSecret: Secret | undefined;
  readonly seed: Secret | undefined;
  readonly oauthProviders: ReadonlyMap<string, OAuthProvider>;
  readonly allowPrivateHosts: ReadonlySet<string>;
  readonly proxyHosts: HostRule;
  readonly refreshAheadSeconds: number;
  readonly auditRetention: { readonly maxEvents: number; readonly maxAgeDays: number };
  readonly ticketMaxLifetimeSeconds: number;
  readonly rateLimitPerMinute: number;
  readonly logLevel: LogLevel;
}

/** A setting as the environment names it. `default` is shown as it would be written. */
export interface Setting {
  readonly name: string;
  readonly default: string;
  readonly meaning: string;
  /** A secret can come as NAME_FILE, a file that holds it. */
  readonly isSecret?: true;
}

export const settings = [
  { name: "PORT", default: "8080", meaning: "TCP port to listen on; 0 takes a free one." },
  { name: "HOST", default: "127.0.0.1", meaning: "Address to listen on; 0.0.0.0 is every interface." },
  { name: "DATA_DIR", default: "./data", meaning: "Folder of the encrypted credentials." },
  {
    name: "KEY_FILE",
    default: "keys.json in DATA_DIR with -keys added",
    meaning: "File of the encryption key, apart from the data; also $CREDENTIALS_DIRECTORY/tokenvault-webhook-key.",
  },
  {
    name: "KEY_PASSPHRASE",
    default: "",
    meaning: "Passphrase of the key file; a key file that is made or rotated is put under it.",
    isSecret: true,
  },
  { name: "WEBHOOK_EXTERNAL_URL", default: "", meaning: "This webhook's public address, as Token Vault will call it." },
  {
    name: "TOKENVAULT_FRONTEND_URL",
    default: "https://tokenvault.uk",
    meaning: "Token Vault's frontend, where binding is completed.",
  },
  {
    name: "TOKENVAULT_IP",
    default: "34.12.35.243",
    meaning: "Token Vault's addresses, comma-separated; refused where credentials are stored or fetched.",
  },
  { name: "DENY_IPS", default: "", meaning: "More addresses or CIDR ranges to refuse there, comma-separated." },
  {
    name: "TRUSTED_PROXIES",
    default: loopbackRanges.join(","),
    meaning: "Addresses or CIDR ranges whose X-Forwarded-For, -Host and -Proto count.",
  },
  {
    name: "TV_ADMIN_SECRET",
    default: "made at the first start",
    meaning: "The owner's secret, of 16 characters or more, for binding again.",
    isSecret: true,
  },
  {
    name: "TV_WEBHOOK_SEED",
    default: "",
    meaning:
      "Derives the encryption key, the shared secret and the webhook's id; the same seed gives the same webhook.",
    isSecret: true,
  },
  {
    name: "OAUTH_PROVIDERS_JSON",
    default: "{}",
    meaning: "Your OAuth clients: {provider: {clientId, clientSecret, tokenUrl}}.",
    isSecret: true,
  },
  {
    name: "ALLOW_PRIVATE_HOSTS",
    default: "",
    meaning: "host:port list, comma-separated, that proxy and refresh may reach although private, also over http.",
  },
  {
    name: "REFRESH_AHEAD_SECONDS",
    default: "0",
    meaning: "Refresh tokens of your own OAuth clients this long before they expire; 0 waits for Token Vault to ask.",
  },
  {
    name: "PROXY_HOSTS",
    default: "pin",
    meaning: "pin: a service's first host, and those you allow; listed: only those you list or allow; any: no rule.",
  },
  {
    name: "AUDIT_MAX_EVENTS",
    default: "100000",
    meaning: "How many of Token Vault's audit events are kept; the oldest go.",
  },
  { name: "AUDIT_MAX_AGE_DAYS", default: "400", meaning: "How many days they are kept." },
  { name: "TICKET_MAX_LIFETIME_SECONDS", default: "900", meaning: "Tickets that live longer are refused." },
  {
    name: "TV_RATE_LIMIT_PER_MINUTE",
    default: "6000",
    meaning: "Requests a minute from one address, and a tenth of it failed authentications; 0 is off.",
  },
  { name: "LOG_LEVEL", default: "info", meaning: "debug, info, warn or error." },
] as const satisfies readonly Setting[];

type SettingName = (typeof settings)[number]["name"];
const minAdminSecretLength = 16;

export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Reads a NAME_FILE; undefined when it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
}

/** @throws StartError with a sentence that names the variable; a value is never repeated */
export function readConfig(environment: Environment): Config {
  const get = (name: SettingName): string | undefined => valueOf(environment, name);
  const secret = (name: SettingName): Secret | undefined => {
    const value = get(name);
    return value === undefined ? undefined : new Secret(value);
  };
  const adminSecret = secret("TV_ADMIN_SECRET");
  if (adminSecret && adminSecret.reveal().length < minAdminSecretLength)
    throw bad("TV_ADMIN_SECRET", "must have 16 characters or more");
  return {
    port: wholeNumber("PORT", get("PORT") ?? "8080", 65_535),
    host: get("HOST") ?? "127.0.0.1",
    dataDir: get("DATA_DIR") ?? "./data",
    keyFile: get("KEY_FILE"),
    keyPassphrase: secret("KEY_PASSPHRASE"),
    credentialsDirectory: environment.variables["CREDENTIALS_DIRECTORY"]?.trim() || undefined,
    externalUrl: origin("WEBHOOK_EXTERNAL_URL", get("WEBHOOK_EXTERNAL_URL")),
    frontendUrl: origin("TOKENVAULT_FRONTEND_URL", get("TOKENVAULT_FRONTEND_URL")) ?? "https://tokenvault.uk",
    deniedAddresses: deniedAddresses(get("TOKENVAULT_IP") ?? "34.12.35.243", get("DENY_IPS")),
    trustedProxies: addresses("TRUSTED_PROXIES", get("TRUSTED_PROXIES") ?? loopbackRanges.join(",")),
    adminSecret,
    seed: secret("TV_WEBHOOK_SEED"),
    oauthProviders: oauthProviders(get("OAUTH_PROVIDERS_JSON") ?? "{}"),
    allowPrivateHosts: new Set(list(get("ALLOW_PRIVATE_HOSTS")).map(hostAndPort)),
    refreshAheadSeconds: wholeNumber("REFRESH_AHEAD_SECONDS", get("REFRESH_AHEAD_SECONDS") ?? "0", 86_400),
    proxyHosts: hostRule(get("PROXY_HOSTS") ?? "pin"),
    auditRetention: {
      maxEvents: wholeNumber("AUDIT_MAX_EVENTS", get("AUDIT_MAX_EVENTS") ?? "100000", 1_000_000),
      maxAgeDays: wholeNumber("AUDIT_MAX_AGE_DAYS", get("AUDIT_MAX_AGE_DAYS") ?? "400", 36_500),
    },
    ticketMaxLifetimeSeconds: wholeNumber(
      "TICKET_MAX_LIFETIME_SECONDS",
      get("TICKET_MAX_LIFETIME_SECONDS") ?? "900",
      86_400,
      1,
    ),
    rateLimitPerMinute: wholeNumber("TV_RATE_LIMIT_PER_MINUTE", get("TV_RATE_LIMIT_PER_MINUTE") ?? "6000", 1_000_000),
    logLevel: logLevel(get("LOG_LEVEL") ?? "info"),
  };
}

/** Names that look like ours and are not: a setting that is misspelt would otherwise be silently without effect. */
export function unknownSettings(environment: Environment): string[] {
  const known = new Set<string>(
    settings.flatMap(({ name, isSecret }: Setting) => (isSecret ? [name, `${name}_FILE`] : [name])),
  );
  return Object.keys(environment.variables).filter(
    (name) => /^(TV|TOKENVAULT|WEBHOOK)_/.test(name) && !known.has(name),
  );
}

function valueOf(environment: Environment, name: SettingName): string | undefined {
  const direct = environment.variables[name]?.trim() || undefined;
  const isSecret = settings.some((setting: Setting) => setting.name === name && setting.isSecret);
  const path = isSecret ? environment.variables[`${name}_FILE`] : undefined;
  if (!path) return direct;
  if (direct !== undefined) throw bad(`${name}_FILE`, `and ${name} are both set; set one of them`);
  const content = environment.readFile(path)?.trim();
  if (!content) throw bad(`${name}_FILE`, "names a file that is empty or cannot be read");
  return content;
}

function wholeNumber(name: SettingName, value: string, max: number, min = 0): number {
  const number = /^[0-9]{1,7}$/.test(value) ? Number(value) : NaN;
  if (!(number >= min && number <= max))
    throw bad(name, `must be a whole number from ${String(min)} to ${String(max)}`);
  return number;
}

function origin(name: SettingName, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    url.username ||
    url.password ||
    url.search ||
    url.hash ||
    url.pathname !== "/"
  ) {
    throw bad(name, "must be an address such as https://hook.example.org, without a path");
  }
  return url.origin;
}

function addresses(name: SettingName, value: string): AddressList {
  try {
    return new AddressList(list(value));
  } catch {
    throw bad(name, "must be IP addresses or CIDR ranges, separated by commas");
  }
}

function deniedAddresses(tokenVault: string, more: string | undefined): AddressList {
  addresses("TOKENVAULT_IP", tokenVault);
  addresses("DENY_IPS", more ?? "");
  return addresses("DENY_IPS", [tokenVault, more ?? ""].join(","));
}

function hostAndPort(entry: string): string {
  const match = /^(\[[0-9a-f:.]+\]|[^\s:/@[\]]+):([0-9]{1,5})$/i.exec(entry);
  if (!match || Number(match[2]) > 65_535)
    throw bad("ALLOW_PRIVATE_HOSTS", "must be host:port entries, separated by commas");
  return entry.toLowerCase();
}

function oauthProviders(text: string): ReadonlyMap<string, OAuthProvider> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw bad("OAUTH_PROVIDERS_JSON", "is not JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw bad("OAUTH_PROVIDERS_JSON", "must be a JSON object");
  return new Map(Object.entries(parsed).map(([name, provider]) => [name, oauthProvider(provider)]));
}

function oauthProvider(value: unknown): OAuthProvider {
  const { clientId, clientSecret, tokenUrl } = (value ?? {}) as Record<string, unknown>;
  if (typeof clientId !== "string" || typeof clientSecret !== "string" || typeof tokenUrl !== "string" || !clientId) {
    throw bad("OAUTH_PROVIDERS_JSON", "must give each provider a clientId, a clientSecret and a tokenUrl, all texts");
  }
  if (!URL.canParse(tokenUrl) || !/^https?:$/.test(new URL(tokenUrl).protocol)) {
    throw bad("OAUTH_PROVIDERS_JSON", "has a tokenUrl that is not an https address");
  }
  return { clientId, clientSecret: new Secret(clientSecret), tokenUrl };
}

function hostRule(value: string): HostRule {
  if (value === "pin" || value === "listed" || value === "any") return value;
  throw bad("PROXY_HOSTS", "must be pin, listed or any");
}

function logLevel(value: string): LogLevel {
  if (value === "debug" || value === "info" || value === "warn" || value === "error") return value;
  throw bad("LOG_LEVEL", "must be debug, info, warn or error");
}

function list(value: string | undefined): string[] {
  return (value ?? "")
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

function bad(name: string, problem: string): StartError {
  return new StartError(`${name} ${problem}.`);
}
