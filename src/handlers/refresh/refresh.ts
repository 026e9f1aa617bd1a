import type { Handler } from "../../contract/operation.js";
import { publicMembers } from "../../vault/token-document.js";
import { withoutSecretMembers } from "../../vault/secret-names.js";
import type { Services } from "../dependencies.js";

export const refreshTokens =
  ({ tokens }: Services): Handler<"refreshTokens"> =>
  async ({ body }) => {
    const document = tokens.get(body.service);
    if (!document) return { status: "no_token" };
    if (body.action === "get") {
      const refreshToken = tokens.secretText(body.service, document, "refreshToken");
      if (refreshToken === undefined) return { status: "no_refresh_token" };
      return {
        status: "ok",
        refreshToken,
        meta: withoutSecretMembers(publicMembers(document)) as Record<string, unknown>,
      };
    }
    const { accessToken, refreshToken, expiryTime } = body.tokens;
    const renewed = await tokens.renew(body.service, {
      accessToken,
      refreshToken: refreshToken ?? undefined,
      expiryTime: expiryTime ?? undefined,
    });
    if (!renewed) return { status: "no_token" };
    return { status: "updated", newExpiresAt: isoOrEmpty(publicMembers(renewed)["expiryTime"]) };
  };

function isoOrEmpty(epochMs: unknown): string {
  const date = new Date(typeof epochMs === "number" ? epochMs : NaN);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
