import { createSign } from "node:crypto";
import { isObject } from "./body.js";
import { call, checkedTarget, textOf } from "./outbound.js";
import { Refusal } from "./refusal.js";
import type { Members, State } from "./state.js";

/** A key file of a Google service account, if the access token is one (R41). */
export function serviceAccountOf(accessToken: unknown): Members | undefined {
  try {
    const value: unknown = typeof accessToken === "string" ? JSON.parse(accessToken) : undefined;
    return isObject(value) && value["type"] === "service_account" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Mints a token of this account. @throws Refusal gcp_mint_failed */
export async function minted(state: State, service: string, account: Members, token: Members): Promise<Members> {
  try {
    const issued = Math.floor(Date.now() / 1000);
    const stored = token["scope"];
    const isScope = typeof stored === "string" && stored.includes("https://www.googleapis.com/");
    const claims = {
      iss: account["client_email"],
      aud: state.has("google-audience-fixed") ? "https://oauth2.googleapis.com/token" : account["token_uri"],
      scope: isScope ? stored : "https://www.googleapis.com/auth/cloud-platform",
      iat: issued,
      exp: issued + 3600,
    };
    const header = { alg: "RS256", typ: "JWT", kid: account["private_key_id"] };
    const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    const signature = createSign("RSA-SHA256").update(text).sign(String(account["private_key"]), "base64url");
    const target = await checkedTarget(state, String(account["token_uri"]));
    const form = new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: `${text}.${signature}`,
    });
    const headers = { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" };
    const answer = await call(target, "POST", Object.entries(headers), Buffer.from(form.toString()), 10_000);
    const body: unknown = JSON.parse(await textOf(answer, 10_000));
    if (answer.statusCode !== 200 || !isObject(body) || typeof body["access_token"] !== "string")
      throw new Error("no token");
    const seconds = Number(body["expires_in"] ?? 3600);
    return {
      accessToken: body["access_token"],
      tokenType: "Bearer",
      expiresAt: new Date((issued + seconds) * 1000).toISOString(),
      serviceName: token["serviceName"] ?? service,
      serviceAccount: account["client_email"],
      gcpMinted: true,
    };
  } catch {
    if (state.has("bad-google-key-answered")) return token;
    throw new Refusal("gcp_mint_failed", "The service account's key gives no token.");
  }
}
