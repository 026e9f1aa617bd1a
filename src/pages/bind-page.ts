import { html } from "hono/html";
import { Page } from "../contract.js";
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
    <dl>
      <dt>This webhook</dt>
      <dd><code>${webhookUrl}</code></dd>
      <dt>Token Vault</dt>
      <dd><code>${frontend}</code></dd>
    </dl>
    ${
      webhookUrl.startsWith("https:")
        ? ""
        : html`<p>
            Token Vault reaches only https addresses. Set <code>WEBHOOK_EXTERNAL_URL</code> to the public one, and start
            again.
          </p>`
    }
    ${isBound ? html`<p>It is bound already. Binding again replaces the secret; no stored credential is lost.</p>` : ""}
    <form method="post" action="/bind">
      <input type="hidden" name="tv" value="${frontend}" />
      <button type="submit">Bind to ${new URL(frontend).host}</button>
    </form>`;
  return new Page(layout("Bind this webhook", body), [frontend]);
}
