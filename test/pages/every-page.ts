import { bindPage } from "../../src/pages/bind-page.js";
import { errorPage } from "../../src/pages/error-page.js";
import { homePage } from "../../src/pages/home-page.js";
import { github, homeContent, hoursAgo, lastDays, ownerContent } from "./home-content.js";

/** Each state of each page. */
export const everyPage: readonly (readonly [string, string])[] = [
  ["not bound", homePage(homeContent({ isBound: false })).html],
  ["not bound, over http", homePage(homeContent({ isBound: false, webhookUrl: "http://localhost:8080" })).html],
  ["signed out", homePage(homeContent({ flash: "sign-out" })).html],
  ["signed out, locked", homePage(homeContent({ isLocked: true })).html],
  ["signed in", homePage(homeContent({ owner: ownerContent(), flash: "sign-in" })).html],
  [
    "signed in, not bound",
    homePage(homeContent({ isBound: false, owner: ownerContent({ services: [], lines: [], days: [] }) })).html,
  ],
  [
    "signed in, locked",
    homePage(homeContent({ isLocked: true, flash: "lock", owner: ownerContent({ lockedAt: hoursAgo(1) }) })).html,
  ],
  [
    "signed in, filtered, with everything that can be absent",
    homePage(
      homeContent({
        owner: {
          isAuditLogDamaged: false,
          webhookId: "wh_1",
          services: [
            { ...github, needsReconnect: true },
            { service: "bare", tokenType: "", needsReconnect: false, hosts: {} },
            { service: "closed", tokenType: "ssh", needsReconnect: false, hosts: { listed: [] } },
          ],
          lines: [{}],
          filter: { service: "github", op: "unheard-of", outcome: "ok" },
          days: lastDays(() => ({ uses: 0, refusals: 0 })),
        },
      }),
    ).html,
  ],
  ["bind", bindPage({ webhookUrl: "http://localhost:8080", frontend: "https://a.example", isBound: false }).html],
  ["bind again", bindPage({ webhookUrl: "https://b.example", frontend: "https://a.example", isBound: true }).html],
  ["closed", errorPage({ code: "forbidden", message: "This is closed." }).html],
  ["wrong secret", errorPage({ code: "auth_failed", message: "This is not the admin secret." }).html],
];
