import { html } from "hono/html";
import { Page } from "../contract/operation.js";
import { layout, type Html } from "./layout.js";

interface BindAddresses {
  readonly webhookUrl: string;
  readonly frontend: string;
}

/** The page before binding: both addresses, and the button that begins it. */
export function bindPage({ isBound, ...addresses }: BindAddresses & { readonly isBound: boolean }): Page {
  const body = html`<h1>${isBound ? "Bind this webhook again" : "Bind this webhook"}</h1>
    <p>Token Vault will be told this address, and gets the secret by which the two know each other.</p>
    ${
      isBound
        ? html`<p class="notice">
            It is bound already. Binding again replaces the secret; no stored credential is lost.
          </p>`
        : ""
    }
    <div class="card">${bindForm(addresses)}</div>`;
  return new Page(layout("Bind this webhook", body), [addresses.frontend]);
}

/** The form that begins binding. The page must allow it to lead to the frontend. */
export function bindForm({ webhookUrl, frontend }: BindAddresses): Html {
  return html`<dl>
      <dt>This webhook</dt>
      <dd><code>${webhookUrl}</code></dd>
      <dt>Token Vault</dt>
      <dd><code>${frontend}</code></dd>
    </dl>
    ${
      webhookUrl.startsWith("https:")
        ? ""
        : html`<p class="warning">
            Token Vault reaches only https addresses. Set <code>WEBHOOK_EXTERNAL_URL</code> to the public one, of your
            tunnel or proxy, and start again.
          </p>`
    }
    <form method="post" action="/bind">
      <input type="hidden" name="tv" value="${frontend}" />
      <button type="submit" class="main-button big">Bind to ${new URL(frontend).host}</button>
    </form>`;
}
