import type { Capability, TicketPurpose } from "../../../generated/operations.js";
import { toBase64, toUtf8 } from "../../platform/encoding.js";
import { HmacKey, signHmac } from "../../protocol/signature.js";
import type { Check } from "../check.js";
import { CheckSkipped } from "../check-errors.js";
import { notServed, refusedCase } from "../expectation.js";
import { skewMsOf, type Reply } from "../reply.js";
import type { Stage } from "../stage.js";
import { newNonce } from "../token-vault.js";

/** An operation that takes a ticket and no signature. */
export interface TicketEndpoint {
  /** Method and path. */
  readonly name: string;
  /** One that fits. */
  readonly purpose: TicketPurpose;
  readonly capability: Capability;
  readonly present: (stage: Stage, ticket: string, service: string) => Promise<Reply>;
}

const endpoints: readonly TicketEndpoint[] = [
  inQuery("/v1/credential", "agent_credential", "credential"),
  inBody("/v1/credential", "agent_credential", "credential"),
  inBody("/v1/store", "store", "store"),
  inQuery("/v1/totp-code", "totp_code", "totp"),
  inBody("/v1/totp-code", "totp_code", "totp"),
];

/** Lists those that the webhook has. @throws CheckSkipped when it has none */
export function ticketEndpoints(stage: Stage): TicketEndpoint[] {
  const present = endpoints.filter(
    ({ capability, purpose }) => stage.has(capability) && !(stage.isReadOnly && purpose === "store"),
  );
  if (present.length === 0) throw new CheckSkipped("the webhook has no operation that takes a ticket alone");
  return present;
}

