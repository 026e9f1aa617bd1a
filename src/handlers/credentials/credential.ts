import type { Handler, PresentedTicket, Reply } from "../../contract/operation.js";
import { parseServiceAccount, storedScope } from "../../vault/kinds/google-account.js";
import { publicMembers } from "../../vault/token-document.js";
import { totpCode } from "../../vault/kinds/totp.js";
import { isTotpToken, storedToken } from "./stored-token.js";
import type { Services } from "../dependencies.js";

export const getCredential =
  (services: Services): Handler<"getCredential"> =>
  ({ ticket }) =>
    handOut(services, ticket);

export const postCredential =
  (services: Services): Handler<"postCredential"> =>
  ({ ticket }) =>
    handOut(services, ticket);

async function handOut({ tokens, minted, clock }: Services, ticket: PresentedTicket): Promise<Reply<"getCredential">> {
  await ticket.spend();
  const { svc: service, pur: purpose } = ticket.claims;
  const document = storedToken(tokens, ticket.claims);
  const meta = publicMembers(document);
  if (isTotpToken(document)) {
    const { code, ...rest } = totpCode(tokens.totpMembers(service, document) ?? {}, clock.nowMs());
    return {
      token: {
        accessToken: code,
        tokenType: "TOTP",
        serviceName: meta["serviceName"] ?? service,
        ...rest,
        totpGenerated: true,
      },
    };
  }
  // An agent has no use for the refresh token but to outlive its grant; the owner may see it.
  const token = tokens.handOut(service, document, purpose === "user_reveal");
  const { accessToken } = token;
  const account = typeof accessToken === "string" ? parseServiceAccount(accessToken) : undefined;
  if (account) {
    return {
      token: {
        ...(await minted.get(account, storedScope(meta))),
        tokenType: "Bearer",
        serviceName: meta["serviceName"] ?? service,
        gcpMinted: true,
      },
    };
  }
  return { token };
}
