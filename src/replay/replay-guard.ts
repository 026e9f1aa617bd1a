import type { Clock } from "../platform/clock.js";
import { WebhookError } from "../platform/errors.js";
import { maxSkewSeconds } from "../protocol/signature.js";
import { EntryDigest, UsedOnce } from "./replay-cache.js";
import { Batches } from "../files/batches.js";
import type { Disk } from "../files/disk.js";
import { UsedLog } from "./replay-log.js";

/** A timestamp is accepted for this long, from the largest skew ahead to the largest behind, and to its last moment. */
const requestIdTtlMs = 2 * maxSkewSeconds * 1000 + 500;
/** A nonce outlives its ticket by this, in case the clock is set back. */
const nonceMarginMs = maxSkewSeconds * 1000;
const maxEntries = 1_000_000;

export interface ReplayGuardOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly clock: Clock;
  /** Names this start of the machine; empty where the system does not tell. */
  readonly bootId: string;
  readonly maxTicketLifetimeSeconds: number;
}

export interface SignedUse {
  readonly requestId: string;
  readonly timestampSeconds: number;
  /** Given for an operation that changes something: then the signature serves once as well. */
  readonly signature?: string;
}

/** Written together. */
interface Use {
  readonly entries: readonly EntryDigest[];
  readonly expiresAtMs: number;
}

/**
 * Request ids, signatures and nonces serve once, across restarts. The decision is made in one step, so that of parallel
 * copies one passes; the promise resolves when the use is written, and only then may its effect begin.
 */
export class ReplayGuard {
  readonly #batches = new Batches<Use>((uses) => this.#write(uses));

  private constructor(
    private readonly used: UsedOnce,
    private readonly log: UsedLog,
    private readonly clock: Clock,
    private readonly maxTicketLifetimeSeconds: number,
  ) {}

  static async open({
    disk,
    folder,
    clock,
    bootId,
    maxTicketLifetimeSeconds,
  }: ReplayGuardOptions): Promise<ReplayGuard> {
    const nowMs = clock.nowMs();
    const used = new UsedOnce(maxEntries);
    const log = await UsedLog.open(
      { disk, folder, bootId, nowMs },
      ([name, expiresAtMs]) => {
        const entry = new EntryDigest(name);
        if (expiresAtMs > nowMs) used.use(entry, expiresAtMs, nowMs);
        else used.release(entry);
      },
      () => used.entries(clock.nowMs()),
    );
    return new ReplayGuard(used, log, clock, maxTicketLifetimeSeconds);
  }

  /** @throws WebhookError auth_failed */
  refuseUsedSignature(signature: string): void {
    if (this.used.has(signatureEntry(signature), this.clock.nowMs())) throw usedRequest();
  }

  /** @throws WebhookError auth_failed when the id or the signature was used before; rate_limited when the memory is full */
  useRequest({ requestId, timestampSeconds, signature }: SignedUse): Promise<void> {
    const nowMs = this.clock.nowMs();
    this.#refuseFenced(timestampSeconds * 1000, usedRequest);
    const entries = [requestEntry(requestId)];
    if (signature !== undefined) entries.push(signatureEntry(signature));
    if (entries.some((entry) => this.used.has(entry, nowMs))) throw usedRequest();
    return this.#use(entries, nowMs + requestIdTtlMs, nowMs);
  }

  /** A request that ended in 5xx gives its id back: Token Vault sends it again. */
  async releaseRequest({ requestId, signature }: SignedUse): Promise<void> {
    const entries = [requestEntry(requestId)];
    if (signature !== undefined) entries.push(signatureEntry(signature));
    for (const entry of entries) this.used.release(entry);
    // By itself: a batch that fails takes back what it was to write, and this may be used again by then.
    await this.log.append(entries.map(({ name }) => [name, 0]));
  }

  /** @throws WebhookError ticket_invalid when the nonce was used before; rate_limited when the memory is full */
  useNonce(nonce: string, issuedAtSeconds: number | undefined, expiresAtSeconds: number): Promise<void> {
    const nowMs = this.clock.nowMs();
    this.#refuseFenced((issuedAtSeconds ?? expiresAtSeconds - this.maxTicketLifetimeSeconds) * 1000, usedTicket);
    const entry = new EntryDigest(`n:${nonce}`);
    if (this.used.has(entry, nowMs)) throw usedTicket();
    return this.#use([entry], expiresAtSeconds * 1000 + nonceMarginMs, nowMs);
  }

  async close(): Promise<void> {
    await this.#batches.idle();
    await this.log.close();
  }

  /** Whole seconds, since that is what is signed: what was signed in the second of the start passes. */
  #refuseFenced(signedAtMs: number, refusal: () => WebhookError): void {
    if (signedAtMs < Math.floor(this.log.fenceMs / 1000) * 1000) throw refusal();
  }

  #use(entries: readonly EntryDigest[], expiresAtMs: number, nowMs: number): Promise<void> {
    if (this.used.isFullFor(entries.length, nowMs)) {
      throw new WebhookError("rate_limited", "Too many requests are remembered; try again later.", {
        retryAfterSeconds: 60,
      });
    }
    for (const entry of entries) this.used.use(entry, expiresAtMs, nowMs);
    return this.#batches.add({ entries, expiresAtMs });
  }

  /** What could not be written was not used. */
  async #write(uses: readonly Use[]): Promise<void> {
    try {
      await this.log.append(uses.flatMap(({ entries, expiresAtMs }) => entries.map(({ name }) => [name, expiresAtMs])));
    } catch (error) {
      for (const { entries } of uses) for (const entry of entries) this.used.release(entry);
      throw new WebhookError("internal_error", "The disk did not take the record of this use; nothing was done.", {
        cause: error,
      });
    }
  }
}

function requestEntry(requestId: string): EntryDigest {
  return new EntryDigest(`i:${requestId}`);
}

function signatureEntry(signature: string): EntryDigest {
  return new EntryDigest(`s:${signature}`);
}

function usedRequest(): WebhookError {
  return new WebhookError("auth_failed", "This request was received before.");
}

function usedTicket(): WebhookError {
  return new WebhookError("ticket_invalid", "The ticket was used before.");
}
