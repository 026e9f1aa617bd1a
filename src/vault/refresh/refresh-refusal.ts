import type { Properties } from "../sensitive-properties.js";

/**
 * Says how a provider refused: "final" where it says that the refresh token is dead, "refused" where the request was wrong
 * to it in some other way, "passing" where it may give a token later.
 */
export type Refusal = "final" | "refused" | "passing";

/** The provider responded, and gave no token. */
export class RefreshRefusedError extends Error {
  override readonly name = "RefreshRefusedError";

  /** @param retryAfterMs for how long the provider wants to be left alone */
  constructor(
    readonly refusal: Refusal,
    readonly retryAfterMs: number,
    cause: unknown,
  ) {
    super("no token in the response", { cause });
  }
}

/** Longer than this, nobody would understand why a token is not refreshed. */
const maxRetryAfterMs = 6 * 3_600_000;
/** Timeout and rate limit (RFC 9110, section 15.5.9; RFC 6585, section 4) say nothing of the token. */
const passingStatuses: ReadonlySet<number> = new Set([408, 429]);
/** Errors of RFC 6749, OpenID Connect and Slack. */
const deadWord =
  /^(?:invalid_grant|(?:interaction|consent|login)_required|token_(?:expired|revoked)|account_inactive)$/i;
/** The same said by others: BAD_REFRESH_TOKEN, "refresh_token is invalid", "Refresh token has expired". */
const deadToken = new RegExp(
  String.raw`(?:bad|invalid|expired|revoked|unknown|inactive)[\s_'"-]*refresh[\s_-]?token` +
    String.raw`|refresh[\s_-]?token[\s_:'"-]*(?:(?:provided|supplied|is|was|has|been|already)[\s_-]+)*` +
    String.raw`(?:invalid|expired|revoked|unknown|inactive|(?:already|been)[\s_-]used|no[\s_-]longer[\s_-]valid|not[\s_-](?:found|valid))`,
  "i",
);
const maxDepth = 3;

/** Judges a response in which there was no usable token. */
export function refusalOf(status: number, members: Properties): Refusal {
  const isSuccess = status >= 200 && status <= 299;
  const isRefused = status >= 400 && status <= 499 && !passingStatuses.has(status);
  // GitHub and Slack report errors with status 200.
  const isError = isRefused || (isSuccess && !members["access_token"]);
  const word = members["error"];
  const texts = isError ? textsIn(members) : [];
  if (texts.some((text) => deadWord.test(text))) return "final";
  // Of a request that was not understood, it says nothing of the token.
  if (word !== "invalid_request" && texts.some((text) => deadToken.test(text))) return "final";
  return isRefused ? "refused" : "passing";
}

/** Reads Retry-After, in seconds or as a date (RFC 9110, section 10.2.3); 0 when it is neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number {
  const text = header?.trim() ?? "";
  // The oldest form of a date names no zone, and is UTC too (RFC 9110, section 5.6.7).
  const date = text.endsWith("GMT") ? text : `${text} GMT`;
  const waitMs = Number.isNaN(Number(text)) ? Date.parse(date) - nowMs : Number(text) * 1000;
  return Math.min(Math.max(waitMs || 0, 0), maxRetryAfterMs);
}

function textsIn(value: unknown, depth = 0): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || depth > maxDepth) return [];
  return Object.values(value).flatMap((inner) => textsIn(inner, depth + 1));
}
