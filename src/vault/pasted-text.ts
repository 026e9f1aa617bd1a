import { WebhookError } from "../platform/errors.js";
import { isSecretProperty, type Properties } from "./sensitive-properties.js";

const byteOrderMark = /^\uFEFF+/;
const marksAndLineEndsBefore = /^(?:[ \t]*[\r\n\uFEFF])+/;
// eslint-disable-next-line no-control-regex -- these are in no text, and no header carries them
const controls = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;
/** PEM (RFC 7468), OpenSSH, PGP and PuTTY, or JSON: texts of several lines. */
const severalLines = /-----BEGIN [^\n-]+-----|^PuTTY-User-Key-File-|^[{[]/;
/** Invisible ones among them come along when a page is copied. */
const inNoHeader = /[^\t\x20-\x7e\x80-\xff]/;

/** Takes off secret texts what a file, a pipe or a clipboard put around them. A text of several lines stays whole. */
export function tidySecrets(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      typeof value === "string" && isSecretProperty(name, value) ? tidied(value) : value,
    ]),
  );
}

function tidied(given: string): string {
  const text = given.replace(byteOrderMark, "");
  const line = withoutLineEndsAfter(text.replace(marksAndLineEndsBefore, ""));
  return isCut(line) ? text : line;
}

/** Walks back from the end: a pattern would look at every run of line ends anew from each of them. */
function withoutLineEndsAfter(text: string): string {
  let end = text.length;
  for (let index = text.length - 1; index >= 0; index--) {
    const character = text.charAt(index);
    if (character === "\n" || character === "\r") end = index;
    else if (character !== " " && character !== "\t") break;
  }
  return text.slice(0, end);
}

/** @throws WebhookError invalid_request for an access token that is no text */
export function requireText(properties: Properties): Properties {
  const { accessToken } = properties;
  if (typeof accessToken !== "string" || !controls.test(accessToken)) return properties;
  throw new WebhookError("invalid_request", "The access token holds a control character, which no header can carry.");
}

/** Takes off the line end that a pipe adds; a key keeps its own. */
export function withoutPipesLineEnd(text: string): string {
  return severalLines.test(text) ? text : text.replace(/\r?\n$/, "");
}

/** Tells a token that no header can carry, and that is no key or JSON either. */
export function isBrokenToken(token: string): boolean {
  const text = tidied(token);
  return inNoHeader.test(text) && !severalLines.test(text);
}

function isCut(text: string): boolean {
  return /[\r\n]/.test(text);
}
