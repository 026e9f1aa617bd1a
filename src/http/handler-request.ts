import { callerSignal } from "./client-signal.js";
import type { CallerSignal, PageSession, UpstreamFacts } from "../contract/operation.js";
import type { Exchange, PipelineParts, Prepared } from "./pipeline.js";
import { TrackedSession } from "./tracked-session.js";

/**
 * What a handler is given. A class, since an object literal with getters would be of a new shape for every request; what
 * few handlers ask for is made when they do.
 */
export class HandlerRequest {
  readonly #parts: PipelineParts;
  readonly #exchange: Exchange;
  #session: TrackedSession | undefined;
  readonly body: unknown;
  readonly query: unknown;
  readonly requestId: string;
  readonly ticket: Prepared["ticket"];
  readonly note: (upstream: UpstreamFacts) => void;

  constructor(parts: PipelineParts, exchange: Exchange, { body, query, requestId, ticket }: Prepared) {
    this.#parts = parts;
    this.#exchange = exchange;
    this.body = body;
    this.query = query;
    this.requestId = requestId;
    this.ticket = ticket;
    this.note = (upstream) => {
      Object.assign(exchange.facts, upstream);
    };
  }

  get session(): PageSession {
    const { c, caller } = this.#exchange;
    return (this.#session ??= new TrackedSession(this.#parts, c, caller));
  }

  get origin(): string {
    return this.#exchange.caller.origin;
  }

  get signal(): CallerSignal {
    return callerSignal(this.#exchange.c);
  }

  /** What the answer has to set, if anything. */
  get cookie(): string | undefined {
    return this.#session?.cookie;
  }
}
