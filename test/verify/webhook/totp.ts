import { TOTP, Secret } from "otpauth";
import { invalid, Refusal } from "./refusal.js";
import type { Members, State } from "./state.js";

export type Seed = {
  readonly totpSecret: string;
  readonly totpAlgorithm: string;
  readonly totpDigits: number;
  readonly totpPeriod: number;
} & Members;

/** The checked seed of these members, by URI or by themselves (R38); undefined if there is none. */
export function seedOf(state: State, members: Members): Seed | undefined {
  const { totpUri, totpSecret } = members;
  if (typeof totpUri === "string" && totpUri !== "") return seedOfUri(state, totpUri);
  if (typeof totpSecret !== "string" || totpSecret === "") return undefined;
  return checkedSeed(state, totpSecret, members);
}

function seedOfUri(state: State, text: string): Seed {
  const refused = invalid("The member totpUri is no otpauth URI of a time-based code.");
  let label: string;
  let url: URL;
  try {
    url = new URL(text);
    label = decodeURIComponent(url.pathname.replace(/^\//, ""));
  } catch {
    throw refused;
  }
  if (url.protocol !== "otpauth:" || url.hostname.toLowerCase() !== "totp") throw refused;
  const parameter = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const seed = checkedSeed(state, parameter("secret") ?? "", {
    totpAlgorithm: parameter("algorithm"),
    totpDigits: parameter("digits"),
    totpPeriod: parameter("period"),
  });
  const [before = "", ...after] = label.split(":");
  const issuer = parameter("issuer") ?? (after.length > 0 ? before : undefined);
  const account = (after.length > 0 ? after.join(":") : before).trim();
  return {
    ...seed,
    ...(issuer === undefined ? {} : { totpIssuer: issuer }),
    ...(account === "" ? {} : { totpAccountName: account }),
  };
}

function checkedSeed(state: State, secret: string, members: Members): Seed {
  const totpSecret = secret.replace(/[\s-]|=+$/g, "").toUpperCase();
  const algorithm = members["totpAlgorithm"] ?? "SHA1";
  const totpAlgorithm = typeof algorithm === "string" ? algorithm.toUpperCase().replace("SHA-", "SHA") : "";
  const totpDigits = wholeNumber(members["totpDigits"], 6);
  const totpPeriod = wholeNumber(members["totpPeriod"], 30);
  const isNumbers = totpDigits >= 6 && totpDigits <= 8 && totpPeriod >= 1 && totpPeriod <= 3600;
  const isBase32 = /^[A-Z2-7]{8,}$/.test(totpSecret) || state.has("bad-base32-taken");
  const isAlgorithm = ["SHA1", "SHA256", "SHA512"].includes(totpAlgorithm) || state.has("any-totp-algorithm-taken");
  if (!isBase32 || !isAlgorithm || (!isNumbers && !state.has("odd-totp-numbers-taken")))
    throw invalid("The seed of the one-time code is not one that gives codes.");
  return { totpSecret, totpAlgorithm, totpDigits, totpPeriod };
}

function wholeNumber(value: unknown, absent: number): number {
  if (value === undefined || value === null) return absent;
  const isText = typeof value === "string" && /^[0-9]{1,5}$/.test(value);
  return isText || Number.isInteger(value) ? Number(value) : NaN;
}

export interface Code {
  readonly code: string;
  readonly remainingSeconds: number;
  readonly period: number;
  readonly digits: number;
}

/** The code of this moment (R40). */
export function codeOf(state: State, token: Members): Code | undefined {
  try {
    const seed = seedOf(state, token);
    if (!seed) return undefined;
    const period = state.has("totp-period-ignored") ? 30 : seed.totpPeriod;
    const digits = state.has("totp-digits-ignored") ? 6 : seed.totpDigits;
    const algorithm = state.has("totp-always-sha1") ? "SHA1" : seed.totpAlgorithm;
    const now = Date.now();
    const code = new TOTP({ secret: Secret.fromBase32(seed.totpSecret), algorithm, digits, period }).generate({
      timestamp: state.has("totp-clock-off") ? now + period * 1000 : now,
    });
    return { code, remainingSeconds: period - (Math.floor(now / 1000) % period), period, digits };
  } catch {
    throw new Refusal("totp_failed", "The stored seed gives no code.");
  }
}
