import { html } from "hono/html";
import { Page } from "../contract.js";
import type { WebhookError } from "../errors.js";
import { layout } from "./layout.js";

/** What a person sees who opens a page that is sealed to them. */
export function errorPage({ code, message }: WebhookError): Page {
  const body = html`<h1>This page is closed</h1>
    <p>${message}</p>
    <p><code>${code}</code></p>`;
  return new Page(layout("Closed", body));
}
