import { html } from "hono/html";
import type { components } from "../../generated/types.js";
import { visible } from "./foreign-text.js";
import type { HomeContent } from "./home-content.js";
import type { Html } from "./layout.js";

/** The actions of the owner's page, as the contract lists them. */
export type ActionName = components["schemas"]["HomeForm"]["action"];

/** The stored credential, and the host, that an action is about. */
export interface Target {
  readonly service?: string;
  readonly host?: string;
}

interface Action {
  /** The button's text; the target's names are safe to show. */
  readonly button: (target: Required<Target>) => Html;
  readonly buttonClass?: string;
  readonly formClass?: string;
  /** Asks back: the button is seen only after this was opened. */
  readonly opener?: (target: Required<Target>) => Html;
  /** Stands above the button. */
  readonly warning?: string;
  /** Said after it was done. */
  readonly flash: string;
  /** Tells that the flash message is true of the page; absent where it is so of everyone's who is signed in. */
  readonly flashFits?: (page: HomeContent) => boolean;
  /** Name the action in the audit log. */
  readonly auditWords: string;
}

const isSignedIn = ({ owner }: HomeContent): boolean => owner !== undefined;

/** Every action: its button, its flash message and its words in the audit log. */
const actions: Readonly<Record<ActionName, Action>> = {
  "sign-in": {
    button: () => html`Sign in`,
    buttonClass: "main-button",
    formClass: "sign-in",
    flash: "You are signed in.",
    auditWords: "sign in",
  },
  "sign-out": {
    button: () => html`Sign out`,
    flash: "You are signed out.",
    flashFits: (page) => !isSignedIn(page),
    auditWords: "sign out",
  },
  lock: {
    button: () => html`Lock this webhook`,
    buttonClass: "danger-button big",
    flash: "Locked. No credential leaves this webhook now.",
    flashFits: (page) => isSignedIn(page) && page.isLocked,
    auditWords: "lock",
  },
  unlock: {
    button: () => html`Unlock this webhook`,
    buttonClass: "main-button big",
    flash: "Unlocked. This webhook serves again.",
    flashFits: (page) => isSignedIn(page) && !page.isLocked,
    auditWords: "unlock",
  },
  "allow-host": {
    button: ({ service }) => html`Allow${readOut(` this host for ${service}`)}`,
    formClass: "row",
    opener: ({ service }) => html`Allow a host${readOut(` for ${service}`)}`,
    flash: "The host is allowed.",
    auditWords: "allow a host",
  },
  "remove-host": {
    button: ({ service, host }) => html`Remove${readOut(` host ${host} of ${service}`)}`,
    flash: "The host is removed.",
    auditWords: "remove a host",
  },
  "remove-service": {
    button: ({ service }) => html`<span>Delete${readOut(` ${service}`)} for good</span>`,
    buttonClass: "danger-button",
    opener: ({ service }) => html`Delete${readOut(` ${service}`)}`,
    warning: "The credential and its hosts are deleted. Whoever still needs it must connect the service again.",
    flash: "The credential is removed, and its hosts with it.",
    auditWords: "remove a credential",
  },
};

/** The form of an action: the target as hidden fields, further fields, and the button. */
export function actionForm(name: ActionName, target: Target = {}, fields: Html | "" = ""): Html {
  const { button, buttonClass = "", formClass = "", opener, warning } = actions[name];
  const names = { service: visible(target.service ?? ""), host: visible(target.host ?? "") };
  const form = html`<form method="post" action="/" class="${formClass}">
    <input type="hidden" name="action" value="${name}" />
    ${Object.entries(target).map(([field, value]) => html`<input type="hidden" name="${field}" value="${value}" />`)}
    ${warning === undefined ? "" : html`<p>${warning}</p>`} ${fields}
    <button type="submit" class="${buttonClass}">${button(names)}</button>
  </form>`;
  return opener === undefined
    ? form
    : html`<details>
        <summary>${opener(names)}</summary>
        ${form}
      </details>`;
}

/** The form has one field. The other is for password managers, which file a password under a name; it is never sent. */
export function signInForm(): Html {
  return actionForm(
    "sign-in",
    {},
    html`<input type="text" value="owner" autocomplete="username" aria-hidden="true" readonly hidden />
      <label for="secret">Admin secret</label>
      <input
        type="password"
        id="secret"
        name="secret"
        autocomplete="current-password"
        maxlength="1024"
        required
        aria-describedby="secret-place"
      />
      <p id="secret-place" class="quiet small">
        It is in the file <code>admin-secret</code>, beside the key, unless you chose it yourself by
        <code>TV_ADMIN_SECRET</code>.
      </p>`,
  );
}

/** The message about the action just done. A link from elsewhere can name any: only what is true of the page is said. */
export function flashMessage(page: HomeContent): Html | "" {
  const action = actionOf(page.flash);
  if (!action || !(action.flashFits ?? isSignedIn)(page)) return "";
  // In focus, so that a screen reader begins with it and the next Tab leads to the first button.
  return html`<p class="notice" role="status" tabindex="-1" autofocus>${action.flash}</p>`;
}

/** An action's words in the audit log; the name itself where it is none of this version. */
export function actionWords(name: string): string {
  return actionOf(name)?.auditWords ?? name;
}

function actionOf(name: string | undefined): Action | undefined {
  return name !== undefined && Object.hasOwn(actions, name) ? actions[name as ActionName] : undefined;
}

/** A text for screen readers, which tells two buttons of the same words apart. */
function readOut(text: string): Html {
  return html`<span class="hidden-text">${text}</span>`;
}
