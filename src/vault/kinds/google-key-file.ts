import { createPrivateKey, sign, verify, type KeyObject } from "node:crypto";
import { asText, isRecord, parseJson } from "../../platform/encoding.js";
import { WebhookError } from "../../platform/errors.js";
import type { Properties } from "../sensitive-properties.js";

/*
 * This file alone reads the key file of a Google service account, as people paste it, and tells what holds an account's
 * key and must therefore never leave as a token: also where it is wrapped or broken so that it cannot be read.
 */

/** Limits how often quotes, JSON and base64 may stand around one another; more is no accident. */
const maxWrappings = 6;
/** No account's key fits into fewer characters. */
export const minKeyFileLength = 32;
/** RS256 asks for the first (RFC 7518, section 3.3); a key over the second would hold up everybody's requests. */
const [minModulusBits, maxModulusBits] = [2048, 8192];
const maxKeyLength = 16_384;

const quoted = String.raw`\\*(?:["'“”‘’]|&#?\w+;)[\\\s]*[:=]`;
const keyMember = new RegExp(`private_key${quoted}`);
const accountWord = /private_key|client_?email|service_?account/i;
const refreshTokenMember = new RegExp(`refresh_token${quoted}`);
const clientWord = /client_secret|authorized_user/;
const ofGoogle = /client_?email|service_?account|googleapis\.com|gserviceaccount/i;
/** Matches line ends in base64, escaped ones too: it has no backslash of its own. */
const lineEnds = /\\[nr]|[\\\s]/g;
/** A token of parts, such as a JWT: base64 has no dot. */
const dotted = /^[\w~+/-]+\.[\w.~+/=-]+$/;

/**
 * Puts the key file as it is to be kept in the place of an access token that is one.
 * @throws WebhookError invalid_request for one that could give no token, and for an account's key that stands elsewhere
 */
export function resolveKeyFile(properties: Properties): Properties {
  const { accessToken } = properties;
  const isOutside = ([name, value]: [string, unknown]): boolean => name !== "accessToken" && holdsAccountKey(value);
  if (isAccount(properties) || Object.entries(properties).some(isOutside))
    throw refused(
      "An account's key file stands outside of the access token; store the whole file as the access token.",
    );
  if (typeof accessToken !== "string" || !isAccountKey(accessToken)) return properties;
  const file = parseKeyFile(accessToken);
  if (!file && isSignIn(accessToken))
    throw refused(
      "A sign-in file of gcloud would give its refresh token away; store the JSON key file of a service account.",
    );
  if (!file)
    throw refused(
      "The access token holds an account's key and cannot be read; store the whole JSON key file unchanged.",
    );
  const { client_email: email, private_key: privateKey } = file;
  if (!asText(email))
    throw refused("The service account's key file lacks its client_email; store the whole JSON file.");
  return { ...properties, accessToken: JSON.stringify({ ...file, private_key: signingPem(privateKey) }) };
}

/** Tells an access token that must not leave as it is. */
export function isAccountKey(text: string): boolean {
  return holdsAccountKey(text) || (text.includes("service_account") && parseKeyFile(text) !== undefined);
}

/** Reads the key file of a service account out of what surrounds it; undefined when it is none. */
export function parseKeyFile(text: string): Properties | undefined {
  let value: unknown = text;
  for (let count = 0; count <= maxWrappings && typeof value === "string"; count++) value = unwrapped(value);
  if (!isRecord(value)) return undefined;
  return value["type"] === "service_account" || (value["type"] === undefined && isAccount(value)) ? value : undefined;
}

/** Reads an RSA key in PKCS#8 or PKCS#1, whatever became of its line ends. @throws Error */
export function rsaKey(text: string): KeyObject {
  const [, body = ""] = /-----BEGIN (?:RSA )?PRIVATE KEY-----([^]*?)-----END/.exec(text.slice(0, maxKeyLength)) ?? [];
  const key = Buffer.from(body.replace(lineEnds, ""), "base64");
  try {
    return createPrivateKey({ key, format: "der", type: "pkcs8" });
  } catch {
    return createPrivateKey({ key, format: "der", type: "pkcs1" });
  }
}

/** Signs once with a key, and gives it as it is to be kept. @throws WebhookError invalid_request */
function signingPem(privateKey: unknown): string {
  try {
    const key = rsaKey(asText(privateKey) ?? "");
    const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
    const isFit = key.asymmetricKeyType === "rsa" && modulusLength >= minModulusBits && modulusLength <= maxModulusBits;
    const data = Buffer.from("a first signature");
    if (isFit && verify("sha256", data, key, sign("sha256", data, key)))
      return key.export({ type: "pkcs8", format: "pem" }).toString();
  } catch {
    // The library's own text may repeat the key.
  }
  throw refused("The service account's private key cannot sign; store the whole JSON key file as Google gave it.");
}

