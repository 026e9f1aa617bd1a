import { Secret as OtpSecret, TOTP, URI } from "otpauth";
import { WebhookError } from "../../platform/errors.js";

/** What a code is computed from (RFC 6238). `secret` is base32 without padding; `period` is seconds. */
export interface TotpParameters {
  readonly secret: string;
  readonly algorithm: "SHA1" | "SHA256" | "SHA512";
  readonly digits: number;
  readonly period: number;
}

export interface TotpCode {
  readonly code: string;
  readonly remainingSeconds: number;
  readonly period: number;
  readonly digits: number;
}

/** Fewer characters than this are a typing error, not a seed. */
const minSeedLength = 8;
const algorithms = {
  SHA1: "SHA1",
  "SHA-1": "SHA1",
  SHA256: "SHA256",
  "SHA-256": "SHA256",
  SHA512: "SHA512",
  "SHA-512": "SHA512",
} as const;

/** @throws WebhookError invalid_request when a code could not be computed from these */
export function totpParameters(members: Readonly<Record<string, unknown>>): TotpParameters {
  const { totpSecret, totpAlgorithm, totpDigits, totpPeriod } = members;
  const secret =
    typeof totpSecret === "string" ? totpSecret.replace(/[\s-]/g, "").replace(/=+$/, "").toUpperCase() : "";
  if (secret.length < minSeedLength || !/^[A-Z2-7]+$/.test(secret))
    throw refused("The TOTP secret must be base32, of 8 characters or more.");
  const name = typeof totpAlgorithm === "string" ? totpAlgorithm.toUpperCase() : "SHA1";
  if (!Object.hasOwn(algorithms, name)) throw refused("The TOTP algorithm must be SHA1, SHA256 or SHA512.");
  const digits = wholeNumber(totpDigits, 6);
  if (!(digits >= 6 && digits <= 8)) throw refused("The TOTP code must have from 6 to 8 digits.");
  const period = wholeNumber(totpPeriod, 30);
  if (!(period >= 1 && period <= 3600)) throw refused("The TOTP period must be from 1 to 3600 seconds.");
  return { secret, algorithm: algorithms[name as keyof typeof algorithms], digits, period };
}

/**
 * The members that stand for an `otpauth://totp/…` URI; the URI itself is not kept.
 * @throws WebhookError invalid_request
 */
export function parseTotpUri(uri: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = URI.parse(uri.trim());
  } catch {
    throw refused("The TOTP URI is not a well-formed otpauth://totp/ URI.");
  }
  if (!(parsed instanceof TOTP)) throw refused("The TOTP URI must begin with otpauth://totp/.");
  return {
    totpSecret: parsed.secret.base32,
    totpAlgorithm: parsed.algorithm.replace("-", ""),
    totpDigits: parsed.digits,
    totpPeriod: parsed.period,
    ...(parsed.issuer ? { totpIssuer: parsed.issuer } : {}),
    ...(parsed.label && parsed.label !== "OTPAuth" ? { totpAccountName: parsed.label } : {}),
  };
}

/** @throws WebhookError totp_failed for a seed that was stored by another program and gives no code */
export function totpCode(members: Readonly<Record<string, unknown>>, nowMs: number): TotpCode {
  try {
    const { secret, algorithm, digits, period } = totpParameters(members);
    const code = new TOTP({ secret: OtpSecret.fromBase32(secret), algorithm, digits, period }).generate({
      timestamp: nowMs,
    });
    return { code, remainingSeconds: period - (Math.floor(nowMs / 1000) % period), period, digits };
  } catch (error) {
    throw new WebhookError("totp_failed", "No code can be computed from what is stored; store the token again.", {
      cause: error,
    });
  }
}

function wholeNumber(value: unknown, ifAbsent: number): number {
  if (value === undefined || value === null || value === "") return ifAbsent;
  if (typeof value === "string" && /^[0-9]{1,4}$/.test(value)) return Number(value);
  return typeof value === "number" && Number.isInteger(value) ? value : NaN;
}

function refused(message: string): WebhookError {
  return new WebhookError("invalid_request", message);
}
