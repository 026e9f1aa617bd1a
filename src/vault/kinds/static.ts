import { minSecretLength, trimmed } from "../../outbound/redaction.js";
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

const placeOfToken = "${TOKEN}";
/** Servers take less; a token in many places would take the memory of all. */
const maxHeaderBytes = 64 * 1024;

/**
 * Puts a token into the client's header templates.
 * @throws WebhookError invalid_request when no header can carry it, or none safely
 */
export function authorizeByHeaders({ headerTemplates }: UpstreamRequest, token: string): Authorization {
  const templates = Object.entries(headerTemplates);
  let lengthLeft = maxHeaderBytes;
  for (const [name, template] of templates) {
    lengthLeft -= name.length + template.length;
    for (let at = template.indexOf(placeOfToken); at >= 0 && lengthLeft >= 0;) {
      lengthLeft -= token.length;
      at = template.indexOf(placeOfToken, at + placeOfToken.length);
    }
    if (lengthLeft < 0) throw refused("The header templates and the stored credential are too long for headers.");
    // An echo of so few characters could be blanked only with every other text that has them.
    if (trimmed(token).length < minSecretLength && template.includes(placeOfToken))
      throw refused("The stored credential is too short to be kept out of a response.");
  }
  const headers = templates.map(([name, template]) => {
    // A function, since "$&" and its like in the token would otherwise be read as patterns.
    const header = template.replaceAll(placeOfToken, () => token);
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(header))
      throw refused("The stored credential holds characters that a header cannot carry.");
    return [name.toLowerCase(), header] as const;
  });
  return { headers: Object.fromEntries(headers), secrets: [token] };
}

function refused(message: string): WebhookError {
  return new WebhookError("invalid_request", message);
}
