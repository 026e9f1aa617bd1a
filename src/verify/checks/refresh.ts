import type { Check } from "../check.js";
import { expects, refused, same, succeeded } from "../expectation.js";
import { textOf, type Json, type Reply } from "../reply.js";
import type { Stage } from "../stage.js";
import { newRequestId } from "../token-vault.js";
import { sendJson } from "../upstream.js";

/** Whole seconds suit webhooks that keep no fractions. */
const expiryTime = Date.UTC(2031, 4, 6, 7, 8, 9);
const takingOver = { capabilities: ["tv-refresh"] } as const;
const storing = { rule: "R47", writes: true, capabilities: ["tv-refresh", "store"] } as const;
const notifying = { rule: "R46", writes: true, capabilities: ["refresh", "store"] } as const;

export const refreshChecks: readonly Check[] = [
  {
    ...storing,
    name: "refresh.get",
    level: "protocol",
    proves: "get hands Token Vault the refresh token and the meta, and nothing else that is secret.",
    fix: "Answer {status: ok, refreshToken, meta}; without a refresh token {status: no_refresh_token}.",
    async run(stage) {
      const [accessToken, refreshToken] = [stage.secretText("access"), stage.secretText("refresh")];
      const service = await stage.stored({ accessToken, refreshToken, provider: "verify-none", scope: "a b" });
      const reply = succeeded(await stage.tokenVault.refresh({ action: "get", service }));
      same("status", reply.at("status"), "ok");
      same("refreshToken", reply.at("refreshToken"), refreshToken);
      same("meta.provider", reply.at("meta", "provider"), "verify-none");
      same("meta.scope", reply.at("meta", "scope"), "a b");
      expects(!reply.text.includes(accessToken), "The answer holds the access token.");
      const without = await stage.stored({ accessToken: stage.secretText() });
      const none = succeeded(await stage.tokenVault.refresh({ action: "get", service: without }));
      same("status without a refresh token", none.at("status"), "no_refresh_token");
    },
  },
  {
    ...takingOver,
    name: "refresh.no-token",
    level: "protocol",
    rule: "R47",
    proves: "get and update of a service that nothing is stored for answer no_token.",
    fix: "Answer 200 {status: no_token} when nothing is stored; an update makes no document.",
    async run(stage) {
      const service = stage.service();
      same("status", succeeded(await stage.tokenVault.refresh({ action: "get", service })).at("status"), "no_token");
      if (stage.isReadOnly) return;
      const tokens = { accessToken: stage.secretText() };
      same("status of update", succeeded(await update(stage, service, tokens)).at("status"), "no_token");
      const got = await stage.tokenVault.storage({ operation: "get", collection: "tokens", key: service });
      same("The document after that update", got.at("data"), null);
    },
  },
  {
    ...storing,
    name: "refresh.update",
    level: "protocol",
    proves: "update changes the access token and keeps the refresh token, other fields, scope and meta.",
    fix: "Change only what the update names; encrypt it, and leave every other field and meta member as it is.",
    async run(stage) {
      const kept = { sshPrivateKey: stage.secretText(), provider: "verify-none", scope: "a b", note: "mine" };
      const refreshToken = stage.secretText("refresh");
      const service = await stage.stored({ accessToken: stage.secretText(), refreshToken, ...kept }, { cid: "cid-1" });
      const createdAt = succeeded(await stage.credential(service)).at("token", "createdAt");
      const accessToken = stage.secretText("renewed");
      same("status", succeeded(await update(stage, service, { accessToken })).at("status"), "updated");
      const after = succeeded(await stage.credential(service));
      const own = { creationId: "cid-1", hasRefreshToken: true, tokenType: "oauth" };
      for (const [name, value] of Object.entries({ ...kept, ...own, accessToken }))
        same(`${name} after the update`, after.at("token", name), value);
      expects(createdAt === after.at("token", "createdAt"), "createdAt has changed.");
      same("The refresh token after the update", await refreshTokenOf(stage, service), refreshToken);
    },
  },
  {
    ...storing,
    name: "refresh.rotates",
    level: "protocol",
    proves: "update with a refresh token puts it in the old one's place.",
    fix: "Store tokens.refreshToken when it is given.",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText(), refreshToken: stage.secretText() });
      const [accessToken, refreshToken] = [stage.secretText("access"), stage.secretText("rotated")];
      same("status", succeeded(await update(stage, service, { accessToken, refreshToken })).at("status"), "updated");
      same("The refresh token", await refreshTokenOf(stage, service), refreshToken);
      same("The access token", (await stage.credential(service)).at("token", "accessToken"), accessToken);
    },
  },
  {
    ...storing,
    name: "refresh.expiry",
    level: "protocol",
    proves: "newExpiresAt is the expiry that holds after the update, or empty when none is known.",
    fix: "Answer the ISO text of the stored expiryTime, the update's own or the one before, else an empty text.",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const renewed = async (more: Json): Promise<unknown> => {
        const reply = succeeded(await update(stage, service, { accessToken: stage.secretText(), ...more }));
        return reply.at("newExpiresAt");
      };
      same("newExpiresAt without an expiry", await renewed({}), "");
      same("newExpiresAt of a new expiry", Date.parse(textOf(await renewed({ expiryTime }))), expiryTime);
      same("newExpiresAt of the expiry that stays", Date.parse(textOf(await renewed({}))), expiryTime);
      const token = succeeded(await stage.credential(service));
      same("expiryTime of the credential", token.at("token", "expiryTime"), expiryTime);
    },
  },
  {
    ...storing,
    name: "refresh.absurd-expiry",
    level: "strict",
    proves: "An expiry that is no date is 400, and nothing is changed.",
    fix: "Take expiryTime as an integer from 0 to 8640000000000000 only, and check it before anything is written.",
    async run(stage) {
      const accessToken = stage.secretText();
      const service = await stage.stored({ accessToken, expiryTime });
      for (const absurd of [1e20, 8.64e15 + 1, -1, 1.5, "soon"])
        refused(
          await update(stage, service, { accessToken: stage.secretText(), expiryTime: absurd }),
          "invalid_request",
        );
      const reply = succeeded(await stage.credential(service));
      same("The access token", reply.at("token", "accessToken"), accessToken);
      same("expiryTime", reply.at("token", "expiryTime"), expiryTime);
    },
  },
  {
    ...takingOver,
    name: "refresh.validation",
    level: "strict",
    rule: "R10",
    proves: "A malformed refresh request is 400.",
    fix: "Validate action, service and tokens before looking for the service.",
    async run(stage) {
      const service = stage.service();
      const malformed: readonly Json[] = [
        {},
        { service },
        { action: "drop", service },
        { action: "get" },
        { action: "get", service: "" },
        { action: "get", service: 1 },
        { action: "get", service: "a\nb" },
        ...(stage.isReadOnly ? [] : malformedTokens.map((tokens) => ({ action: "update", service, tokens }))),
      ];
      for (const body of malformed) refused(await stage.tokenVault.signed("/v1/refresh", body), "invalid_request");
    },
  },
  {
    ...notifying,
    name: "refresh-notify.statuses",
    level: "protocol",
    proves: "notify says what is missing: the credential, the refresh token, or a client for the provider.",
    fix: "Answer no_token, no_refresh_token or acknowledged, in this order, each with status 200 and a message.",
    async run(stage) {
      same("status of an absent service", await notified(stage, stage.service()), "no_token");
      const bare = await stage.stored({ accessToken: stage.secretText(), provider: "verify-none" });
      same("status without a refresh token", await notified(stage, bare), "no_refresh_token");
      const tokens = { accessToken: stage.secretText(), refreshToken: stage.secretText() };
      const foreign = await stage.stored({ ...tokens, provider: `${stage.prefix}provider` });
      same("status without a client for the provider", await notified(stage, foreign), "acknowledged");
    },
  },
  {
    ...notifying,
    name: "refresh-notify.hint",
    level: "security",
    proves: "A hint's token URL gets no call, and its provider does not replace the stored one.",
    fix: "Take token URL and client from the webhook's own settings; use the hint's provider only if none is stored.",
    needs: "upstream",
    async run(stage) {
      const route = stage.upstream.route((_call, response) => {
        sendJson(response, { access_token: "given by the hint", expires_in: 3600 });
      });
      const tokens = { accessToken: stage.secretText(), refreshToken: stage.secretText() };
      const hint = { tokenUrl: route.url, clientId: "verify-hint", clientSecret: "verify-hint-secret" };
      const provider = `${stage.prefix}provider`;
      const unnamed = await stage.stored(tokens);
      same("status", await notified(stage, unnamed, { provider, ...hint }), "acknowledged");
      same("status without a provider", await notified(stage, unnamed, hint), "acknowledged");
      const named = await stage.stored({ ...tokens, provider });
      const before = stage.upstream.tokenCalls.length;
      same(
        "status of a stored provider",
        await notified(stage, named, { provider: "verify", ...hint }),
        "acknowledged",
      );
      same("The number of calls to the hint's token URL", route.calls.length, 0);
      same("The number of calls to the token URL of the hint's provider", stage.upstream.tokenCalls.length, before);
    },
  },
];

const malformedTokens = [
  undefined,
  null,
  {},
  { accessToken: "" },
  { accessToken: 1 },
  { accessToken: "a", refreshToken: 1 },
];

/** Puts an id into the body, since two equal bodies in a second have the same signature. */
function update({ tokenVault }: Stage, service: string, tokens: Json): Promise<Reply> {
  return tokenVault.signed("/v1/refresh", { action: "update", service, tokens, requestId: newRequestId() });
}

async function refreshTokenOf({ tokenVault }: Stage, service: string): Promise<unknown> {
  const requestId = newRequestId();
  return succeeded(await tokenVault.refresh({ action: "get", service, requestId })).at("refreshToken");
}

async function notified({ tokenVault }: Stage, service: string, refreshHint?: Json): Promise<unknown> {
  const requestId = newRequestId();
  const request = { service, requestId, ...(refreshHint && { refreshHint }) };
  return succeeded(await tokenVault.signed("/v1/refresh-notify", request)).at("status");
}
