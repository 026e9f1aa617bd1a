import { SignJWT } from "jose";
import { createHash } from "node:crypto";
import { postForm } from "../../outbound/bounded-fetch.js";
import type { GuardedFetch } from "../../outbound/guarded-fetch.js";
import { isoSeconds, type Clock } from "../../platform/clock.js";
import { WebhookError } from "../../platform/errors.js";
import { Secret } from "../../platform/secret.js";
import { lifetimeOf, readTokenResponse } from "../refresh/token-response.js";
import { rsaKey } from "./google-key-file.js";

/** The properties of a Google service-account key file that minting needs. */
export interface ServiceAccount {
  readonly clientEmail: string;
  readonly privateKey: string;
  readonly privateKeyId: string | undefined;
  readonly tokenUri: string;
}

export interface MintedToken {
  readonly accessToken: Secret;
  readonly expiresAt: string;
  readonly serviceAccount: string;
}

interface Kept {
  readonly token: Promise<MintedToken>;
  /** Infinity while it is minted. */
  expiresAtMs: number;
}

const lifetimeSeconds = 3600;
const timeoutMs = 10_000;
const maxKept = 100;
/** A token is not handed out with less time left than this. */
const marginMs = 300_000;

/**
 * Tokens minted for Google service accounts, kept while they last. They are known by the key that they were minted with
 * and by their scope, so that another key never gets them; clients of the same time share one call.
 */
export class GoogleTokens {
  readonly #kept = new Map<string, Kept>();

  constructor(
    private readonly fetch: GuardedFetch,
    private readonly clock: Clock,
  ) {}

  /** @throws WebhookError gcp_mint_failed, forbidden */
  get(account: ServiceAccount, scope: string): Promise<MintedToken> {
    const name = fingerprint(account, scope);
    const known = this.#kept.get(name);
    if (known && known.expiresAtMs - this.clock.nowMs() > marginMs) return known.token;
    this.#kept.delete(name);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= maxKept && oldest !== undefined) this.#kept.delete(oldest);
    const kept = { token: this.#mint(account, scope), expiresAtMs: Infinity };
    this.#kept.set(name, kept);
    kept.token.then(
      ({ expiresAt }) => (kept.expiresAtMs = Date.parse(expiresAt)),
      () => this.#kept.delete(name),
    );
    return kept.token;
  }

  /** Exchanges a signed assertion for an access token (RFC 7523). @throws WebhookError gcp_mint_failed, forbidden */
  async #mint(account: ServiceAccount, scope: string): Promise<MintedToken> {
    const nowSeconds = Math.floor(this.clock.nowMs() / 1000);
    const form = new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: await signAssertion(account, scope, nowSeconds),
    });
    try {
      const response = await postForm(this.fetch, { url: account.tokenUri, form, timeoutMs });
      const { status, members } = readTokenResponse(response);
      const { access_token: accessToken } = members;
      if (status !== 200 || typeof accessToken !== "string" || accessToken === "")
        throw failed("Google gave no token for the service account.");
      const expiresAt = isoSeconds((nowSeconds + lifetimeOf(members)) * 1000);
      return { accessToken: new Secret(accessToken), expiresAt, serviceAccount: account.clientEmail };
    } catch (error) {
      if (error instanceof WebhookError) throw error;
      throw failed("Google could not be asked for a token.", error);
    }
  }
}

async function signAssertion(account: ServiceAccount, scope: string, nowSeconds: number): Promise<string> {
  try {
    return await new SignJWT({ scope })
      .setProtectedHeader({ alg: "RS256", typ: "JWT", ...(account.privateKeyId ? { kid: account.privateKeyId } : {}) })
      .setIssuer(account.clientEmail)
      .setAudience(account.tokenUri)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + lifetimeSeconds)
      .sign(rsaKey(account.privateKey));
  } catch (error) {
    throw failed("The service account's private key cannot sign.", error);
  }
}

function fingerprint({ clientEmail, privateKey, tokenUri }: ServiceAccount, scope: string): string {
  return createHash("sha256")
    .update(JSON.stringify([clientEmail, privateKey, tokenUri, scope]))
    .digest("hex");
}

function failed(message: string, cause?: unknown): WebhookError {
  return new WebhookError("gcp_mint_failed", message, { cause });
}
