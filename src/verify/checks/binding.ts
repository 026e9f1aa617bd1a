import { capabilityValues, type Capability } from "../../../generated/operations.js";
import { fromBase64, toHex, toUtf8 } from "../../platform/encoding.js";
import { otherSites } from "../bind-stage.js";
import type { Check } from "../check.js";
import { CheckFailure, CheckSkipped } from "../check-errors.js";
import { holds, refused, refusedCase, same, succeeded, succeededCase } from "../expectation.js";
import { pathOf, type Reply } from "../reply.js";
import type { Stage } from "../stage.js";

const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

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
    level: "required",
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
    level: "required",
    rule: "R15",
    proves: "A registration has its code, and a registrationUrl with code, webhook_url and hmac_hash.",
    fix: "Make registrationUrl as R15 says: padded standard base64 of the origin, lower-case hex SHA-256 of the 32 bytes, both percent-encoded.",
    async run({ binding }) {
      if (!binding.registration) throw new CheckSkipped("no registration was made in this run; pass --admin-secret");
      const reply = succeeded(binding.registration);
      const wrong = registrationProblem(reply);
      if (wrong) throw new CheckFailure(wrong, { reply });
    },
  },
  {
    name: "binding.exchange",
    level: "required",
    rule: "R16",
    proves: "The exchange gives webhookId, version, capabilities and a secret of 32 bytes whose SHA-256 is hmac_hash.",
    fix: "Answer the registration's own secret in padded base64; hmac_hash is over its 32 bytes, not over the text.",
    async run({ binding }) {
      const { exchange, registration } = binding;
      if (!exchange) throw new CheckSkipped("no code was exchanged in this run; pass --code or --admin-secret");
      const wrong = await exchangeProblem(succeeded(exchange), registration);
      if (wrong) throw new CheckFailure(wrong, { reply: exchange });
    },
  },
  {
    name: "binding.code-used",
    level: "required",
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
    level: "required",
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
    level: "required",
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
    level: "required",
    rule: "R13",
    proves: "Once bound, GET and POST /bind are 403 forbidden without the admin secret and with a wrong one.",
    fix: "Guard /bind as /v1/register-url: it makes registrations too.",
    async run(stage) {
      for (const [what, headers] of wrongOwners(stage)) {
        refusedCase(`GET, ${what}`, await stage.send({ target: "/bind", headers }), "forbidden");
        const form = { "content-type": "application/x-www-form-urlencoded", ...headers };
        const post = await stage.send({ method: "POST", target: "/bind", headers: form, body: toUtf8("tv=") });
        refusedCase(`POST, ${what}`, post, "forbidden");
      }
    },
  },
  {
    name: "binding.other-sites",
    level: "required",
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
    level: "required",
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
      const wrong = await exchangeProblem(succeededCase("the exchange", exchange), registration);
      if (wrong) throw new CheckFailure(wrong, { reply: exchange });
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
  stage.keepSecret(text);
  tokenVault.secret = secret;
  if ((await tokenVault.health()).status !== 401) return;
  const isOldInForce = (await tokenVault.signed("/v1/health", {}, { key: old })).status === 200;
  if (isOldInForce) tokenVault.secret = old;
}

function registrationProblem(reply: Reply): string | undefined {
  const { code, expiresIn, webhookUrl, registrationUrl } = {
    code: reply.at("code"),
    expiresIn: reply.at("expiresIn"),
    webhookUrl: reply.at("webhookUrl"),
    registrationUrl: reply.at("registrationUrl"),
  };
  if (typeof code !== "string" || !uuidForm.test(code)) return "code is no UUID.";
  if (expiresIn !== 300) return "expiresIn is not 300.";
  if (typeof webhookUrl !== "string" || !URL.canParse(webhookUrl) || new URL(webhookUrl).origin !== webhookUrl)
    return "webhookUrl is no origin, without path and final slash.";
  if (typeof registrationUrl !== "string" || !URL.canParse(registrationUrl)) return "registrationUrl is no URL.";
  const { pathname, search, searchParams } = new URL(registrationUrl);
  if (!pathname.endsWith("/vault/webhook-bind")) return "registrationUrl does not lead to /vault/webhook-bind.";
  if (searchParams.get("code") !== code) return "The code in registrationUrl is not the registration's.";
  const encoded = /[?&]webhook_url=([^&]*)/.exec(search)?.[1] ?? "";
  if (!/^(?:[\w.~-]|%[0-9a-f]{2})+$/i.test(encoded)) return "webhook_url is not percent-encoded.";
  const origin = fromBase64(searchParams.get("webhook_url") ?? "");
  if (!origin) return "webhook_url is not padded standard base64.";
  if (new TextDecoder().decode(origin) !== webhookUrl) return "webhook_url does not hold webhookUrl.";
  const isHash = /^[0-9a-f]{64}$/.test(searchParams.get("hmac_hash") ?? "");
  return isHash ? undefined : "hmac_hash is not 64 lower-case hex digits.";
}

async function exchangeProblem(exchange: Reply, registration: Reply | undefined): Promise<string | undefined> {
  const text = exchange.at("hmacSecret");
  const secret = typeof text === "string" ? fromBase64(text) : undefined;
  if (secret?.length !== 32) return "hmacSecret is not 32 bytes in padded base64.";
  const webhookId = exchange.at("webhookId");
  if (typeof webhookId !== "string" || !webhookId.startsWith("wh_")) return "webhookId does not begin with wh_.";
  if (typeof exchange.at("version") !== "string") return "version is no text.";
  const capabilities = exchange.at("capabilities");
  const known: readonly unknown[] = capabilityValues;
  if (!Array.isArray(capabilities) || !capabilities.every((one) => known.includes(one)))
    return "capabilities is no list of known ones.";
  const url = registration?.at("registrationUrl");
  if (typeof url !== "string" || !URL.canParse(url)) return undefined;
  const hash = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", secret)));
  return new URL(url).searchParams.get("hmac_hash") === hash
    ? undefined
    : "The SHA-256 of the secret's bytes is not the hmac_hash of its registration.";
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
