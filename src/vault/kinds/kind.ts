import type { Clock } from "../../platform/clock.js";
import type { Credential } from "../credential.js";
import type { Properties } from "../sensitive-properties.js";
import type { GoogleTokens } from "./google-token.js";

/** A call to an upstream, as its client asks for it. */
export interface UpstreamRequest {
  /** Headers whose value holds `${TOKEN}`. */
  readonly headerTemplates: Readonly<Record<string, string>>;
  /** Uses the ticket up, once; a kind does so before it asks another server. @throws WebhookError */
  readonly spend: () => Promise<void>;
}

/** A credential on its way into an upstream call. */
export interface Authorization {
  /** They go over the client's own; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The texts that are blanked wherever the upstream's response repeats them. */
  readonly secrets: readonly string[];
}

export interface KindDependencies {
  readonly clock: Clock;
  readonly googleTokens: GoogleTokens;
}

type Matcher = (credential: Credential) => boolean;

/** A kind of credential. A new one is a file beside this and a row in kinds.ts; of the rows the first that matches counts. */
export interface Kind {
  readonly matches: Matcher;
  /** Gives what a ticket's holder gets for its purpose. @throws WebhookError */
  reveal(credential: Credential, purpose: string, dependencies: KindDependencies): Promise<Properties>;
  /** Puts the credential into an upstream call. @throws WebhookError token_not_found, invalid_request */
  authorize(credential: Credential, request: UpstreamRequest, dependencies: KindDependencies): Promise<Authorization>;
}

/** Matches by the stored token type, in upper case. */
export function ofTokenType(type: string): Matcher {
  return ({ tokenType }) => tokenType === type;
}

/** Matches what holds a secret property of this name. */
export function holding(name: string): Matcher {
  return ({ secretNames }) => secretNames.includes(name);
}

/** Matches by the access token; one of fewer characters is none of this kind. */
export function withAccessToken(isOfKind: (text: string) => boolean, minLength: number): Matcher {
  return (credential) => {
    const text = credential.text("accessToken") ?? "";
    return text.length >= minLength && isOfKind(text);
  };
}
