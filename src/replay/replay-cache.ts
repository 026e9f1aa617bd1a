import { hash } from "node:crypto";
import { limits } from "../../generated/operations.js";
import type { AppendLog } from "../files/append-log.js";
import type { Disk } from "../files/disk.js";
import { ClockWatch, isoMilliseconds, nextSecond, type Clock } from "../platform/clock.js";
import { WebhookError } from "../platform/errors.js";
import { closedText, readReplayLog, writeReplayLog, type ReplayEntry, type ReplayLogHead } from "./replay-log.js";
import { maxSkewSeconds } from "../protocol/signature.js";

/** A request id, a signature or a nonce. */
export type ReplayName = `${"i" | "s" | "n"}:${string}`;

/** Remembers what may serve only once, across restarts. */
export interface ReplayCache {
  /** The moment before which a use may have been lost in a power cut: milliseconds since the epoch, or 0. */
  readonly fenceMs: number;
  isConsumed(name: ReplayName): boolean;
  /**
   * Consumes all of the names, or none where one was consumed before: then it resolves with false. The decision is made
   * at once, so that of parallel copies one passes; the promise resolves when it would survive the process.
   * @throws WebhookError rate_limited when the cache is full; internal_error when it could not be written
   */
  consume(names: readonly ReplayName[], expiresAtMs: number): Promise<boolean>;
  /** Lets names be consumed again. */
  release(names: readonly ReplayName[]): Promise<void>;
  close(): Promise<void>;
}

export interface FileReplayCacheOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly clock: Clock;
  /** Names this start of the machine; empty where the system does not tell. */
  readonly bootId: string;
  /** True in a folder that was served before. */
  readonly mustExist?: boolean;
  /** Told why everything that was signed before is refused. */
  readonly warn?: (sentence: string) => void;
  readonly maxEntries?: number;
  readonly syncDelayMs?: number;
  /** Longer than any name can be accepted. */
  readonly longestLifetimeMs?: number;
}

const sweepIntervalMs = 60_000;
const defaultLongestLifetimeMs = 30 * 60_000;
const defaultMaxEntries = 1_000_000;
/** The log is written anew when it has outgrown both this and twice what was left the last time. */
const minCompactBytes = 8 * 1024 * 1024;

/**
 * Keeps names in memory until they could not be accepted any more, and in a log that is written before the answer goes
 * out and synced soon after. A power cut can lose the last moment; then the fence stands in for it.
 */
export class FileReplayCache implements ReplayCache {
  /** Until when each name is consumed, in milliseconds since the epoch. */
  readonly #expiries = new Map<string, number>();
  /** True while there may be names that an earlier version wrote as digests. */
  #hasDigests = false;
  #sweptMs = -Infinity;
  #syncTimer: NodeJS.Timeout | undefined;
  #compacting: Promise<void> | undefined;
  #compactedBytes = 0;
  #head!: ReplayLogHead;
  #log!: AppendLog;

  readonly #watch: ClockWatch;

  private constructor(private readonly options: FileReplayCacheOptions) {
    this.#watch = new ClockWatch(options.clock, options.longestLifetimeMs ?? defaultLongestLifetimeMs);
  }

  /** Reads what is there, and writes it anew without what is over. */
  static async open(options: FileReplayCacheOptions): Promise<FileReplayCache> {
    const cache = new FileReplayCache(options);
    const { disk, folder, bootId, mustExist, warn, clock } = options;
    const nowMs = clock.nowMs();
    const { head, entries, doubt } = await readReplayLog({
      disk,
      folder,
      bootId,
      nowMs,
      mustExist: mustExist === true,
    });
    if (doubt !== undefined)
      warn?.(`${doubt} What was signed before this start is refused, since it may have been used.`);
    for (const [name, expiresAtMs] of entries) {
      if (name.startsWith("#")) cache.#hasDigests = true;
      // The clock may be ahead now: what looks as if it were over counts for as long as it ever could.
      const keptMs =
        expiresAtMs > nowMs ? expiresAtMs : nowMs + (options.longestLifetimeMs ?? defaultLongestLifetimeMs);
      // 0 is released.
      if (expiresAtMs > 0 && keptMs > nowMs) cache.#expiries.set(name, keptMs);
      else cache.#forget(name);
    }
    cache.#head = head;
    cache.#log = await writeReplayLog(disk, folder, head, cache.#expiries);
    cache.#compactedBytes = cache.#log.size;
    return cache;
  }

