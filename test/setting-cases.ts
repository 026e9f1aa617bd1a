import type { Config, settings } from "../src/config.js";

type SettingName = (typeof settings)[number]["name"];

interface Case {
  readonly read: (config: Config) => unknown;
  readonly unset: unknown;
  readonly good: readonly (readonly [value: string, expected: unknown])[];
  /** None where any text is good. */
  readonly bad: readonly string[];
}

const wholeNumber = (max: number): readonly string[] => [
  String(max + 1),
  "-17",
  "17.5",
  "1e3",
  "0x11",
  "17 18",
  "seventeen",
];
const badOrigins = [
  "canary.example.net",
  "ftp://canary.example.net",
  "javascript:alert(1)",
  "https://:443",
  "https://user:canary@canary.example.net",
  "https://canary.example.net/path",
  "https://canary.example.net/?query=1",
  "https://canary.example.net/#fragment",
];
const badAddresses = [
  "example.org",
  "300.1.1.1",
  "10.0.0",
  "10.0.0.0/33",
  "10.0.0.0/",
  "10.0.0.0/8/8",
  "::/129",
  "1.1.1.1;2.2.2.2",
  "10.0.0.1, bad",
];
/** Its secret stands out wherever it is printed. */
const goodProvider = { clientId: "id", clientSecret: "canary", tokenUrl: "https://idp.example.org/token" };
export const providerText = (more: unknown): string =>
  JSON.stringify({ github: { ...goodProvider, ...(more as object) } });

