import {
  allowInsecureRequests,
  ClientSecretPost,
  customFetch,
  None,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
} from "oauth4webapi";
import type { Clock } from "../../platform/clock.js";
import type { OAuthProvider } from "../../config.js";
import { WebhookError } from "../../platform/errors.js";
import { postForm } from "../../outbound/bounded-fetch.js";
import { type GuardedFetch, OutboundTimeoutError, OutboundUnreachableError } from "../../outbound/guarded-fetch.js";
import type { RenewedTokens } from "../kinds/oauth.js";
import { refusalOf, RefreshRefusedError, retryAfterMs } from "./refresh-refusal.js";
import { lifetimeOf, readTokenResponse, type TokenResponse } from "./token-response.js";

const timeoutMs = 10_000;

/**
 * Asks for the refresh_token grant (RFC 6749, section 6), with the owner's client and to the owner's token URL. Resolves
 * without an access token when the response gave nothing usable but another refresh token.
 * @throws RefreshRefusedError
 * @throws WebhookError provider_error, provider_timeout, forbidden
 */
export async function refreshGrant(
  fetch: GuardedFetch,
  { clientId, clientSecret, tokenUrl }: OAuthProvider,
  refreshToken: string,
  clock: Clock,
): Promise<RenewedTokens> {
  const server = { issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl };
  const client = { client_id: clientId };
  let given: TokenResponse | undefined;
  try {
    // A public client has nothing to prove itself with; an empty secret is refused by some providers.
    const authentication = clientSecret ? ClientSecretPost(clientSecret.reveal()) : None();
    const response = await refreshTokenGrantRequest(server, client, authentication, refreshToken, {
      [customFetch]: async (url, { body }) => {
        given = readTokenResponse(await postForm(fetch, { url, form: new URLSearchParams(String(body)), timeoutMs }));
        return Response.json(given.members, { status: given.status });
      },
      // The guarded fetch decides who may be called over http.
      [allowInsecureRequests]: true,
    });
    const tokens = await processRefreshTokenResponse(server, client, response);
    return {
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token,
      expiryTime: clock.nowMs() + lifetimeOf(tokens) * 1000,
    };
  } catch (error) {
    const rotated = given?.refreshToken;
    if (rotated !== undefined && rotated !== refreshToken) return { refreshToken: rotated };
    if (error instanceof WebhookError) throw error;
    if (error instanceof OutboundTimeoutError)
      throw new WebhookError("provider_timeout", "The provider did not answer in time.", { cause: error });
    if (error instanceof OutboundUnreachableError)
      throw new WebhookError("provider_error", "The provider cannot be reached.", { cause: error });
    const refusal = given ? refusalOf(given.status, given.members) : "passing";
    throw new RefreshRefusedError(refusal, retryAfterMs(given?.retryAfter, clock.nowMs()), error);
  }
}
