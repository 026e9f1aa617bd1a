import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { limits } from "../../generated/operations.js";
import type { Config } from "../config.js";
import type { PageSession } from "../contract/operation.js";
import type { Clock } from "../platform/clock.js";
import { WebhookError } from "../platform/errors.js";
import { loopback } from "../platform/ip-address.js";
import type { Secret } from "../platform/secret.js";
import type { Binding } from "../vault/binding.js";
import { isHost, originOf, type Exchange, type HttpContext } from "./request.js";

const sessionTtlMs = limits.ownerSessionSeconds * 1000;
/** More than one owner has browsers; the oldest goes. */
const maxSessions = 16;
const cookieName = "tokenvault_webhook_owner";
/** Browsers take a cookie of this name from this very host over https only: a sibling's cannot pose as it. */
const secureCookieName = `__Host-${cookieName}`;

export interface OwnerDependencies {
  readonly config: Pick<Config, "externalUrl">;
  readonly adminSecret: Secret;
  readonly sessions: OwnerSessions;
  readonly binding: Pick<Binding, "isFresh">;
  readonly clock: Clock;
}

/** @throws WebhookError forbidden */
export function requireAdminSecret({ adminSecret }: OwnerDependencies, exchange: Exchange): void {
  refuseCrossSite(exchange);
  const given = exchange.c.req.header("x-tv-admin-secret");
  if (given === undefined || !isSame(given, adminSecret.reveal())) throw forOwner();
}

/** @throws WebhookError forbidden */
export function requireOwnerSession(dependencies: OwnerDependencies, exchange: Exchange): void {
  const { sessions, clock } = dependencies;
  refuseCrossSite(exchange);
  if (!sessions.has(exchange.c.req.header("cookie"), clock.nowMs())) throw forOwner();
  requireOwnPage(dependencies, exchange);
}

/**
 * Admits whoever is on this machine. A page whose name was pointed at 127.0.0.1 (DNS rebinding) sends its own name as the
 * host.
 * @throws WebhookError forbidden
 */
export async function requireFirstBinding({ binding }: OwnerDependencies, exchange: Exchange): Promise<void> {
  refuseCrossSite(exchange);
  if (!(await binding.isFresh())) throw forOwner();
  const { c, client } = exchange;
  if (loopback.has(client.address) && isLoopbackHost(c.req.header("host") ?? "") && !showsProxy(c)) {
    exchange.isFirstBinding = true;
    return;
  }
  throw new WebhookError(
    "forbidden",
    "Open this on the machine itself, at http://localhost, or send the admin secret in the header x-tv-admin-secret.",
  );
}

/**
 * Admits what a page of ours sends: a cookie alone proves nothing, since the browser adds it to whatever a page makes it
 * send.
 * @throws WebhookError forbidden
 */
export function requireOwnPage(_dependencies: OwnerDependencies, { c, operation }: Exchange): void {
  const isPage = operation.responseType === "text/html";
  const says = c.req.header("sec-fetch-site") ?? c.req.header("origin");
  if (isCrossSite(c, isPage) || (says === undefined && !isPage))
    throw new WebhookError("forbidden", "This may be asked for from this webhook's own page only.");
}

/** The owner's session in the browser that asks; notes the cookie that the response has to set. */
export function pageSession(
  { config, sessions, adminSecret, clock }: OwnerDependencies,
  exchange: Exchange,
): PageSession {
  const { c } = exchange;
  const cookies = c.req.header("cookie");
  // The browser's own word first: at home the same server may be reached over http.
  const isSecure = (c.req.header("origin") ?? originOf(exchange, config.externalUrl)).startsWith("https:");
  return {
    isOwner: sessions.has(cookies, clock.nowMs()),
    signIn(secret) {
      if (!isSame(secret, adminSecret.reveal())) return Promise.reject(wrongSecret());
      exchange.cookie = sessions.begin(clock.nowMs(), isSecure);
      return Promise.resolve();
    },
    signOut() {
      exchange.cookie = sessions.end(cookies, isSecure);
    },
  };
}

