import { html } from "hono/html";
import { Page } from "../contract.js";
import { layout } from "./layout.js";

/** What whoever comes by may know. */
export function homePage(content: { readonly protocolVersion: string; readonly isBound: boolean }): Page {
  const body = html`<h1>Token Vault webhook</h1>
    <p>
      This server holds its owner's credentials, encrypted, and hands them out only as
      <a href="https://tokenvault.uk" rel="noreferrer">Token Vault</a> allows. It speaks protocol
      ${content.protocolVersion} and is ${content.isBound ? "bound" : "not bound yet"}.
    </p>
    <ul>
      <li><a href="/bind">Bind it</a>, as its owner</li>
      <li><a href="/v1/health">Ask how it is</a></li>
      <li><a href="/llm.txt">Read how to write one</a>, in any language</li>
    </ul>`;
  return new Page(layout("Token Vault webhook", body), [], '</llm.txt>; rel="alternate"; type="text/markdown"');
}
