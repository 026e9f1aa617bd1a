import { WebhookError } from "../../platform/errors.js";
import type { TicketClaims } from "../../protocol/ticket.js";
import type { Document } from "../../store/store.js";
import { publicMembers } from "../../vault/token-document.js";
import type { Tokens } from "../../vault/tokens.js";

/**
 * The document that a ticket is for.
 * @throws WebhookError token_not_found; stale_creation when the credential was created anew after the ticket was issued
 */
export function storedToken(tokens: Tokens, { svc, cid }: TicketClaims): Document {
  const document = tokens.get(svc);
  if (!document) throw new WebhookError("token_not_found", "Nothing is stored for this service.");
  if (cid !== undefined && cid !== null && publicMembers(document)["creationId"] !== cid) {
    throw new WebhookError("stale_creation", "The credential was created anew since this ticket was issued.");
  }
  return document;
}

/** Its access token is a one-time code, never the seed. */
export function isTotpToken(document: Document): boolean {
  const { tokenType } = publicMembers(document);
  return typeof tokenType === "string" && tokenType.toUpperCase() === "TOTP";
}
