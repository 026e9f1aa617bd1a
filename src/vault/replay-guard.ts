import type { Clock } from "../clock.js";
import { WebhookError } from "../errors.js";
import { maxSkewSeconds } from "../protocol/signature.js";
import { UsedOnce } from "../protocol/used-once.js";
import type { Disk } from "../store/disk.js";
import { UsedLog } from "../store/used-log.js";

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

/**
 * Request ids, signatures and nonces serve once, across restarts. The decision is made in one step, so that of parallel
 * copies one passes; the promise resolves when the use is written, and only then may its effect begin.
 */
export class ReplayGuard {
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
      ([entry, expiresAtMs]) => {
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
    await this.log.append(entries.map((entry) => [entry, 0]));
  }

  /** @throws WebhookError ticket_invalid when the nonce was used before; rate_limited when the memory is full */
  useNonce(nonce: string, issuedAtSeconds: number | undefined, expiresAtSeconds: number): Promise<void> {
    const nowMs = this.clock.nowMs();
    this.#refuseFenced((issuedAtSeconds ?? expiresAtSeconds - this.maxTicketLifetimeSeconds) * 1000, usedTicket);
    const entry = `n:${nonce}`;
    if (this.used.has(entry, nowMs)) throw usedTicket();
    return this.#use([entry], expiresAtSeconds * 1000 + nonceMarginMs, nowMs);
  }

  close(): Promise<void> {
    return this.log.close();
  }

  /** Whole seconds, since that is what is signed: what was signed in the second of the start passes. */
  #refuseFenced(signedAtMs: number, refusal: () => WebhookError): void {
    if (signedAtMs < Math.floor(this.log.fenceMs / 1000) * 1000) throw refusal();
  }

  async #use(entries: readonly string[], expiresAtMs: number, nowMs: number): Promise<void> {
    if (this.used.isFullFor(entries.length, nowMs)) {
      throw new WebhookError("rate_limited", "Too many requests are remembered; try again later.", {
        retryAfterSeconds: 60,
      });
    }
    for (const entry of entries) this.used.use(entry, expiresAtMs, nowMs);
    try {
      await this.log.append(entries.map((entry) => [entry, expiresAtMs]));
    } catch (error) {
      for (const entry of entries) this.used.release(entry);
      throw new WebhookError("internal_error", "The disk did not take the record of this use; nothing was done.", {
        cause: error,
      });
    }
  }
}

function requestEntry(requestId: string): string {
  return `i:${requestId}`;
}

function signatureEntry(signature: string): string {
  return `s:${signature}`;
}

function usedRequest(): WebhookError {
  return new WebhookError("auth_failed", "This request was received before.");
}

function usedTicket(): WebhookError {
  return new WebhookError("ticket_invalid", "The ticket was used before.");
}
