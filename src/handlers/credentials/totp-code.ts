import type { PresentedTicket, Reply } from "../../contract/operation.js";
import { currentCode } from "../../vault/kinds/totp.js";
import type { Dependencies } from "../dependencies.js";

/** Gives a one-time code to its ticket's holder, by GET and by POST. */
export const getTotpCode =
  ({ credentials, clock }: Dependencies) =>
  async ({ ticket }: { readonly ticket: PresentedTicket }): Promise<Reply<"getTotpCode">> => {
    await ticket.spend();
    return currentCode(await credentials.forTicket(ticket.claims), clock.nowMs());
  };
