import type { Reply, SentRequest } from "./reply.js";

/** What was seen is not what the rule says. The request, and the answer if one came, are shown with it. */
export class CheckFailure extends Error {
  override readonly name = "CheckFailure";

  constructor(
    message: string,
    readonly evidence: { readonly request?: SentRequest; readonly reply?: Reply } = {},
  ) {
    super(message);
  }
}

/** What the check looks at cannot be seen here; the message says what would make it visible. */
export class CheckSkipped extends Error {
  override readonly name = "CheckSkipped";
}

/** The whole run is impossible; the message says why and what to do. */
export class CannotVerify extends Error {
  override readonly name = "CannotVerify";
}
