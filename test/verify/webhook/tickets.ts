import { setTimeout as later } from "node:timers/promises";
import { isObject } from "./body.js";
import { Refusal } from "./refusal.js";
import { hmac, isUsed, markUsed, sameMac } from "./signature.js";
import type { Members, State } from "./state.js";

export interface Ticket {
  readonly purpose: string;
  readonly exp: number;
  readonly mode: string | undefined;
  readonly cid: string | undefined;
  /** Under what its use is remembered. */
  readonly entry: string;
}

const refused = (): Refusal => new Refusal("ticket_invalid", "The ticket is not good for this.");
const maxLifeSeconds = 900;

/** Everything about a ticket that can be checked without using it up (R23). */
export function verifyTicket(state: State, secret: Buffer, text: string, purposes: readonly string[], service: string) {
  const [payload = "", mac = "", ...rest] = text.split(".");
  if (rest.length > 0 || payload === "" || !/^[0-9a-f]{64}$/i.test(mac)) throw refused();
  const claims = decoded(state, payload);
  const early = state.has("expiry-before-mac") && isObject(claims) && Number(claims["exp"]) < Date.now() / 1000;
  if (early) throw new Refusal("ticket_expired", "The ticket has expired.");
  const textKey = Buffer.from(secret.toString("base64"));
  const fits = sameMac(mac, hmac(secret, payload));
  const fitsText = state.has("ticket-base64-key-taken") && sameMac(mac, hmac(textKey, payload));
  if (!fits && !fitsText && !state.has("forged-tickets-taken")) throw refused();
  const ticket = ticketOf(state, claims, text, purposes);
  if (state.has("nonce-burnt-before-purpose")) spendAtOnce(state, ticket);
  if (!purposes.includes(ticket.purpose) && !state.has("purpose-ignored")) throw refused();
  if (ticket.service !== service && !state.has("service-ignored")) throw refused();
  if (isUsed(state, ticket.entry) && !state.has("nonce-burnt-before-purpose")) throw refused();
  return ticket;
}

function decoded(state: State, payload: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(payload, "base64url")));
  } catch {
    return state.has("odd-payload-500") ? null : undefined;
  }
}

function ticketOf(
  state: State,
  claims: unknown,
  text: string,
  purposes: readonly string[],
): Ticket & { readonly service: string } {
  if (claims === null && state.has("odd-payload-500")) throw new TypeError("claims is null");
  if (!isObject(claims)) throw refused();
  const { exp, iat, svc, pur, nonce } = claims;
  const isLoose = state.has("exp-not-type-checked-for-codes") && purposes.includes("totp_code");
  if (!Number.isInteger(exp) && !isLoose && !state.has("exp-not-type-checked")) throw refused();
  if (iat !== undefined && !Number.isInteger(iat)) throw refused();
  if (typeof svc !== "string" || typeof pur !== "string") throw refused();
  if (typeof nonce !== "string" || nonce === "" || nonce.length > 256) {
    if (!state.has("nonce-optional")) throw refused();
  }
  const now = Date.now() / 1000;
  const leeway = state.has("expiry-with-leeway") ? 60 : 0;
  if (Number(exp) < now - leeway && !state.has("expiry-ignored"))
    throw new Refusal("ticket_expired", "The ticket has expired.");
  const issued = typeof iat === "number" ? iat : now;
  if (issued > now + 300 && !state.has("future-tickets-taken")) throw refused();
  const life = Number(exp) - Math.min(issued, now);
  if (life > maxLifeSeconds && !state.has("long-tickets-taken") && !state.has("expiry-ignored")) throw refused();
  for (const name of ["aid", "pid", "mode", "cid"]) optionalClaim(state, claims, name);
  const isApart =
    (state.has("nonce-apart-at-proxy") && purposes.includes("proxy")) ||
    (state.has("nonce-apart-for-codes") && purposes.includes("totp_code"));
  const place = isApart ? `${purposes.join()}:` : "";
  const entry = state.has("nonce-by-ticket-text") ? `ticket:${text}` : `nonce:${place}${String(nonce)}`;
  const mode = state.has("create-mode-ignored") ? undefined : optionalClaim(state, claims, "mode");
  const cid = state.has("cid-ignored") ? undefined : optionalClaim(state, claims, "cid");
  return { purpose: pur, service: svc, exp: Number(exp), mode, cid, entry };
}

function optionalClaim(state: State, claims: Members, name: string): string | undefined {
  const value = claims[name];
  if (value === undefined) return undefined;
  if (value === null && !state.has("null-claims-refused")) return undefined;
  if (typeof value !== "string") throw refused();
  return value;
}

/** Marks the ticket as used, in one step with the check (R24). What gives it back is only for a fault. */
export async function spend(state: State, ticket: Ticket): Promise<void> {
  if (state.has("nonce-burnt-before-purpose") || state.has("tickets-reusable")) return;
  if (isUsed(state, ticket.entry)) throw refused();
  if (state.has("parallel-tickets-pass")) await later(30);
  markUsed(state, ticket.entry, ticket.exp * 1000 + 300_000);
}

function spendAtOnce(state: State, ticket: Ticket): void {
  if (isUsed(state, ticket.entry)) throw refused();
  markUsed(state, ticket.entry, ticket.exp * 1000 + 300_000);
}

/** Checks the stored document against a ticket with a creation id (R25). */
export function requireStored(state: State, ticket: Ticket, document: Members | undefined): Members {
  if (!document) {
    if (state.has("absent-gives-ticket-back")) state.used.delete(ticket.entry);
    throw new Refusal("token_not_found", "Nothing is stored for this service.");
  }
  const meta = isObject(document["meta"]) ? document["meta"] : {};
  if (ticket.cid !== undefined && meta["creationId"] !== ticket.cid)
    throw new Refusal("stale_creation", "The stored credential is of another creation.");
  return document;
}
