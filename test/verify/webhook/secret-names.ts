import { isObject } from "./body.js";
import type { Members, State } from "./state.js";

const sensitiveNames =
  "accessToken refreshToken certificateData privateKeyData certificateChain sshPrivateKey totpSecret totpUri".split(
    " ",
  );
const secretWord =
  /pass(word|wd|phrase|code)|(api|access|private|signing|encryption|master)[-_ ]?key|secret|seed|totp[-_ ]?uri|mnemonic|cookie|jwt|bearer|authorization|connection[-_ ]?string|code[-_ ]?verifier|recovery[-_ ]?codes?|token$|^(pwd|pin|pat|otp|cvv|cvc|credentials?)$/i;

export function isSensitive(name: string): boolean {
  return sensitiveNames.includes(name);
}

/** Tells a property that is to be encrypted: by its name, or for a value inside (R36). */
function isSecret(name: string, value: unknown): boolean {
  return isSecretByName(name, value) || (typeof value === "object" && Object.entries(value ?? {}).some(secretMember));
}

const secretMember = ([name, value]: [string, unknown]): boolean => isSecret(name, value);

function isSecretByName(name: string, value: unknown): boolean {
  return value !== null && typeof value !== "boolean" && (isSensitive(name) || secretWord.test(name));
}

/** Returns the rule by which properties are encrypted. */
export function secretRule(state: State): (name: string, value: unknown) => boolean {
  if (state.has("other-secrets-listed")) return (name, value) => isSensitive(name) && value !== null;
  return state.has("nested-secrets-listed") ? isSecretByName : isSecret;
}

export function isListable(name: string, value: unknown): boolean {
  return !isSensitive(name) && (value === null || typeof value === "boolean" || !secretWord.test(name));
}

/** The value less what does not pass, at any depth. */
export function filtered(value: unknown, keep: (name: string, value: unknown) => boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => filtered(item, keep));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([name, member]) => keep(name, member));
  return Object.fromEntries(kept.map(([name, member]) => [name, filtered(member, keep)]));
}

const bare = (name: string): string => name.replace(/[-_]/g, "").toLowerCase();

/** Never handed out whoever asks (R39). */
export function isSeed(name: string): boolean {
  return ["totpsecret", "totpuri"].includes(bare(name));
}

export function isRefreshToken(name: string): boolean {
  return bare(name) === "refreshtoken";
}

export function pick(members: Members, keep: (name: string, value: unknown) => boolean): Members {
  return Object.fromEntries(Object.entries(members).filter(([name, value]) => keep(name, value)));
}
