import { WebhookError } from "../../platform/errors.js";
import { isNeverHandedOut, isWithheldFromAgents, withoutProperties, type Properties } from "../sensitive-properties.js";
import type { Authorization, Kind, UpstreamRequest } from "./kind.js";

/** A credential that is used as it is stored: a password, an API key, a certificate. */
export const staticKind: Kind = {
  matches: () => true,

  async reveal(credential, purpose) {
    const isWithheld = purpose === "user_reveal" ? isNeverHandedOut : isWithheldFromAgents;
    const secrets = credential.secrets(credential.secretNames.filter((name) => !isWithheld(name)));
    return withoutProperties({ ...credential.openProperties, ...secrets }, isWithheld) as Properties;
  },

  async authorize(credential, request) {
    const token = credential.text("accessToken");
    if (token === undefined) throw new WebhookError("token_not_found", "No access token is stored for this service.");
    return authorizeByHeaders(request, token);
  },
};

/** Puts a token into the client's header templates. @throws WebhookError invalid_request when a header cannot carry it */
export function authorizeByHeaders({ headerTemplates }: UpstreamRequest, token: string): Authorization {
  const headers = Object.entries(headerTemplates).map(([name, template]) => {
    // A function, since "$&" and its like in the token would otherwise be read as patterns.
    const header = template.replaceAll("${TOKEN}", () => token);
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(header))
      throw new WebhookError("invalid_request", "The stored credential holds characters that a header cannot carry.");
    return [name.toLowerCase(), header] as const;
  });
  return { headers: Object.fromEntries(headers), secrets: [token] };
}