/** Every setting: what it is read as, and what it does not take. A setting that is missing here does not compile. */
export const cases: Readonly<Record<SettingName, Case>> = {
  PORT: {
    read: ({ port }) => port,
    unset: 8080,
    good: [
      ["0", 0],
      ["65535", 65535],
      [" 81 ", 81],
    ],
    bad: wholeNumber(65_535),
  },
  HOST: {
    read: ({ host }) => host,
    unset: "127.0.0.1",
    good: [
      ["0.0.0.0", "0.0.0.0"],
      ["::1", "::1"],
    ],
    bad: [],
  },
  PROXY_HOSTS: {
    read: ({ proxyHosts }) => proxyHosts,
    unset: "pin",
    good: [
      ["listed", "listed"],
      ["any", "any"],
    ],
    bad: ["all", "PIN", "0"],
  },
  REFRESH_AHEAD_SECONDS: {
    read: ({ refreshAheadSeconds }) => refreshAheadSeconds,
    unset: 0,
    good: [["600", 600]],
    bad: wholeNumber(86_400),
  },
  DATA_DIR: { read: ({ dataDir }) => dataDir, unset: "./data", good: [["/srv/data", "/srv/data"]], bad: [] },
  KEY_FILE: { read: ({ keyFile }) => keyFile, unset: undefined, good: [["/srv/key", "/srv/key"]], bad: [] },
  KEY_PASSPHRASE: {
    read: ({ keyPassphrase }) => keyPassphrase?.reveal(),
    unset: undefined,
    good: [["a phrase", "a phrase"]],
    bad: [],
  },
  WEBHOOK_EXTERNAL_URL: {
    read: ({ externalUrl }) => externalUrl,
    unset: undefined,
    good: [
      ["https://Canary.example.net/", "https://canary.example.net"],
      ["http://localhost:8080", "http://localhost:8080"],
    ],
    bad: badOrigins,
  },
  TOKENVAULT_FRONTEND_URL: {
    read: ({ frontendUrl }) => frontendUrl,
    unset: "https://tokenvault.uk",
    good: [["https://staging.example.org", "https://staging.example.org"]],
    bad: badOrigins,
  },
  TOKENVAULT_IP: {
    read: ({ deniedAddresses }) => ["34.12.35.243", "198.51.100.7"].map((address) => deniedAddresses.has(address)),
    unset: [true, false],
    good: [
      ["198.51.100.7", [false, true]],
      ["34.12.35.243, 198.51.100.0/24", [true, true]],
    ],
    bad: badAddresses,
  },
  DENY_IPS: {
    read: ({ deniedAddresses }) =>
      ["34.12.35.243", "203.0.113.9", "2001:db8::1"].map((address) => deniedAddresses.has(address)),
    unset: [true, false, false],
    good: [
      ["203.0.113.0/24,2001:db8::/32", [true, true, true]],
      [" , ", [true, false, false]],
    ],
    bad: badAddresses,
  },
  TRUSTED_PROXIES: {
    read: ({ trustedProxies }) => ["127.8.8.8", "::1", "10.1.2.3"].map((address) => trustedProxies.has(address)),
    unset: [true, true, false],
    good: [["10.0.0.0/8", [false, false, true]]],
    bad: badAddresses,
  },
  TV_ADMIN_SECRET: {
    read: ({ adminSecret }) => adminSecret?.reveal(),
    unset: undefined,
    good: [["sixteen letters.", "sixteen letters."]],
    bad: ["fifteen letters", "short"],
  },
  TV_WEBHOOK_SEED: { read: ({ seed }) => seed?.reveal(), unset: undefined, good: [["any seed", "any seed"]], bad: [] },
  OAUTH_PROVIDERS_JSON: {
    read: ({ oauthProviders }) =>
      Array.from(oauthProviders, ([name, { clientId, clientSecret, tokenUrl }]) => [
        name,
        clientId,
        clientSecret?.reveal(),
        tokenUrl,
      ]),
    unset: [],
    good: [
      [providerText({}), [["github", "id", "canary", "https://idp.example.org/token"]]],
      [
        '{"__proto__":{"clientId":"a","clientSecret":"b","tokenUrl":"https://c.org/"}}',
        [["__proto__", "a", "b", "https://c.org/"]],
      ],
      ...["", " ", null, undefined].map(
        (clientSecret) =>
          [providerText({ clientSecret }), [["github", "id", undefined, "https://idp.example.org/token"]]] as const,
      ),
      ["{}", []],
    ],
    bad: [
      '{"github": {"clientSecret": "canary"',
      '"canary"',
      '["canary"]',
      "null",
      '{"github": "canary"}',
      '{"github": null}',
      providerText({ clientId: "" }),
      providerText({ clientId: 5 }),
      providerText({ clientSecret: 5 }),
      providerText({ clientSecret: false }),
      providerText({ clientSecret: {} }),
      providerText({ tokenUrl: "idp.example.org" }),
      providerText({ tokenUrl: "file:///etc/canary" }),
    ],
  },
  ALLOW_PRIVATE_HOSTS: {
    read: ({ allowPrivateHosts }) => [...allowPrivateHosts],
    unset: [],
    good: [["Localhost:80, [::1]:8080,10.0.0.1:65535", ["localhost:80", "[::1]:8080", "10.0.0.1:65535"]]],
    bad: [
      "localhost",
      "localhost:",
      ":8080",
      "localhost:65536",
      "http://localhost:80",
      "localhost:80/path",
      "local host:80",
      "::1:80",
      "user@host:80",
    ],
  },
  AUDIT_MAX_EVENTS: {
    read: ({ auditRetention }) => auditRetention.maxEvents,
    unset: 100_000,
    good: [["500", 500]],
    bad: wholeNumber(1_000_000),
  },
  AUDIT_MAX_AGE_DAYS: {
    read: ({ auditRetention }) => auditRetention.maxAgeDays,
    unset: 400,
    good: [["30", 30]],
    bad: wholeNumber(36_500),
  },
  TICKET_MAX_LIFETIME_SECONDS: {
    read: ({ ticketMaxLifetimeSeconds }) => ticketMaxLifetimeSeconds,
    unset: 900,
    good: [["60", 60]],
    bad: wholeNumber(86_400),
  },
  TV_RATE_LIMIT_PER_MINUTE: {
    read: ({ rateLimitPerMinute }) => rateLimitPerMinute,
    unset: 6000,
    good: [
      ["0", 0],
      ["30", 30],
    ],
    bad: wholeNumber(1_000_000),
  },
  LOG_LEVEL: {
    read: ({ logLevel }) => logLevel,
    unset: "info",
    good: [
      ["debug", "debug"],
      ["warn", "warn"],
      ["error", "error"],
    ],
    bad: ["verbose", "silent", "toString"],
  },
};
