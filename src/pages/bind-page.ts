import { html } from "hono/html";
import { Page } from "../contract/operation.js";
import { bindForm } from "./bind-form.js";
import { layout } from "./layout.js";

export interface BindPageContent {
  readonly webhookUrl: string;
  readonly frontend: string;
  readonly isBound: boolean;
}

/** What the owner is about to bind to what, and the button that does it. */
export function bindPage({ webhookUrl, frontend, isBound }: BindPageContent): Page {
  const body = html`<h1>${isBound ? "Bind this webhook again" : "Bind this webhook"}</h1>
    <p>Token Vault will be told this address, and gets the secret by which the two know each other.</p>
    ${
      isBound
        ? html`<p class="notice">
            It is bound already. Binding again replaces the secret; no stored credential is lost.
          </p>`
        : ""
    }
    <div class="card">${bindForm({ webhookUrl, frontend })}</div>`;
  return new Page(layout("Bind this webhook", body), [frontend]);
}
