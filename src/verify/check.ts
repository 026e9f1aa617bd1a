import type { Capability } from "../../generated/operations.js";
import type { Reply, SentRequest } from "./reply.js";
import type { Stage } from "./stage.js";

/**
 * required: the protocol and what it promises. recommended: only safer. informational: worth knowing, never counted
 * against a webhook.
 */
export type Level = "required" | "recommended" | "informational";

/** One thing that can be seen from outside. */
export interface Check {
  /** group.what */
  readonly name: string;
  readonly level: Level;
  /** The rule of llm.txt that it proves, such as R19. */
  readonly rule: string;
  /** One sentence: what holds. */
  readonly proves: string;
  /** What to do when it fails. */
  readonly fix: string;
  /** It leaves documents behind until the end of the run. */
  readonly writes?: true;
  /** Without one of these the check is moot. */
  readonly capabilities?: readonly Capability[];
  /** It needs the played upstream, or the OAuth client `verify` too. */
  readonly needs?: "upstream" | "provider";
  /** It takes half a minute and runs only when it is asked for. */
  readonly slow?: true;
  /** Resolves when it holds. @throws CheckFailure, CheckSkipped */
  run(stage: Stage): Promise<void>;
}

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

export function groupOf({ name }: Pick<Check, "name">): string {
  return name.slice(0, name.indexOf("."));
}
