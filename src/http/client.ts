import type { Context } from "hono";
import { isIP } from "node:net";
import type { Config } from "../config.js";
import { WebhookError } from "../platform/errors.js";
import { clientAddress, loopback, normalizeAddress } from "../platform/ip-address.js";
import { toUtf8 } from "../protocol/encoding.js";
import type { Bindings } from "./request-body.js";
import type { Secret } from "../platform/secret.js";

type Settings = Pick<Config, "trustedProxies" | "externalUrl">;

/** Who sent a request, as far as can be told. */
export class Caller {
  readonly #context: Context<{ Bindings: Bindings }>;
  readonly #externalUrl: string | undefined;
  /** Without port; "unknown" when a trusted proxy named none. */
  readonly address: string;
  /** Who is at the other end of the connection, and whether that is a trusted proxy. */
  readonly peer: string;
  readonly isProxied: boolean;
  /** Whether the request came with the header, believed or not. */
  readonly hasForwardedFor: boolean;

  constructor(c: Context<{ Bindings: Bindings }>, { trustedProxies, externalUrl }: Settings) {
    const forwardedFor = c.req.header("x-forwarded-for");
    this.#context = c;
    this.#externalUrl = externalUrl;
    this.peer = c.env.incoming?.socket.remoteAddress ?? "unknown";
    this.isProxied = trustedProxies.has(normalizeAddress(this.peer));
    this.hasForwardedFor = forwardedFor !== undefined;
    this.address = clientAddress(this.peer, forwardedFor, trustedProxies);
  }

  /** This webhook's origin as the caller wrote it, or as it is configured. */
  get origin(): string {
    if (this.#externalUrl !== undefined) return this.#externalUrl;
    const host = this.#forwarded("x-forwarded-host") ?? this.#context.req.header("host") ?? "";
    const scheme = this.#forwarded("x-forwarded-proto") === "https" ? "https" : "http";
    return isHost(host) ? new URL(`${scheme}://${host}`).origin : "http://localhost";
  }

  #forwarded(name: string): string | undefined {
    return this.isProxied ? this.#context.req.header(name)?.split(",").at(-1)?.trim() : undefined;
  }
}

export interface OwnerCircumstances {
  /** Whoever is on this machine may do it, without the admin secret. */
  readonly isOpen: boolean;
  /** A page is asked for, not something done. */
  readonly isPage: boolean;
  /** The browser has a session, and this operation is one of the page's. */
  readonly isSignedIn: boolean;
}

/**
 * What a page of ours sends: a cookie alone proves nothing, since the browser adds it to whatever a page makes it send.
 * @throws WebhookError forbidden
 */
export function requireOwnPage(c: Context, isPage = false): void {
  const says = c.req.header("sec-fetch-site") ?? c.req.header("origin");
  if (isCrossSite(c, isPage) || (says === undefined && !isPage))
    throw new WebhookError("forbidden", "This may be asked for from this webhook's own page only.");
}

/**
 * The owner's operations: with the admin secret or, where it is open, from the loopback interface.
 * @throws WebhookError forbidden
 */
export async function requireOwner(
  c: Context<{ Bindings: Bindings }>,
  caller: Caller,
  adminSecret: Secret,
  { isOpen, isPage, isSignedIn }: OwnerCircumstances,
): Promise<void> {
  if (isCrossSite(c, isPage))
    throw new WebhookError("forbidden", "This may not be asked for from another site's page.");
  const given = c.req.header("x-tv-admin-secret");
  if (given !== undefined && (await isSame(given, adminSecret.reveal()))) return;
  if (isSignedIn) {
    requireOwnPage(c, isPage);
    return;
  }
  // A page whose name was pointed at 127.0.0.1 (DNS rebinding) sends its own name as the host.
  if (isOpen && loopback.has(caller.address) && isLoopbackHost(c.req.header("host") ?? "") && !showsProxy(c)) return;
  throw new WebhookError(
    "forbidden",
    !isOpen
      ? "This is for the owner. Sign in on its page, or send the admin secret in the header x-tv-admin-secret."
      : "Open this on the machine itself, at http://localhost, or send the admin secret in the header x-tv-admin-secret.",
  );
}

/** A proxy that is not set up for this may call from loopback, under a loopback name, and name nobody. */
function showsProxy(c: Context<{ Bindings: Bindings }>): boolean {
  const marks = ["via", "forwarded", "x-real-ip", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"];
  return c.env.incoming?.httpVersion === "1.0" || marks.some((name) => c.req.header(name) !== undefined);
}

/** Another site may link to a page of ours, since showing it changes nothing; it may not ask for anything else. */
function isCrossSite(c: Context, isPage: boolean): boolean {
  const site = c.req.header("sec-fetch-site");
  const isLink =
    isPage &&
    c.req.method === "GET" &&
    c.req.header("sec-fetch-mode") === "navigate" &&
    c.req.header("sec-fetch-dest") === "document";
  if (site !== undefined && site !== "same-origin" && site !== "none") return !isLink;
  const origin = c.req.header("origin");
  return origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === c.req.header("host"));
}

function isLoopbackHost(host: string): boolean {
  if (!isHost(host)) return false;
  const name = new URL(`http://${host}`).hostname.replace(/^\[(.*)\]$/, "$1");
  return name === "localhost" || (isIP(name) !== 0 && loopback.has(name));
}

function isHost(host: string): boolean {
  return /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/i.test(host) && URL.canParse(`http://${host}`);
}

/** @throws WebhookError auth_failed */
export async function requireAdminSecret(given: string, adminSecret: Secret): Promise<void> {
  if (!(await isSame(given, adminSecret.reveal())))
    throw new WebhookError(
      "auth_failed",
      "This is not the admin secret. It is in the file admin-secret, beside the key, or in TV_ADMIN_SECRET.",
    );
}

/** In constant time, whatever the lengths: HMACs under a key made for the occasion are compared. */
async function isSame(a: string, b: string): Promise<boolean> {
  const key = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
  return crypto.subtle.verify("HMAC", key, await crypto.subtle.sign("HMAC", key, toUtf8(a)), toUtf8(b));
}
