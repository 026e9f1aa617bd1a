import { isObject, optionalText, serviceOf } from "./body.js";
import { changed, opened, openMembers } from "./documents.js";
import { metaOf } from "./listing.js";
import { call, textOf } from "./outbound.js";
import { invalid, Refusal } from "./refusal.js";
import { tokensOf, type Members, type Provider, type State } from "./state.js";
import { requireMs } from "./store.js";

/** Hands out a refresh token, or takes renewed tokens (R47). */
export function refresh(state: State, body: Members): Members {
  const service = serviceOf(body);
  optionalText(body, "requestId", 256);
  const action = body["action"];
  if (action !== "get" && action !== "update") throw invalid("The action is not known.");
  const renewed = action === "update" ? renewedTokens(state, body["tokens"]) : undefined;
  const document = tokensOf(state).get(service);
  if (!document) return { status: "no_token" };
  if (renewed) return { status: "updated", newExpiresAt: isoOf(renew(state, service, document, renewed)) };
  const { refreshToken } = opened(state, service, document);
  if (typeof refreshToken !== "string" || refreshToken === "") return { status: "no_refresh_token" };
  return { status: "ok", refreshToken, meta: metaOf(state, "tokens", service, document) };
}

interface Renewed {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly expiryTime?: number;
}

function renewedTokens(state: State, tokens: unknown): Renewed {
  if (!isObject(tokens)) throw invalid("The member tokens is not an object.");
  const { accessToken, refreshToken, expiryTime } = tokens;
  if (typeof accessToken !== "string" || accessToken === "") throw invalid("The access token is missing.");
  if (typeof (refreshToken ?? "") !== "string") throw invalid("The refresh token is not a text.");
  const isOdd = state.has("absurd-expiry-500");
  const expiry = expiryTime ?? undefined;
  return {
    accessToken,
    ...(refreshToken ? { refreshToken: refreshToken as string } : {}),
    ...(expiry === undefined ? {} : { expiryTime: isOdd ? Number(expiry) : requireMs(expiry) }),
  };
}

/** The new document, and the expiry that then holds. */
function renew(state: State, service: string, document: Members, { expiryTime, ...fields }: Renewed): unknown {
  const expiry = expiryTime === undefined ? {} : { expiryTime };
  const flag = fields.refreshToken === undefined ? {} : { hasRefreshToken: true };
  const next = changed(state, service, document, { ...fields }, { ...expiry, ...flag });
  const isPlain = next["plain"] === true;
  const { needs_reconnect: _gone, ...open } = openMembers(next);
  const clean: Members = isPlain ? open : { ...next, meta: state.has("meta-lost-on-update") ? { ...expiry } : open };
  if (state.has("refresh-token-lost-on-update") && fields.refreshToken === undefined)
    clean["fields"] = pickField(clean["fields"], "refreshToken");
  if (state.has("other-fields-lost-on-update"))
    clean["fields"] = { ...(changed(state, service, {}, { ...fields }, {})["fields"] as Members) };
  tokensOf(state).set(service, clean);
  return openMembers(clean)["expiryTime"];
}

function pickField(fields: unknown, name: string): Members {
  return Object.fromEntries(Object.entries(fields as Members).filter(([one]) => one !== name));
}

function isoOf(expiryTime: unknown): string {
  return typeof expiryTime === "number" ? new Date(expiryTime).toISOString() : "";
}

const notRefreshed = (status: string, message: string): Members => ({ status, message });

