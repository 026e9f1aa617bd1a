import { html } from "hono/html";
import { Page } from "../contract/operation.js";
import { auditTable } from "./audit-table.js";
import { bindForm } from "./bind-form.js";
import { dayChart } from "./day-chart.js";
import { layout, type Html } from "./layout.js";
import { actionForm, lockForm } from "./lock-form.js";
import { saidMessage } from "./said-message.js";
import { servicesTable } from "./services-table.js";
import { signInForm } from "./sign-in-form.js";
import { distance, parseTime, timed, utc } from "./time-words.js";

/** A stored credential, without what is secret; as /owner/services lists it. */
export interface ServiceRow {
  readonly service: string;
  readonly tokenType: string;
  readonly createdAt?: string;
  readonly updatedAt?: string;
  /** Milliseconds since the epoch. */
  readonly expiryTime?: number;
  readonly needsReconnect: boolean;
  readonly lastUsedAt?: string;
  readonly hosts: {
    readonly pinned?: string;
    readonly listed?: readonly string[];
    readonly allowed?: readonly string[];
  };
}

/** What the owner sees who signed in. */
export interface OwnerContent {
  readonly webhookId: string;
  /** ISO time. */
  readonly boundAt?: string;
  /** The frontend's origin. */
  readonly boundTo?: string;
  readonly lockedAt?: string;
  readonly services: readonly ServiceRow[];
  /** Lines of the record, newest first: time, op, outcome, status, client, ms, service?, purpose?, sub?, aid?, pid?, upstreamHost? … */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** Its lines, days and last uses cannot be read. */
  readonly isRecordDamaged: boolean;
  /** What the lines are filtered by. */
  readonly filter: { readonly service?: string; readonly op?: string; readonly outcome?: string };
  /** Oldest first, one for each of the last 14 days (UTC), also those without a use. */
  readonly days: readonly { readonly day: string; readonly uses: number; readonly refusals: number }[];
}

export interface HomeContent {
  readonly protocolVersion: string;
  readonly isBound: boolean;
  readonly isLocked: boolean;
  /** This webhook's public address, and where binding is completed. */
  readonly webhookUrl: string;
  readonly frontend: string;
  readonly nowMs: number;
  /** Absent for whoever is not signed in. */
  readonly owner?: OwnerContent;
  /** What was just done: an action of the form, or `refused`. */
  readonly said?: string;
}

/** What whoever comes by may know and, to the owner who signed in, how it stands. */
export function homePage(content: HomeContent): Page {
  const { isBound, isLocked, frontend, owner } = content;
  const body = html`<h1>Token Vault webhook</h1>
    ${saidMessage({ ...content, isSignedIn: owner !== undefined })}
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
  return html`${lockForm(isLocked, owner.lockedAt, nowMs)} ${isBound ? "" : bindSteps(content)}
  ${
    owner.isRecordDamaged
      ? html`<p class="warning" role="alert">
          The record of uses is damaged: what was used cannot be shown. <code>tokenvault-webhook doctor</code> says
          more.
        </p>`
      : ""
  }
  ${standing(content, owner)} ${servicesTable(owner.services, nowMs)} ${dayChart(owner.days)} ${auditTable(owner)}
  ${actionForm("sign-out", html`<button type="submit">Sign out</button>`)}`;
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
