import { html } from "hono/html";
import { Page } from "../contract/operation.js";
import type { ErrorCode, WebhookError } from "../platform/errors.js";
import { signInForm } from "./actions.js";
import { card, layout } from "./layout.js";

const headings: Partial<Record<ErrorCode, string>> = {
  forbidden: "This page is closed",
  auth_failed: "You are not signed in",
  invalid_request: "This cannot be done so",
  not_found: "There is no such thing",
  rate_limited: "Too many requests",
  payload_too_large: "This is too large",
};

/** The page for a person whose page, or whose button, was refused. */
export function errorPage({ code, message }: Pick<WebhookError, "code" | "message">): Page {
  const heading = headings[code] ?? "This did not work";
  const back = code === "forbidden" ? "To this webhook’s page, to sign in" : "Back to this webhook’s page";
  const body = html`<h1>${heading}</h1>
    <p class="warning" role="alert">${message}</p>
    ${code === "auth_failed" ? card("sign-in", "Sign in again", signInForm()) : ""}
    <p><a class="button" href="/">${back}</a></p>
    <p class="quiet small"><code>${code}</code></p>`;
  return new Page(layout(heading, body));
}
