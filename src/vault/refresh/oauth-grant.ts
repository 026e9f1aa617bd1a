import {
  allowInsecureRequests,
  ClientSecretPost,
  customFetch,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  ResponseBodyError,
} from "oauth4webapi";
import type { Clock } from "../../platform/clock.js";
import type { OAuthProvider } from "../../config.js";
import { WebhookError } from "../../platform/errors.js";
import { postForm } from "../../outbound/bounded-fetch.js";
import { type GuardedFetch, OutboundTimeoutError, OutboundUnreachableError } from "../../outbound/guarded-fetch.js";
import { asText, parseJsonObject } from "../../platform/encoding.js";
import type { RenewedTokens } from "../kinds/oauth.js";

const timeoutMs = 10_000;
const defaultLifetimeSeconds = 3600;
/** A token that outlives this was given a wrong lifetime. */
const maxLifetimeSeconds = 10 * 366 * 86_400;

/** Errors after which the refresh token will not be taken again: RFC 6749's, and GitHub's. */
const finalErrors: ReadonlySet<string> = new Set(["invalid_grant", "bad_refresh_token"]);

/** The provider responded, and gave no token. */
export class RefreshRefusedError extends Error {
  override readonly name = "RefreshRefusedError";

  /** @param isFinal the provider takes this refresh token no more (RFC 6749, section 5.2, `invalid_grant`) */
  constructor(
    message: string,
    readonly isFinal = false,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/**
 * Asks for the refresh_token grant (RFC 6749, section 6), with the owner's client and to the owner's token URL.
 * @throws RefreshRefusedError
 * @throws WebhookError provider_error, provider_timeout, forbidden
 */
export async function refreshGrant(
  fetch: GuardedFetch,
  provider: OAuthProvider,
  refreshToken: string,
  clock: Clock,
): Promise<RenewedTokens> {
  const server = { issuer: new URL(provider.tokenUrl).origin, token_endpoint: provider.tokenUrl };
  const client = { client_id: provider.clientId };
  try {
    const authentication = ClientSecretPost(provider.clientSecret.reveal());
    const response = await refreshTokenGrantRequest(server, client, authentication, refreshToken, {
      [customFetch]: async (url, { body }) => {
        const { status, text } = await postForm(fetch, { url, form: new URLSearchParams(String(body)), timeoutMs });
        return tokenResponse(status, text);
      },
      // The guarded fetch decides who may be called over http.
      [allowInsecureRequests]: true,
    });
    const tokens = await processRefreshTokenResponse(server, client, response);
    const lifetimeSeconds = tokens.expires_in ?? defaultLifetimeSeconds;
    if (!(lifetimeSeconds > 0 && lifetimeSeconds <= maxLifetimeSeconds))
      throw new RefreshRefusedError("absurd lifetime");
    return {
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token,
      expiryTime: clock.nowMs() + Math.floor(lifetimeSeconds) * 1000,
    };
  } catch (error) {
    throw translate(error);
  }
}

/**
 * Providers leave out `token_type`, send numbers as texts, and add an `id_token` that nobody here has a use for; a
 * failure of one of these would be no reason to lose the new token.
 */
function tokenResponse(status: number, text: string): Response {
  const given = parseJsonObject(text);
  if (!given) throw new RefreshRefusedError("not a JSON object");
  // GitHub reports errors with status 200.
  const { error, access_token: accessToken } = given;
  if (status === 200 && typeof error === "string" && accessToken === undefined)
    throw new RefreshRefusedError("an error in the response", finalErrors.has(error));
  const { id_token: _idToken, expires_in: expiresIn, refresh_token: refreshToken, ...others } = given;
  const normalized = {
    ...others,
    // The new token goes where the old one went, of whatever type it is.
    token_type: "bearer",
    scope: asText(given["scope"]),
    expires_in: [undefined, null, "", 0, "0"].includes(expiresIn as never) ? undefined : Number(expiresIn),
    refresh_token: refreshToken === "" || refreshToken === null ? undefined : refreshToken,
  };
  return Response.json(normalized, { status });
}

function translate(error: unknown): Error {
  if (error instanceof WebhookError || error instanceof RefreshRefusedError) return error;
  if (error instanceof OutboundTimeoutError)
    return new WebhookError("provider_timeout", "The provider did not answer in time.", { cause: error });
  if (error instanceof OutboundUnreachableError)
    return new WebhookError("provider_error", "The provider cannot be reached.", { cause: error });
  const isFinal = error instanceof ResponseBodyError && finalErrors.has(error.error);
  return new RefreshRefusedError("no token in the response", isFinal, error);
}
