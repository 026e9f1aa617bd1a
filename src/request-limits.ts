import type { OperationDefinition } from "../generated/operations.js";
import { WebhookError, type ErrorCode } from "./errors.js";
import { RateLimiter } from "./protocol/rate-limit.js";

/** The answers to someone who does not have what they claim to have. */
const failedAuthentication: ReadonlySet<ErrorCode> = new Set([
  "auth_failed",
  "ticket_invalid",
  "forbidden",
  "code_expired",
  "code_used",
]);
/** Failed authentications an address may have, of its requests. */
const failureShare = 10;

/** How many requests, and how many failed authentications, one address may have in a minute. */
export class RequestLimits {
  readonly #requests: RateLimiter;
  readonly #failures: RateLimiter;

  /** @param perMinute requests; 0 turns every limit off */
  constructor(perMinute: number) {
    this.#requests = new RateLimiter(perMinute);
    this.#failures = new RateLimiter(Math.ceil(perMinute / failureShare));
  }

  /** @throws WebhookError rate_limited */
  admit(address: string, nowMs: number): void {
    const retryAfterSeconds = this.#failures.wait(address, nowMs) ?? this.#requests.take(address, nowMs);
    if (retryAfterSeconds === undefined) return;
    throw new WebhookError("rate_limited", "Too many requests came from this address.", { retryAfterSeconds });
  }

  note(address: string, outcome: ErrorCode, operation: OperationDefinition | undefined, nowMs: number): void {
    // Elsewhere `forbidden` is about a place, not about who asks.
    const isWrongOwner = outcome === "forbidden" && operation?.caller === "owner";
    if (isWrongOwner || failedAuthentication.has(outcome)) this.#failures.take(address, nowMs);
  }
}
