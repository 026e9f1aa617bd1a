import {
  capabilityValues,
  collectionValues,
  errorStatus,
  sensitiveFieldValues,
  ticketPurposeValues,
} from "../../generated/operations.js";

export const mask = "[masked]";

/** These names hold secrets too: the fields of R36, and everything that opens a webhook. */
const secretNames = new Set(
  [...sensitiveFieldValues, "hmacSecret", "code", "registrationUrl", "ticket"].map((name) => folded(name)),
);
/** The pattern of R36. */
const secretPattern =
  /pass(?:word|wd|phrase|code)|(?:api|access|private|signing|encryption|master)[-_ ]?key|secret|seed|totp[-_ ]?uri|mnemonic|cookie|jwt|bearer|authorization|connection[-_ ]?string|code[-_ ]?verifier|recovery[-_ ]?codes?|token$|^(?:pwd|pin|pat|otp|cvv|cvc|credentials?)$/i;
/** These texts stand in the contract. */
const words = new Set<string>([
  ...Object.keys(errorStatus),
  ...capabilityValues,
  ...collectionValues,
  ...ticketPurposeValues,
  ..."healthy ok stored updated no_token no_refresh_token acknowledged refreshed refresh_failed".split(" "),
  ..."oauth TOTP Bearer AES-256-GCM SHA1 SHA256 SHA512".split(" "),
]);
/** Properties of responses that hold others; one of another name may be somebody's document. */
const containers = new Set<string>([...collectionValues, ..."items meta data results pagination fields".split(" ")]);
containers.add("capabilities");
const timeForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const versionForm = /^\d{1,3}\.\d{1,3}\.\d{1,3}$/;
const nameForm = /^[A-Za-z][\w-]{0,40}$/;
const maxLevels = 32;
const maxItems = 50;
const maxErrorLength = 200;

/** Tells a text of this run, which is no secret by itself, from a foreign one. */
export type IsOwn = (text: string) => boolean;

/** Shows a response's value; of texts that may be the owner's only the length. */
export function shownForeign(value: unknown, isOwn: IsOwn, level = 0): unknown {
  if (typeof value === "string") return shownText(value, isOwn);
  if (typeof value !== "object" || value === null) return value;
  if (level > maxLevels) return "…";
  if (Array.isArray(value)) {
    const own = value.filter((item) => isShownItem(item, isOwn));
    return own.slice(0, maxItems).map((item) => shownForeign(item, isOwn, level + 1));
  }
  const shown: [string, unknown][] = [];
  let hidden = 0;
  for (const [name, property] of Object.entries(value) as [string, unknown][]) {
    const isHeld = typeof property === "object" && property !== null;
    const isError = level === 0 && (name === "error" || name === "message");
    if (isSecretName(name)) shown.push([name, maskedProperty(property)]);
    else if (!(nameForm.test(name) || isOwn(name)) || (isHeld && !containers.has(name) && !isOwn(name))) hidden += 1;
    else if (isError && typeof property === "string" && property.length <= maxErrorLength) shown.push([name, property]);
    else shown.push([name, shownForeign(property, isOwn, level + 1)]);
  }
  if (hidden > 0) shown.push(["…", `${String(hidden)} more`]);
  return Object.fromEntries(shown);
}

/** Shows a request's value: the run's own texts, without secrets and without texts taken from a response. */
export function shownRequest(value: unknown, isOwn: IsOwn, level = 0): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (level > maxLevels) return "…";
  if (Array.isArray(value)) return value.slice(0, maxItems).map((item) => shownRequest(item, isOwn, level + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, property]: [string, unknown]) => {
      if (isSecretName(name)) return [name, maskedProperty(property)];
      const isForeign = name === "data" || name === "after";
      return [name, isForeign ? shownForeign(property, isOwn) : shownRequest(property, isOwn, level + 1)];
    }),
  );
}

function shownText(text: string, isOwn: IsOwn): string {
  const isPlain = words.has(text) || timeForm.test(text) || versionForm.test(text);
  return isPlain || (isOwn(text) && text.length <= maxErrorLength * 4)
    ? text
    : `[text of ${String(text.length)} characters]`;
}

function isShownItem(item: unknown, isOwn: IsOwn): boolean {
  const key: unknown =
    typeof item === "object" && item !== null && Object.hasOwn(item, "key")
      ? (item as { key: unknown }).key
      : undefined;
  return typeof key !== "string" || isOwn(key);
}

/** Null and booleans tell no secret. */
function maskedProperty(property: unknown): unknown {
  return property === null || typeof property === "boolean" ? property : mask;
}

function isSecretName(name: string): boolean {
  return secretNames.has(folded(name)) || secretPattern.test(name) || secretPattern.test(folded(name));
}

function folded(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, "");
}
