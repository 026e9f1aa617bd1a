import type { Check } from "../check.js";
import { oneSucceeded, refused, refusedCase, same, succeeded, succeededCase } from "../expectation.js";
import type { Reply, SentRequest } from "../reply.js";
import type { Stage } from "../stage.js";
import { newRequestId } from "../token-vault.js";

const parallelCopies = 8;

export const replayChecks: readonly Check[] = [
  {
    name: "replay.request-id",
    level: "security",
    rule: "R19",
    proves: "A request id serves once, also for another body with a signature of its own.",
    fix: "Remember each request id for 600 s once the MAC was found right, and refuse it the second time.",
    async run(stage) {
      const request = await stage.tokenVault.signedRequest("/v1/health", {});
      succeeded(await stage.send(request));
      refusedCase("the same request again", await stage.send(request), "auth_failed");
      const requestId = request.headers["x-tokenvault-request-id"] ?? "";
      const other = await stage.tokenVault.signed("/v1/health", { more: 1 }, { requestId });
      refusedCase("another body with the same id", other, "auth_failed");
    },
  },
  {
    name: "replay.other-path",
    level: "security",
    rule: "R26",
    proves: "A request id that was used on one path is refused on every other.",
    fix: "Keep one table of request ids for all paths.",
    capabilities: ["storage"],
    async run({ tokenVault, prefix }) {
      const get = { operation: "get", collection: "tokens", key: `${prefix}replay` };
      for (const [first, second] of [
        [["/v1/health", {}] as const, ["/v1/storage", get] as const],
        [["/v1/storage", get] as const, ["/v1/health", {}] as const],
      ] as const) {
        const requestId = newRequestId();
        succeeded(await tokenVault.signed(first[0], first[1], { requestId }));
        const reply = await tokenVault.signed(second[0], second[1], { requestId });
        refusedCase(`${second[0]} after ${first[0]}`, reply, "auth_failed");
      }
    },
  },
  {
    name: "replay.signature-set",
    level: "security",
    rule: "R20",
    proves: "The signature of a storage set serves once, under whatever request id, and the replay changes nothing.",
    fix: "For set remember the signature too, for 600 s: the request id is not under the MAC.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      const key = stage.key();
      const set = await setRequest(stage, key, { name: "first" });
      succeeded(await stage.send(set));
      succeeded(await stage.send(await setRequest(stage, key, { name: "second" })));
      refused(await stage.send(withNewId(set)), "auth_failed");
      same("name after the replay", await nameOf(stage, key), "second");
    },
  },
  {
    name: "replay.signature-delete",
    level: "security",
    rule: "R20",
    proves: "The signature of a storage delete serves once, under whatever request id, and the replay changes nothing.",
    fix: "For delete remember the signature too, for 600 s: the request id is not under the MAC.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      const key = stage.key();
      // The id keeps the cleanup, which may come in the same second, from being a replay.
      const body = { operation: "delete", collection: "proxy_configs", key, requestId: newRequestId() };
      const remove = await stage.tokenVault.signedRequest("/v1/storage", body);
      succeeded(await stage.send(await setRequest(stage, key, { name: "first" })));
      succeeded(await stage.send(remove));
      succeeded(await stage.send(await setRequest(stage, key, { name: "second" })));
      refused(await stage.send(withNewId(remove)), "auth_failed");
      same("name after the replay", await nameOf(stage, key), "second");
    },
  },
  {
    name: "replay.signature-update",
    level: "security",
    rule: "R20",
    proves: "The signature of a refresh update serves once, under whatever request id, and the replay changes nothing.",
    fix: "For update remember the signature too, for 600 s: the request id is not under the MAC.",
    writes: true,
    capabilities: ["store", "credential", "tv-refresh"],
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText(), refreshToken: stage.secretText() });
      const update = (accessToken: string): Promise<SentRequest> =>
        stage.tokenVault.signedRequest("/v1/refresh", { action: "update", service, tokens: { accessToken } });
      const [first, second] = [stage.secretText("first"), stage.secretText("second")];
      const request = await update(first);
      succeeded(await stage.send(request));
      succeeded(await stage.send(await update(second)));
      refused(await stage.send(withNewId(request)), "auth_failed");
      same(
        "accessToken after the replay",
        succeeded(await stage.credential(service)).at("token", "accessToken"),
        second,
      );
    },
  },
  {
    name: "replay.signature-notify",
    level: "security",
    rule: "R20",
    proves: "The signature of a refresh notification serves once, under whatever request id.",
    fix: "For refresh-notify remember the signature too, for 600 s: the request id is not under the MAC.",
    capabilities: ["refresh"],
    async run(stage) {
      const body = { service: stage.service(), reason: "verify" };
      const request = await stage.tokenVault.signedRequest("/v1/refresh-notify", body);
      succeeded(await stage.send(request));
      refused(await stage.send(withNewId(request)), "auth_failed");
    },
  },
  {
    name: "replay.forged-first",
    level: "security",
    rule: "R21",
    proves: "A forged request uses up no request id: the genuine one with it passes afterwards.",
    fix: "Remember the request id only after the MAC was found right.",
    async run(stage) {
      const { tokenVault } = stage;
      const requestId = newRequestId();
      const key = crypto.getRandomValues(new Uint8Array(32));
      refused(await tokenVault.signed("/v1/health", {}, { requestId, key }), "auth_failed");
      const timestamp = String(Math.floor(Date.now() / 1000) - 600);
      refused(await tokenVault.signed("/v1/health", {}, { requestId, timestamp }), "auth_failed");
      succeededCase("the genuine request", await tokenVault.signed("/v1/health", {}, { requestId }));
    },
  },
  {
    name: "replay.after-4xx",
    level: "strict",
    rule: "R21",
    proves: "The id of a signed request that ended in 400 stays used.",
    fix: "Use the id up before the body is parsed and validated; give it back after 5xx only.",
    capabilities: ["storage"],
    async run({ tokenVault }) {
      for (const body of ['{"operation":', { operation: "none" }]) {
        const requestId = newRequestId();
        refused(await tokenVault.signed("/v1/storage", body, { requestId }), "invalid_request");
        refusedCase("the id again", await tokenVault.signed("/v1/health", {}, { requestId }), "auth_failed");
      }
    },
  },
  {
    name: "replay.5xx",
    level: "strict",
    rule: "R21",
    proves: "A signed request that ended in 5xx may be sent again with its id; its ticket is used all the same.",
    fix: "Give the request id and the signature back, durably, when the answer is 5xx; never the ticket's nonce.",
    writes: true,
    capabilities: ["proxy", "store"],
    needs: "upstream",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const { url } = stage.upstream.route((_call, response) => response.destroy());
      const ticket = await stage.tokenVault.ticket(service, "proxy");
      const body = { ticket, service, upstream: { url }, headerTemplates: {} };
      const request = await stage.tokenVault.signedRequest("/v1/proxy", body);
      refused(await stage.send(request), "upstream_error");
      refusedCase("the same request again", await stage.send(request), "ticket_invalid");
    },
  },
  {
    name: "replay.parallel",
    level: "security",
    rule: "R26",
    proves: `Of ${String(parallelCopies)} copies of one signed set at once one passes, with one id and with an id each.`,
    fix: "Check and remember the id and the signature in one step that nothing can come between.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      const change = [(request: SentRequest) => request, withNewId];
      for (const copyOf of change) {
        const request = await setRequest(stage, stage.key(), { name: "once" });
        const copies = Array.from({ length: parallelCopies }, () => stage.send(copyOf(request)));
        oneSucceeded(await Promise.all(copies), "auth_failed");
      }
    },
  },
];

function setRequest({ tokenVault }: Stage, key: string, data: object): Promise<SentRequest> {
  return tokenVault.signedRequest("/v1/storage", { operation: "set", collection: "proxy_configs", key, data });
}

async function nameOf({ tokenVault }: Stage, key: string): Promise<unknown> {
  const reply: Reply = await tokenVault.storage({ operation: "get", collection: "proxy_configs", key });
  return succeeded(reply).at("data", "name");
}

function withNewId(request: SentRequest): SentRequest {
  return { ...request, headers: { ...request.headers, "x-tokenvault-request-id": newRequestId() } };
}