/** Browsers that signed in on the page with the admin secret. In memory only: a restart signs everybody out. */
export class OwnerSessions {
  /** When each ends, by the hash of its id, so that no comparison is made with the id itself. */
  readonly #endsAtMs = new Map<string, number>();

  /** @returns the cookie that carries the session */
  begin(nowMs: number, isSecure: boolean): string {
    const id = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
    for (const [hash, endsAtMs] of this.#endsAtMs) if (endsAtMs <= nowMs) this.#endsAtMs.delete(hash);
    for (const hash of this.#endsAtMs.keys()) if (this.#endsAtMs.size >= maxSessions) this.#endsAtMs.delete(hash);
    this.#endsAtMs.set(hashOf(id), nowMs + sessionTtlMs);
    return cookie(id, sessionTtlMs / 1000, isSecure);
  }

  /** @param cookies the Cookie header */
  has(cookies: string | undefined, nowMs: number): boolean {
    return idsIn(cookies).some((id) => (this.#endsAtMs.get(hashOf(id)) ?? 0) > nowMs);
  }

  /** @returns the cookie that takes the old one away */
  end(cookies: string | undefined, isSecure: boolean): string {
    for (const id of idsIn(cookies)) this.#endsAtMs.delete(hashOf(id));
    return cookie("", 0, isSecure);
  }
}

function cookie(value: string, maxAgeSeconds: number, isSecure: boolean): string {
  const name = isSecure ? secureCookieName : cookieName;
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${String(maxAgeSeconds)}${isSecure ? "; Secure" : ""}`;
}

/** There may be more than one: what another server on this host left goes beside ours. */
function idsIn(cookies = ""): string[] {
  return cookies.split(";").flatMap((pair) => {
    const [name, value] = pair.trim().split("=", 2);
    return (name === cookieName || name === secureCookieName) && value ? [value] : [];
  });
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

/** In constant time, whatever the lengths. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest());
}

/** @throws WebhookError forbidden */
function refuseCrossSite({ c, operation }: Exchange): void {
  if (isCrossSite(c, operation.responseType === "text/html"))
    throw new WebhookError("forbidden", "This may not be asked for from another site's page.");
}

/** Another site may link to a page of ours, since showing it changes nothing; it may not ask for anything else. */
function isCrossSite(c: HttpContext, isPage: boolean): boolean {
  const site = c.req.header("sec-fetch-site");
  // Some browsers do not say where the page is to be shown; in a frame it would not be (X-Frame-Options).
  const isLink =
    isPage &&
    c.req.method === "GET" &&
    c.req.header("sec-fetch-mode") === "navigate" &&
    (c.req.header("sec-fetch-dest") ?? "document") === "document";
  if (site !== undefined && site !== "same-origin" && site !== "none") return !isLink;
  const origin = c.req.header("origin");
  return origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === c.req.header("host"));
}

/** A proxy that is not set up for this may call from loopback, under a loopback name, and name nobody. */
function showsProxy(c: HttpContext): boolean {
  const marks = ["via", "forwarded", "x-real-ip", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"];
  return c.env.incoming?.httpVersion === "1.0" || marks.some((name) => c.req.header(name) !== undefined);
}

function isLoopbackHost(host: string): boolean {
  if (!isHost(host)) return false;
  const name = new URL(`http://${host}`).hostname.replace(/^\[(.*)\]$/, "$1");
  return name === "localhost" || (isIP(name) !== 0 && loopback.has(name));
}

function forOwner(): WebhookError {
  return new WebhookError(
    "forbidden",
    "This is for the owner. Sign in on its page, or send the admin secret in the header x-tv-admin-secret.",
  );
}

function wrongSecret(): WebhookError {
  return new WebhookError(
    "auth_failed",
    "This is not the admin secret. It is in the file admin-secret, beside the key, or in TV_ADMIN_SECRET.",
  );
}
