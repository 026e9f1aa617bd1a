import type { Reply, SentRequest } from "./reply.js";

/** The webhook breaks the rule. The request, and the response if one came, are shown with it. */
export class CheckFailure extends Error {
  override readonly name = "CheckFailure";

  constructor(
    message: string,
    readonly evidence: { readonly request?: SentRequest; readonly reply?: Reply } = {},
  ) {
    super(message);
  }
}

/** The subject of the check cannot be seen here; the message says what would make it visible. */
export class CheckSkipped extends Error {
  override readonly name = "CheckSkipped";
}

/** The whole run is impossible; the message says why and what to do. */
export class CannotVerify extends Error {
  override readonly name = "CannotVerify";
}
