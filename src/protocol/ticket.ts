import { isRecord } from "../platform/encoding.js";
import { WebhookError } from "../platform/errors.js";
import { maxSkewSeconds, signHmac, verifyHmac, type HmacKey } from "./signature.js";

/** A ticket's payload (llm.txt, R22). Times are Unix seconds. */
export interface TicketClaims {
  readonly sub?: string;
  readonly svc: string;
  readonly pur: string;
  readonly iat?: number;
  readonly exp: number;
  readonly nonce: string;
  readonly aid?: string;
  readonly pid?: string;
  readonly mode?: string;
  readonly cid?: string;
}

export interface TicketExpectation {
  readonly purposes: readonly string[];
  readonly service: string;
  /** Bounds the time from issue to end, and from now to end. */
  readonly maxLifetimeSeconds: number;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });
const maxNonceLength = 256;
const maxTicketLength = 8192;

/**
 * Verifies everything about a ticket but its single use, in the order of the protocol.
 * @throws WebhookError ticket_invalid, and ticket_expired for one that was good and is over
 */
export function verifyTicket(key: HmacKey, ticket: string, expected: TicketExpectation, nowMs: number): TicketClaims {
  if (ticket.length > maxTicketLength) throw invalid("The ticket is longer than tickets are.");
  const [, payload, hex] = /^([^.]+)\.([0-9a-f]{64})$/.exec(ticket) ?? [];
  if (payload === undefined || hex === undefined) throw invalid("The ticket is not of the form payload.signature.");
  if (!verifyHmac(key, Buffer.from(hex, "hex"), payload)) throw invalid("The ticket's signature does not fit.");
  const claims = decodeClaims(payload);
  if (claims.exp < nowMs / 1000) throw new WebhookError("ticket_expired", "The ticket has expired; ask for a new one.");
  const issuedAt = claims.iat ?? nowMs / 1000;
  if (issuedAt > nowMs / 1000 + maxSkewSeconds) throw invalid("The ticket is dated in the future.");
  if (claims.exp - Math.min(issuedAt, nowMs / 1000) > expected.maxLifetimeSeconds)
    throw invalid("The ticket lives longer than tickets may.");
  if (!expected.purposes.includes(claims.pur)) throw invalid("The ticket was issued for another purpose.");
  if (claims.svc !== expected.service) throw invalid("The ticket was issued for another service.");
  return claims;
}

/** Issues a ticket as Token Vault does. */
export function signTicket(key: HmacKey, claims: TicketClaims): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `${payload}.${signHmac(key, payload)}`;
}

function decodeClaims(payload: string): TicketClaims {
  let claims: unknown;
  try {
    claims = JSON.parse(utf8.decode(Buffer.from(payload, "base64url")));
  } catch {
    throw invalid("The ticket's payload is not JSON.");
  }
  if (!isClaims(claims)) throw invalid("The ticket's payload lacks a member or has one of the wrong type.");
  return claims;
}

function isClaims(value: unknown): value is TicketClaims {
  if (!isRecord(value)) return false;
  const { exp, nonce, svc, pur, iat, sub, aid, pid, mode, cid } = value;
  return (
    Number.isSafeInteger(exp) &&
    typeof nonce === "string" &&
    nonce.length > 0 &&
    (nonce.length <= maxNonceLength || [...nonce].length <= maxNonceLength) &&
    typeof svc === "string" &&
    typeof pur === "string" &&
    (iat === undefined || Number.isSafeInteger(iat)) &&
    [sub, aid, pid, mode, cid].every(isOptionalText)
  );
}

/** Takes null for absent: an issuer in another language may write its empty properties so. */
function isOptionalText(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "string";
}

function invalid(message: string): WebhookError {
  return new WebhookError("ticket_invalid", message);
}
