import type { Check } from "../check.js";
import { CheckSkipped } from "../check-errors.js";
import { refused, succeededCase } from "../expectation.js";
import type { Reply } from "../reply.js";
import type { Stage } from "../stage.js";

/** Token Vault's own address (R8). */
const tokenVaultAddress = "34.12.35.243";
/** An address of nobody (RFC 5737). */
const otherAddress = "198.51.100.7";

export const callerChecks: readonly Check[] = [
  {
    name: "caller.token-vault",
    level: "security",
    rule: "R8",
    proves: "Token Vault itself gets no credential, even with a good ticket.",
    fix: `Refuse ${tokenVaultAddress} on /v1/credential with 403 forbidden before the ticket is looked at.`,
    writes: true,
    capabilities: ["store", "credential"],
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const [got, posted] = [await agentTicket(stage, service), await agentTicket(stage, service)];
      await refusedCaller(stage, await stage.withTicket("/v1/credential", got, service, from(tokenVaultAddress)));
      const body = { ticket: posted, service };
      await refusedCaller(stage, await stage.post("/v1/credential", body, from(tokenVaultAddress)));
    },
  },
  {
    name: "caller.before-ticket",
    level: "strict",
    rule: "R8",
    proves: "Token Vault's address is refused before the ticket or the body is looked at, and the ticket stays usable.",
    fix: "Check the caller's address first: 403 forbidden, whatever else is wrong with the request.",
    capabilities: ["credential"],
    async run(stage) {
      const paths = ["/v1/credential", ...(stage.has("totp") ? ["/v1/totp-code"] : [])];
      for (const path of paths) await refusedCaller(stage, await forged(stage, path, tokenVaultAddress));
      const headers = from(tokenVaultAddress);
      await refusedCaller(stage, await stage.send({ target: "/v1/credential", headers }));
      await refusedCaller(stage, await stage.post("/v1/credential", "{", headers));
      if (stage.isReadOnly || !stage.has("store")) return;
      const body = { ticket: "forged.ticket", service: stage.service(), tokenData: {} };
      await refusedCaller(stage, await stage.post("/v1/store", body, headers));
      await refusedCaller(stage, await stage.post("/v1/store", {}, headers));
      const service = await stage.stored({ accessToken: stage.secretText() });
      const ticket = await agentTicket(stage, service);
      await refusedCaller(stage, await stage.withTicket("/v1/credential", ticket, service, headers));
      succeededCase("the ticket from elsewhere then", await stage.withTicket("/v1/credential", ticket, service));
    },
  },
  {
    name: "caller.rightmost",
    level: "security",
    rule: "R7",
    proves: "Behind a trusted proxy the right-most address that is not trusted itself counts.",
    fix: "Walk X-Forwarded-For from the right past trusted proxies; what stands further left is the caller's own claim.",
    capabilities: ["credential"],
    async run(stage) {
      const at = (forwardedFor: string): Promise<Reply> => good(stage, "/v1/credential", forwardedFor);
      await refusedCaller(stage, await at(`${otherAddress}, ${tokenVaultAddress}`));
      await refusedCaller(stage, await at(`${tokenVaultAddress}, 127.0.0.1`));
      await refusedCaller(stage, await at(`${otherAddress},${tokenVaultAddress},127.0.0.1,::1`));
      refused(await at(`${tokenVaultAddress}, ${otherAddress}`), "token_not_found");
      refused(await at(otherAddress), "token_not_found");
    },
  },
  {
    name: "caller.mapped",
    level: "security",
    rule: "R7",
    proves: "An IPv4-mapped IPv6 address counts as its IPv4 address.",
    fix: "Bring addresses into one form before they are compared: ::ffff:a.b.c.d, in hex too, is a.b.c.d.",
    capabilities: ["credential"],
    async run(stage) {
      for (const spelling of [`::ffff:${tokenVaultAddress}`, "::ffff:220c:23f3", "::FFFF:220C:23F3"])
        await refusedCaller(stage, await good(stage, "/v1/credential", spelling));
    },
  },
  {
    name: "caller.store",
    level: "security",
    rule: "R8",
    proves: "Token Vault itself stores no credential.",
    fix: `Refuse ${tokenVaultAddress} on /v1/store with 403 forbidden.`,
    writes: true,
    capabilities: ["store"],
    async run(stage) {
      const service = stage.service();
      const ticket = await stage.tokenVault.ticket(service, "store");
      const body = { ticket, service, tokenData: { accessToken: stage.secretText() } };
      await refusedCaller(stage, await stage.post("/v1/store", body, from(tokenVaultAddress)));
    },
  },
  {
    name: "caller.totp",
    level: "security",
    rule: "R8",
    proves: "Token Vault itself gets no one-time code.",
    fix: `Refuse ${tokenVaultAddress} on /v1/totp-code with 403 forbidden.`,
    capabilities: ["totp"],
    async run(stage) {
      const service = stage.service();
      const ticket = await stage.tokenVault.ticket(service, "totp_code");
      const headers = from(tokenVaultAddress);
      await refusedCaller(stage, await stage.withTicket("/v1/totp-code", ticket, service, headers));
      await refusedCaller(stage, await stage.post("/v1/totp-code", { ticket, service }, headers));
    },
  },
];

function agentTicket({ tokenVault }: Stage, service: string): Promise<string> {
  return tokenVault.ticket(service, "agent_credential");
}

function from(forwardedFor: string): Record<string, string> {
  return { "x-forwarded-for": forwardedFor };
}

/** Sends a good ticket for a service that nothing is stored for. */
async function good(stage: Stage, path: string, forwardedFor: string): Promise<Reply> {
  const service = `${stage.prefix}absent`;
  return stage.withTicket(path, await agentTicket(stage, service), service, from(forwardedFor));
}

/** Sends a ticket that another secret signed. */
async function forged(stage: Stage, path: string, forwardedFor: string): Promise<Reply> {
  const service = stage.service();
  const payload = JSON.stringify(stage.tokenVault.claims(service, "agent_credential"));
  const ticket = await stage.tokenVault.signTicket(payload, crypto.getRandomValues(new Uint8Array(32)));
  return stage.withTicket(path, ticket, service, from(forwardedFor));
}

/** @throws CheckFailure; CheckSkipped where what stands between has replaced the header */
async function refusedCaller(stage: Stage, reply: Reply): Promise<void> {
  if (reply.at("error") !== "forbidden" && !stage.isLocal && !(await isHeaderSeen(stage)))
    throw new CheckSkipped("the caller's address can be played only on the webhook's machine; run the kit there");
  refused(reply, "forbidden");
}

/** Resolves to true when X-Forwarded-For has an effect anywhere: a client refused by one path must be by all. */
async function isHeaderSeen(stage: Stage): Promise<boolean> {
  const headers = from(tokenVaultAddress);
  const paths = [
    ...(stage.has("credential") ? ["/v1/credential"] : []),
    ...(stage.has("totp") ? ["/v1/totp-code"] : []),
    ...(stage.has("store") && !stage.isReadOnly ? ["/v1/store"] : []),
  ];
  for (const path of paths) if ((await stage.post(path, {}, headers)).at("error") === "forbidden") return true;
  return false;
}
