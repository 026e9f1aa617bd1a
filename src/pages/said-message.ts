import { html } from "hono/html";
import type { HomeContent } from "./home-page.js";
import type { Html } from "./layout.js";

type Standing = Pick<HomeContent, "isLocked" | "said"> & { readonly isSignedIn: boolean };

interface Sentence {
  readonly text: string;
  /** Whether it is true of the page as it stands. */
  readonly fits: (standing: Standing) => boolean;
}

const sentences: ReadonlyMap<string, Sentence> = new Map([
  ["sign-in", { text: "You are signed in.", fits: ({ isSignedIn }) => isSignedIn }],
  ["sign-out", { text: "You are signed out.", fits: ({ isSignedIn }) => !isSignedIn }],
  ["lock", { text: "Locked. No credential leaves this webhook now.", fits: (now) => now.isSignedIn && now.isLocked }],
  ["unlock", { text: "Unlocked. This webhook serves again.", fits: (now) => now.isSignedIn && !now.isLocked }],
  ["allow-host", { text: "The host is allowed.", fits: ({ isSignedIn }) => isSignedIn }],
  ["remove-host", { text: "The host is removed.", fits: ({ isSignedIn }) => isSignedIn }],
  [
    "remove-service",
    { text: "The credential is removed, and its hosts with it.", fits: ({ isSignedIn }) => isSignedIn },
  ],
  ["refused", { text: "That was refused; nothing was changed.", fits: () => true }],
]);

/** What was just done. A link from elsewhere can name anything: only what fits this page is said. */
export function saidMessage(standing: Standing): Html | "" {
  const sentence = sentences.get(standing.said ?? "");
  if (!sentence?.fits(standing)) return "";
  // In focus, so that a screen reader begins with it and the next Tab leads to the first button.
  return html`<p class="${standing.said === "refused" ? "warning" : "notice"}" role="status" tabindex="-1" autofocus>
    ${sentence.text}
  </p>`;
}
