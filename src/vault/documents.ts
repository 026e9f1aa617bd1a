import type { Collection } from "../../generated/operations.js";
import type { Clock } from "../platform/clock.js";
import { WebhookError } from "../platform/errors.js";
import { byNewestTimestamp, timestampOf, type Position, type Timestamp } from "../store/order.js";
import type { Document, Store, Transaction } from "../store/store.js";
import { closeHosts } from "./service-hosts.js";
import { isSealed } from "./token-document.js";

interface CollectionLimits {
  readonly maxDocuments: number;
  /** Of the document as JSON. */
  readonly maxDocumentBytes: number;
}

/** Far above what one person has, and low enough that nobody fills the disk or the memory. */
const limits: Readonly<Record<Collection, CollectionLimits>> = {
  tokens: { maxDocuments: 200_000, maxDocumentBytes: 512 * 1024 },
  proxy_configs: { maxDocuments: 10_000, maxDocumentBytes: 512 * 1024 },
  vault_config: { maxDocuments: 10_000, maxDocumentBytes: 512 * 1024 },
  // How many audit events there are is the retention's matter: the oldest go.
  audit: { maxDocuments: Infinity, maxDocumentBytes: 64 * 1024 },
};

/** How long audit events are kept. */
export interface AuditRetention {
  readonly maxEvents: number;
  readonly maxAgeDays: number;
}

/** Expired events are dropped as new ones come, a few at a time, so that no write pays for all. */
const maxExpiredPerWrite = 100;

/**
 * Puts a document where there is room for it; where there is none, the transaction must end by what is thrown.
 * @throws WebhookError payload_too_large, invalid_request when the collection is full
 */
export function putWithinLimits(
  transaction: Transaction,
  collection: Collection,
  key: string,
  document: Document,
): void {
  const { maxDocuments, maxDocumentBytes } = limits[collection];
  const isFull = transaction.count(collection) >= maxDocuments && !transaction.get(collection, key);
  if (transaction.put(collection, key, document) > maxDocumentBytes) {
    throw new WebhookError(
      "payload_too_large",
      `A document of ${collection} may have ${String(maxDocumentBytes)} bytes.`,
    );
  }
  if (isFull) {
    throw new WebhookError(
      "invalid_request",
      `The collection ${collection} is full, at ${String(maxDocuments)} documents; delete some.`,
    );
  }
}

/** Token Vault's own documents. */
export class Documents {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly retention: AuditRetention,
  ) {}

  /** A document as JSON: it goes out as it is kept. */
  text(collection: Collection, key: string): string | undefined {
    return this.store.text(collection, key);
  }

  /**
   * @param received what Token Vault sent, where the document kept for it differs
   * @throws WebhookError payload_too_large, invalid_request
   */
  put(collection: Collection, key: string, document: Document, received = document): Promise<void> {
    return this.store.transact((transaction) => {
      if (collection === "tokens" && !holdsSameFields(transaction.get(collection, key), received))
        closeHosts(transaction, key);
      putWithinLimits(transaction, collection, key, document);
      if (collection === "audit") this.#dropOldEvents(transaction, { key, timestamp: timestampOf(document) });
    });
  }

  delete(collection: Collection, key: string): Promise<void> {
    return this.store.transact((transaction) => {
      if (transaction.get(collection, key)) transaction.delete(collection, key);
    });
  }

  #dropOldEvents(transaction: Transaction, added: Position): void {
    const oldestMs = this.clock.nowMs() - this.retention.maxAgeDays * 86_400_000;
    let excess = transaction.count("audit") - this.retention.maxEvents;
    let dropped = 0;
    let isAddedThere = true;
    for (const event of this.store.entries("audit").backwards()) {
      // Dropped or replaced already by a transaction that is not committed yet.
      if (transaction.isPending("audit", event.key)) continue;
      // The one that came last may be older than all.
      if (excess > 0 && isAddedThere && byNewestTimestamp(added, event) > 0) {
        transaction.delete("audit", added.key);
        isAddedThere = false;
        excess -= 1;
      }
      if (excess <= 0) {
        const eventMs = dropped < maxExpiredPerWrite ? epochMs(event.timestamp) : Infinity;
        if (eventMs >= oldestMs) return;
        // Without a time it has no age; it goes when there are too many.
        if (Number.isNaN(eventMs)) continue;
      }
      transaction.delete("audit", event.key);
      excess -= 1;
      dropped += 1;
    }
  }
}

/** Whether what came encrypted is what is stored; what came in clear holds nothing that its sender does not know. */
function holdsSameFields(stored: Document | undefined, document: Document): boolean {
  if (!isSealed(document)) return true;
  const known = stored && isSealed(stored) ? stored.fields : {};
  return Object.entries(document.fields).every(([name, value]) => Object.hasOwn(known, name) && known[name] === value);
}

/** A timestamp in seconds, in milliseconds or as ISO 8601; NaN when there is none to compare. */
function epochMs(timestamp: Timestamp): number {
  if (typeof timestamp === "string") return Date.parse(timestamp);
  if (timestamp === undefined) return NaN;
  return timestamp < 100_000_000_000 ? timestamp * 1000 : timestamp;
}
