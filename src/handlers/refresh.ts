import { withoutUndefined } from "../platform/encoding.js";
import { withoutSecretProperties } from "../vault/sensitive-properties.js";
import type { OperationHandler } from "./dependencies.js";

export const notifyRefresh: OperationHandler<"notifyRefresh"> = async (
  { refresh },
  { body: { service, refreshHint, requestId: namedId }, requestId: signedId, note },
) => {
  const requestId = namedId ?? signedId;
  const { status, message, expiryTime, providerHost } = await refresh.refresh(service, refreshHint?.provider);
  note(withoutUndefined({ refresh: status, upstreamHost: providerHost }));
  if (status !== "refreshed") return { status, message, requestId };
  return { status, newExpiresAt: new Date(expiryTime ?? 0).toISOString(), requestId };
};

export const refreshTokens: OperationHandler<"refreshTokens"> = async (
  { credentials },
  { body, requestId: signedId },
) => {
  const requestId = body.requestId ?? signedId;
  if (body.action === "get") {
    const credential = await credentials.find(body.service);
    if (!credential) return { status: "no_token", requestId };
    const refreshToken = credential.text("refreshToken");
    if (refreshToken === undefined) return { status: "no_refresh_token", requestId };
    const meta = withoutSecretProperties(credential.meta) as Record<string, unknown>;
    return { status: "ok", refreshToken, meta, requestId };
  }
  const { accessToken, refreshToken, expiryTime } = body.tokens;
  const renewed = await credentials.renew(body.service, {
    accessToken,
    refreshToken: refreshToken ?? undefined,
    expiryTime: expiryTime ?? undefined,
  });
  if (!renewed) return { status: "no_token", requestId };
  return { status: "updated", newExpiresAt: isoOrEmpty(renewed.meta["expiryTime"]), requestId };
};

function isoOrEmpty(epochMs: unknown): string {
  const date = new Date(typeof epochMs === "number" ? epochMs : NaN);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
