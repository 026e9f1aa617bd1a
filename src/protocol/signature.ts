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

/** What the headers claim, well-formed and of our time; nothing is proven yet. */
export interface ClaimedSignature {
  readonly requestId: string;
  /** 64 lower-case hex digits. */
  readonly signature: string;
  /** Unix seconds, as the header has them: they are under the MAC. */
  readonly timestamp: string;
}

/**
 * The checks of llm.txt, R19, that need no body.
 * @throws WebhookError auth_failed
 */
export function readSignatureHeaders(
  { signature, timestamp, requestId }: SignatureHeaders,
  nowMs: number,
): ClaimedSignature {
  const hex = signature?.startsWith("sha256=") ? signature.slice("sha256=".length) : "";
  if (hex.length !== 64 || !fromHex(hex)) throw refused("The request carries no well-formed signature.");
  if (!timestamp) throw refused("The request carries no timestamp.");
  if (!requestId || requestId.length > maxRequestIdLength) throw refused("The request carries no usable request id.");
  if (!/^[0-9]{1,10}$/.test(timestamp)) throw refused("The timestamp must be Unix seconds in decimal digits.");
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > maxSkewSeconds) {
    throw refused("The timestamp lies more than 300 seconds from this server's clock.");
  }
  return { requestId, signature: hex, timestamp };
}

/**
 * R18: the MAC is over the bytes as they came.
 * @throws WebhookError auth_failed
 */
export async function verifySignature(
  key: CryptoKey,
  { signature, timestamp }: ClaimedSignature,
  rawBody: Uint8Array,
): Promise<void> {
  const code = fromHex(signature);
  if (!code || !(await verifyHmac(key, code, stringToSign(timestamp, rawBody)))) {
    throw refused("The request's signature does not fit.");
  }
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
