import type { PresentedTicket, Reply } from "../contract/operation.js";
import { kindOf } from "../vault/kinds/kinds.js";
import { currentCode } from "../vault/kinds/totp.js";
import type { Dependencies, OperationHandler } from "./dependencies.js";

export const storeCredential: OperationHandler<"storeCredential"> = async (
  { credentials },
  { body: { service, tokenData }, ticket },
) => {
  const { mode, cid } = ticket.claims;
  // Refused data leaves the ticket usable, so that the browser can send it again, mended.
  const prepared = credentials.prepare(service, tokenData, cid ?? undefined);
  await ticket.spend();
  return { status: "stored", service, meta: await credentials.put(prepared, mode === "create") };
};

/** Gives a credential to its ticket's holder, by GET and by POST. */
export async function getCredential(
  dependencies: Dependencies,
  { ticket }: { readonly ticket: PresentedTicket },
): Promise<Reply<"getCredential">> {
  await ticket.spend();
  const credential = await dependencies.credentials.forTicket(ticket.claims);
  return { token: await kindOf(credential).reveal(credential, ticket.claims.pur, dependencies) };
}

/** Gives a one-time code to its ticket's holder, by GET and by POST. */
export async function getTotpCode(
  { credentials, clock }: Dependencies,
  { ticket }: { readonly ticket: PresentedTicket },
): Promise<Reply<"getTotpCode">> {
  await ticket.spend();
  return currentCode(await credentials.forTicket(ticket.claims), clock.nowMs());
}