export const ticketFormChecks: readonly Check[] = [
  {
    name: "ticket.forged",
    level: "security",
    rule: "R23",
    proves:
      "A ticket that is signed with another secret, or changed, is 401 ticket_invalid wherever tickets are taken.",
    fix: "Check the ticket's MAC, in constant time, before anything in it is believed.",
    async run(stage) {
      const { tokenVault } = stage;
      for (const { name, purpose, present } of ticketEndpoints(stage)) {
        const service = stage.service();
        const payload = JSON.stringify(tokenVault.claims(service, purpose));
        const forged = await tokenVault.signTicket(payload, crypto.getRandomValues(new Uint8Array(32)));
        refusedCase(`${name}, another secret`, await present(stage, forged, service), "ticket_invalid");
        const [, mac = ""] = (await tokenVault.ticket(stage.service(), purpose)).split(".");
        const changed = `${Buffer.from(payload).toString("base64url")}.${mac}`;
        refusedCase(`${name}, the MAC of another ticket`, await present(stage, changed, service), "ticket_invalid");
      }
    },
  },
  {
    name: "ticket.shapes",
    level: "security",
    rule: "R23",
    proves: "What is not exactly two parts, the second of 64 hex digits, is 401 ticket_invalid.",
    fix: "Split at full stops, require two parts that are not empty, and match the second with 64 hex digits.",
    async run(stage) {
      const service = stage.service();
      for (const { name, purpose, present } of ticketEndpoints(stage)) {
        const [payload = "", mac = ""] = (await stage.tokenVault.ticket(service, purpose)).split(".");
        const shapes = {
          "no full stop": payload,
          "no MAC": `${payload}.`,
          "no payload": `.${mac}`,
          "nothing but a full stop": ".",
          "three parts": `${payload}.${mac}.${mac}`,
          "an empty third part": `${payload}.${mac}.`,
          "an empty first part": `.${payload}.${mac}`,
          "63 digits": `${payload}.${mac.slice(0, -1)}`,
          "65 digits": `${payload}.${mac}0`,
          "66 digits": `${payload}.${mac}00`,
          "no hex digits": `${payload}.${"g".repeat(64)}`,
          "a prefix": `${payload}.sha256=${mac}`,
        };
        for (const [what, ticket] of Object.entries(shapes))
          refusedCase(`${name}, ${what}`, await present(stage, ticket, service), "ticket_invalid");
      }
    },
  },
  {
    name: "ticket.claims",
    level: "security",
    rule: "R23",
    proves: "A signed ticket that lacks a claim, or has one of the wrong type, is not let through.",
    fix: "Require exp to be an integer, iat too if present, svc and pur texts, and nonce a text of 1 to 256 characters.",
    async run(stage) {
      for (const { name, purpose, present } of ticketEndpoints(stage)) {
        const service = stage.service();
        for (const [claim, value] of wrongClaims(service, purpose)) {
          const ticket = await stage.tokenVault.ticket(service, purpose, { [claim]: value });
          notServed(`${name}, ${claimText(claim, value)}`, await present(stage, ticket, service));
        }
      }
    },
  },
  {
    name: "ticket.claim-errors",
    level: "strict",
    rule: "R23",
    proves: "A signed ticket that lacks a claim, or has one of the wrong type, is 401 ticket_invalid, never a 500.",
    fix: "Check the type of each claim before it is compared, and answer 401 ticket_invalid.",
    async run(stage) {
      for (const { name, purpose, present } of ticketEndpoints(stage)) {
        const service = stage.service();
        for (const [claim, value] of wrongClaims(service, purpose)) {
          const ticket = await stage.tokenVault.ticket(service, purpose, { [claim]: value });
          const reply = await present(stage, ticket, service);
          refusedCase(`${name}, ${claimText(claim, value)}`, reply, "ticket_invalid");
        }
      }
    },
  },
  {
    name: "ticket.payloads",
    level: "strict",
    rule: "R23",
    proves: "A signed payload that is no object, no JSON or no UTF-8 is 401 ticket_invalid, never a 500.",
    fix: "Decode and parse the payload where failures are caught, and require an object before its members are read.",
    async run(stage) {
      const { tokenVault } = stage;
      const service = stage.service();
      for (const { name, purpose, present } of ticketEndpoints(stage)) {
        const claims = JSON.stringify(tokenVault.claims(service, purpose));
        const payloads: readonly (readonly [string, string | Uint8Array])[] = [
          ["null", "null"],
          ["an array", `[${claims}]`],
          ["an empty array", "[]"],
          ["a text", JSON.stringify(claims)],
          ["a number", "1"],
          ["true", "true"],
          ["an empty object", "{}"],
          ["not JSON", "exp=1"],
          ["JSON that ends early", claims.slice(0, -1)],
          ["invalid UTF-8", Buffer.from(claims.replace("user_verify", "\u00ff"), "latin1")],
          ["2,000 levels", `${"[".repeat(2000)}${"]".repeat(2000)}`],
          ["claims inside __proto__", `{"__proto__":${claims}}`],
        ];
        for (const [what, payload] of payloads) {
          const ticket = await tokenVault.signTicket(payload);
          refusedCase(`${name}, ${what}`, await present(stage, ticket, service), "ticket_invalid");
        }
        const notBase64 = await signedText(stage, "!!!!");
        refusedCase(`${name}, no base64url`, await present(stage, notBase64, service), "ticket_invalid");
      }
    },
  },
  {
    name: "ticket.expired",
    level: "security",
    rule: "R23",
    proves: "A ticket whose exp is past is 401 ticket_expired.",
    fix: "Compare exp with now, in seconds, and answer ticket_expired so that a new ticket is asked for.",
    async run(stage) {
      // The expiry follows the webhook's own clock: there is no leeway.
      const nowMs = Date.now() + skewMsOf(await stage.send({ target: "/v1/health" }));
      for (const { name, purpose, present } of ticketEndpoints(stage)) {
        for (const secondsPast of [longPast, 10]) {
          const service = stage.service();
          const ticket = await stage.tokenVault.ticket(service, purpose, expired(secondsPast, nowMs));
          const what = `${name}, ${String(secondsPast)} s past`;
          refusedCase(what, await present(stage, ticket, service), "ticket_expired");
        }
      }
    },
  },
  {
    name: "ticket.order",
    level: "strict",
    rule: "R23",
    proves:
      "The checks have their order: MAC and shape before exp, exp before purpose and service, all before the body.",
    fix: "Check in the order of R23, and let the first that fails answer.",
    async run(stage) {
      const { tokenVault } = stage;
      const wrongKey = crypto.getRandomValues(new Uint8Array(32));
      for (const { name, purpose, present } of ticketEndpoints(stage)) {
        const service = stage.service();
        const claims = { ...tokenVault.claims(service, purpose), ...expired() };
        const forged = await tokenVault.signTicket(JSON.stringify(claims), wrongKey);
        refusedCase(`${name}, expired and forged`, await present(stage, forged, service), "ticket_invalid");
        const malformed = await tokenVault.signTicket(JSON.stringify({ ...claims, nonce: 7 }));
        refusedCase(`${name}, expired and malformed`, await present(stage, malformed, service), "ticket_invalid");
        const purposeless = await tokenVault.signTicket(JSON.stringify({ ...claims, pur: "none", nonce: newNonce() }));
        refusedCase(`${name}, expired and no purpose`, await present(stage, purposeless, service), "ticket_expired");
        const other = await tokenVault.signTicket(JSON.stringify({ ...claims, svc: "none", nonce: newNonce() }));
        refusedCase(`${name}, expired and another service`, await present(stage, other, service), "ticket_expired");
      }
      if (stage.isReadOnly || !stage.has("store")) return;
      const service = stage.service();
      const ticket = await tokenVault.signTicket(JSON.stringify(tokenVault.claims(service, "store")), wrongKey);
      const reply = await stage.post("/v1/store", { ticket, service, tokenData: 7 });
      refusedCase("POST /v1/store, forged and with invalid data", reply, "ticket_invalid");
    },
  },
  {
    name: "ticket.base64-key",
    level: "security",
    rule: "R22",
    proves: "A ticket whose MAC is under the base64 text of the secret is 401 ticket_invalid.",
    fix: "Decode the secret: the HMAC key is its 32 bytes, not the text.",
    async run(stage) {
      const { tokenVault } = stage;
      const key = toUtf8(toBase64(tokenVault.secret));
      for (const { name, purpose, present } of ticketEndpoints(stage)) {
        const service = stage.service();
        const ticket = await tokenVault.signTicket(JSON.stringify(tokenVault.claims(service, purpose)), key);
        refusedCase(name, await present(stage, ticket, service), "ticket_invalid");
      }
    },
  },
];

