import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { setTimeout as later } from "node:timers/promises";
import { Refusal } from "./refusal.js";
import type { State } from "./state.js";

export interface SignedHeaders {
  readonly timestamp: string;
  readonly mac: string;
  readonly requestId: string;
}

const skewSeconds = 300;
const memoryMs = 600_000;
const maxUsed = 1_000_000;

const failed = (): Refusal => new Refusal("auth_failed", "The request is not signed as it must be.");

/** Makes the checks that need the headers alone (R19). */
export function signedHeaders(state: State, headers: IncomingHttpHeaders): SignedHeaders {
  const signature = String(headers["x-tokenvault-signature"] ?? "");
  const timestamp = headers["x-tokenvault-timestamp"];
  const requestId = headers["x-tokenvault-request-id"];
  const form = state.has("loose-signature-form") ? /^(?:sha256=)?([0-9a-f]{64})$/i : /^sha256=([0-9a-f]{64})$/;
  const mac = form.exec(signature)?.[1]?.toLowerCase();
  if (mac === undefined || typeof timestamp !== "string") throw failed();
  if (typeof requestId !== "string" || requestId === "" || requestId.length > 256) {
    if (!state.has("request-id-optional")) throw failed();
  }
  if (!/^[0-9]{1,10}$/.test(timestamp) && !state.has("loose-timestamp-form")) throw failed();
  const age = Date.now() / 1000 - Number(timestamp);
  if (!(age <= skewSeconds) && !state.has("past-timestamps-taken")) throw failed();
  if (!(age >= -skewSeconds) && !state.has("future-timestamps-taken")) throw failed();
  return { timestamp, mac, requestId: String(requestId ?? "") };
}

export function hmac(key: Buffer, ...parts: readonly (string | Buffer)[]): string {
  const code = createHmac("sha256", key);
  for (const part of parts) code.update(part);
  return code.digest("hex");
}

/** Both are hex of one length. */
export function sameMac(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a, "hex"), Buffer.from(b, "hex"));
}

export function requireMac(state: State, secret: Buffer, signed: SignedHeaders, body: Buffer): void {
  if (state.has("forged-signatures-taken")) return;
  const prefix = state.has("timestamp-not-signed") ? "" : `${signed.timestamp}.`;
  const bytes = state.has("mac-over-reserialised-json") ? reserialised(body) : body;
  const signedBody = state.has("empty-body-signed-as-object") && body.length === 0 ? "{}" : bytes;
  if (sameMac(signed.mac, hmac(secret, prefix, signedBody))) return;
  const textKey = Buffer.from(secret.toString("base64"));
  if (state.has("base64-key-taken") && sameMac(signed.mac, hmac(textKey, prefix, body))) return;
  if (state.has("timestamp-not-signed") && sameMac(signed.mac, hmac(secret, `${signed.timestamp}.`, body))) return;
  throw failed();
}

function reserialised(body: Buffer): Buffer {
  try {
    return Buffer.from(JSON.stringify(JSON.parse(body.toString("utf8"))));
  } catch {
    return body;
  }
}

/** Remembers the request, and refuses it the second time (R19, R20). Answers what gives it back (R21). */
export async function consumeRequest(
  state: State,
  signed: SignedHeaders,
  path: string,
  servesOnce: boolean,
): Promise<() => void> {
  const entries = [`id:${signed.requestId}${state.has("ids-per-path") ? path : ""}`];
  if (servesOnce && !state.has("signature-not-remembered")) entries.push(`signature:${signed.mac}`);
  if (entries.some((entry) => isUsed(state, entry))) throw failed();
  if (state.has("parallel-requests-pass")) await later(30);
  if (!state.has("ids-forgotten")) for (const entry of entries) markUsed(state, entry, Date.now() + memoryMs);
  return () => entries.forEach((entry) => state.used.delete(entry));
}

export function isUsed(state: State, entry: string): boolean {
  return (state.used.get(entry) ?? 0) > Date.now();
}

export function markUsed(state: State, entry: string, untilMs: number): void {
  if (state.used.size >= maxUsed)
    throw new Refusal("rate_limited", "Too much was used lately.", { "Retry-After": "60" });
  const forgottenMs = Date.now() + 120_000;
  state.used.set(entry, state.has("forgets-after-two-minutes") ? Math.min(untilMs, forgottenMs) : untilMs);
}
