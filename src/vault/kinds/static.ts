import { isNeverHandedOut, isWithheldFromAgents, withoutProperties, type Properties } from "../sensitive-properties.js";
import { authorizeByHeaders, requireAccessToken, type Kind } from "./kind.js";

/** A credential that is used as it is stored: a password, an API key, a certificate. */
export const staticKind: Kind = {
  name: "static",

  matches: () => true,

  async reveal(credential, purpose) {
    const isWithheld = purpose === "user_reveal" ? isNeverHandedOut : isWithheldFromAgents;
    const secrets = credential.secrets(credential.secretNames.filter((name) => !isWithheld(name)));
    return withoutProperties({ ...credential.openProperties, ...secrets }, isWithheld) as Properties;
  },

  async authorize(credential, request) {
    return authorizeByHeaders(request, requireAccessToken(credential));
  },
};
