import { Secret as OtpSecret, TOTP } from "otpauth";
import type { components } from "../../../generated/types.js";
import { asText } from "../../platform/encoding.js";
import { WebhookError } from "../../platform/errors.js";
import type { Credential } from "../credential.js";
import type { Properties } from "../sensitive-properties.js";
import { google } from "./google.js";
import { ofTokenType, type Kind } from "./kind.js";
import { staticKind } from "./static.js";

/** The parameters of a code (RFC 6238). `secret` is base32 without padding; `period` is seconds. */
export interface TotpParameters {
  readonly secret: string;
  readonly algorithm: (typeof algorithms)[number];
  readonly digits: number;
  readonly period: number;
}

export type TotpCode = Readonly<components["schemas"]["TotpCode"]>;

/** Fewer characters than this are a typing error, not a seed. */
const minSeedLength = 8;
const algorithms = ["SHA1", "SHA256", "SHA512"] as const;
/** Steam's codes are five letters and digits, which the contract's form of a code does not take. */
const steam = /^steam(?:[\s_-]*guard)?$/i;
/** Longer than any seed or its URI: to look for the ends of more would take its square. */
const maxTidiedLength = 4_096;
/** The remains of pasting around a text: blanks, also invisible ones, and quotes. */
const around = /^[\s\p{Cf}"'`<>\p{Pi}\p{Pf}\u201a\u201e]+|[\s\p{Cf}"'`<>\p{Pi}\p{Pf}\u201a\u201e]+$/gu;
/** The dividers of a seed into groups: blanks and hyphens of any kind. */
const between = /[\s\p{Cf}\p{Pd}]/gu;

/** A seed: its access token is a one-time code (RFC 6238), and the seed never leaves. */
export const totp: Kind = {
  matches: ofTokenType("TOTP"),

  async reveal(credential, _purpose, { clock }) {
    const { code, ...rest } = totpCode(totpProperties(credential) ?? {}, clock.nowMs());
    return {
      accessToken: code,
      tokenType: "TOTP",
      serviceName: credential.meta["serviceName"] ?? credential.service,
      ...rest,
      totpGenerated: true,
    };
  },

  // An upstream gets the access token that is stored beside the seed, if any.
  authorize: (credential, request, dependencies) =>
    (google.matches(credential) ? google : staticKind).authorize(credential, request, dependencies),
};

/** Computes the code of any credential that has a seed. @throws WebhookError not_totp, totp_failed */
export function currentCode(credential: Credential, nowMs: number): TotpCode {
  const properties = totpProperties(credential);
  if (!properties) throw new WebhookError("not_totp", "What is stored for this service gives no one-time codes.");
  return totpCode(properties, nowMs);
}

/** The properties that a code is computed from; undefined when the credential has no seed. */
function totpProperties(credential: Credential): Properties | undefined {
  const totpSecret = credential.text("totpSecret");
  if (totpSecret !== undefined) return { ...credential.meta, totpSecret };
  const totpUri = credential.text("totpUri");
  return totpUri === undefined ? undefined : { ...credential.meta, totpUri };
}

/** Puts a URI's parts in its place; refuses what could give no code. @throws WebhookError invalid_request */
export function resolveTotp(properties: Properties): Properties {
  const { totpUri, ...others } = properties;
  if (totpUri !== undefined) {
    if (typeof totpUri !== "string") throw refused("The member totpUri must be a text.");
    return { ...others, ...parseTotpUri(totpUri) };
  }
  const { totpSecret } = properties;
  if (totpSecret === undefined) return properties;
  if (typeof totpSecret === "string" && /^(?:otpauth|steam)[a-z-]*:/i.test(withoutQuotes(totpSecret)))
    return { ...others, ...parseTotpUri(totpSecret) };
  return { ...properties, totpSecret: totpParameters(properties).secret };
}

/** @throws WebhookError invalid_request when a code could not be computed from these */
export function totpParameters(properties: Properties): TotpParameters {
  const { totpSecret, totpAlgorithm, totpDigits, totpPeriod, totpIssuer, encoder } = properties;
  if ([totpAlgorithm, totpIssuer, encoder].some((value) => steam.test(withoutQuotes(asText(value) ?? ""))))
    throw steamRefused();
  const secret = withoutQuotes(decoded(asText(totpSecret) ?? ""))
    .replace(between, "")
    .replace(/=+$/, "");
  if (secret.length < minSeedLength || !/^[A-Z2-7]+$/i.test(secret))
    throw refused("The TOTP secret must be base32, of 8 characters or more.");
  const name = (asText(totpAlgorithm) ?? "").toUpperCase().replace(/[^A-Z0-9]/g, "");
  const algorithm = name === "" ? "SHA1" : algorithms.find((one) => one === name.replace(/^HMAC/, ""));
  if (!algorithm) throw refused("The TOTP algorithm must be SHA1, SHA256 or SHA512.");
  const digits = wholeNumber(totpDigits, 6);
  if (!(digits >= 6 && digits <= 8)) throw refused("The TOTP code must have from 6 to 8 digits.");
  const period = wholeNumber(totpPeriod, 30);
  if (!(period >= 1 && period <= 3600)) throw refused("The TOTP period must be from 1 to 3600 seconds.");
  return { secret: secret.toUpperCase(), algorithm, digits, period };
}

/**
 * Reads the properties that stand for an `otpauth://totp/…` URI, as pages, mails and other programs write it.
 * @throws WebhookError invalid_request
 */
export function parseTotpUri(uri: string): Properties {
  const text = withoutQuotes(uri).replace(/[\t\r\n]/g, "");
  if (/^(?:otpauth:\/\/)?steam[:/?]/i.test(text)) throw steamRefused();
  const [, type, rawLabel = "", query = ""] = /^otpauth:\/\/([a-z]+)\/?(.*)\?(.*)$/i.exec(text) ?? [];
  if (type?.toLowerCase() !== "totp") throw refused("The TOTP URI must begin with otpauth://totp/ and have a secret.");
  const parameters = parametersOf(query);
  const [first = "", second] = rawLabel.split(/(?::|%3A)(.+)/i, 2).map(labelPart);
  const issuer = parameters.get("issuer") ?? (second === undefined ? "" : first);
  const account = second ?? first;
  const { secret, algorithm, digits, period } = totpParameters({
    totpSecret: parameters.get("secret"),
    totpAlgorithm: parameters.get("algorithm"),
    totpDigits: parameters.get("digits"),
    totpPeriod: parameters.get("period"),
    totpIssuer: issuer,
    encoder: parameters.get("encoder"),
  });
  return {
    totpSecret: secret,
    totpAlgorithm: algorithm,
    totpDigits: digits,
    totpPeriod: period,
    ...(issuer ? { totpIssuer: issuer } : {}),
    ...(account ? { totpAccountName: account } : {}),
  };
}

/** Finds the parameters that have a value, their names in small letters; `&` may be escaped as HTML does, also twice. */
function parametersOf(query: string): ReadonlyMap<string, string> {
  // A `+` is itself in this form of URI, not a blank.
  const parameters = new URLSearchParams(query.replace(/&(?:(?:amp|#38|#x26);)+/gi, "&").replaceAll("+", "%2B"));
  const named = [...parameters].map(([name, value]) => [name.trim().toLowerCase(), withoutQuotes(value)] as const);
  return new Map(named.filter(([, value]) => value !== ""));
}

/** @throws WebhookError totp_failed for a seed that was stored by another program and gives no code */
export function totpCode(properties: Properties, nowMs: number): TotpCode {
  try {
    const { secret, ...parameters } = totpParameters(resolveTotp(properties));
    const { digits, period } = parameters;
    const code = new TOTP({ secret: OtpSecret.fromBase32(secret), ...parameters }).generate({ timestamp: nowMs });
    return { code, remainingSeconds: period - (Math.floor(nowMs / 1000) % period), period, digits };
  } catch (error) {
    throw new WebhookError("totp_failed", "No code can be computed from what is stored; store the token again.", {
      cause: error,
    });
  }
}

function withoutQuotes(text: string): string {
  return text.length > maxTidiedLength ? text : text.replace(around, "");
}

/** Decodes a seed from a URI's or a form's escapes; leaves one that is not well-formed as it is. */
function decoded(text: string): string {
  return new URLSearchParams(`=${text.replaceAll("&", "%26")}`).get("") ?? "";
}

function labelPart(text: string): string {
  try {
    return decodeURIComponent(text).trim();
  } catch {
    throw refused("The label of the TOTP URI is not well-formed.");
  }
}

function wholeNumber(value: unknown, ifAbsent: number): number {
  if (value === undefined || value === null) return ifAbsent;
  if (typeof value === "string") {
    const text = withoutQuotes(value);
    return text === "" ? ifAbsent : /^\+?[0-9]{1,4}$/.test(text) ? Number(text) : NaN;
  }
  return typeof value === "number" && Number.isInteger(value) ? value : NaN;
}

function steamRefused(): WebhookError {
  return refused("Steam's TOTP codes have letters, which cannot be given out here; keep this one in Steam's own app.");
}

function refused(message: string): WebhookError {
  return new WebhookError("invalid_request", message);
}
