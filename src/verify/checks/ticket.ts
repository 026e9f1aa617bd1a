import { operations, ticketPurposeValues } from "../../../generated/operations.js";
import type { Check } from "../check.js";
import { ticketEndpoints } from "../checks/ticket-form.js";
import { holds, oneSucceeded, refusedCase, same, succeeded, succeededCase } from "../expectation.js";
import { probeNeed } from "../needs.js";
import type { Reply } from "../reply.js";
import type { Stage } from "../stage.js";
import { newNonce } from "../token-vault.js";

const parallelUses = 16;
const unknownPurposes = ["", "none", "AGENT_CREDENTIAL", "constructor"];

export const ticketChecks: readonly Check[] = [
  {
    name: "ticket.purpose",
    level: "security",
    rule: "R23",
    proves: "A ticket of a purpose that does not fit the operation is 401 ticket_invalid.",
    fix: "Compare pur with the operation's own list of purposes, in every operation that takes a ticket.",
    async run(stage) {
      const { tokenVault } = stage;
      const all = [...ticketPurposeValues, ...unknownPurposes];
      const service = stage.service();
      for (const { name, purpose, present } of ticketEndpoints(stage)) {
        for (const pur of all.filter((one) => !purposesAt(name).includes(one))) {
          const ticket = await tokenVault.ticket(service, purpose, { pur });
          refusedCase(`${name} with a ticket for "${pur}"`, await present(stage, ticket, service), "ticket_invalid");
        }
      }
      if (!stage.has("proxy")) return;
      const upstream = { url: stage.upstream.route((_call, response) => response.end()).url };
      for (const pur of all.filter((one) => one !== "proxy")) {
        const ticket = await tokenVault.ticket(service, "proxy", { pur });
        const reply = await tokenVault.proxy({ ticket, service, upstream, headerTemplates: {} });
        refusedCase(`POST /v1/proxy with a ticket for "${pur}"`, reply, "ticket_invalid");
      }
    },
  },
  {
    name: "ticket.service",
    level: "security",
    rule: "R23",
    proves: "A ticket of one service is 401 ticket_invalid for every other, also for one that differs by case only.",
    fix: "Compare svc with the requested service exactly, character by character.",
    async run(stage) {
      const service = stage.service();
      for (const { name, purpose, present } of ticketEndpoints(stage)) {
        for (const svc of [`${service}-other`, service.toUpperCase(), `${service} `, service.slice(0, -1), "", "*"]) {
          const ticket = await stage.tokenVault.ticket(svc, purpose);
          refusedCase(`${name} with a ticket of "${svc}"`, await present(stage, ticket, service), "ticket_invalid");
        }
      }
    },
  },
  {
    name: "ticket.kept",
    level: "strict",
    rule: "R24",
    proves: "A ticket that was refused for its purpose or service can still be used where it belongs.",
    fix: "Mark the nonce as used last, after purpose and service were compared.",
    writes: true,
    capabilities: ["store", "credential"],
    async run(stage) {
      const { tokenVault } = stage;
      const [service, other] = [stage.service(), stage.service("other")];
      const tokenData = { accessToken: stage.secretText() };
      const store = await tokenVault.ticket(service, "store");
      refusedCase("the store ticket at another operation", await fetched(stage, store, service), "ticket_invalid");
      const elsewhere = await stage.post("/v1/store", { ticket: store, service: other, tokenData });
      refusedCase("the store ticket for another service", elsewhere, "ticket_invalid");
      succeededCase("the store ticket then", await stage.post("/v1/store", { ticket: store, service, tokenData }));
      const ticket = await tokenVault.ticket(service, "agent_credential");
      const wrong = await stage.post("/v1/store", { ticket, service, tokenData });
      refusedCase("the credential ticket at another operation", wrong, "ticket_invalid");
      refusedCase("the credential ticket for another service", await fetched(stage, ticket, other), "ticket_invalid");
      succeededCase("the credential ticket then", await fetched(stage, ticket, service));
    },
  },
  {
    name: "ticket.once",
    level: "security",
    rule: "R24",
    proves: "A ticket serves once, whichever method or operation comes second, and a second store changes nothing.",
    fix: "Remember the nonce until exp + 300 s, in one table for all operations.",
    writes: true,
    capabilities: ["store", "credential"],
    async run(stage) {
      const service = stage.service();
      const [first, second] = [stage.secretText("first"), stage.secretText("second")];
      const store = await stage.tokenVault.ticket(service, "store");
      const put = (accessToken: string): Promise<Reply> =>
        stage.post("/v1/store", { ticket: store, service, tokenData: { accessToken } });
      succeeded(await put(first));
      refusedCase("the store ticket again", await put(second), "ticket_invalid");
      const ticket = await stage.tokenVault.ticket(service, "agent_credential");
      same("accessToken", succeeded(await fetched(stage, ticket, service)).at("token", "accessToken"), first);
      const again = await stage.post("/v1/credential", { ticket, service });
      refusedCase("POST after GET", again, "ticket_invalid");
      refusedCase("GET after GET", await fetched(stage, ticket, service), "ticket_invalid");
      if (!stage.has("totp")) return;
      const elsewhere = await stage.withTicket("/v1/totp-code", ticket, service);
      refusedCase("/v1/totp-code after /v1/credential", elsewhere, "ticket_invalid");
    },
  },
  {
    name: "ticket.parallel",
    level: "security",
    rule: "R24",
    proves: `Of ${String(parallelUses)} uses of a ticket at once one passes.`,
    fix: "Check and mark the nonce in one step that nothing can come between.",
    writes: true,
    capabilities: ["store", "credential"],
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const ticket = await stage.tokenVault.ticket(service, "agent_credential");
      const uses = Array.from({ length: parallelUses }, (_, index) =>
        index % 2 === 0 ? fetched(stage, ticket, service) : stage.post("/v1/credential", { ticket, service }),
      );
      oneSucceeded(await Promise.all(uses), "ticket_invalid");
    },
  },
  {
    name: "ticket.nonce",
    level: "security",
    rule: "R24",
    proves: "It is the nonce that serves once: another ticket with it is 401 ticket_invalid.",
    fix: "Remember the nonce, not the ticket's text, nor the nonce together with the service.",
    writes: true,
    capabilities: ["store", "credential"],
    async run(stage) {
      const [service, other] = [
        await stage.stored({ accessToken: stage.secretText() }),
        await stage.stored({ accessToken: stage.secretText() }),
      ];
      const nonce = newNonce();
      succeeded(await stage.credential(service, "agent_credential", { nonce }));
      const another = await stage.credential(service, "agent_credential", { nonce, aid: "another" });
      refusedCase("another ticket", another, "ticket_invalid");
      const purpose = await stage.credential(service, "user_reveal", { nonce });
      refusedCase("a ticket for another purpose", purpose, "ticket_invalid");
      const elsewhere = await stage.credential(other, "agent_credential", { nonce });
      refusedCase("a ticket of another service", elsewhere, "ticket_invalid");
      const store = await stage.store(service, { accessToken: stage.secretText() }, { nonce });
      refusedCase("a store ticket", store, "ticket_invalid");
      if (stage.has("totp"))
        refusedCase("a code's ticket", await stage.totpCode(service, "totp_code", { nonce }), "ticket_invalid");
      // A refused address leaves the nonce unused.
      if (!stage.has("proxy") || (await probeNeed(stage, "upstream")) !== undefined) return;
      const { url } = stage.upstream.route((_call, response) => response.end());
      const ticket = await stage.tokenVault.ticket(service, "proxy", { nonce });
      const proxied = await stage.tokenVault.proxy({ ticket, service, upstream: { url }, headerTemplates: {} });
      refusedCase("a proxy ticket", proxied, "ticket_invalid");
    },
  },
  {
    name: "ticket.used-by-404",
    level: "strict",
    rule: "R24",
    proves: "A ticket that ended in 404 token_not_found is used.",
    fix: "Mark the nonce as used before the credential is looked for, and do not give it back.",
    async run(stage) {
      for (const { name, purpose, present } of ticketEndpoints(stage)) {
        if (purpose === "store") continue;
        const service = stage.service();
        const ticket = await stage.tokenVault.ticket(service, purpose);
        refusedCase(`${name}, nothing stored`, await present(stage, ticket, service), "token_not_found");
        refusedCase(`${name}, again`, await present(stage, ticket, service), "ticket_invalid");
      }
    },
  },
  {
    name: "ticket.cid",
    level: "protocol",
    rule: "R25",
    proves:
      "A store ticket's cid is kept as creationId; a later ticket with another cid is 409 stale_creation, and used.",
    fix: "Keep cid as meta.creationId, and compare it with the cid of credential and TOTP tickets that have one.",
    writes: true,
    capabilities: ["ticketConstraints", "store", "credential"],
    async run(stage) {
      const [cid, later] = [`cid_${newNonce()}`, `cid_${newNonce()}`];
      const service = stage.service();
      const tokenData = { accessToken: stage.secretText(), totpSecret: "JBSWY3DPEHPK3PXP" };
      same("creationId", succeeded(await stage.store(service, tokenData, { cid })).at("meta", "creationId"), cid);
      const fetch = (claims: object): Promise<Reply> => stage.credential(service, "agent_credential", { ...claims });
      succeededCase("the cid of the store", await fetch({ cid }));
      succeededCase("no cid", await fetch({}));
      const ticket = await stage.tokenVault.ticket(service, "agent_credential", { cid: later });
      refusedCase("another cid", await fetched(stage, ticket, service), "stale_creation");
      refusedCase("another cid, again", await fetched(stage, ticket, service), "ticket_invalid");
      if (stage.has("totp")) {
        succeededCase("a TOTP ticket with the cid", await stage.totpCode(service, "totp_code", { cid }));
        const stale = await stage.totpCode(service, "totp_code", { cid: later });
        refusedCase("a TOTP ticket with another cid", stale, "stale_creation");
      }
      succeeded(await stage.store(service, tokenData, { cid: later }));
      refusedCase("the first cid after a second store", await fetch({ cid }), "stale_creation");
      succeededCase("the second cid after it", await fetch({ cid: later }));
      succeeded(await stage.store(service, tokenData));
      refusedCase("a cid after a store without one", await fetch({ cid: later }), "stale_creation");
    },
  },
  {
    name: "ticket.null-claims",
    level: "strict",
    rule: "R22",
    proves: "The claims aid, pid, mode and cid count as absent when they are null.",
    fix: "Take null for absent: issuers write empty members so.",
    writes: true,
    capabilities: ["store", "credential"],
    async run(stage) {
      const none = { aid: null, pid: null, mode: null, cid: null };
      const service = stage.service();
      const tokenData = { accessToken: stage.secretText() };
      succeededCase("store", await stage.store(service, tokenData, none));
      succeededCase("store again", await stage.store(service, tokenData, none));
      succeededCase("credential", await stage.credential(service, "agent_credential", none));
      succeeded(await stage.store(service, tokenData, { cid: `cid_${newNonce()}` }));
      const reply = await stage.credential(service, "agent_credential", none);
      succeededCase("credential of a creation", reply);
    },
  },
  {
    name: "ticket.lifetime",
    level: "security",
    rule: "R23",
    proves: "A ticket that lives a year is 401 ticket_invalid.",
    fix: "Refuse a ticket whose exp lies more than 15 minutes behind its iat.",
    async run(stage) {
      const service = stage.service();
      for (const { name, purpose, present } of ticketEndpoints(stage)) {
        const exp = Math.floor(Date.now() / 1000) + 365 * 86_400;
        for (const more of [{ exp }, { exp, iat: undefined }]) {
          const ticket = await stage.tokenVault.ticket(service, purpose, more);
          refusedCase(name, await present(stage, ticket, service), "ticket_invalid");
        }
      }
    },
  },
  {
    name: "ticket.future",
    level: "security",
    rule: "R23",
    proves: "A ticket whose iat is more than 300 s ahead is 401 ticket_invalid.",
    fix: "Refuse an iat more than 300 s ahead of now: its replay might outlive the memory of its nonce.",
    async run(stage) {
      const service = stage.service();
      for (const { name, purpose, present } of ticketEndpoints(stage)) {
        for (const ahead of [600, 3600]) {
          const iat = Math.floor(Date.now() / 1000) + ahead;
          const ticket = await stage.tokenVault.ticket(service, purpose, { iat, exp: iat + 60 });
          refusedCase(`${name}, ${String(ahead)} s ahead`, await present(stage, ticket, service), "ticket_invalid");
        }
      }
    },
  },
];

function fetched(stage: Stage, ticket: string, service: string): Promise<Reply> {
  return stage.withTicket("/v1/credential", ticket, service);
}

/** @param name method and path */
function purposesAt(name: string): readonly string[] {
  const operation = Object.values(operations).find(({ method, path }) => name === `${method.toUpperCase()} ${path}`);
  holds(operation !== undefined, `The contract has no ${name}.`);
  return operation.ticketPurposes;
}