function holdsAccountKey(value: unknown, wrappings = 0): boolean {
  if (typeof value === "object" && value !== null)
    return isAccount(value) || Object.values(value).some((inner) => holdsAccountKey(inner, wrappings));
  if (typeof value !== "string" || value.length < minKeyFileLength || wrappings > maxWrappings) return false;
  const text = unescaped(value);
  if (text !== value) return holdsAccountKey(text, wrappings + 1);
  if (
    (keyMember.test(text) && ofGoogle.test(text)) ||
    (text.includes("PRIVATE KEY") && accountWord.test(text)) ||
    isSignIn(text)
  )
    return true;
  if (dotted.test(text)) return false;
  // A word before the base64 may have moved it. At every depth, four places would multiply.
  const starts = wrappings < 2 ? [0, 1, 2, 3] : [0];
  const holdsKey = (inner: string): boolean => holdsAccountKey(inner, wrappings + 1);
  return decodedRuns(text, starts).some(holdsKey) || hexRuns(text).some(holdsKey);
}

function isSignIn(text: string): boolean {
  if (refreshTokenMember.test(text)) return clientWord.test(text);
  // YAML has no quotes around the names.
  return text.includes("authorized_user") && /refresh_token\s*:/.test(text);
}

function isAccount(value: object): boolean {
  return "private_key" in value && "client_email" in value;
}

/** Decodes what a program may have escaped in the names of members, and drops the zeros of UTF-16. */
function unescaped(text: string): string {
  const withoutZeros = text.includes("\0") ? text.replaceAll("\0", "") : text;
  return withoutZeros.replace(/\\u([0-9a-f]{4})|%([0-9a-f]{2})/gi, (_escape, unit?: string, byte?: string) =>
    String.fromCharCode(parseInt(unit ?? byte ?? "", 16)),
  );
}

/** Decodes every long run of base64 that is a text, from each of these places on. */
function decodedRuns(text: string, starts: readonly number[]): string[] {
  const runs = text.replace(lineEnds, "").match(/[\w+/-]{80,}/g) ?? [];
  return runs.flatMap((run) =>
    starts.filter((start) => isEncodedText(run, start)).map((start) => decoded(run.slice(start))),
  );
}

/** Decodes every long run of hex that is a text: its letters have no high bits. */
function hexRuns(text: string): string[] {
  const runs = text.match(/(?:[0-7][0-9a-f]){80,}/gi) ?? [];
  return runs.map((run) => Buffer.from(run, "hex").toString("latin1"));
}

/** Looks into the middle alone, so that random tokens are not decoded whole. */
function isEncodedText(run: string, start: number): boolean {
  const middle = start + 4 * Math.floor(run.length / 8);
  return /^[\0\t\n\r -~]*$/.test(decoded(run.slice(middle, middle + 24)));
}

function decoded(base64: string): string {
  return Buffer.from(base64, "base64").toString("latin1");
}

/** Takes off the outermost of what surrounds JSON; undefined when nothing known does. */
function unwrapped(text: string): unknown {
  // Of UTF-16 that was read as UTF-8 these are left; `trim` takes a byte order mark for white space.
  const bare = text
    .replaceAll("\0", "")
    .replace(/^\ufffd+/, "")
    .trim();
  const json = parsePasted(bare);
  if (json !== undefined) return json;
  if (bare.startsWith("```")) return bare.replace(/^```\w*/, "").replace(/```$/, "");
  if (/[,;]$/.test(bare)) return bare.slice(0, -1);
  if (/^["'`“‘]/.test(bare) && /["'`”’]$/.test(bare)) return bare.slice(1, -1);
  if (bare.includes('\\"')) return parsePasted(`"${bare}"`);
  const base64 = bare.replace(lineEnds, "");
  return /^[\w+/-]+={0,2}$/.test(base64) ? Buffer.from(base64, "base64").toString("utf8") : undefined;
}

/** Parses JSON, also with line ends within its strings or a comma behind its last member. */
function parsePasted(text: string): unknown {
  return parseJson(text) ?? parseJson(text.replace(/"[^"\\]*(?:\\[^][^"\\]*)*(?:"|$)|,\s*(?=[}\]])/g, withoutBreaks));
}

function withoutBreaks(part: string): string {
  // eslint-disable-next-line no-control-regex -- JSON forbids all of these in a string (RFC 8259, section 7)
  return part.startsWith(",") ? "" : part.replace(/[\u0000-\u001f]+/g, "");
}

function refused(message: string): WebhookError {
  return new WebhookError("invalid_request", message);
}
