import type { ServerResponse } from "node:http";
import type { CallerSignal } from "../contract/operation.js";
import type { HttpContext } from "./pipeline.js";

/** Tells a handler that its caller went away, without the whole Request that the server library would build for that. */
export function callerSignal({ env, req }: HttpContext): CallerSignal {
  return env.outgoing ? new ConnectionSignal(env.outgoing) : req.raw.signal;
}

class ConnectionSignal implements CallerSignal {
  constructor(private readonly outgoing: ServerResponse) {}

  get aborted(): boolean {
    return this.outgoing.destroyed || this.outgoing.closed;
  }

  addEventListener(_type: "abort", listener: () => void): void {
    this.outgoing.once("close", listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    this.outgoing.off("close", listener);
  }
}
