import type { Clock } from "../../platform/clock.js";
import { WebhookError } from "../../platform/errors.js";
import type { Credential } from "../credential.js";
import type { Properties } from "../sensitive-properties.js";
import type { GoogleTokens } from "./google-token.js";

/** A call to an upstream, as its client asks for it. */
export interface UpstreamRequest {
  /** Headers whose value holds `${TOKEN}`. */
  readonly headerTemplates: Readonly<Record<string, string>>;
}

/** A credential on its way into an upstream call. */
export interface Authorization {
  /** They go over the client's own; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The text that is blanked wherever the upstream's response repeats it. */
  readonly secret: string;
}

export interface KindDependencies {
  readonly clock: Clock;
  readonly googleTokens: GoogleTokens;
}

/** A kind of credential. A new one is a file beside this and a row in kinds.ts; of the rows the first that matches counts. */
export interface Kind {
  readonly name: string;
  matches(credential: Credential): boolean;
  /** Gives what a ticket's holder gets for its purpose. @throws WebhookError */
  reveal(credential: Credential, purpose: string, dependencies: KindDependencies): Promise<Properties>;
  /** Puts the credential into an upstream call. @throws WebhookError token_not_found, invalid_request */
  authorize(credential: Credential, request: UpstreamRequest, dependencies: KindDependencies): Promise<Authorization>;
}

/** Puts a token into the client's header templates. @throws WebhookError invalid_request when a header cannot carry it */
export function authorizeByHeaders({ headerTemplates }: UpstreamRequest, token: string): Authorization {
  const headers = Object.entries(headerTemplates).map(([name, template]) => {
    // A function, since "$&" and its like in the token would otherwise be read as patterns.
    const header = template.replaceAll("${TOKEN}", () => token);
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(header))
      throw new WebhookError("invalid_request", "The stored credential holds characters that a header cannot carry.");
    return [name.toLowerCase(), header] as const;
  });
  return { headers: Object.fromEntries(headers), secret: token };
}

/** @throws WebhookError token_not_found */
export function requireAccessToken(credential: Credential): string {
  const token = credential.text("accessToken");
  if (token === undefined) throw new WebhookError("token_not_found", "No access token is stored for this service.");
  return token;
}
