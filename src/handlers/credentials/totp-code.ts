import type { Handler, PresentedTicket, Reply } from "../../contract/operation.js";
import { currentCode } from "../../vault/kinds/totp.js";
import type { Dependencies } from "../dependencies.js";

export const getTotpCode =
  (dependencies: Dependencies): Handler<"getTotpCode"> =>
  ({ ticket }) =>
    code(dependencies, ticket);

export const postTotpCode =
  (dependencies: Dependencies): Handler<"postTotpCode"> =>
  ({ ticket }) =>
    code(dependencies, ticket);

async function code({ credentials, clock }: Dependencies, ticket: PresentedTicket): Promise<Reply<"getTotpCode">> {
  await ticket.spend();
  return currentCode(await credentials.forTicket(ticket.claims), clock.nowMs());
}
