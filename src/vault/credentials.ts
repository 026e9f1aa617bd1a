import { isDeepStrictEqual } from "node:util";
import type { Cipher } from "../keys/cipher.js";
import { isoSeconds, type Clock } from "../platform/clock.js";
import { WebhookError } from "../platform/errors.js";
import type { TicketClaims } from "../protocol/ticket.js";
import type { Document, Reader, Store, Transaction } from "../store/store.js";
import { Credential, isSealed, publicProperties, type SealedDocument } from "./credential.js";
import { putWithinLimits } from "./token-vault-documents.js";
import { refusedDocument, renewedDocument, type RenewedTokens } from "./kinds/oauth.js";
import {
  belongsToService,
  holdsFields,
  prepareProperties,
  sealedDocument,
  sealFields,
  sealSecrets,
  type PreparedProperties,
} from "./sealing.js";
import type { Properties } from "./sensitive-properties.js";
import { dropHosts, listedHosts, resetHosts } from "./service-hosts.js";

/*
 * Credentials stand in the collection `tokens` by their service (credential.ts), and beside them:
 *
 *   system/removed/<service>   {}, while what the owner removed has not been stored anew.
 */
const collection = "tokens";
/** Room for the longest keys and certificates; encrypted they take a third more. */
const maxTokenDataBytes = 256 * 1024;

/** A browser's credential that was found good and is not kept yet. */
export interface PreparedCredential extends PreparedProperties {
  readonly service: string;
  /** The hosts that it may be sent to, when they came with it. */
  readonly hosts: string[] | undefined;
}

/** The stored credentials: encrypted when they go in, opened only for whoever may have them. */
export class Credentials {
  constructor(
    private readonly store: Store,
    private readonly cipher: Cipher,
    private readonly clock: Clock,
  ) {}

  count(): Promise<number> {
    return this.store.count(collection);
  }

  async find(service: string, reader: Reader = this.store): Promise<Credential | undefined> {
    const document = await reader.get(collection, service);
    return document && this.parse(service, document);
  }

  /** Parses a document of the collection. */
  parse(service: string, document: Document): Credential {
    return new Credential(this.cipher, service, document);
  }

  /**
   * Finds the credential that a ticket is for.
   * @throws WebhookError token_not_found; stale_creation when it was created anew after the ticket was issued
   */
  async forTicket({ svc, cid }: TicketClaims): Promise<Credential> {
    const document = await this.store.get(collection, svc);
    if (!document) throw new WebhookError("token_not_found", "Nothing is stored for this service.");
    const credential = this.parse(svc, document);
    if (cid !== undefined && cid !== null && credential.meta["creationId"] !== cid)
      throw new WebhookError("stale_creation", "The credential was created anew since this ticket was issued.");
    return credential;
  }

  /** Checks a browser's tokenData without keeping it. @throws WebhookError invalid_request, payload_too_large */
  prepare(service: string, tokenData: Properties, creationId?: string): PreparedCredential {
    if (Buffer.byteLength(JSON.stringify(tokenData)) > maxTokenDataBytes)
      throw new WebhookError("payload_too_large", "A credential may have 256 KiB.");
    const properties = prepareProperties(service, tokenData, creationId, this.clock.nowMs());
    return { service, ...properties, hosts: listedHosts(tokenData["allowedHosts"]) };
  }

  /**
   * Keeps what a browser sent, and returns its meta. A second store replaces the first but for `createdAt`.
   * @throws WebhookError already_exists when `mustBeNew`
   */
  async put({ service, secrets, meta, hosts }: PreparedCredential, mustBeNew: boolean): Promise<Properties> {
    const updatedAt = isoSeconds(this.clock.nowMs());
    return this.store.transact(async (transaction) => {
      const existing = await transaction.get(collection, service);
      if (existing && mustBeNew)
        throw new WebhookError("already_exists", "A credential is already stored for this service.");
      const { createdAt = meta["createdAt"] } = existing ? publicProperties(existing) : {};
      const kept = existing ? { ...meta, createdAt, updatedAt } : meta;
      const document = sealedDocument(sealFields(this.cipher, service, secrets), kept);
      await putWithinLimits(transaction, collection, service, document);
      await resetHosts(transaction, service, hosts);
      await transaction.delete("system", removedKey(service));
      return kept;
    });
  }

  /**
   * Keeps the document that Token Vault sets: its secret properties encrypted, its encrypted fields only if they belong here.
   * @throws WebhookError invalid_request, payload_too_large
   */
  async set(service: string, given: Document): Promise<void> {
    if (!isSealed(given) && given["fields"] !== undefined)
      throw new WebhookError("invalid_request", "The document's fields are not in the encrypted form.");
    await this.store.transact(async (transaction) => {
      if (isSealed(given)) await this.#requireOwn(transaction, service, given);
      await putWithinLimits(transaction, collection, service, sealSecrets(this.cipher, service, given));
    });
  }

  /** Removes a credential and what it could be sent to. False when there was none. */
  async remove(service: string): Promise<boolean> {
    return this.store.transact(async (transaction) => {
      await dropHosts(transaction, service);
      if (!(await transaction.delete(collection, service))) return false;
      // Token Vault may have kept the encrypted document; it must not bring it back.
      await transaction.put("system", removedKey(service), {});
      return true;
    });
  }

  /**
   * Puts renewed tokens in place and keeps everything else. With `replaces`, only while that is still the stored refresh
   * token: a credential that was stored meanwhile is newer than the refresh. Resolves with undefined when there was nothing
   * to renew.
   */
  async renew(service: string, tokens: RenewedTokens, replaces?: string): Promise<Credential | undefined> {
    return this.store.transact(async (transaction) => {
      const current = await this.find(service, transaction);
      if (!current || (replaces !== undefined && current.text("refreshToken") !== replaces)) return undefined;
      const document = renewedDocument(this.cipher, current, tokens);
      await putWithinLimits(transaction, collection, service, document);
      return this.parse(service, document);
    });
  }

  /** Marks a credential that its provider takes no more, unless it was stored or refreshed meanwhile. */
  async markNeedsReconnect({ service, document: refused }: Credential): Promise<void> {
    await this.store.transact(async (transaction) => {
      const current = await this.find(service, transaction);
      if (current && isDeepStrictEqual(current.document, refused))
        await transaction.put(collection, service, refusedDocument(current));
    });
  }

  /** Lets in sealed fields that belong here; other ones than the stored may be older, and close the service's hosts. */
  async #requireOwn(transaction: Transaction, service: string, given: SealedDocument): Promise<void> {
    if (await transaction.get("system", removedKey(service)))
      throw new WebhookError("invalid_request", "The owner removed this credential; it must be stored anew.");
    const stored = await transaction.get(collection, service);
    if (!belongsToService(this.cipher, service, given, stored))
      throw new WebhookError("invalid_request", "An encrypted field does not belong to this service.");
    if (!holdsFields(stored, given)) await resetHosts(transaction, service, []);
  }
}

function removedKey(service: string): string {
  return `removed/${service}`;
}
