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

/** For the Content-Security-Policy: the one style sheet, exactly as `layout` writes it. */
export function styleText(page: string): string {
  return /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
}
