import type { PresentedTicket, Reply } from "../../contract/operation.js";
import { kindOf } from "../../vault/kinds/kinds.js";
import type { Dependencies } from "../dependencies.js";

/** Gives a credential to its ticket's holder, by GET and by POST. */
export const getCredential =
  (dependencies: Dependencies) =>
  async ({ ticket }: { readonly ticket: PresentedTicket }): Promise<Reply<"getCredential">> => {
    await ticket.spend();
    const credential = await dependencies.credentials.forTicket(ticket.claims);
    return { token: await kindOf(credential).reveal(credential, ticket.claims.pur, dependencies) };
  };
