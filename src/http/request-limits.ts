import type { OperationDefinition } from "../../generated/operations.js";
import type { ErrorCode } from "../platform/errors.js";
import { RateLimiter } from "./rate-limiter.js";

/** The answers to someone who does not have what they claim to have. */
const failedAuthentication: ReadonlySet<ErrorCode> = new Set([
  "auth_failed",
  "ticket_invalid",
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

  /** Counts a request; when there are too many, the seconds until one is taken again. */
  admit(address: string, nowMs: number): number | undefined {
    return this.#failures.wait(address, nowMs) ?? this.#requests.take(address, nowMs);
  }

  note(address: string, outcome: ErrorCode, operation: OperationDefinition | undefined, nowMs: number): void {
    // Elsewhere `forbidden` is about a place, not about who asks.
    const isWrongOwner = outcome === "forbidden" && operation?.caller === "owner";
    if (isWrongOwner || failedAuthentication.has(outcome)) this.#failures.take(address, nowMs);
  }
}
