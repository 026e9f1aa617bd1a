import { WebhookError } from "../platform/errors.js";
import { isSecretProperty, type Properties } from "./sensitive-properties.js";

const marksAndLineEndsBefore = /^(?:[ \t]*[\r\n\uFEFF])+/;
/** PEM (RFC 7468), OpenSSH and PGP: a text of several lines, of which the last one ends as the others do. */
const armour = /-----BEGIN [^\n-]+-----/;
const lineEndsAfter = /(?:[\r\n][ \t]*)+$/;
// eslint-disable-next-line no-control-regex -- these are what no header carries
const unsendable = /[\0-\x08\n-\x1f\x7f]/;

/** Takes off secret texts what a file, a pipe or a clipboard put around them. A key in armour stays whole. */
export function tidySecrets(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      typeof value === "string" && isSecretProperty(name, value) ? tidied(value) : value,
    ]),
  );
}

function tidied(given: string): string {
  const text = given.replace(marksAndLineEndsBefore, "");
  return armour.test(text) ? text : text.replace(lineEndsAfter, "");
}

/** @throws WebhookError invalid_request for an access token that no header can carry, and that is no key or JSON either */
export function requireSendable(properties: Properties): Properties {
  const { accessToken } = properties;
  if (typeof accessToken !== "string" || !unsendable.test(accessToken) || isText(accessToken)) return properties;
  throw new WebhookError(
    "invalid_request",
    "The access token holds a line end or another control character, which no header can carry.",
  );
}

/** Tells a file of several lines, which its holder reads and no header is to carry. */
function isText(token: string): boolean {
  return !token.includes("\0") && (armour.test(token) || /^[{[]/.test(token));
}
