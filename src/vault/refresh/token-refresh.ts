import type { components } from "../../../generated/types.js";
import type { Clock } from "../../platform/clock.js";
import type { OAuthProvider } from "../../config.js";
import type { GuardedFetch } from "../../outbound/guarded-fetch.js";
import type { Credential } from "../credential.js";
import type { Credentials } from "../credentials.js";
import type { RenewedTokens } from "../kinds/oauth.js";
import type { Properties } from "../sensitive-properties.js";
import type { Document } from "../../store/store.js";
import { refreshGrant } from "./oauth-grant.js";
import { RefreshFailures } from "./refresh-failures.js";
import { RefreshRefusedError } from "./refresh-refusal.js";

type Schemas = components["schemas"];

/** The outcome of a refresh. `providerHost` is whom the refresh token was sent to, when it was sent. */
export interface RefreshOutcome {
  readonly status: Schemas["Refreshed" | "NotRefreshed"]["status"];
  readonly message: string;
  /** Milliseconds since the epoch, of a refreshed token. */
  readonly expiryTime?: number | undefined;
  readonly providerHost?: string;
}

interface Attempt {
  readonly credential: Credential;
  readonly refreshToken: string;
  readonly provider: OAuthProvider;
}

/** Refreshes tokens with the owner's OAuth clients; of one service, one at a time. */
export class TokenRefresh {
  readonly #running = new Map<string, Promise<RefreshOutcome>>();
  /** Tokens that a provider gave and the disk did not take: the old refresh token may be spent, so that these are the only ones. */
  readonly #unsaved = new Map<string, { readonly replaces: string; readonly renewal: RenewedTokens }>();

  readonly #failures: RefreshFailures;

  constructor(
    private readonly credentials: Credentials,
    private readonly fetch: GuardedFetch,
    private readonly providers: ReadonlyMap<string, OAuthProvider>,
    private readonly clock: Clock,
  ) {
    this.#failures = new RefreshFailures(clock);
  }

  /**
   * Clients of the same time share one call to the provider, and its result.
   * @throws WebhookError provider_error, provider_timeout, forbidden
   */
  refresh(service: string, hintedProvider?: string): Promise<RefreshOutcome> {
    const running = this.#running.get(service);
    if (running) return running;
    const refresh = this.#refresh(service, hintedProvider).finally(() => this.#running.delete(service));
    this.#running.set(service, refresh);
    return refresh;
  }

  /** Finds the owner's client for a credential: its meta says which; a hint counts only where that says nothing. */
  providerFor(meta: Properties, hinted?: string): OAuthProvider | undefined {
    const stored = meta["provider"];
    const name = typeof stored === "string" && stored !== "" ? stored : hinted;
    return name === undefined ? undefined : this.providers.get(name);
  }

  /** Tells a service whose refresh failed lately, and that nobody should try again without being asked. */
  isWaiting(service: string, document: Document): boolean {
    return this.#failures.isWaiting(service, document);
  }

  /**
   * Resolves when no refresh is under way, with the services whose new tokens the disk did not take, neither then nor now:
   * they are lost with the process.
   */
  async drain(): Promise<string[]> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running.values());
    for (const [service, { replaces, renewal }] of [...this.#unsaved])
      await this.credentials.renew(service, renewal, replaces).then(
        () => this.#unsaved.delete(service),
        () => undefined,
      );
    return [...this.#unsaved.keys()];
  }

  async #refresh(service: string, hinted: string | undefined): Promise<RefreshOutcome> {
    const attempt = await this.#prepare(service, hinted);
    if ("status" in attempt) return attempt;
    const first = await this.#try(service, attempt);
    if (first !== "final") return first;
    // It may have been renewed by somebody else since it was read.
    const again = await this.#prepare(service, hinted);
    const isRenewed = !("status" in again) && again.refreshToken !== attempt.refreshToken;
    if (isRenewed) {
      const second = await this.#try(service, again);
      if (second !== "final") return second;
    }
    await this.credentials.markNeedsReconnect((isRenewed ? again : attempt).credential);
    return {
      ...failed("The provider takes this refresh token no more; connect the service again."),
      providerHost: hostOf(attempt.provider),
    };
  }

  async #prepare(service: string, hinted: string | undefined): Promise<Attempt | RefreshOutcome> {
    const credential = await this.credentials.find(service);
    if (!credential) return { status: "no_token", message: "Nothing is stored for this service." };
    const refreshToken = credential.text("refreshToken");
    if (refreshToken === undefined)
      return { status: "no_refresh_token", message: "No refresh token is stored for this service." };
    const provider = this.providerFor(credential.meta, hinted);
    if (!provider) return { status: "acknowledged", message: "No OAuth client is configured here for this provider." };
    return { credential, refreshToken, provider };
  }

  /** "final" when the provider will never take this refresh token again. */
  async #try(service: string, { credential, refreshToken, provider }: Attempt): Promise<RefreshOutcome | "final"> {
    const { document } = credential;
    const providerHost = hostOf(provider);
    const kept = this.#unsaved.get(service);
    let renewal: RenewedTokens;
    try {
      renewal =
        kept?.replaces === refreshToken
          ? kept.renewal
          : await refreshGrant(this.fetch, provider, refreshToken, this.clock);
    } catch (error) {
      const isFinal = this.#failures.note(service, document, error);
      if (!(error instanceof RefreshRefusedError)) throw error;
      return isFinal ? "final" : { ...failed("The provider gave no new token; nothing was changed."), providerHost };
    }
    this.#unsaved.set(service, { replaces: refreshToken, renewal });
    const renewed = await this.credentials.renew(service, renewal, refreshToken);
    this.#unsaved.delete(service);
    if (!renewed)
      return { ...failed("The credential was replaced while it was refreshed; the newer one stays."), providerHost };
    if (renewal.accessToken === undefined) {
      this.#failures.note(service, document, undefined, renewed.document);
      return { ...failed("The provider gave a new refresh token, which is kept, and no usable token."), providerHost };
    }
    this.#failures.forget(service);
    return { status: "refreshed", message: "", expiryTime: renewal.expiryTime, providerHost };
  }
}

function failed(message: string): RefreshOutcome {
  return { status: "refresh_failed", message };
}

function hostOf({ tokenUrl }: OAuthProvider): string {
  return new URL(tokenUrl).host;
}
