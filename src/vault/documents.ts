import type { Collection } from "../../generated/operations.js";
import type { Clock } from "../clock.js";
import { WebhookError } from "../errors.js";
import { byNewestTimestamp, timestampOf } from "../store/order.js";
import type { Document, Entry, Store, Transaction } from "../store/store.js";
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
 * Puts a document where there is room for it.
 * @throws WebhookError payload_too_large, invalid_request when the collection is full
 */
export function putWithinLimits(
  transaction: Transaction,
  collection: Collection,
  key: string,
  document: Document,
): void {
  const { maxDocuments, maxDocumentBytes } = limits[collection];
  if (Buffer.byteLength(JSON.stringify(document)) > maxDocumentBytes) {
    throw new WebhookError(
      "payload_too_large",
      `A document of ${collection} may have ${String(maxDocumentBytes)} bytes.`,
    );
  }
  if (transaction.count(collection) >= maxDocuments && !transaction.get(collection, key)) {
    throw new WebhookError(
      "invalid_request",
      `The collection ${collection} is full, at ${String(maxDocuments)} documents; delete some.`,
    );
  }
  transaction.put(collection, key, document);
}

/** Token Vault's own documents. */
export class Documents {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly retention: AuditRetention,
  ) {}

  get(collection: Collection, key: string): Document | undefined {
    return this.store.get(collection, key);
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
      if (collection === "audit") this.#dropOldEvents(transaction, { key, document });
    });
  }

  delete(collection: Collection, key: string): Promise<void> {
    return this.store.transact((transaction) => {
      if (transaction.get(collection, key)) transaction.delete(collection, key);
    });
  }

  #dropOldEvents(transaction: Transaction, added: Entry): void {
    const events = this.store.entries("audit");
    const oldestMs = this.clock.nowMs() - this.retention.maxAgeDays * 86_400_000;
    let excess = transaction.count("audit") - this.retention.maxEvents;
    let dropped = 0;
    for (let index = events.length - 1; index >= 0; index--) {
      const event = events[index];
      if (!event || (excess <= 0 && (dropped >= maxExpiredPerWrite || epochMs(event.document) >= oldestMs))) return;
      // Without a time it has no age; it goes when there are too many.
      if (excess <= 0 && Number.isNaN(epochMs(event.document))) continue;
      // The one that came last may be older than all.
      if (excess > 0 && byNewestTimestamp(added, event) > 0 && transaction.get("audit", added.key)) {
        transaction.delete("audit", added.key);
        excess -= 1;
        index += 1;
        continue;
      }
      // Dropped already by a transaction that is not committed yet.
      if (transaction.get("audit", event.key) !== event.document) continue;
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
function epochMs(document: Document): number {
  const timestamp = timestampOf(document);
  if (typeof timestamp === "string") return Date.parse(timestamp);
  if (timestamp === undefined) return NaN;
  return timestamp < 100_000_000_000 ? timestamp * 1000 : timestamp;
}
