import { importPKCS8, SignJWT } from "jose";
import { isoSeconds, type Clock } from "../../platform/clock.js";
import { WebhookError } from "../../platform/errors.js";
import { postForm } from "../../outbound/bounded-fetch.js";
import { type GuardedFetch } from "../../outbound/guarded-fetch.js";
import { isRecord } from "../../platform/is-record.js";

/** The members of a Google service-account key file that minting needs. */
export interface ServiceAccount {
  readonly clientEmail: string;
  readonly privateKey: string;
  readonly privateKeyId: string | undefined;
  readonly tokenUri: string;
}

export interface MintedToken {
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly serviceAccount: string;
}

const googleTokenUri = "https://oauth2.googleapis.com/token";
const defaultScope = "https://www.googleapis.com/auth/cloud-platform";
const lifetimeSeconds = 3600;
const timeoutMs = 10_000;

/** Undefined when an access token is not a service-account key. */
export function parseServiceAccount(accessToken: string): ServiceAccount | undefined {
  if (!accessToken.trimStart().startsWith("{")) return undefined;
  let key: unknown;
  try {
    // As `trimStart` above, which takes a byte order mark for white space.
    key = JSON.parse(accessToken.trim());
  } catch {
    return undefined;
  }
  if (!isRecord(key) || key["type"] !== "service_account") return undefined;
  const { client_email: email, private_key: privateKey, private_key_id: keyId, token_uri: tokenUri } = key;
  if (typeof email !== "string" || typeof privateKey !== "string")
    throw failed("The service-account key lacks its address or its private key.");
  return {
    clientEmail: email,
    privateKey,
    privateKeyId: typeof keyId === "string" ? keyId : undefined,
    tokenUri: typeof tokenUri === "string" ? tokenUri : googleTokenUri,
  };
}

/** Google's scopes that the owner stored with the key; the ticket's holder cannot name others. */
export function storedScope(meta: Readonly<Record<string, unknown>>): string {
  const scope = meta["scope"] ?? meta["scopes"];
  const scopes = Array.isArray(scope) ? scope.join(" ") : scope;
  return typeof scopes === "string" && scopes.includes("https://www.googleapis.com/") ? scopes : defaultScope;
}

/**
 * Exchanges a signed assertion for an access token (RFC 7523).
 * @throws WebhookError gcp_mint_failed, forbidden
 */
export async function mintToken(
  fetch: GuardedFetch,
  account: ServiceAccount,
  scope: string,
  clock: Clock,
): Promise<MintedToken> {
  const nowSeconds = Math.floor(clock.nowMs() / 1000);
  const form = new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: await signAssertion(account, scope, nowSeconds),
  });
  try {
    const { status, text } = await postForm(fetch, { url: account.tokenUri, form, timeoutMs });
    const answer: unknown = status === 200 ? JSON.parse(text) : undefined;
    if (!isRecord(answer) || typeof answer["access_token"] !== "string" || answer["access_token"] === "") {
      throw failed("Google gave no token for the service account.");
    }
    const expiresIn = typeof answer["expires_in"] === "number" ? answer["expires_in"] : lifetimeSeconds;
    return {
      accessToken: answer["access_token"],
      expiresAt: isoSeconds((nowSeconds + expiresIn) * 1000),
      serviceAccount: account.clientEmail,
    };
  } catch (error) {
    if (error instanceof WebhookError) throw error;
    throw failed("Google could not be asked for a token.", error);
  }
}

async function signAssertion(account: ServiceAccount, scope: string, nowSeconds: number): Promise<string> {
  try {
    const key = await importPKCS8(account.privateKey, "RS256");
    return await new SignJWT({ scope })
      .setProtectedHeader({ alg: "RS256", typ: "JWT", ...(account.privateKeyId ? { kid: account.privateKeyId } : {}) })
      .setIssuer(account.clientEmail)
      .setAudience(account.tokenUri)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + lifetimeSeconds)
      .sign(key);
  } catch (error) {
    throw failed("The service account's private key cannot sign.", error);
  }
}

function failed(message: string, cause?: unknown): WebhookError {
  return new WebhookError("gcp_mint_failed", message, { cause });
}
