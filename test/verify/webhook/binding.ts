import { createHash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { setTimeout as later } from "node:timers/promises";
import { capabilityValues as capabilities, protocolVersion as version } from "../../../generated/operations.js";
import { text } from "./body.js";
import { isLoopback } from "./caller.js";
import { invalid, Refusal } from "./refusal.js";
import type { Members, State } from "./state.js";

const lifeSeconds = 300;
const maxPending = 32;

/** This webhook's origin, as the caller sees it (R15). A loopback peer is a trusted proxy. */
function originOf(req: IncomingMessage): string {
  const isTrusted = isLoopback(req.socket.remoteAddress?.replace(/^::ffff:/, "") ?? "");
  const forwarded = (name: string): string | undefined =>
    isTrusted
      ? String(req.headers[name] ?? "")
          .split(",")
          .at(-1)
          ?.trim() || undefined
      : undefined;
  return `${forwarded("x-forwarded-proto") ?? "http"}://${forwarded("x-forwarded-host") ?? req.headers.host ?? ""}`;
}

const digest = (value: string | Buffer): Buffer => createHash("sha256").update(value).digest();

/** Refuses everybody but the owner (R13). */
export function requireOwner(state: State, req: IncomingMessage, client: string, path: string): void {
  const forbidden = new Refusal("forbidden", "This is the owner's alone.");
  const { origin } = req.headers;
  const site = req.headers["sec-fetch-site"];
  const isLink = path === "/bind" && req.method === "GET" && req.headers["sec-fetch-mode"] === "navigate";
  const isDeaf = state.has("other-sites-served");
  if (origin !== undefined && origin !== originOf(req) && !isDeaf) throw forbidden;
  if (!isDeaf && (site === "cross-site" || site === "same-site") && !isLink) throw forbidden;
  const isFree = path === "/bind" ? state.has("bind-page-open") : state.has("register-url-open");
  const given = req.headers["x-tv-admin-secret"];
  if (isFree || (typeof given === "string" && timingSafeEqual(digest(given), digest(state.adminSecret)))) return;
  if (given !== undefined && state.has("any-admin-secret-taken")) return;
  const host = (req.headers.host ?? "").replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  const isHere = host === "localhost" || isLoopback(host) || state.has("foreign-host-served");
  if (state.secret === undefined && isLoopback(client) && isHere) return;
  throw forbidden;
}

/** A registration, and the link that completes it (R14, R15). */
export function register(state: State, req: IncomingMessage, tv: string | undefined): Members {
  const frontend = frontendOf(tv);
  for (const [code, { expiresMs }] of state.registrations)
    if (expiresMs < Date.now() - 3_600_000) state.registrations.delete(code);
  const pending = [...state.registrations.values()].filter((one) => !one.used && one.expiresMs > Date.now());
  if (pending.length >= maxPending)
    throw new Refusal("rate_limited", "There are too many open registrations.", { "Retry-After": "60" });
  const secret = randomBytes(32);
  const code = randomUUID();
  state.registrations.set(code, { secret, expiresMs: Date.now() + lifeSeconds * 1000, used: false });
  if (state.has("registration-ends-old-secret") && state.secret) state.secret = secret;
  const webhookUrl = originOf(req);
  const hashed = state.has("hmac-hash-of-text") ? secret.toString("base64") : secret;
  const values = {
    code,
    webhook_url: Buffer.from(webhookUrl).toString("base64"),
    hmac_hash: digest(hashed).toString("hex"),
  };
  const query = Object.entries(values).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const registrationUrl = `${frontend}/vault/webhook-bind?${query.join("&")}`;
  return { registrationUrl, code, expiresIn: lifeSeconds, webhookUrl };
}

function frontendOf(tv: string | undefined): string {
  if (tv === undefined || tv === "") return "https://tokenvault.uk";
  const url = tv.length <= 2048 && URL.canParse(tv) ? new URL(tv) : undefined;
  const isOrigin = url !== undefined && url.username === "" && url.origin === tv.replace(/\/$/, "");
  if (isOrigin && (url.protocol === "https:" || (url.protocol === "http:" && url.hostname === "localhost")))
    return url.origin;
  throw invalid("The frontend is not an https origin.");
}

/** Exchanges a code for the secret, once (R16). */
export async function exchange(state: State, body: Members): Promise<Members> {
  const registration = state.registrations.get(text(body, "code", 1, 256));
  if (registration?.used && !state.has("code-serves-twice"))
    throw new Refusal(state.has("used-code-is-expired") ? "code_expired" : "code_used", "The code was used.");
  if (!registration || registration.expiresMs < Date.now())
    throw new Refusal("code_expired", "The code is not known, or has expired.");
  if (state.has("parallel-exchanges-pass")) await later(30);
  registration.used = true;
  // The first exchange voids every other code (R16).
  if (!state.secret && !state.has("earlier-codes-kept"))
    for (const [code, one] of state.registrations) if (one !== registration) state.registrations.delete(code);
  if (!state.secret || !state.has("old-secret-stays")) state.secret = registration.secret;
  if (state.has("binding-loses-documents")) for (const documents of state.collections.values()) documents.clear();
  const hmacSecret = registration.secret.toString(state.has("secret-in-base64url") ? "base64url" : "base64");
  return { hmacSecret, webhookId: state.webhookId, version, capabilities };
}

export function health(state: State): Members {
  const tokens = state.collections.get("tokens")?.size ?? 0;
  return {
    status: "healthy",
    version: state.has("another-version") ? "1.0.0" : version,
    keyConfigured: true,
    capabilities: state.has("capabilities-in-another-order") ? [...capabilities].reverse() : capabilities,
    uptime: Math.floor((Date.now() - state.startedMs) / 1000),
    tokenCount: state.has("token-count-wrong") ? 0 : tokens,
    ...(state.has("secret-in-health") && state.secret ? { hmacSecret: state.secret.toString("base64") } : {}),
  };
}
