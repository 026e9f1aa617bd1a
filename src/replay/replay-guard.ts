import type { Clock } from "../platform/clock.js";
import { WebhookError } from "../platform/errors.js";
import { maxSkewSeconds } from "../protocol/signature.js";
import { FileReplayCache, type FileReplayCacheOptions, type ReplayCache, type ReplayName } from "./replay-cache.js";

/** A timestamp is accepted for this long, from the largest skew ahead to the largest behind, and to its last moment. */
const requestIdTtlMs = 2 * maxSkewSeconds * 1000 + 500;
/** A nonce outlives its ticket by this, in case the clock is set back. */
const nonceMarginMs = maxSkewSeconds * 1000;

export interface ReplayGuardOptions extends FileReplayCacheOptions {
  readonly maxTicketLifetimeSeconds: number;
}

export interface SignedUse {
  readonly requestId: string;
  readonly timestampSeconds: number;
  /** Given for an operation that changes something: then the signature serves once as well. */
  readonly signature?: string;
}

/**
 * Lets request ids, signatures and nonces serve once, across restarts. A promise resolves when the use is written, and
 * only then may its effect begin.
 */
export class ReplayGuard {
  constructor(
    private readonly cache: ReplayCache,
    private readonly clock: Clock,
    private readonly maxTicketLifetimeSeconds: number,
  ) {}

  static async open(options: ReplayGuardOptions): Promise<ReplayGuard> {
    return new ReplayGuard(await FileReplayCache.open(options), options.clock, options.maxTicketLifetimeSeconds);
  }

  /** @throws WebhookError auth_failed */
  refuseUsedSignature(signature: string): void {
    if (this.cache.isConsumed(`s:${signature}`)) throw usedRequest();
  }

  /** @throws WebhookError auth_failed when the id or the signature was used before; rate_limited when the cache is full */
  async consumeRequest(use: SignedUse): Promise<void> {
    if (this.#isFenced(use.timestampSeconds)) throw usedRequest();
    if (!(await this.cache.consume(namesOf(use), this.clock.nowMs() + requestIdTtlMs))) throw usedRequest();
  }

  /** A request that ended in 5xx releases its id: Token Vault sends it again. */
  releaseRequest(use: SignedUse): Promise<void> {
    return this.cache.release(namesOf(use));
  }

  /** @throws WebhookError ticket_invalid when the nonce was used before; rate_limited when the cache is full */
  async consumeNonce(nonce: string, issuedAtSeconds: number | undefined, expiresAtSeconds: number): Promise<void> {
    const isFenced = this.#isFenced(issuedAtSeconds ?? expiresAtSeconds - this.maxTicketLifetimeSeconds);
    if (isFenced || !(await this.cache.consume([`n:${nonce}`], expiresAtSeconds * 1000 + nonceMarginMs)))
      throw new WebhookError("ticket_invalid", "The ticket was used before.");
  }

  close(): Promise<void> {
    return this.cache.close();
  }

  /** Whole seconds, since that is what is signed: what was signed in the second of the start passes. */
  #isFenced(signedAtSeconds: number): boolean {
    return signedAtSeconds < Math.floor(this.cache.fenceMs / 1000);
  }
}

function namesOf({ requestId, signature }: SignedUse): readonly ReplayName[] {
  return signature === undefined ? [`i:${requestId}`] : [`i:${requestId}`, `s:${signature}`];
}

function usedRequest(): WebhookError {
  return new WebhookError("auth_failed", "This request was received before.");
}
