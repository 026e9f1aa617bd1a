import { WebhookError } from "../errors.js";
import { fromHex, toUtf8 } from "./encoding.js";
import { signHmac, verifyHmac } from "./hmac.js";

/** How far a request's timestamp may be from our clock, both ways. */
export const maxSkewSeconds = 300;
const maxRequestIdLength = 256;

/** The three headers of a signed request, as received; undefined when absent. */
export interface SignatureHeaders {
  readonly signature: string | undefined;
  readonly timestamp: string | undefined;
  readonly requestId: string | undefined;
}

export interface VerifiedSignature {
  readonly requestId: string;
  /** 64 lower-case hex digits. */
  readonly signature: string;
  readonly timestampSeconds: number;
}

/**
 * Checks 2 to 4 of PROTOCOL.md, section 1. The MAC is over the bytes as they came.
 * @throws WebhookError auth_failed
 */
export async function verifySignature(
  key: CryptoKey,
  headers: SignatureHeaders,
  rawBody: Uint8Array,
  nowMs: number,
): Promise<VerifiedSignature> {
  const { signature, timestamp, requestId } = headers;
  const hex = signature?.startsWith("sha256=") ? signature.slice("sha256=".length) : undefined;
  const code = hex?.length === 64 ? fromHex(hex) : undefined;
  if (hex === undefined || code === undefined) throw refused("The request carries no well-formed signature.");
  if (!timestamp) throw refused("The request carries no timestamp.");
  if (!requestId || requestId.length > maxRequestIdLength) throw refused("The request carries no usable request id.");
  if (!/^[0-9]{1,10}$/.test(timestamp)) throw refused("The timestamp must be Unix seconds in decimal digits.");
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > maxSkewSeconds) {
    throw refused("The timestamp lies more than 300 seconds from this server's clock.");
  }
  if (!(await verifyHmac(key, code, stringToSign(timestamp, rawBody)))) {
    throw refused("The request's signature does not fit.");
  }
  return { requestId, signature: hex, timestampSeconds: Number(timestamp) };
}

/** The signature header's value for a body, as Token Vault makes it. */
export async function signRequest(key: CryptoKey, timestamp: string, rawBody: Uint8Array): Promise<string> {
  return `sha256=${await signHmac(key, stringToSign(timestamp, rawBody))}`;
}

/** UTF-8(timestamp) ‖ "." ‖ body */
function stringToSign(timestamp: string, rawBody: Uint8Array): Uint8Array<ArrayBuffer> {
  const prefix = toUtf8(`${timestamp}.`);
  const message = new Uint8Array(prefix.length + rawBody.length);
  message.set(prefix);
  message.set(rawBody, prefix.length);
  return message;
}

function refused(message: string): WebhookError {
  return new WebhookError("auth_failed", message);
}
