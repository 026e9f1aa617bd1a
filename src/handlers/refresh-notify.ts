import type { Handler, Reply, UpstreamFacts } from "../contract.js";
import { publicMembers } from "../vault/token-document.js";
import { refreshGrant, RefreshRefusedError } from "../vault/oauth-refresh.js";
import type { Services } from "./services.js";

type Answer = Reply<"notifyRefresh">;

/** Notifications of one service at the same time share one call to the provider, and its result. */
export const notifyRefresh = (services: Services): Handler<"notifyRefresh"> => {
  const running = new Map<string, Promise<Answer>>();
  return ({ body: { service, refreshHint }, note }) => {
    const shared = running.get(service);
    if (shared) return shared;
    const refresh = refreshService(services, service, refreshHint?.provider, note).finally(() =>
      running.delete(service),
    );
    running.set(service, refresh);
    return refresh;
  };
};

async function refreshService(
  services: Services,
  service: string,
  hintedProvider: string | undefined,
  note: (facts: UpstreamFacts) => void,
): Promise<Answer> {
  const { tokens, fetch, clock, oauthProviders } = services;
  const document = tokens.get(service);
  if (!document) return { status: "no_token", message: "Nothing is stored for this service." };
  const refreshToken = await tokens.secretText(service, document, "refreshToken");
  if (refreshToken === undefined)
    return { status: "no_refresh_token", message: "No refresh token is stored for this service." };
  // What was stored with the credential says where it goes; the hint counts only where that says nothing.
  const stored = publicMembers(document)["provider"];
  const name = typeof stored === "string" && oauthProviders.has(stored) ? stored : hintedProvider;
  const provider = name === undefined ? undefined : oauthProviders.get(name);
  if (!provider) return { status: "acknowledged", message: "No OAuth client is configured here for this provider." };
  note({ upstreamHost: new URL(provider.tokenUrl).host });
  try {
    const renewal = await refreshGrant(fetch, provider, refreshToken, clock);
    const renewed = await tokens.renew(service, renewal, refreshToken);
    if (!renewed)
      return {
        status: "refresh_failed",
        message: "The credential was replaced while it was refreshed; the newer one stays.",
      };
    return { status: "refreshed", newExpiresAt: new Date(renewal.expiryTime ?? 0).toISOString() };
  } catch (error) {
    if (!(error instanceof RefreshRefusedError)) throw error;
    return { status: "refresh_failed", message: "The provider gave no new token; nothing was changed." };
  }
}
