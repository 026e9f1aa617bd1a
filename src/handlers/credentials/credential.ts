import type { Handler, PresentedTicket, Reply } from "../../contract/operation.js";
import { kindOf } from "../../vault/kinds/kinds.js";
import type { Dependencies } from "../dependencies.js";

export const getCredential =
  (dependencies: Dependencies): Handler<"getCredential"> =>
  ({ ticket }) =>
    reveal(dependencies, ticket);

export const postCredential =
  (dependencies: Dependencies): Handler<"postCredential"> =>
  ({ ticket }) =>
    reveal(dependencies, ticket);

async function reveal(dependencies: Dependencies, ticket: PresentedTicket): Promise<Reply<"getCredential">> {
  await ticket.spend();
  const credential = await dependencies.credentials.forTicket(ticket.claims);
  return { token: await kindOf(credential).reveal(credential, ticket.claims.pur, dependencies) };
}