function inQuery(path: string, purpose: TicketPurpose, capability: Capability): TicketEndpoint {
  return {
    name: `GET ${path}`,
    purpose,
    capability,
    present: (stage, ticket, service) => stage.withTicket(path, ticket, service),
  };
}

function inBody(path: string, purpose: TicketPurpose, capability: Capability): TicketEndpoint {
  return {
    name: `POST ${path}`,
    purpose,
    capability,
    present: (stage, ticket, service) =>
      stage.post(path, {
        ticket,
        service,
        ...(purpose === "store" && { tokenData: { accessToken: stage.secretText() } }),
      }),
  };
}

function wrongClaims(service: string, purpose: TicketPurpose): (readonly [claim: string, value: unknown])[] {
  const soon = Math.floor(Date.now() / 1000) + 60;
  return [
    ...[undefined, null, "abc", String(soon), soon + 0.5, true, [soon], {}].map((exp) => ["exp", exp] as const),
    ...["abc", String(soon), soon - 60.5, true].map((iat) => ["iat", iat] as const),
    ...[undefined, null, "", 7, ["nonce"], "n".repeat(257)].map((nonce) => ["nonce", nonce] as const),
    ...[undefined, null, [service]].map((svc) => ["svc", svc] as const),
    ...[undefined, null, 7, [purpose]].map((pur) => ["pur", pur] as const),
  ];
}

function claimText(claim: string, value: unknown): string {
  return `${claim} ${value === undefined ? "absent" : JSON.stringify(value).slice(0, 40)}`;
}

/** Allows for a clock that is wrong by some minutes. */
const longPast = 400;

function expired(secondsPast = longPast, nowMs = Date.now()): { readonly iat: number; readonly exp: number } {
  const exp = Math.floor(nowMs / 1000) - secondsPast;
  return { iat: exp - 60, exp };
}

/** Makes a ticket whose first part is the text itself. */
async function signedText({ tokenVault }: Stage, text: string): Promise<string> {
  return `${text}.${signHmac(new HmacKey(tokenVault.secret), toUtf8(text))}`;
}
