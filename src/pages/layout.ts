import { html, raw } from "hono/html";
import { style } from "./style.js";

/** A piece of a page, its values escaped by the template. */
export type Html = ReturnType<typeof html>;

/** A whole page; values are escaped by the template. `wide` is for tables. */
export function layout(title: string, body: Html, width: "narrow" | "wide" = "narrow"): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Token Vault webhook</title>
        <style>
          ${raw(style)}
        </style>
      </head>
      <body>
        <main class="${width}">${body}</main>
        <footer class="small">
          <a href="/">This webhook</a>
          <a href="/v1/health">Its health</a>
          <a href="/llm.txt">How to write one, in any language</a>
          <a href="https://tokenvault.uk" rel="noreferrer">Token Vault</a>
        </footer>
      </body>
    </html>`;
  // Nothing in it is awaited, so that it is a string, as the template's type cannot say.
  return page as string;
}

/** A part of a page, under a heading of its own. */
export function card(id: string, heading: string, body: Html, className = ""): Html {
  return html`<section class="card ${className}" aria-labelledby="${id}">
    <h2 id="${id}">${heading}</h2>
    ${body}
  </section>`;
}

/**
 * The head of a table whose rows become cards on a phone. The roles say again what is a table, since a browser forgets
 * it where a style shows it as something else.
 */
export function tableHead(names: readonly string[]): Html {
  return html`<thead role="rowgroup">
    <tr role="row">
      ${names.map((name) => html`<th scope="col" role="columnheader">${name}</th>`)}
    </tr>
  </thead>`;
}

/** The attributes of a field for names, in which a phone's keyboard should mend nothing. */
export const plainTyping = raw('autocomplete="off" autocapitalize="none" spellcheck="false"');

/** For the Content-Security-Policy: the one style sheet, exactly as `layout` writes it. */
export function styleText(page: string): string {
  return /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
}
