import type { Collection } from "../../generated/operations.js";
import type { Clock } from "../platform/clock.js";
import { WebhookError } from "../platform/errors.js";
import type { Document, Page, Store, Timestamp, Transaction } from "../store/store.js";

/** Far above what one person has, and low enough that nobody fills the disk or the memory. Bytes are of the JSON text. */
const limits = {
  tokens: { maxDocuments: 200_000, maxDocumentBytes: 512 * 1024 },
  proxy_configs: { maxDocuments: 10_000, maxDocumentBytes: 512 * 1024 },
  vault_config: { maxDocuments: 10_000, maxDocumentBytes: 512 * 1024 },
  // The retention limits the number of audit events: the oldest go.
  audit: { maxDocuments: Infinity, maxDocumentBytes: 64 * 1024 },
} satisfies Record<Collection, unknown>;

/** The limits up to which audit events are kept. */
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
export async function putWithinLimits(
  transaction: Transaction,
  collection: Collection,
  key: string,
  document: Document,
): Promise<void> {
  const { maxDocuments, maxDocumentBytes } = limits[collection];
  const isFull = (await transaction.count(collection)) >= maxDocuments && !(await transaction.get(collection, key));
  if ((await transaction.put(collection, key, document)) > maxDocumentBytes)
    throw new WebhookError(
      "payload_too_large",
      `A document of ${collection} may have ${String(maxDocumentBytes)} bytes.`,
    );
  if (isFull)
    throw new WebhookError(
      "invalid_request",
      `The collection ${collection} is full, at ${String(maxDocuments)} documents; delete some.`,
    );
}

/** Puts Token Vault's own documents; those of credentials come through Credentials. */
export class Documents {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly retention: AuditRetention,
  ) {}

  /** @throws WebhookError payload_too_large, invalid_request when the collection is full */
  put(collection: Collection, key: string, document: Document): Promise<void> {
    return this.store.transact(async (transaction) => {
      await putWithinLimits(transaction, collection, key, document);
      if (collection === "audit") await this.#dropOldEvents(transaction);
    });
  }

  /** From the oldest on. An event without a time has no age; it goes when there are too many. */
  async #dropOldEvents(transaction: Transaction): Promise<void> {
    const oldestMs = this.clock.nowMs() - this.retention.maxAgeDays * 86_400_000;
    let excess = (await transaction.count("audit")) - this.retention.maxEvents;
    let dropped = 0;
    let page: Page | undefined;
    do {
      const after = page?.entries.at(-1);
      page = await transaction.list("audit", { isReversed: true, limit: maxExpiredPerWrite, after });
      for (const { key, timestamp } of page.entries) {
        const eventMs = epochMs(timestamp);
        if (excess <= 0 && (dropped >= maxExpiredPerWrite || eventMs >= oldestMs)) return;
        if (excess <= 0 && Number.isNaN(eventMs)) continue;
        await transaction.delete("audit", key);
        excess -= 1;
        dropped += 1;
      }
    } while (page.hasMore);
  }
}

/** Reads a timestamp in seconds, in milliseconds or as ISO 8601; NaN when there is none to compare. */
function epochMs(timestamp: Timestamp): number {
  if (typeof timestamp === "string") return Date.parse(timestamp);
  if (timestamp === undefined) return NaN;
  return timestamp < 100_000_000_000 ? timestamp * 1000 : timestamp;
}
