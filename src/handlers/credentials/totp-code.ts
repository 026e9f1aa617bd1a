import type { Handler, PresentedTicket, Reply } from "../../contract/operation.js";
import { WebhookError } from "../../platform/errors.js";
import { totpCode } from "../../vault/kinds/totp.js";
import { storedToken } from "./stored-token.js";
import type { Services } from "../dependencies.js";

export const getTotpCode =
  (services: Services): Handler<"getTotpCode"> =>
  ({ ticket }) =>
    currentCode(services, ticket);

export const postTotpCode =
  (services: Services): Handler<"postTotpCode"> =>
  ({ ticket }) =>
    currentCode(services, ticket);

async function currentCode({ tokens, clock }: Services, ticket: PresentedTicket): Promise<Reply<"getTotpCode">> {
  await ticket.spend();
  const members = tokens.totpMembers(ticket.claims.svc, storedToken(tokens, ticket.claims));
  if (!members) throw new WebhookError("not_totp", "What is stored for this service gives no one-time codes.");
  return totpCode(members, clock.nowMs());
}
