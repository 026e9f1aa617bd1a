import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from "node:crypto";
import { limits } from "../../generated/operations.js";
import { WebhookError } from "../platform/errors.js";

/** Bounds how far a timestamp may be from our clock, both ways (R19). */
export const maxSkewSeconds = limits.clockSkewSeconds;
const maxRequestIdLength = 256;

type Parts = readonly (string | Uint8Array)[];

/** Holds the shared secret. Nothing prints it, and nobody gets it out again. */
export class HmacKey {
  readonly #key: KeyObject;

  /** @param secret 32 bytes */
  constructor(secret: Uint8Array) {
    this.#key = createSecretKey(secret);
  }

  /** HMAC-SHA-256 (RFC 2104) over the parts, one after the other; texts as UTF-8. */
  digest(parts: Parts): Buffer {
    const hmac = createHmac("sha256", this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest();
  }
}

/** Signs the parts. Returns 64 lower-case hex digits. */
export function signHmac(key: HmacKey, ...parts: Parts): string {
  return key.digest(parts).toString("hex");
}

/** Compares in constant time on the decoded bytes; a MAC of another length is simply false. */
export function verifyHmac(key: HmacKey, mac: Uint8Array, ...parts: Parts): boolean {
  const expected = key.digest(parts);
  return mac.length === expected.length && timingSafeEqual(mac, expected);
}

/** The three headers of a signed request, as received; undefined when absent. */
export interface SignatureHeaders {
  readonly signature: string | undefined;
  readonly timestamp: string | undefined;
  readonly requestId: string | undefined;
}

/** The claim that the headers make: well-formed and of our time, but nothing is proven yet. */
export interface ClaimedSignature {
  readonly requestId: string;
  /** 64 lower-case hex digits. */
  readonly signature: string;
  /** Unix seconds, as the header has them: they are under the MAC. */
  readonly timestamp: string;
}

/**
 * Makes the checks of llm.txt, R19, that need no body.
 * @throws WebhookError auth_failed
 */
export function readSignatureHeaders(
  { signature, timestamp, requestId }: SignatureHeaders,
  nowMs: number,
): ClaimedSignature {
  const [, hex] = /^sha256=([0-9a-f]{64})$/.exec(signature ?? "") ?? [];
  if (hex === undefined) throw refused("The request carries no well-formed signature.");
  if (!timestamp) throw refused("The request carries no timestamp.");
  if (!requestId || requestId.length > maxRequestIdLength) throw refused("The request carries no usable request id.");
  if (!/^[0-9]{1,10}$/.test(timestamp)) throw refused("The timestamp must be Unix seconds in decimal digits.");
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > maxSkewSeconds) {
    throw refused(`The timestamp lies more than ${String(maxSkewSeconds)} seconds from this server's clock.`);
  }
  return { requestId, signature: hex, timestamp };
}

/**
 * Verifies the MAC, which R18 puts over UTF-8(timestamp) ‖ "." ‖ body, as the bytes came.
 * @throws WebhookError auth_failed
 */
export function verifySignature(key: HmacKey, { signature, timestamp }: ClaimedSignature, rawBody: Uint8Array): void {
  if (!verifyHmac(key, Buffer.from(signature, "hex"), `${timestamp}.`, rawBody))
    throw refused("The request's signature does not fit.");
}

/** Makes the signature header for a body, as Token Vault does. */
export function signRequest(key: HmacKey, timestamp: string, rawBody: Uint8Array): string {
  return `sha256=${signHmac(key, `${timestamp}.`, rawBody)}`;
}

function refused(message: string): WebhookError {
  return new WebhookError("auth_failed", message);
}
