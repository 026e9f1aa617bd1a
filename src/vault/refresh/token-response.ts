import type { BoundedResponse } from "../../outbound/bounded-fetch.js";
import { asText, parseJsonObject } from "../../platform/encoding.js";
import type { Properties } from "../sensitive-properties.js";

/** A token endpoint's response, in the words of RFC 6749, section 5. */
export interface TokenResponse {
  readonly status: number;
  readonly members: Properties;
  /** A refresh token in a response to which nothing else may be usable: the old one is spent by then. */
  readonly refreshToken: string | undefined;
  readonly retryAfter: string | undefined;
}

/**
 * Reads a token endpoint's response as providers give it: with any status of success, as a form, without `token_type`,
 * with numbers as texts, and with an `id_token` that nobody here has a use for. A page of HTML has no members.
 */
export function readTokenResponse({ status, text, retryAfter }: BoundedResponse): TokenResponse {
  const given: Properties | undefined = parseJsonObject(text) ?? parseForm(text);
  if (!given) return { status, members: {}, refreshToken: undefined, retryAfter };
  const { id_token: _idToken, expires_in: expiresIn, refresh_token: refreshToken, ...others } = given;
  const isSuccess = status >= 200 && status <= 299;
  const members = {
    ...others,
    // The new token goes where the old one went, of whatever type it is.
    token_type: "bearer",
    scope: asText(given["scope"]),
    expires_in: wholeSeconds(expiresIn) || undefined,
    refresh_token: refreshToken === "" || refreshToken === null ? undefined : refreshToken,
  };
  return {
    status: isSuccess ? 200 : status,
    members,
    refreshToken: isSuccess ? asText(refreshToken) || undefined : undefined,
    retryAfter,
  };
}

const defaultLifetimeSeconds = 3600;
/** A token that outlives this was given a wrong lifetime. */
const maxLifetimeSeconds = 10 * 366 * 86_400;

/** Gives the seconds that a new token lasts. @throws RangeError when they are absurd */
export function lifetimeOf({ expires_in: seconds = defaultLifetimeSeconds }: Properties): number {
  if (typeof seconds === "number" && seconds > 0 && seconds <= maxLifetimeSeconds) return seconds;
  throw new RangeError("absurd lifetime");
}

/** Reads a form, as GitHub and older providers give one. */
function parseForm(text: string): Properties | undefined {
  const form = new URLSearchParams(text.trim());
  const isTokenResponse = ["access_token", "refresh_token", "error"].some((name) => form.has(name));
  return isTokenResponse ? Object.fromEntries(form) : undefined;
}

/** Gives 0 where no lifetime is said, and Infinity where it is no number. */
function wholeSeconds(expiresIn: unknown): number {
  if (expiresIn === undefined || expiresIn === null) return 0;
  const seconds = typeof expiresIn === "number" || typeof expiresIn === "string" ? Number(expiresIn) : NaN;
  return Number.isNaN(seconds) ? Infinity : Math.floor(seconds);
}
