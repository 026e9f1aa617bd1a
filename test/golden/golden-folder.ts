import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { StoppedClock } from "../http/answer-json.js";
import type { TokenVaultDouble } from "../support/token-vault-double.js";
import { temporaryFolder } from "../support/test-server.js";

/** When the folders of this program were written: what they remember of that moment still counts shortly after. */
const writtenAt = "2026-01-31T12:00:00Z";

export function goldenPath(name: string): string {
  return fileURLToPath(new URL(`./folders/${name}`, import.meta.url));
}

export async function goldenNames(): Promise<string[]> {
  return (await readdir(goldenPath(""))).sort();
}

/** A copy that may be written to; removed after the test. */
export async function copyOfGolden(name: string): Promise<string> {
  const folder = join(await temporaryFolder(), "golden");
  await cp(goldenPath(name), folder, { recursive: true });
  return folder;
}

/** Every file below a folder, by its path in it. */
export async function filesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = paths
    .sort()
    .map(async (path) => [path.slice(folder.length), await readFile(path, "base64")] as const);
  return Object.fromEntries(await Promise.all(contents));
}

export function shortlyAfter(): StoppedClock {
  return new StoppedClock(Date.parse(writtenAt) + 60_000);
}

/** The shared secret of the bound folders, as Token Vault has kept it. */
export async function sharedSecret(): Promise<Uint8Array<ArrayBuffer>> {
  const text = await readFile(join(goldenPath("reference-bound"), "tokenvault_store.json"), "utf8");
  return Uint8Array.from(Buffer.from((JSON.parse(text) as { hmac_secret: string }).hmac_secret, "base64"));
}

/** A ticket of the time when the folders were written, which may have been used then. */
export function oldTicket(
  tokenVault: TokenVaultDouble,
  service: string,
  nonce: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const iat = Date.parse(writtenAt) / 1000;
  const claims = { sub: "user_golden", iat, exp: iat + 900, nonce: nonce.padStart(32, "0"), ...more };
  return tokenVault.ticket(service, "agent_credential", claims);
}

const oauthFlags = {
  hasRefreshToken: false,
  hasCertificate: false,
  hasPrivateKey: false,
  hasSSHKey: false,
  hasTotpSecret: false,
};
const reference = { ...oauthFlags, tokenType: "oauth", createdAt: "2025-11-02T09:30:00Z" };
const own = { ...oauthFlags, tokenType: "oauth", createdAt: writtenAt };
/** RFC 6238's secret with eight digits: what it gives at `shortlyAfter`. */
const code = {
  accessToken: "36668336",
  tokenType: "TOTP",
  remainingSeconds: 30,
  period: 30,
  digits: 8,
  totpGenerated: true,
};

/** What the owner gets of each credential of the bound reference webhook. */
export const referenceCredentials: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  github: {
    ...reference,
    serviceName: "github",
    hasRefreshToken: true,
    provider: "github",
    scope: "repo read:org",
    expiryTime: 1_762_080_000_000,
    accessToken: "golden-github-access",
    refreshToken: "golden-github-refresh",
  },
  authenticator: { ...code, serviceName: "authenticator" },
  "tls client": {
    ...reference,
    serviceName: "tls client",
    tokenType: "certificate",
    hasCertificate: true,
    hasPrivateKey: true,
    certificateData: "golden-certificate",
    privateKeyData: "golden-private-key",
    certificateChain: "golden-chain",
  },
  сервер: {
    ...reference,
    serviceName: "сервер",
    displayName: "Сервер",
    tokenType: "ssh",
    hasSSHKey: true,
    sshPrivateKey: "golden-ssh-key\nof two lines\n",
  },
  legacy: { serviceName: "legacy", tokenType: "oauth", scope: "all", accessToken: "golden-legacy-access" },
  "legacy codes": { ...code, serviceName: "legacy codes" },
  public: { serviceName: "public", note: "nothing here is secret" },
};

/** What was stored with this program on top of it. */
export const ownCredentials: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  mail: {
    ...own,
    serviceName: "mail",
    hasRefreshToken: true,
    provider: "example",
    scope: "mail",
    expiresAt: "2026-02-01T00:00:00Z",
    expiryTime: 1_769_904_000_000,
    allowedHosts: ["mail.example"],
    creationId: "creation_golden",
    accessToken: "golden-mail-access",
    refreshToken: "golden-mail-refresh",
    password: "golden-mail-password",
  },
  codes: { ...code, serviceName: "codes" },
  server: {
    ...own,
    serviceName: "server",
    tokenType: "ssh",
    hasSSHKey: true,
    host: "server.example",
    sshPrivateKey: "golden-server-key",
  },
  bank: {
    serviceName: "bank",
    account: "12-34",
    apiKey: "golden-bank-key",
    nested: { clientSecret: "golden-bank-secret" },
  },
};
