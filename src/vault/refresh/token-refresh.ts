import type { Clock } from "../../platform/clock.js";
import type { OAuthProvider } from "../../config.js";
import type { GuardedFetch } from "../../outbound/guarded-fetch.js";
import type { Document } from "../../store/store.js";
import { refreshGrant, RefreshRefusedError } from "./oauth-grant.js";
import { publicMembers } from "../token-document.js";
import type { RenewedTokens, Tokens } from "../tokens.js";

/** What became of a refresh. `providerHost` is whom the refresh token was sent to, when it was sent. */
export interface RefreshOutcome {
  readonly status: "no_token" | "no_refresh_token" | "acknowledged" | "refreshed" | "refresh_failed";
  readonly message: string;
  /** Milliseconds since the epoch, of a refreshed token. */
  readonly expiryTime?: number | undefined;
  readonly providerHost?: string;
}

interface Unsaved {
  readonly replaces: string;
  readonly renewal: RenewedTokens;
}

interface Attempt {
  readonly document: Document;
  readonly refreshToken: string;
  readonly provider: OAuthProvider;
}

/** Refreshes tokens with the owner's OAuth clients; of one service, one at a time. */
export class TokenRefresh {
  readonly #running = new Map<string, Promise<RefreshOutcome>>();
  /** What a provider gave and the disk did not take: the old refresh token may be spent, so that this is the only one. */
  readonly #unsaved = new Map<string, Unsaved>();

  constructor(
    private readonly tokens: Tokens,
    private readonly fetch: GuardedFetch,
    private readonly providers: ReadonlyMap<string, OAuthProvider>,
    private readonly clock: Clock,
  ) {}

  /**
   * Callers of the same time share one call to the provider, and its result.
   * @throws WebhookError provider_error, provider_timeout, forbidden
   */
  refresh(service: string, hintedProvider?: string): Promise<RefreshOutcome> {
    const running = this.#running.get(service);
    if (running) return running;
    const refresh = this.#refresh(service, hintedProvider).finally(() => this.#running.delete(service));
    this.#running.set(service, refresh);
    return refresh;
  }

  /** The owner's client for a credential: what was stored with it says which; a hint counts only where that says nothing. */
  providerFor(document: Document, hinted?: string): OAuthProvider | undefined {
    const stored = publicMembers(document)["provider"];
    const name = typeof stored === "string" && stored !== "" ? stored : hinted;
    return name === undefined ? undefined : this.providers.get(name);
  }

  /** Resolves when no refresh is under way: what a provider gave is stored by then. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running.values());
  }

  async #refresh(service: string, hinted: string | undefined): Promise<RefreshOutcome> {
    const attempt = await this.#prepare(service, hinted);
    if ("status" in attempt) return attempt;
    const first = await this.#try(service, attempt);
    if (first !== "final") return first;
    // It may have been renewed by somebody else since it was read.
    const again = await this.#prepare(service, hinted);
    if (!("status" in again) && again.refreshToken !== attempt.refreshToken) {
      const second = await this.#try(service, again);
      if (second !== "final") return second;
      await this.tokens.markNeedsReconnect(service, again.document);
    } else {
      await this.tokens.markNeedsReconnect(service, attempt.document);
    }
    return {
      ...failed("The provider takes this refresh token no more; connect the service again."),
      providerHost: hostOf(attempt),
    };
  }

  async #prepare(service: string, hinted: string | undefined): Promise<Attempt | RefreshOutcome> {
    const document = this.tokens.get(service);
    if (!document) return { status: "no_token", message: "Nothing is stored for this service." };
    const refreshToken = this.tokens.secretText(service, document, "refreshToken");
    if (refreshToken === undefined)
      return { status: "no_refresh_token", message: "No refresh token is stored for this service." };
    const provider = this.providerFor(document, hinted);
    if (!provider) return { status: "acknowledged", message: "No OAuth client is configured here for this provider." };
    return { document, refreshToken, provider };
  }

  /** "final" when the provider will never take this refresh token again. */
  async #try(service: string, { refreshToken, provider, ...attempt }: Attempt): Promise<RefreshOutcome | "final"> {
    const providerHost = hostOf({ ...attempt, refreshToken, provider });
    try {
      const kept = this.#unsaved.get(service);
      const renewal =
        kept?.replaces === refreshToken
          ? kept.renewal
          : await refreshGrant(this.fetch, provider, refreshToken, this.clock);
      this.#unsaved.set(service, { replaces: refreshToken, renewal });
      const renewed = await this.tokens.renew(service, renewal, refreshToken);
      this.#unsaved.delete(service);
      if (!renewed)
        return { ...failed("The credential was replaced while it was refreshed; the newer one stays."), providerHost };
      return { status: "refreshed", message: "", expiryTime: renewal.expiryTime, providerHost };
    } catch (error) {
      if (!(error instanceof RefreshRefusedError)) throw error;
      return error.isFinal
        ? "final"
        : { ...failed("The provider gave no new token; nothing was changed."), providerHost };
    }
  }
}

function failed(message: string): RefreshOutcome {
  return { status: "refresh_failed", message };
}

function hostOf({ provider }: Attempt): string {
  return new URL(provider.tokenUrl).host;
}
