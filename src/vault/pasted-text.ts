import { WebhookError } from "../platform/errors.js";
import { isSecretProperty, type Properties } from "./sensitive-properties.js";

/** The byte order mark, blanks of no width, and marks of a text's direction: pages and editors leave them around a text. */
const invisible = String.raw`\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF`;
const marksBefore = new RegExp(`^[${invisible}]+`);
const marksAndLineEndsBefore = new RegExp(`^(?:[ \\t]*[\\r\\n${invisible}])+`);
const markOrLineEnd = new RegExp(`[\\r\\n${invisible}]`);
const mark = new RegExp(`[${invisible}]`);
const asciiAndMarks = new RegExp(`^[ -~${invisible}]*$`);
// eslint-disable-next-line no-control-regex -- these are in no text, and no header carries them
const controls = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;
/** PEM (RFC 7468), OpenSSH and PGP, or JSON: texts of several lines. */
const severalLines = /-----BEGIN [^\n-]+-----|^[{[]/;

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
  const text = given.replace(marksBefore, "");
  const line = withoutMarksAndLineEndsAfter(text.replace(marksAndLineEndsBefore, ""));
  return isCut(line) ? text : line;
}

/** Walks back from the end: a pattern would look at every run of line ends anew from each of them. */
function withoutMarksAndLineEndsAfter(text: string): string {
  let end = text.length;
  for (let index = text.length - 1; index >= 0; index--) {
    const character = text.charAt(index);
    if (markOrLineEnd.test(character)) end = index;
    else if (character !== " " && character !== "\t") break;
  }
  return text.slice(0, end);
}

/** @throws WebhookError invalid_request for an access token that is no text */
export function requireText(properties: Properties): Properties {
  const { accessToken } = properties;
  if (typeof accessToken !== "string") return properties;
  if (controls.test(accessToken))
    throw new WebhookError("invalid_request", "The access token holds a control character, which no header can carry.");
  if (isMarked(accessToken) && !severalLines.test(accessToken))
    throw new WebhookError(
      "invalid_request",
      "The access token holds an invisible character, which no header can carry; copy it anew.",
    );
  return properties;
}

/** Tells a text of ASCII but for marks that nobody sees; in another script they may belong to the words. */
function isMarked(text: string): boolean {
  return mark.test(text) && asciiAndMarks.test(text);
}

/** Takes off the line end that a pipe adds; a key keeps its own. */
export function withoutPipesLineEnd(text: string): string {
  return severalLines.test(text) ? text : text.replace(/\r?\n$/, "");
}

/** Tells a token that no header can carry, since it has several lines, and that is no key or JSON either. */
export function isBrokenToken(token: string): boolean {
  const text = tidied(token);
  return isCut(text) && !severalLines.test(text);
}

function isCut(text: string): boolean {
  return /[\r\n]/.test(text);
}
