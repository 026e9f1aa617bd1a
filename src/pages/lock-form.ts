import { html } from "hono/html";
import type { Html } from "./layout.js";
import { distance, parseTime, timed } from "./time-words.js";

/** The kill switch: what it does, and the button. */
export function lockForm(isLocked: boolean, lockedAt: string | undefined, nowMs: number): Html {
  if (!isLocked) {
    return html`<section class="card switch" aria-labelledby="switch">
      <h2 id="switch">Kill switch</h2>
      <p>
        From the next request on, nothing is stored, given out, sent or renewed. Nothing is deleted, and one button here
        unlocks again. It stays locked through a restart.
      </p>
      ${actionForm("lock", html`<button type="submit" class="danger-button big">Lock this webhook</button>`)}
    </section>`;
  }
  const lockedMs = parseTime(lockedAt);
  return html`<section class="card switch locked" aria-labelledby="switch">
    <h2 id="switch">This webhook is locked</h2>
    <p>
      ${lockedMs === undefined ? "" : html`You locked it ${timed(lockedMs, distance(nowMs, lockedMs))}. `}Nothing is
      stored, given out, sent or renewed. Nothing was deleted. Agents and Token Vault get <code>403 forbidden</code>.
    </p>
    ${actionForm("unlock", html`<button type="submit" class="main-button big">Unlock this webhook</button>`)}
  </section>`;
}

/** A form of the page that does one thing. */
export function actionForm(action: string, fields: Html, className = ""): Html {
  return html`<form method="post" action="/" class="${className}">
    <input type="hidden" name="action" value="${action}" />
    ${fields}
  </form>`;
}
