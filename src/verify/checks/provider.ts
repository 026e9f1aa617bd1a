import type { Check } from "../check.js";
import { expects, refused, same, seen, succeeded } from "../expectation.js";
import { pause } from "../patience.js";
import { textOf, type Json, type Reply } from "../reply.js";
import type { Stage } from "../stage.js";
import { newRequestId } from "../token-vault.js";
import { sendJson, type UpstreamHandler } from "../upstream.js";

/** Bounds how far newExpiresAt may be from the provider's value, for clocks and latency. */
const toleranceMs = 60_000;
/** A call takes long enough for parallel notifications to meet. */
const overlapMs = 250;
const needing = {
  rule: "R46",
  writes: true,
  capabilities: ["refresh", "store"],
  needs: "provider",
} as const;

export const providerChecks: readonly Check[] = [
  {
    ...needing,
    name: "provider.renews",
    level: "protocol",
    proves: "notify renews the tokens with the webhook's own client, by the form that OAuth asks for.",
    fix: "POST grant_type, refresh_token, client_id and client_secret as a form, accepting JSON, and store what comes.",
    async run(stage) {
      const refreshToken = stage.secretText("refresh");
      const service = await renewable(stage, { refreshToken });
      const [access, rotated] = [stage.secretText("access"), stage.secretText("rotated")];
      const given = { access_token: access, refresh_token: rotated, expires_in: 7200, token_type: "bearer" };
      const { reply, calls } = await notified(stage, service, json(given));
      same("status", succeeded(reply).at("status"), "refreshed");
      expires(reply.at("newExpiresAt"), 7200);
      same("The number of calls to the token URL", calls.length, 1);
      const [call] = calls;
      same("The method", call?.method, "POST");
      const type = call?.headers["content-type"] ?? "";
      expects(/^application\/x-www-form-urlencoded\b/i.test(type), "The Content-Type is no form's.");
      expects(call?.headers.accept?.includes("application/json") ?? false, "The request does not accept JSON.");
      const form = new URLSearchParams(Buffer.from(call?.body ?? []).toString());
      same("grant_type", form.get("grant_type"), "refresh_token");
      expects(form.get("refresh_token") === refreshToken, "refresh_token is not the stored refresh token.");
      for (const name of ["client_id", "client_secret"])
        expects((form.get(name) ?? "") !== "", `${name} is missing in the form.`);
      await keeps(stage, service, { accessToken: access, refreshToken: rotated });
    },
  },
  {
    ...needing,
    name: "provider.keeps",
    level: "protocol",
    rule: "R47",
    proves: "Renewing keeps the refresh token that the provider did not send again, other fields, scope and meta.",
    fix: "Change only what the provider sent; a missing, empty or zero expires_in counts as 3600.",
    async run(stage) {
      const kept = { refreshToken: stage.secretText("refresh"), sshPrivateKey: stage.secretText("ssh") };
      const plain = { scope: "a b", note: "mine" };
      const service = await renewable(stage, { ...kept, ...plain });
      const createdAt = (await stage.credential(service)).at("token", "createdAt");
      for (const more of [{}, { expires_in: "" }, { expires_in: 0 }, { refresh_token: "" }]) {
        const accessToken = stage.secretText("access");
        const { reply } = await notified(stage, service, json({ access_token: accessToken, ...more }));
        same("status", succeeded(reply).at("status"), "refreshed");
        expires(reply.at("newExpiresAt"), 3600);
        await keeps(stage, service, { accessToken, ...kept, ...plain, provider: "verify" });
        const now = (await stage.credential(service)).at("token", "createdAt");
        expects(now === createdAt, "createdAt has changed.");
      }
    },
  },
  {
    ...needing,
    name: "provider.error-200",
    level: "protocol",
    proves: "An error answer, also with status 200, or one without a usable token changes nothing.",
    fix: "Answer refresh_failed unless there is an access_token and a sane expires_in; write only then.",
    async run(stage) {
      const stored = { accessToken: stage.secretText("access"), refreshToken: stage.secretText("refresh") };
      const service = await renewable(stage, stored);
      const access = stage.secretText("new");
      const handlers: [string, UpstreamHandler][] = [
        ["an error with status 200", json({ error: "temporarily_unavailable", error_description: "later" })],
        ["an error with status 400", json({ error: "invalid_request" }, 400)],
        ["no access_token", json({ token_type: "bearer", expires_in: 3600 })],
        ["an empty access_token", json({ access_token: "", expires_in: 3600 })],
        ["an absurd expires_in", json({ access_token: access, expires_in: 1e20 })],
        ["a list", json([access])],
        ["no JSON", (_call, response) => response.end("<html>")],
      ];
      for (const [what, handler] of handlers) {
        const { reply } = await notified(stage, service, handler);
        same(`status after ${what}`, succeeded(reply).at("status"), "refresh_failed");
        await keeps(stage, service, stored);
      }
    },
  },
  {
    ...needing,
    name: "provider.invalid-grant",
    level: "strict",
    proves: "A refresh token that the provider takes no more is marked needs_reconnect, until it is renewed.",
    fix: "On invalid_grant or bad_refresh_token answer refresh_failed and set meta.needs_reconnect; a renewal clears it.",
    async run(stage) {
      for (const [error, status] of [
        ["invalid_grant", 400],
        ["bad_refresh_token", 200],
      ] as const) {
        const stored = { accessToken: stage.secretText("access"), refreshToken: stage.secretText("refresh") };
        const service = await renewable(stage, stored);
        const { reply } = await notified(stage, service, json({ error }, status));
        same(`status after ${error}`, succeeded(reply).at("status"), "refresh_failed");
        await keeps(stage, service, { ...stored, needs_reconnect: true });
        const accessToken = stage.secretText("access");
        const renewed = await notified(stage, service, json({ access_token: accessToken }));
        same("status of the next renewal", succeeded(renewed.reply).at("status"), "refreshed");
        const token = succeeded(await stage.credential(service));
        expects(token.at("token", "needs_reconnect") !== true, "needs_reconnect is still set after a renewal.");
      }
    },
  },
  {
    ...needing,
    name: "provider.unreachable",
    level: "protocol",
    proves: "A provider that hangs up is 502, and nothing is changed.",
    fix: "Answer 502 provider_error when no answer comes from the provider, so that Token Vault tries again.",
    async run(stage) {
      const stored = { accessToken: stage.secretText("access"), refreshToken: stage.secretText("refresh") };
      const service = await renewable(stage, stored);
      refused((await notified(stage, service, (_call, response) => response.destroy())).reply, "provider_error");
      await keeps(stage, service, stored);
    },
  },
  {
    ...needing,
    name: "provider.once",
    level: "protocol",
    proves: "Parallel notifications of a service share one call to the provider, and its result.",
    fix: "Run one renewal of a service at a time; a rotated refresh token is spent by the first call.",
    async run(stage) {
      const service = await renewable(stage, { refreshToken: stage.secretText("refresh") });
      const given = { access_token: stage.secretText("access"), expires_in: 3600 };
      const handler: UpstreamHandler = (_call, response) => {
        void pause(overlapMs).then(() => {
          sendJson(response, given);
        });
      };
      await withProvider(stage, handler, async () => {
        const before = stage.upstream.tokenCalls.length;
        const replies = await Promise.all(Array.from({ length: 6 }, () => notify(stage, service)));
        same("The number of calls to the token URL", stage.upstream.tokenCalls.length - before, 1);
        for (const reply of replies) same("status", succeeded(reply).at("status"), "refreshed");
      });
      await keeps(stage, service, { accessToken: given.access_token });
    },
  },
];

