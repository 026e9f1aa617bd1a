import { capabilityValues, type Capability } from "../../../generated/operations.js";
import { fromBase64, toUtf8 } from "../../platform/encoding.js";
import { otherSites } from "../bind-stage.js";
import type { Check } from "../check.js";
import { CheckFailure, CheckSkipped } from "../check-errors.js";
import { report } from "../collected-failures.js";
import { expects, holds, notServed, refused, refusedCase, same, succeeded, succeededCase } from "../expectation.js";
import { exchangeProblems, registrationFormProblems, registrationProblems } from "../registration-problems.js";
import { pathOf, textOf, type Reply } from "../reply.js";
import type { Stage } from "../stage.js";

/** Names the capability without which a path may be missing. */
const capabilityOf: Readonly<Record<string, Capability>> = {
  "/v1/storage": "storage",
  "/v1/credential": "credential",
  "/v1/totp-code": "totp",
  "/v1/store": "store",
  "/v1/refresh-notify": "refresh",
};

export const bindingChecks: readonly Check[] = [
  {
    name: "binding.before",
    level: "protocol",
    rule: "R12",
    proves: "As long as nothing is bound, signed and ticketed calls are 403 setup_required.",
    fix: "Answer 403 setup_required wherever a signature or a ticket is asked for, until a code was exchanged.",
    async run(stage) {
      const { before } = stage.binding;
      if (before.length === 0) throw new CheckSkipped("the webhook was bound before the run began");
      const isOpen = (await stage.send({ target: "/v1/register-url" })).status === 200;
      // A webhook that gives a registration to strangers now may have been bound before.
      if (before[0]?.at("error") !== "setup_required" && isOpen)
        throw new CheckSkipped("whether it was bound cannot be told: it gives a registration to strangers");
      for (const reply of before) {
        const path = pathOf(reply.request);
        const capability = capabilityOf[path];
        if (capability === undefined || stage.has(capability)) refusedCase(path, reply, "setup_required");
      }
    },
  },
  {
    name: "binding.registration",
    level: "protocol",
    rule: "R15",
    proves: "A registration has its code, and a registrationUrl with code, webhook_url and hmac_hash.",
    fix: "Make registrationUrl as R15 says: padded standard base64 of the origin, lower-case hex SHA-256 of the 32 bytes, both percent-encoded.",
    async run({ binding }) {
      const reply = registrationOf(binding);
      for (const problem of registrationProblems(reply)) report(new CheckFailure(problem, { reply }));
    },
  },
  {
    name: "binding.registration-form",
    level: "strict",
    rule: "R15",
    proves: "A registration's code is a UUID, its address an origin, and its link percent-encoded.",
    fix: "Make the registration as R15 says to the letter: a random UUID, expiresIn 300, an origin without final slash, percent-encoded values.",
    async run({ binding }) {
      const reply = registrationOf(binding);
      for (const problem of registrationFormProblems(reply)) report(new CheckFailure(problem, { reply }));
    },
  },
  {
    name: "binding.exchange",
    level: "protocol",
    rule: "R16",
    proves: "The exchange gives webhookId, version, capabilities and a secret of 32 bytes whose SHA-256 is hmac_hash.",
    fix: "Answer the registration's own secret in padded base64; hmac_hash is over its 32 bytes, not over the text.",
    async run({ binding }) {
      const { exchange, registration } = binding;
      if (!exchange) throw new CheckSkipped("no code was exchanged in this run; pass --code or --admin-secret");
      const problems = await exchangeProblems(succeeded(exchange), registration);
      for (const problem of problems) report(new CheckFailure(problem, { reply: exchange }));
    },
  },
  {
    name: "binding.exchange-form",
    level: "strict",
    rule: "R16",
    proves: "webhookId begins with wh_, and the exchange names known capabilities only.",
    fix: "Make the webhook id `wh_` and 32 hex digits, and list the capabilities of R17.",
    async run({ binding }) {
      const { exchange } = binding;
      if (!exchange) throw new CheckSkipped("no code was exchanged in this run; pass --code or --admin-secret");
      expects(textOf(exchange.at("webhookId")).startsWith("wh_"), "webhookId does not begin with wh_.");
      const capabilities = exchange.at("capabilities");
      const known: readonly unknown[] = capabilityValues;
      const isKnown = Array.isArray(capabilities) && capabilities.every((one) => known.includes(one));
      expects(isKnown, "capabilities is no list of known ones.");
    },
  },
  {
    name: "binding.code-used",
    level: "security",
    rule: "R16",
    proves: "A code that was exchanged is 410 code_used.",
    fix: "Remember an exchanged code as used until it would have expired.",
    async run(stage) {
      const { code } = stage.binding;
      if (code === undefined)
        throw new CheckSkipped("no code was exchanged in this run; pass --code or --admin-secret");
      refused(await stage.post("/v1/exchange", { code }), "code_used");
    },
  },
  {
    name: "binding.code-unknown",
    level: "security",
    rule: "R16",
    proves: "A code that nobody made is 410 code_expired.",
    fix: "Answer 410 code_expired for every code that is not known, whatever it looks like.",
    async run(stage) {
      for (const code of [crypto.randomUUID(), "constructor", "__proto__"])
        refusedCase(`the code ${code}`, await stage.post("/v1/exchange", { code }), "code_expired");
    },
  },
  {
    name: "binding.closed",
    level: "security",
    rule: "R13",
    proves: "Once bound, /v1/register-url is 403 forbidden without the admin secret and with a wrong one.",
    fix: "After the first exchange ask for x-tv-admin-secret always, also from loopback, and compare it whole.",
    async run(stage) {
      for (const [what, headers] of wrongOwners(stage))
        refusedCase(what, await stage.send({ target: "/v1/register-url", headers }), "forbidden");
    },
  },
  {
    name: "binding.page-closed",
    level: "security",
    rule: "R13",
    proves: "Once bound, GET and POST /bind are 403 forbidden without the admin secret and with a wrong one.",
    fix: "Guard /bind as /v1/register-url: it makes registrations too.",
    async run(stage) {
      for (const [what, headers] of wrongOwners(stage)) {
        notServed(`GET, ${what}`, await absentOr(stage.send({ target: "/bind", headers })));
        const form = { "content-type": "application/x-www-form-urlencoded", ...headers };
        const post = stage.send({ method: "POST", target: "/bind", headers: form, body: toUtf8("tv=") });
        notServed(`POST, ${what}`, await absentOr(post));
      }
    },
  },
  {
    name: "binding.other-sites",
    level: "security",
    rule: "R13",
    proves: "What another site's page sends gets no registration, with the admin secret neither, nor before binding.",
    fix: "Refuse a foreign Origin and Sec-Fetch-Site: cross-site, and without the secret a Host that is not loopback.",
    async run(stage) {
      const { adminSecret, binding } = stage;
      const replies = [...(binding.otherSites ?? [])];
      for (const [what, headers] of adminSecret === undefined ? [] : otherSites) {
        const owner = { "x-tv-admin-secret": adminSecret ?? "", ...headers };
        replies.push([
          `${what}, with the admin secret`,
          await stage.send({ target: "/v1/register-url", headers: owner }),
        ]);
        const form = { "content-type": "application/x-www-form-urlencoded", ...owner };
        const posted = await stage.send({ method: "POST", target: "/bind", headers: form, body: toUtf8("tv=") });
        replies.push([`POST /bind, ${what}, with the admin secret`, posted]);
      }
      if (replies.length === 0) throw new CheckSkipped("it needs the owner's leave; pass --admin-secret");
      for (const [what, reply] of replies) refusedCase(what, reply, "forbidden");
    },
  },
  {
    name: "binding.rebind",
    level: "security",
    rule: "R14",
    proves:
      "Binding again: until the exchange the old secret works, after it only the new one, and what is stored stays.",
    fix: "Let a registration change nothing; the exchange replaces the secret and touches no credential.",
    writes: true,
    capabilities: ["store", "credential"],
    async run(stage) {
      const { adminSecret, binding, tokenVault } = stage;
      if (adminSecret === undefined) throw new CheckSkipped("it needs the owner's leave; pass --admin-secret");
      if (!binding.exchange) throw new CheckSkipped("it would end a binding that this run did not make");
      const accessToken = stage.secretText();
      const service = await stage.stored({ accessToken });
      const old = tokenVault.secret;
      const headers = { "x-tv-admin-secret": adminSecret };
      const registration = succeeded(await stage.send({ target: "/v1/register-url", headers }));
      const code = registration.at("code");
      holds(typeof code === "string", "The registration has no code.");
      const between = await tokenVault.health();
      const exchange = await stage.post("/v1/exchange", { code });
      await adopt(stage, exchange);
      succeededCase("the old secret before the exchange", between);
      const problems = await exchangeProblems(succeededCase("the exchange", exchange), registration);
      for (const problem of problems) report(new CheckFailure(problem, { reply: exchange }));
      succeededCase("the new secret after the exchange", await tokenVault.health());
      // In seed mode every registration has the seed's secret.
      if (exchange.at("hmacSecret") !== Buffer.from(old).toString("base64")) {
        refusedCase(
          "a request by the old secret",
          await tokenVault.signed("/v1/health", {}, { key: old }),
          "auth_failed",
        );
        const claims = JSON.stringify(tokenVault.claims(service, "agent_credential"));
        const oldTicket = await tokenVault.signTicket(claims, old);
        const reply = await stage.withTicket("/v1/credential", oldTicket, service);
        refusedCase("a ticket by the old secret", reply, "ticket_invalid");
      }
      const kept = succeededCase("what was stored before", await stage.credential(service));
      same("accessToken", kept.at("token", "accessToken"), accessToken);
    },
  },
];

