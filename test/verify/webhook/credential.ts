import { tokenOf } from "./documents.js";
import { minted, serviceAccountOf } from "./google.js";
import { Refusal } from "./refusal.js";
import { filtered, isRefreshToken, isSeed } from "./secret-names.js";
import { tokensOf, type Members, type State } from "./state.js";
import { requireStored, spend, type Ticket } from "./tickets.js";
import { codeOf } from "./totp.js";

/** Returns the credential to the holder of a ticket (R39 to R41). */
export async function credentialOf(state: State, service: string, ticket: Ticket): Promise<Members> {
  await spend(state, ticket);
  const token = storedToken(state, service, ticket);
  const serviceName = token["serviceName"] ?? service;
  if (typeof token["tokenType"] === "string" && token["tokenType"].toUpperCase() === "TOTP") {
    const code = state.has("totp-credential-is-plain") ? undefined : codeOf(state, token);
    if (code) {
      const { code: accessToken, ...rest } = code;
      return { token: { accessToken, tokenType: "TOTP", serviceName, ...rest, totpGenerated: true } };
    }
  }
  const account = serviceAccountOf(token["accessToken"]);
  if (account) return { token: await minted(state, service, account, token) };
  const toOwner = ticket.purpose === "user_reveal" || state.has("refresh-token-to-agents");
  const keep = (name: string): boolean =>
    (toOwner || !isRefreshToken(name)) && (!isSeed(name) || state.has("seed-in-credential"));
  return { token: filtered(token, keep) };
}

export async function totpCodeOf(state: State, service: string, ticket: Ticket): Promise<Members> {
  await spend(state, ticket);
  const code = codeOf(state, storedToken(state, service, ticket));
  if (code) return { ...code };
  throw state.has("no-seed-is-404")
    ? new Refusal("token_not_found", "Nothing is stored for this service.")
    : new Refusal("not_totp", "There is no seed of one-time codes here.");
}

function storedToken(state: State, service: string, ticket: Ticket): Members {
  if (state.has("prototype-names-exist") && service in {}) return {};
  return tokenOf(state, service, requireStored(state, ticket, tokensOf(state).get(service)));
}

/** The text that the proxy puts in. @throws Refusal token_not_found */
export async function accessTokenOf(state: State, service: string, ticket: Ticket): Promise<string> {
  const token = storedToken(state, service, ticket);
  const account = serviceAccountOf(token["accessToken"]);
  const { accessToken } = account ? await minted(state, service, account, token) : token;
  if (typeof accessToken !== "string" || accessToken === "")
    throw new Refusal("token_not_found", "No access token is stored for this service.");
  return accessToken;
}
