import { html } from "hono/html";
import { Page } from "../contract/operation.js";
import { actionForm, flashMessage } from "./actions.js";
import { auditTable } from "./audit-table.js";
import { bindForm } from "./bind-page.js";
import { dayChart } from "./day-chart.js";
import type { HomeContent, OwnerContent } from "./home-content.js";
import { layout, type Html } from "./layout.js";
import { servicesTable } from "./services-table.js";
import { signInForm } from "./sign-in-form.js";
import { distance, parseTime, timed, utc } from "./time-words.js";

/** The first page: for everybody what this is, and for the owner who signed in how it stands. */
export function homePage(content: HomeContent): Page {
  const { isBound, isLocked, frontend, owner } = content;
  const body = html`<h1>Token Vault webhook</h1>
    ${flashMessage(content.flash, { isLocked, isSignedIn: owner !== undefined })}
    ${owner ? signedIn(content, owner) : signedOut(content)}`;
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
        ? html`<section class="card" aria-labelledby="sign-in">
            <h2 id="sign-in">Sign in as its owner</h2>
            ${signInForm()}
          </section>`
        : html`${bindSteps(content)}
            <details>
              <summary>Not on the machine itself?</summary>
              <section class="card" aria-labelledby="sign-in">
                <h2 id="sign-in">Sign in first</h2>
                <p>
                  Until it is bound, only a browser on the machine itself, at <code>http://localhost</code>, may bind
                  it, or whoever knows the admin secret.
                </p>
                ${signInForm()}
              </section>
            </details>`
    }`;
}

function bindSteps(addresses: HomeContent): Html {
  return html`<section class="card" aria-labelledby="bind">
    <h2 id="bind">Bind it to Token Vault</h2>
    <ol class="steps">
      <li>Check both addresses below, and press the button. Token Vault opens.</li>
      <li>Sign in there, and confirm this webhook’s address.</li>
      <li>Come back here: this page then says that it is bound.</li>
    </ol>
    ${bindForm(addresses)}
  </section>`;
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
    return html`<section class="card switch" aria-labelledby="switch">
      <h2 id="switch">Kill switch</h2>
      <p>
        From the next request on, nothing is stored, given out, sent or renewed. Nothing is deleted, and one button here
        unlocks again. It stays locked through a restart.
      </p>
      ${actionForm("lock")}
    </section>`;
  }
  const lockedMs = parseTime(lockedAt);
  return html`<section class="card switch locked" aria-labelledby="switch">
    <h2 id="switch">This webhook is locked</h2>
    <p>
      ${lockedMs === undefined ? "" : html`You locked it ${timed(lockedMs, distance(nowMs, lockedMs))}. `}Nothing is
      stored, given out, sent or renewed. Nothing was deleted. Agents and Token Vault get <code>403 forbidden</code>.
    </p>
    ${actionForm("unlock")}
  </section>`;
}

function standing({ isBound, webhookUrl, protocolVersion, nowMs }: HomeContent, owner: OwnerContent): Html {
  const { webhookId, boundAt, boundTo } = owner;
  const boundMs = parseTime(boundAt);
  return html`<section class="card" aria-labelledby="standing">
    <h2 id="standing">How it stands</h2>
    <dl class="facts">
      <div>
        <dt>Bound</dt>
        <dd>
          ${
            !isBound
              ? "Not yet"
              : boundMs === undefined
                ? "Yes; since when is not known"
                : html`${timed(boundMs, distance(nowMs, boundMs))}
                    <div class="quiet small">${utc(boundMs)}</div>`
          }
        </dd>
      </div>
      ${
        isBound
          ? html`<div>
              <dt>To</dt>
              <dd>${boundTo === undefined ? "Not known" : html`<code>${boundTo}</code>`}</dd>
            </div>`
          : ""
      }
      <div>
        <dt>Webhook id</dt>
        <dd><code>${webhookId}</code></dd>
      </div>
      <div>
        <dt>This webhook</dt>
        <dd><code>${webhookUrl}</code></dd>
      </div>
      <div>
        <dt>Protocol</dt>
        <dd>${protocolVersion}</dd>
      </div>
    </dl>
    ${isBound ? html`<p><a class="button" href="/bind">Bind again</a></p>` : ""}
  </section>`;
}
