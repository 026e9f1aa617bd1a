import { html } from "hono/html";
import type { Html } from "./layout.js";

/**
 * A text that somebody else chose, as its reader may trust it: it does not turn the text around it (bidi), and what
 * would not be seen, or would turn its own letters, stands there as U+202E or the like.
 */
export function foreignText(text: string): Html {
  return html`<bdi>${visible(text)}</bdi>`;
}

/** The same without markup, for where none may stand. */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Default_Ignorable_Code_Point}\u2800]/gu,
    (character) => `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
  );
}