/** Stores a service of the provider `verify`. */
function renewable(stage: Stage, tokenData: Json): Promise<string> {
  return stage.stored({ accessToken: stage.secretText(), provider: "verify", ...tokenData });
}

function json(value: unknown, status = 200): UpstreamHandler {
  return (_call, response) => {
    sendJson(response, value, status);
  };
}

/** Puts an id into the body, since two equal bodies in a second have the same signature. */
function notify({ tokenVault }: Stage, service: string): Promise<Reply> {
  return tokenVault.notify({ service, reason: "expiring", requestId: newRequestId() });
}

async function notified(
  stage: Stage,
  service: string,
  handler: UpstreamHandler,
): Promise<{ reply: Reply; calls: Stage["upstream"]["tokenCalls"] }> {
  const before = stage.upstream.tokenCalls.length;
  const reply = await withProvider(stage, handler, () => notify(stage, service));
  return { reply, calls: stage.upstream.tokenCalls.slice(before) };
}

/** Lets the provider refuse from now on. */
async function withProvider<T>({ upstream }: Stage, handler: UpstreamHandler, work: () => Promise<T>): Promise<T> {
  upstream.tokenHandler = handler;
  try {
    return await work();
  } finally {
    upstream.tokenHandler = json({ error: "temporarily_unavailable" }, 400);
  }
}

/** @throws CheckFailure unless the owner sees these members in the credential */
async function keeps(stage: Stage, service: string, properties: Json): Promise<void> {
  const reply = succeeded(await stage.credential(service, "user_reveal"));
  for (const [name, value] of Object.entries(properties)) same(name, reply.at("token", name), value);
}

function expires(newExpiresAt: unknown, seconds: number): void {
  const lateMs = Date.parse(textOf(newExpiresAt)) - Date.now() - seconds * 1000;
  expects(
    typeof newExpiresAt === "string" && Math.abs(lateMs) <= toleranceMs,
    `newExpiresAt should be ${String(seconds)} s from now and is ${seen(newExpiresAt)}.`,
  );
}
