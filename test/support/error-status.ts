import type { ErrorCode } from "../../generated/operations.js";

/**
 * The status of each code, as clients know it. By hand on purpose: what is read from the contract would follow it into an
 * error.
 */
export const errorStatuses: Readonly<Record<ErrorCode, number>> = {
  invalid_request: 400,
  not_totp: 400,
  auth_failed: 401,
  ticket_invalid: 401,
  ticket_expired: 401,
  setup_required: 403,
  forbidden: 403,
  token_not_found: 404,
  not_found: 404,
  method_not_allowed: 405,
  already_exists: 409,
  stale_creation: 409,
  code_expired: 410,
  code_used: 410,
  payload_too_large: 413,
  rate_limited: 429,
  internal_error: 500,
  totp_failed: 500,
  gcp_mint_failed: 500,
  provider_error: 502,
  upstream_error: 502,
  provider_timeout: 504,
  upstream_timeout: 504,
};
