import type { OperationId, UpstreamFacts } from "../contract/operation.js";

/**
 * What is said of a request: its line in the log and, where it asked for a right, in the record. A class with all its
 * members from the start, since both lines are the JSON text of it, made once for every request.
 */
export class RequestFacts {
  readonly op: OperationId;
  /** "ok", or the error's code. */
  outcome = "ok";
  status = 0;
  readonly client: string;
  /** Milliseconds to the answer. */
  ms = 0;
  // What was authenticated of it.
  requestId: string | undefined = undefined;
  service: string | undefined = undefined;
  purpose: string | undefined = undefined;
  sub: string | undefined = undefined;
  aid: string | undefined = undefined;
  pid: string | undefined = undefined;
  /** Of the owner's page. */
  action: string | undefined = undefined;
  upstreamHost: UpstreamFacts["upstreamHost"] = undefined;
  upstreamStatus: UpstreamFacts["upstreamStatus"] = undefined;
  upstreamMs: UpstreamFacts["upstreamMs"] = undefined;
  refresh: UpstreamFacts["refresh"] = undefined;

  constructor(op: OperationId, client: string) {
    this.op = op;
    this.client = client;
  }
}
