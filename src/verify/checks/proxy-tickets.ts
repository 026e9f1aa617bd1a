import type { Check } from "../check.js";
import { oneSucceeded, refused, same, succeeded } from "../expectation.js";
import { bearer, callUpstream, quietRoute } from "../proxied-call.js";

const needing = {
  writes: true,
  capabilities: ["proxy", "store"],
  needs: "upstream",
} as const;

export const proxyTicketChecks: readonly Check[] = [
  {
    ...needing,
    name: "proxy.once",
    level: "security",
    rule: "R24",
    proves: "A proxy ticket serves one call, also when it comes several times at once.",
    fix: "Use up the ticket's nonce in one step with the check, before the call goes out.",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const route = quietRoute(stage);
      const ticket = await stage.tokenVault.ticket(service, "proxy");
      succeeded(await callUpstream(stage, service, route, { ticket }));
      refused(await callUpstream(stage, service, route, { ticket }), "ticket_invalid");
      same("The number of calls upstream", route.calls.length, 1);
      const shared = await stage.tokenVault.ticket(service, "proxy");
      const attempts = Array.from({ length: 8 }, () => callUpstream(stage, service, route, { ticket: shared }));
      oneSucceeded(await Promise.all(attempts), "ticket_invalid");
      same("The number of calls upstream", route.calls.length, 2);
    },
  },
  {
    ...needing,
    name: "proxy.signature",
    level: "security",
    rule: "R19",
    proves: "A ticket alone does not make the webhook call: the request must be signed.",
    fix: "Check signature, timestamp and request id of /v1/proxy before anything else; leave the ticket unused.",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const route = quietRoute(stage);
      const ticket = await stage.tokenVault.ticket(service, "proxy");
      const body = { ticket, service, upstream: { url: route.url }, headerTemplates: bearer };
      refused(await stage.post("/v1/proxy", body), "auth_failed");
      const key = crypto.getRandomValues(new Uint8Array(32));
      refused(await stage.tokenVault.signed("/v1/proxy", body, { key }), "auth_failed");
      same("The number of calls upstream", route.calls.length, 0);
      succeeded(await callUpstream(stage, service, route, { ticket }));
    },
  },
  {
    ...needing,
    name: "proxy.ticket",
    level: "security",
    rule: "R23",
    proves: "A signed request with a forged, expired or foreign ticket makes no call.",
    fix: "Check the ticket's MAC, expiry, purpose `proxy` and service before the call.",
    async run(stage) {
      const { tokenVault } = stage;
      const service = await stage.stored({ accessToken: stage.secretText() });
      const other = await stage.stored({ accessToken: stage.secretText() });
      const route = quietRoute(stage);
      const payload = JSON.stringify(tokenVault.claims(service, "proxy"));
      const wrong = [
        await tokenVault.signTicket(payload, crypto.getRandomValues(new Uint8Array(32))),
        await tokenVault.ticket(other, "proxy"),
      ];
      for (const purpose of ["agent_credential", "user_reveal", "store", "totp_code"] as const)
        wrong.push(await tokenVault.ticket(service, purpose));
      for (const ticket of wrong) refused(await callUpstream(stage, service, route, { ticket }), "ticket_invalid");
      const past = Math.floor(Date.now() / 1000) - 60;
      const expired = await tokenVault.ticket(service, "proxy", { iat: past - 60, exp: past });
      refused(await callUpstream(stage, service, route, { ticket: expired }), "ticket_expired");
      same("The number of calls upstream", route.calls.length, 0);
    },
  },
  {
    ...needing,
    name: "proxy.cid",
    level: "protocol",
    rule: "R25",
    proves: "A ticket for an earlier creation of the credential makes no call.",
    fix: "Compare the ticket's cid with the stored creationId before the call; another one is 409 stale_creation.",
    capabilities: ["proxy", "store", "ticketConstraints"],
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() }, { cid: "verify-new" });
      const route = quietRoute(stage);
      const ticket = await stage.tokenVault.ticket(service, "proxy", { cid: "verify-old" });
      refused(await callUpstream(stage, service, route, { ticket }), "stale_creation");
      same("The number of calls upstream", route.calls.length, 0);
      const right = await stage.tokenVault.ticket(service, "proxy", { cid: "verify-new" });
      succeeded(await callUpstream(stage, service, route, { ticket: right }));
    },
  },
];
