import { html } from "hono/html";
import { Page } from "../contract/operation.js";
import { actionForm, flashMessage, signInForm } from "./actions.js";
import { auditTable } from "./audit-table.js";
import { bindForm } from "./bind-page.js";
import { dayChart } from "./day-chart.js";
import type { HomeContent, OwnerContent } from "./home-content.js";
import { card, layout, type Html } from "./layout.js";
import { servicesTable } from "./services-table.js";
import { parseTime, timed, utc } from "./time-words.js";

/** The first page: for everybody what this is, and for the owner who signed in how it stands. */
export function homePage(content: HomeContent): Page {
  const { isBound, isLocked, frontend, owner } = content;
  const body = html`<h1>Token Vault webhook</h1>
    ${flashMessage(content)} ${owner ? signedIn(content, owner) : signedOut(content)}`;
  const title = owner ? (isLocked ? "Locked" : "Your page") : isBound ? "Sign in" : "Not bound yet";
  const link = '</llm.txt>; rel="alternate"; type="text/markdown"';
  return new Page(layout(title, body, owner ? "wide" : "narrow"), isBound ? [] : [frontend], link);
}

function signedOut(content: HomeContent): Html {
  const { isBound, isLocked, protocolVersion } = content;
  return html`<p>
      This server holds its owner’s credentials, encrypted, and hands them out only as
      <a href="https://tokenvault.uk" rel="noreferrer">Token Vault</a> allows. It speaks protocol ${protocolVersion} and
      is ${isBound ? "bound" : "not bound yet"}.
    </p>
    ${
      isLocked
        ? html`<p class="warning">Its owner has locked it: nothing is stored, given out, sent or renewed.</p>`
        : ""
    }
    ${
      isBound
        ? card("sign-in", "Sign in as its owner", signInForm())
        : html`${bindSteps(content)}
            <details>
              <summary>Not on the machine itself?</summary>
              ${card(
                "sign-in",
                "Sign in first",
                html`<p>
                    Until it is bound, only a browser on the machine itself, at <code>http://localhost</code>, may bind
                    it, or whoever knows the admin secret.
                  </p>
                  ${signInForm()}`,
              )}
            </details>`
    }`;
}

function bindSteps(addresses: HomeContent): Html {
  const steps = html`<ol class="steps">
      <li>Check both addresses below, and press the button. Token Vault opens.</li>
      <li>Sign in there, and confirm this webhook’s address.</li>
      <li>Come back here: this page then says that it is bound.</li>
    </ol>
    ${bindForm(addresses)}`;
  return card("bind", "Bind it to Token Vault", steps);
}

function signedIn(content: HomeContent, owner: OwnerContent): Html {
  const { isBound, isLocked, nowMs } = content;
  return html`${killSwitch(isLocked, owner.lockedAt, nowMs)} ${isBound ? "" : bindSteps(content)}
  ${
    owner.isAuditLogDamaged
      ? html`<p class="warning" role="alert">
          The record of uses is damaged: what was used cannot be shown. <code>tokenvault-webhook doctor</code> says
          more.
        </p>`
      : ""
  }
  ${standing(content, owner)} ${servicesTable(owner.services, nowMs)} ${dayChart(owner.days)} ${auditTable(owner)}
  ${actionForm("sign-out")}`;
}

function killSwitch(isLocked: boolean, lockedAt: string | undefined, nowMs: number): Html {
  if (!isLocked) {
    const open = html`<p>
        From the next request on, nothing is stored, given out, sent or renewed. Nothing is deleted, and one button here
        unlocks again. It stays locked through a restart.
      </p>
      ${actionForm("lock")}`;
    return card("switch", "Kill switch", open, "switch");
  }
  const lockedMs = parseTime(lockedAt);
  const locked = html`<p>
      ${lockedMs === undefined ? "" : html`You locked it ${timed(nowMs, lockedMs)}. `}Nothing is stored, given out, sent
      or renewed. Nothing was deleted. Agents and Token Vault get <code>403 forbidden</code>.
    </p>
    ${actionForm("unlock")}`;
  return card("switch", "This webhook is locked", locked, "switch locked");
}

function standing({ isBound, webhookUrl, protocolVersion, nowMs }: HomeContent, owner: OwnerContent): Html {
  const { webhookId, boundAt, boundTo } = owner;
  const facts: readonly (readonly [name: string, value: Html | string])[] = [
    ["Bound", isBound ? boundSince(boundAt, nowMs) : "Not yet"],
    ...(isBound ? [["To", boundTo === undefined ? "Not known" : html`<code>${boundTo}</code>`] as const] : []),
    ["Webhook id", html`<code>${webhookId}</code>`],
    ["This webhook", html`<code>${webhookUrl}</code>`],
    ["Protocol", protocolVersion],
  ];
  const body = html`<dl class="facts">
      ${facts.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    ${isBound ? html`<p><a class="button" href="/bind">Bind again</a></p>` : ""}`;
  return card("standing", "How it stands", body);
}

function boundSince(boundAt: string | undefined, nowMs: number): Html | string {
  const boundMs = parseTime(boundAt);
  if (boundMs === undefined) return "Yes; since when is not known";
  return html`${timed(nowMs, boundMs)}
    <div class="quiet small">${utc(boundMs)}</div>`;
}
