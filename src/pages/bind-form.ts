import { html } from "hono/html";
import type { Html } from "./layout.js";

export interface BindAddresses {
  readonly webhookUrl: string;
  readonly frontend: string;
}

/** What is bound to what, and the button that begins it. The page must allow the form to lead to the frontend. */
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
