import { sensitiveFieldValues, type SensitiveField } from "../../generated/operations.js";
import { rememberingVerdicts } from "../platform/remembered-verdicts.js";
import { filterMembers, mapMembers } from "./members.js";

const sensitiveFields: ReadonlySet<string> = new Set(sensitiveFieldValues);
const secretName = new RegExp(
  [
    "pass(?:word|wd|phrase|code)",
    "(?:api|access|private|signing|encryption|master)[-_ ]?key",
    "secret|seed|totp[-_ ]?uri|mnemonic|cookie|jwt|bearer|authorization",
    "connection[-_ ]?string|code[-_ ]?verifier|recovery[-_ ]?codes?",
    "token$|^(?:pwd|pin|pat|otp|cvv|cvc|credentials?)$",
  ].join("|"),
  "i",
);

/** The same few names come again and again. */
const isSecretName = rememberingVerdicts((name) => secretName.test(name));

/** One of the eight members that the protocol always encrypts. */
export function isSensitiveField(name: string): name is SensitiveField {
  return sensitiveFields.has(name);
}

/** A member that is encrypted, never listed, and given to the ticket holder only. A yes or no is no secret. */
export function isSecretMember(name: string, value: unknown): boolean {
  if (value === null) return false;
  if (isSensitiveField(name)) return true;
  return typeof value !== "boolean" && (isSecretName(name) || holdsSecretMember(value));
}

/** A copy without what may not be listed, at any depth: sensitive fields, and what `isSecret` names beside them. */
export function withoutSecretMembers(value: unknown, isSecret = isSecretMember): unknown {
  // Of a nested member the name counts here; what is in it is looked at on the way down.
  return withoutMembers(
    value,
    (name, member) => isSensitiveField(name) || isSecret(name, isNested(member) ? "" : member),
  );
}

type IsDropped = (name: string, member: unknown) => boolean;

/** A copy without the members that `isDropped` names, at any depth; the value itself where there are none. */
export function withoutMembers(value: unknown, isDropped: IsDropped): unknown {
  return holdsDropped(value, isDropped) ? copyWithoutMembers(value, isDropped) : value;
}

/** Most hold none, so that most need no copy. */
function holdsDropped(value: unknown, isDropped: IsDropped): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => holdsDropped(item, isDropped));
  for (const name in value) {
    const member = (value as Record<string, unknown>)[name];
    if (isDropped(name, member) || holdsDropped(member, isDropped)) return true;
  }
  return false;
}

function copyWithoutMembers(value: unknown, isDropped: IsDropped): unknown {
  if (Array.isArray(value)) return value.map((item) => copyWithoutMembers(item, isDropped));
  if (typeof value !== "object" || value === null) return value;
  const kept = filterMembers(value as Record<string, unknown>, (name, member) => !isDropped(name, member));
  return mapMembers(kept, (_name, member) => copyWithoutMembers(member, isDropped));
}

function isNested(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function holdsSecretMember(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSecretMember);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, member]) => isSecretMember(name, member));
}
