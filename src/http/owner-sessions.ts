import { createHash } from "node:crypto";

const lifetimeMs = 30 * 60 * 1000;
/** More than one owner has browsers; the oldest goes. */
const maxSessions = 16;
const cookieName = "tokenvault_webhook_owner";
/** Browsers take a cookie of this name from this very host over https only: a sibling's cannot pose as it. */
const secureCookieName = `__Host-${cookieName}`;

/** Who signed in on the page with the admin secret. In memory only: a restart signs everybody out. */
export class OwnerSessions {
  /** When each ends, by the hash of its id, so that no comparison is made with the id itself. */
  readonly #endsAtMs = new Map<string, number>();

  /** @returns the cookie that carries the session */
  begin(nowMs: number, isSecure: boolean): string {
    const id = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
    for (const [hash, endsAtMs] of this.#endsAtMs) if (endsAtMs <= nowMs) this.#endsAtMs.delete(hash);
    for (const hash of this.#endsAtMs.keys()) if (this.#endsAtMs.size >= maxSessions) this.#endsAtMs.delete(hash);
    this.#endsAtMs.set(hashOf(id), nowMs + lifetimeMs);
    return cookie(id, lifetimeMs / 1000, isSecure);
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

function hashOf(id: string): string {
  return createHash("sha256").update(id).digest("base64");
}
