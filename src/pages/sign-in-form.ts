import { html } from "hono/html";
import { actionForm } from "./actions.js";
import type { Html } from "./layout.js";

/** One field. The other is for password managers, which file a password under a name; it is never sent. */
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