/** Goes on with the secret that is in force: the following checks are about something else. */
async function adopt(stage: Stage, exchange: Reply): Promise<void> {
  const { tokenVault } = stage;
  const text = exchange.at("hmacSecret");
  const secret = typeof text === "string" ? fromBase64(text) : undefined;
  if (typeof text !== "string" || secret?.length !== 32) return;
  const old = tokenVault.secret;
  stage.keepSharedSecret(text);
  tokenVault.secret = secret;
  if ((await tokenVault.health()).status !== 401) return;
  const isOldInForce = (await tokenVault.signed("/v1/health", {}, { key: old })).status === 200;
  if (isOldInForce) tokenVault.secret = old;
}

function registrationOf({ registration }: Stage["binding"]): Reply {
  if (!registration) throw new CheckSkipped("no registration was made in this run; pass --admin-secret");
  return succeeded(registration);
}

/** A webhook without the page has nothing to guard. @throws CheckSkipped */
async function absentOr(call: Promise<Reply>): Promise<Reply> {
  const reply = await call;
  if (reply.status === 404) throw new CheckSkipped("the webhook has no /bind");
  return reply;
}

/** These headers show that the client is not the owner. */
function wrongOwners({ adminSecret }: Stage): (readonly [string, Readonly<Record<string, string>>])[] {
  const name = "x-tv-admin-secret";
  return [
    ["without the admin secret", {}],
    ["as a loopback client of a proxy", { "x-forwarded-for": "127.0.0.1" }],
    ["with an empty admin secret", { [name]: "" }],
    ["with a wrong admin secret", { [name]: crypto.randomUUID() }],
    ...(adminSecret === undefined
      ? []
      : ([
          ["with the beginning of the admin secret", { [name]: adminSecret.slice(0, -1) }],
          ["with more than the admin secret", { [name]: `${adminSecret}x` }],
        ] as const)),
  ];
}