  get fenceMs(): number {
    const { fenceMs } = this.#head;
    // Follows a clock that was ahead at the start and was set back since.
    return Math.min(fenceMs, nextSecond(this.#watch.startMs));
  }

  /** Names that are kept. */
  get size(): number {
    return this.#expiries.size;
  }

  isConsumed(name: ReplayName): boolean {
    const expiresAtMs = this.#expiries.get(name) ?? (this.#hasDigests ? this.#expiries.get(digestOf(name)) : undefined);
    return expiresAtMs !== undefined && expiresAtMs > this.#watch.overMs();
  }

  async consume(names: readonly ReplayName[], expiresAtMs: number): Promise<boolean> {
    if (names.some((name) => this.isConsumed(name))) return false;
    this.#sweep();
    // A full cache refuses what is new; it never forgets.
    if (this.#expiries.size + names.length > (this.options.maxEntries ?? defaultMaxEntries)) {
      throw new WebhookError("rate_limited", "Too many requests are remembered; try again later.", {
        retryAfterSeconds: 60,
      });
    }
    for (const name of names) this.#expiries.set(name, expiresAtMs);
    try {
      await this.#append(names.map((name) => [name, expiresAtMs]));
    } catch (error) {
      // A use that could not be written was none.
      for (const name of names) this.#expiries.delete(name);
      throw new WebhookError("internal_error", "The disk did not take the record of this use; nothing was done.", {
        cause: error,
      });
    }
    return true;
  }

  async release(names: readonly ReplayName[]): Promise<void> {
    for (const name of names) this.#forget(name);
    await this.#append(names.map((name) => [name, 0]));
  }

  async close(): Promise<void> {
    clearTimeout(this.#syncTimer);
    await this.#compacting;
    await this.#log.append([closedText]);
    await this.#log.close();
  }

  #forget(name: string): void {
    this.#expiries.delete(name);
    if (this.#hasDigests) this.#expiries.delete(digestOf(name));
  }

  #sweep(): void {
    const nowMs = this.options.clock.nowMs();
    if (Math.abs(nowMs - this.#sweptMs) < sweepIntervalMs) return;
    this.#sweptMs = nowMs;
    const overMs = this.#watch.overMs();
    for (const [name, expiresAtMs] of this.#expiries) if (expiresAtMs <= overMs) this.#expiries.delete(name);
  }

  async #append(entries: readonly ReplayEntry[]): Promise<void> {
    while (this.#compacting) await this.#compacting;
    await this.#log.appendUnsynced(entries.map((entry) => JSON.stringify(entry)));
    this.#syncTimer ??= setTimeout(() => void this.#sync(), this.options.syncDelayMs ?? 200).unref();
    if (this.#log.size > Math.max(minCompactBytes, 2 * this.#compactedBytes)) this.#compacting ??= this.#compact();
  }

  async #sync(): Promise<void> {
    this.#syncTimer = undefined;
    // Nobody waits for this sync: the next append meets the same disk and says what is wrong with it.
    await this.#log.sync().catch(() => undefined);
  }

  async #compact(): Promise<void> {
    try {
      const old = this.#log;
      this.#log = await writeReplayLog(this.options.disk, this.options.folder, this.#head, this.#expiries);
      this.#compactedBytes = this.#log.size;
      await old.close();
    } catch {
      // The old log is whole and goes on; the next append tries again.
    } finally {
      this.#compacting = undefined;
    }
  }
}

/** The name as earlier versions wrote it when they wrote the log anew. */
function digestOf(name: string): string {
  return `#${hash("sha256", name, "buffer").subarray(0, 16).toString("base64url")}`;
}

/** A timestamp is accepted for this long, from the largest skew ahead to the largest behind, and to its last moment. */
const requestIdTtlMs = limits.requestIdSeconds * 1000 + 500;
const fenceWarningIntervalMs = 60_000;
/** A nonce outlives its ticket by this, in case the clock is set back. */
const nonceMarginMs = maxSkewSeconds * 1000;

export interface ReplayGuardOptions extends FileReplayCacheOptions {
  readonly maxTicketLifetimeSeconds: number;
}

export interface SignedUse {
  readonly requestId: string;
  readonly timestampSeconds: number;
  /** Serves once as well, or at one path: neither the id nor the path is under the MAC. */
  readonly signature?: string | undefined;
  /** The path at which the signature may serve again, where nothing changes and no secret is given. */
  readonly repeatableAt?: string | undefined;
}

/**
 * Lets request ids, signatures and nonces serve once, across restarts. A promise resolves when the use is written, and
 * only then may its effect begin.
 */
export class ReplayGuard {
  #warnedMs = -Infinity;

  constructor(
    private readonly cache: ReplayCache,
    private readonly options: Pick<ReplayGuardOptions, "clock" | "maxTicketLifetimeSeconds" | "warn">,
  ) {}

  static async open(options: ReplayGuardOptions): Promise<ReplayGuard> {
    const ticketMs = options.maxTicketLifetimeSeconds * 1000 + nonceMarginMs;
    const longestLifetimeMs = Math.max(requestIdTtlMs, ticketMs) + maxSkewSeconds * 1000;
    return new ReplayGuard(await FileReplayCache.open({ longestLifetimeMs, ...options }), options);
  }

  /**
   * @param path of a body that is valid there; any other has no effect that needs a guard
   * @throws WebhookError auth_failed
   */
  refuseUsedSignature(signature: string, path: string | undefined): void {
    const isUsed = this.cache.isConsumed(`s:${signature}`);
    const isBound = path !== undefined && this.cache.isConsumed(`s:${signature}@`);
    if (isUsed || (isBound && !this.cache.isConsumed(`s:${signature}@${path}`))) throw usedRequest();
  }

  /** @throws WebhookError auth_failed when the id or the signature was used before; rate_limited when the cache is full */
  async consumeRequest(use: SignedUse): Promise<void> {
    if (this.#isFenced(use.timestampSeconds)) throw usedRequest();
    if (!(await this.cache.consume(this.#namesOf(use), this.options.clock.nowMs() + requestIdTtlMs)))
      throw usedRequest();
  }

  /** A request that ended in 5xx releases its id: Token Vault sends it again. */
  releaseRequest(use: SignedUse): Promise<void> {
    return this.cache.release(this.#namesOf(use));
  }

  /** @throws WebhookError ticket_invalid when the nonce was used before; rate_limited when the cache is full */
  async consumeNonce(nonce: string, issuedAtSeconds: number | undefined, expiresAtSeconds: number): Promise<void> {
    const isFenced = this.#isFenced(issuedAtSeconds ?? expiresAtSeconds - this.options.maxTicketLifetimeSeconds);
    if (isFenced || !(await this.cache.consume([`n:${nonce}`], expiresAtSeconds * 1000 + nonceMarginMs)))
      throw new WebhookError("ticket_invalid", "The ticket was used before.");
  }

  close(): Promise<void> {
    return this.cache.close();
  }

  /** One table for all paths: of a signature that may serve again it says that it is bound to a path, and to which. */
  #namesOf({ requestId, signature, repeatableAt }: SignedUse): readonly ReplayName[] {
    if (signature === undefined) return [`i:${requestId}`];
    if (repeatableAt === undefined) return [`i:${requestId}`, `s:${signature}`];
    const bound: ReplayName = `s:${signature}@${repeatableAt}`;
    return this.cache.isConsumed(bound) ? [`i:${requestId}`] : [`i:${requestId}`, `s:${signature}@`, bound];
  }

  /** Whole seconds, since that is what is signed: what was signed in the second of the start passes. */
  #isFenced(signedAtSeconds: number): boolean {
    const { fenceMs } = this.cache;
    if (signedAtSeconds >= Math.floor(fenceMs / 1000)) return false;
    const nowMs = this.options.clock.nowMs();
    if (Math.abs(nowMs - this.#warnedMs) >= fenceWarningIntervalMs) {
      this.#warnedMs = nowMs;
      this.options.warn?.(
        `What was signed before ${isoMilliseconds(fenceMs)} is refused: which of it was used may be lost. New requests and tickets pass, where this machine's clock is right.`,
      );
    }
    return true;
  }
}

function usedRequest(): WebhookError {
  return new WebhookError("auth_failed", "This request was received before.");
}
