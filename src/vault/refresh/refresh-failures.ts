import { createHash } from "node:crypto";
import type { Clock } from "../../platform/clock.js";
import type { Document } from "../../store/store.js";
import { RefreshRefusedError } from "./refresh-refusal.js";

interface Failure {
  /** Of the document that could not be refreshed; what is stored anew begins anew. */
  readonly fingerprint: string;
  readonly count: number;
  readonly refusalCount: number;
  readonly notBeforeMs: number;
}

const firstWaitMs = 60_000;
const maxWaitMs = 3_600_000;
/** So many refusals of one refresh token, each after a wait, are no accident. */
const maxRefusals = 3;
const none = { count: 0, refusalCount: 0, notBeforeMs: -Infinity };

/** The failures in a row of each service's refresh: the more, the longer nobody tries without being asked. */
export class RefreshFailures {
  readonly #latest = new Map<string, Failure>();

  constructor(private readonly clock: Clock) {}

  /**
   * Notes a failure, and tells whether the provider takes this refresh token no more. Who asks again and again within a
   * moment learns nothing new.
   * @param kept the document as it is after the failure
   */
  note(service: string, document: Document, error: unknown, kept = document): boolean {
    const { count, refusalCount, notBeforeMs } = this.#find(service, document) ?? none;
    const nowMs = this.clock.nowMs();
    const { refusal, retryAfterMs } =
      error instanceof RefreshRefusedError ? error : { refusal: undefined, retryAfterMs: 0 };
    const refusals = refusal === "refused" && nowMs >= notBeforeMs ? refusalCount + 1 : refusalCount;
    const waitMs = Math.max(Math.min(firstWaitMs * 2 ** count, maxWaitMs), retryAfterMs);
    this.#latest.set(service, {
      fingerprint: fingerprint(kept),
      count: count + 1,
      refusalCount: refusals,
      notBeforeMs: nowMs + waitMs,
    });
    return refusal === "final" || (refusal === "refused" && refusals >= maxRefusals);
  }

  forget(service: string): void {
    this.#latest.delete(service);
  }

  /** Tells a service that is to be left alone for now, unless what is stored is newer than its failure. */
  isWaiting(service: string, document: Document): boolean {
    const failure = this.#find(service, document);
    return failure !== undefined && this.clock.nowMs() < failure.notBeforeMs;
  }

  #find(service: string, document: Document): Failure | undefined {
    const failure = this.#latest.get(service);
    return failure?.fingerprint === (failure && fingerprint(document)) ? failure : undefined;
  }
}

function fingerprint(document: Document): string {
  return createHash("sha256").update(JSON.stringify(document)).digest("base64");
}