/** Renews with the webhook's own client (R46). */
export async function refreshNotify(state: State, body: Members): Promise<Members> {
  const service = serviceOf(body);
  optionalText(body, "reason", 1024);
  optionalText(body, "requestId", 256);
  const hint = body["refreshHint"] ?? {};
  if (!isObject(hint)) throw invalid("The member refreshHint is not an object.");
  const named = optionalText(hint, "provider", 256);
  const hintUrl = optionalText(hint, "tokenUrl", 8192);
  optionalText(hint, "clientId", 1024);
  const document = tokensOf(state).get(service);
  if (!document) return notRefreshed("no_token", "Nothing is stored for this service.");
  const { refreshToken } = opened(state, service, document);
  if (typeof refreshToken !== "string" || refreshToken === "")
    return notRefreshed("no_refresh_token", "No refresh token is stored for this service.");
  const stored = openMembers(document)["provider"];
  const name = typeof stored === "string" && stored !== "" ? stored : (named ?? "");
  const local = Object.hasOwn(state.providers, name) ? state.providers[name] : undefined;
  const hinted = { clientId: "none", clientSecret: "none", tokenUrl: hintUrl ?? "" };
  const provider = hintUrl !== undefined && state.has("hint-url-called") ? hinted : local;
  if (!provider) return notRefreshed("acknowledged", "There is no client of this provider here.");
  const running = state.renewals.get(service);
  if (running && !state.has("parallel-notifies-call-twice")) return running;
  const renewal = renewed(state, service, provider, true).finally(() => state.renewals.delete(service));
  state.renewals.set(service, renewal);
  return renewal;
}

async function renewed(state: State, service: string, provider: Provider, mayRepeat: boolean): Promise<Members> {
  const document = tokensOf(state).get(service);
  const { refreshToken } = opened(state, service, document);
  const { status, answer } = await asked(state, provider, String(refreshToken));
  const now = tokensOf(state).get(service);
  const { access_token: accessToken, refresh_token: rotated, expires_in: expiresIn } = answer;
  const seconds = Number(expiresIn ?? 0) || 3600;
  const expiryTime = Date.now() + seconds * 1000;
  const isError = status !== 200 || answer["error"] !== undefined;
  const isNumber =
    expiresIn === undefined || expiresIn === null || expiresIn === "" || Number.isFinite(Number(expiresIn));
  const isExpiry = isNumber && seconds > 0 && Number.isFinite(expiryTime) && expiryTime <= 8_640_000_000_000_000;
  if (state.has("error-with-200-taken") && status === 200 && document) {
    const token = typeof accessToken === "string" ? accessToken : "";
    return refreshed(renew(state, service, document, { accessToken: token, expiryTime }));
  }
  if (isError || typeof accessToken !== "string" || accessToken === "" || !isExpiry) {
    const isGone = ["invalid_grant", "bad_refresh_token"].includes(String(answer["error"]));
    const isOther = now && opened(state, service, now)["refreshToken"] !== refreshToken;
    if (isGone && isOther && mayRepeat) return renewed(state, service, provider, false);
    if (isGone && now && !isOther && !state.has("needs-reconnect-missing"))
      tokensOf(state).set(service, changed(state, service, now, {}, { needs_reconnect: true }));
    return notRefreshed("refresh_failed", "The provider did not renew the token.");
  }
  // Stored anew while the provider was asked: the newer one stays.
  if (!now || (now !== document && !state.has("renewal-over-newer")))
    return refreshed(now && openMembers(now)["expiryTime"]);
  const keeps = typeof rotated === "string" && rotated !== "";
  return refreshed(
    renew(state, service, now, {
      accessToken,
      expiryTime: Math.round(expiryTime),
      ...(keeps ? { refreshToken: rotated } : {}),
    }),
  );
}

function refreshed(expiryTime: unknown): Members {
  const newExpiresAt = isoOf(expiryTime);
  if (newExpiresAt === "") return notRefreshed("acknowledged", "The credential was stored anew meanwhile.");
  return { status: "refreshed", newExpiresAt };
}

async function asked(state: State, provider: Provider, refreshToken: string) {
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    refresh_token: refreshToken,
    client_id: provider.clientId,
    client_secret: provider.clientSecret,
  });
  const headers = { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" };
  const url = new URL(provider.tokenUrl);
  const target = { url, address: url.hostname.replace(/^\[(.*)\]$/, "$1") };
  try {
    const response = await call(target, "POST", Object.entries(headers), Buffer.from(form.toString()), 10_000);
    const text = await textOf(response, 10_000);
    return { status: response.statusCode ?? 0, answer: objectOf(text) };
  } catch (error) {
    if (state.has("provider-error-500")) throw new Error("fetch failed", { cause: error });
    if (error instanceof Refusal && error.code === "upstream_timeout")
      throw new Refusal("provider_timeout", "The provider did not answer in time.");
    throw new Refusal("provider_error", "The provider cannot be reached.");
  }
}

function objectOf(text: string): Members {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
