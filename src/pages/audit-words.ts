import type { OperationId } from "../contract/operation.js";
import type { ErrorCode } from "../platform/errors.js";

/** The operations that leave no line in the audit log. */
type Unlogged = "showHome" | "showAlive" | "showReady" | "showLlmText" | "showLlmsText" | "getHealth" | "headHealth";

/** The words for everything that a line of the audit log can be about. */
export const operationWords: Readonly<Record<Exclude<OperationId, Unlogged> | "refreshAhead", string>> = {
  getCredential: "Fetch a credential",
  postCredential: "Fetch a credential (POST)",
  getTotpCode: "Make a one-time code",
  postTotpCode: "Make a one-time code (POST)",
  proxyRequest: "Send a request with a credential",
  storeCredential: "Store a credential",
  notifyRefresh: "Renew a token",
  refreshTokens: "Renew a token by Token Vault",
  useStorage: "Read or write Token Vault’s documents",
  checkHealth: "Check the health, signed",
  getRegistrationUrl: "Make a link for binding",
  showBindPage: "Open the page for binding",
  startBinding: "Start binding",
  exchangeCode: "Complete binding",
  actOnHome: "Press a button of this page",
  showOwnerState: "Owner: see how it stands",
  lockWebhook: "Owner: lock",
  unlockWebhook: "Owner: unlock",
  listServices: "Owner: list the services",
  addService: "Owner: add a credential",
  removeService: "Owner: remove a credential",
  allowHost: "Owner: allow a host",
  removeHost: "Owner: remove a host",
  showAudit: "Owner: read the audit log",
  backUp: "Owner: back up",
  showDiagnosis: "Owner: check the installation",
  showMetrics: "Owner: read the metrics",
  refreshAhead: "Renew a token ahead of time",
};

/** The words for how a request ended. */
export const outcomeWords: Readonly<Record<"ok" | ErrorCode, string>> = {
  ok: "Done",
  forbidden: "Refused: not allowed",
  auth_failed: "Refused: wrong signature or secret",
  ticket_invalid: "Refused: bad or used ticket",
  ticket_expired: "Refused: ticket too old",
  setup_required: "Refused: not bound yet",
  invalid_request: "Refused: malformed request",
  payload_too_large: "Refused: too large",
  rate_limited: "Refused: too many requests",
  method_not_allowed: "Refused: wrong method",
  not_found: "Not found",
  token_not_found: "No such credential",
  not_totp: "No one-time code here",
  already_exists: "Exists already",
  stale_creation: "Replaced meanwhile",
  code_expired: "Code too old or unknown",
  code_used: "Code used before",
  internal_error: "Failed: an error in here",
  totp_failed: "Failed: no one-time code could be made",
  gcp_mint_failed: "Failed: Google gave no token",
  provider_error: "Failed: provider not reached",
  provider_timeout: "Failed: provider too slow",
  upstream_error: "Failed: upstream not reached",
  upstream_timeout: "Failed: upstream too slow",
};

/** The words for how a refresh ended. */
export const refreshWords: Readonly<Record<string, string>> = {
  ...outcomeWords,
  refreshed: "Renewed",
  refresh_failed: "Failed: the provider gave no new token",
  acknowledged: "Left to Token Vault",
  no_token: "No such credential",
  no_refresh_token: "No refresh token is stored",
};

/** The words for a name; the name itself where there are none, since it may be of a newer version. */
export function wordsOf(words: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(words, name) ? (words[name] ?? name) : name;
}
