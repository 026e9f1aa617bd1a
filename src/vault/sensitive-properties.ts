import { sensitiveFieldValues, type SensitiveField } from "../../generated/operations.js";

/*
 * This file alone decides which properties of a credential are secret: which are encrypted and never listed, which are
 * never handed out, and which are the envelope's and nobody's metadata.
 */
export type Properties = Readonly<Record<string, unknown>>;

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
const neverHandedOut = /^totp[-_]?(?:secret|uri)$/i;
const refreshToken = /^refresh[-_]?token$/i;

/** The names that an owner can give a secret; `isSecretProperty` holds for each of them. */
export const secretNames: readonly string[] = [
  ...sensitiveFieldValues,
  ...["apiKey", "clientSecret", "connectionString", "cookie", "passphrase", "password", "privateKey", "secret"],
];

/** The properties of a sealed document's envelope (credential.ts). */
export const envelopeProperties: ReadonlySet<string> = new Set(["v", "alg", "fields", "meta", "plain"]);

/** Tells one of the properties that the protocol always encrypts. */
export function isSensitiveField(name: string): name is SensitiveField {
  return sensitiveFields.has(name);
}

/** Tells a property that is encrypted, never listed, and given to the ticket's holder only. A yes or no is no secret. */
export function isSecretProperty(name: string, value: unknown): boolean {
  if (value === null) return false;
  if (isSensitiveField(name)) return true;
  return typeof value !== "boolean" && (secretName.test(name) || holdsSecretProperty(value));
}

/** Seeds and their URIs leave as codes only, however a store of another program spells them. */
export function isNeverHandedOut(name: string): boolean {
  return neverHandedOut.test(name);
}

/** An agent has no use for the refresh token but to outlive its grant; the owner may see it. */
export function isWithheldFromAgents(name: string): boolean {
  return neverHandedOut.test(name) || refreshToken.test(name);
}

/** Splits properties into those that are kept secret and those that are not. */
export function splitSecrets(properties: Properties): { readonly secret: Properties; readonly open: Properties } {
  const secret: [string, unknown][] = [];
  const open: [string, unknown][] = [];
  for (const entry of Object.entries(properties)) (isSecretProperty(...entry) ? secret : open).push(entry);
  return { secret: Object.fromEntries(secret), open: Object.fromEntries(open) };
}

/** Gives a value without what may not be listed, at any depth: sensitive fields, and what `isSecret` names beside them. */
export function withoutSecretProperties(value: unknown, isSecret = isSecretProperty): unknown {
  // Of a nested property the name counts here; what is in it is looked at on the way down.
  return withoutProperties(
    value,
    (name, property) => isSensitiveField(name) || isSecret(name, isNested(property) ? "" : property),
  );
}

type IsDropped = (name: string, property: unknown) => boolean;

/** Gives a value without the properties that `isDropped` names, at any depth; itself where it has none. */
export function withoutProperties(value: unknown, isDropped: IsDropped): unknown {
  return holdsDropped(value, isDropped) ? copyWithoutProperties(value, isDropped) : value;
}

/** Most values hold none, so that most need no copy. */
function holdsDropped(value: unknown, isDropped: IsDropped): boolean {
  if (Array.isArray(value)) return value.some((item) => holdsDropped(item, isDropped));
  if (!isNested(value)) return false;
  return Object.entries(value).some(
    ([name, property]) => isDropped(name, property) || holdsDropped(property, isDropped),
  );
}

function copyWithoutProperties(value: unknown, isDropped: IsDropped): unknown {
  if (Array.isArray(value)) return value.map((item) => copyWithoutProperties(item, isDropped));
  if (!isNested(value)) return value;
  // Object.fromEntries defines a property called __proto__, which an assignment would take for the prototype.
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, property]) => !isDropped(name, property))
      .map(([name, property]) => [name, copyWithoutProperties(property, isDropped)]),
  );
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function holdsSecretProperty(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSecretProperty);
  return isNested(value) && Object.entries(value).some(([name, property]) => isSecretProperty(name, property));
}
