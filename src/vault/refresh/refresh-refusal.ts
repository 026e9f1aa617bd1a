import type { Properties } from "../sensitive-properties.js";

/**
 * Says how a provider refused: "final" where it says that the refresh token is dead, "refused" where it may mean that, in
 * words that nobody here knows, "passing" where it says nothing of the token: that may live, and give another one later.
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
/** Too early and too many (RFC 9110, section 15.5.9; RFC 8470, section 5.2; RFC 6585, section 4) say nothing of the token. */
const passingStatuses: ReadonlySet<number> = new Set([408, 425, 429]);
/** Errors of the client and of what was asked for (RFC 6749, section 5.2; RFC 8707, section 2), whatever else is said. */
const clientWord = /^(?:invalid_(?:client|scope|target)|unsupported_grant_type)$/i;
/** Others that are not the grant's, unless they name it: BAD_CLIENT_SECRET, "Client authentication failed". */
const otherWord = /client|^(?:invalid_request|access_denied)$/i;
/** Errors of RFC 6749, Zoho, OpenID Connect and Slack. */
const deadWord =
  /^(?:invalid_(?:grant|code)|(?:interaction|consent|login)_required|token_(?:expired|revoked)|account_inactive)$/i;
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
  const texts = isError ? textsIn(members) : [];
  const says = (word: RegExp): boolean => texts.some((text) => word.test(text));
  if (says(clientWord)) return "passing";
  if (says(deadWord)) return "final";
  // LinkedIn calls a dead token an invalid request; others mean that none was sent.
  if (says(deadToken)) return says(/^invalid_request$/i) ? "refused" : "final";
  // A grant is refused with 400 (RFC 6749, section 5.2); what is no object comes from something in between.
  return status === 400 && Object.keys(members).length > 0 && !says(otherWord) ? "refused" : "passing";
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
