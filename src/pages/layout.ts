import { html, raw } from "hono/html";
type Html = ReturnType<typeof html>;

const style = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }
dt { font-weight: 600; } dd { margin: 0 0 .75rem; overflow-wrap: anywhere; }
button { font: inherit; padding: .6rem 1.2rem; border-radius: .4rem; border: 1px solid; cursor: pointer; }
`;

/** A whole page; values are escaped by the template. */
export function layout(title: string, body: Html): string {
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
        <main>${body}</main>
      </body>
    </html>`;
  // Nothing in it is awaited, so that it is a string, as the template's type cannot say.
  return page as string;
}

/** For the Content-Security-Policy: the one style sheet, exactly as `layout` writes it. */
export function styleText(page: string): string {
  return /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
}
