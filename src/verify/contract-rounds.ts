import type { Reply } from "./reply.js";
import type { Stage } from "./stage.js";
import { newNonce } from "./token-vault.js";

/** Plays a day of Token Vault, a browser and an agent. */
export function ordinaryCalls(stage: Stage): (() => Promise<unknown>)[] {
  const { tokenVault } = stage;
  const calls: (() => Promise<unknown>)[] = [
    () => stage.send({ target: "/v1/health" }),
    () => stage.send({ method: "HEAD", target: "/v1/health" }),
    () => tokenVault.health(),
  ];
  const service = stage.service("contract");
  const mayWrite = !stage.isReadOnly;
  if (mayWrite && stage.has("store")) {
    const tokenData = { accessToken: stage.secretText(), refreshToken: stage.secretText(), scope: "verify" };
    calls.push(() => stage.store(service, tokenData));
    calls.push(() => stage.store(service, tokenData));
  }
  if (stage.has("storage")) {
    for (const collection of ["proxy_configs", "audit"] as const) {
      const [key, second] = [stage.key(), stage.key()];
      const data = { name: "verify", timestamp: new Date().toISOString(), enabled: true };
      const filters = { name: "verify" };
      if (mayWrite) {
        calls.push(
          () => tokenVault.storage({ operation: "set", collection, key, data }),
          () => tokenVault.storage({ operation: "set", collection, key: second, data }),
          () => tokenVault.storage({ operation: "delete", collection, key: second }),
        );
      }
      calls.push(
        () => tokenVault.storage({ operation: "get", collection, key }),
        () => tokenVault.storage({ operation: "get", collection, key: `${key}-absent` }),
        // The owner may have more documents than a response holds.
        () => tokenVault.storage({ operation: "list", collection, options: { filters } }),
        () => tokenVault.storage({ operation: "list", collection, options: { limit: 1, filters } }),
      );
    }
    calls.push(
      () => tokenVault.storage({ operation: "get", collection: "tokens", key: service }),
      () => tokenVault.storage({ operation: "list", collection: "tokens", options: { limit: 2 } }),
    );
    const batch = (collections: string[], options: object): Promise<Reply> =>
      tokenVault.storage({ operation: "list_batch", collections, options });
    if (!stage.isOlder) {
      calls.push(
        () => batch(["tokens", "audit", "unknown"], { filters: { name: "verify" } }),
        () => batch(["proxy_configs", "audit"], { limit: 1 }),
      );
    }
  }
  if (stage.has("credential")) {
    calls.push(
      () => stage.credential(service),
      async () => stage.post("/v1/credential", { ticket: await tokenVault.ticket(service, "user_reveal"), service }),
    );
  }
  if (stage.has("tv-refresh")) {
    const tokens = { accessToken: stage.secretText(), expiryTime: Date.now() + 3_600_000 };
    calls.push(
      () => tokenVault.refresh({ action: "get", service }),
      ...(mayWrite ? [() => tokenVault.refresh({ action: "update", service, tokens })] : []),
      () => tokenVault.refresh({ action: "get", service: `${service}-absent` }),
    );
  }
  if (stage.has("refresh")) {
    calls.push(
      () => tokenVault.notify({ service, reason: "verify" }),
      () => tokenVault.notify({ service: `${service}-absent` }),
    );
  }
  return calls;
}

/** Lists calls that are refused for many reasons, each with texts that no message may repeat. */
export function refusedCalls(stage: Stage): (() => Promise<unknown>)[] {
  const { tokenVault } = stage;
  const canary = shortCanary(stage);
  const service = stage.service(`contract-${canary}`);
  const forgedKey = crypto.getRandomValues(new Uint8Array(32));
  const signed = (path: string, body: unknown, headers = {}) => tokenVault.signed(path, body, { headers });
  const calls: (() => Promise<unknown>)[] = [
    () => stage.send({ target: `/v1/${canary}?${canary}` }),
    () => stage.send({ method: "PUT", target: `/v1/health?${canary}` }),
    () => stage.post("/v1/health", { canary }),
    () => tokenVault.signed("/v1/health", { canary }, { key: forgedKey }),
    () => signed("/v1/health", {}, { "x-tokenvault-timestamp": canary }),
    () => signed("/v1/health", {}, { "x-tokenvault-signature": `sha256=${canary}` }),
    // Parsers quote the text around the position at which they stop.
    () => signed("/v1/health", canary),
    () => signed("/v1/health", `{"requestId": ${canary}}`),
    () => signed("/v1/health", { requestId: { [canary]: canary } }),
    () => stage.post("/v1/exchange", { code: canary }),
    () => stage.post("/v1/exchange", canary),
    () => stage.send({ target: `/v1/register-url?tv=${canary}`, headers: { "x-tv-admin-secret": canary } }),
  ];
  if (stage.has("storage")) {
    const read = { operation: "get", collection: "tokens", key: `${stage.prefix}${canary}` };
    for (const wrong of [
      { operation: canary },
      { collection: canary },
      { key: { [canary]: 1 } },
      { key: canary.repeat(100) },
      ...(stage.isReadOnly ? [] : [{ operation: "set", data: canary }]),
      { operation: "list", options: { limit: canary } },
      { operation: "list", options: { limit: 1, filters: canary } },
    ])
      calls.push(() => signed("/v1/storage", { ...read, ...wrong }));
    calls.push(() => signed("/v1/storage", `{"operation":"get","collection":"tokens","key":"a" ${canary}}`));
  }
  if (stage.has("tv-refresh")) calls.push(() => signed("/v1/refresh", { action: canary, service }));
  if (stage.has("refresh")) calls.push(() => signed("/v1/refresh-notify", { service: { [canary]: canary } }));
  if (stage.has("credential")) calls.push(...ticketCalls(stage, "/v1/credential", service, canary));
  if (stage.has("totp")) calls.push(...ticketCalls(stage, "/v1/totp-code", service, canary));
  if (!stage.isReadOnly && stage.has("store")) {
    calls.push(async () => {
      const ticket = await forgedTicket(stage, service, "store");
      return stage.post("/v1/store", { ticket, service, tokenData: { accessToken: canary } });
    });
    for (const tokenData of [canary, [canary], { accessToken: { [canary]: canary } }])
      calls.push(() => stage.store(service, tokenData));
    calls.push(() => stage.post("/v1/store", `{"ticket": ${canary}`));
  }
  if (stage.has("proxy")) {
    const proxy = (url: string, headerTemplates: Readonly<Record<string, string>>): Promise<Reply> =>
      tokenVault.proxy({ service, upstream: { url }, headerTemplates });
    calls.push(
      () => proxy(`file:///${canary}`, {}),
      () => proxy(`https://${canary}:443 /`, {}),
      () => proxy(`https://127.0.0.1:1/${canary}`, { [`${canary} x`]: canary }),
      () => proxy(`https://127.0.0.1:1/${canary}`, { authorization: `${canary}\n` }),
    );
  }
  return calls;
}

/** Libraries quote the header value that they refuse, parsers what stands where they stop. */
export function quotableCalls(stage: Stage): (() => Promise<unknown>)[] {
  if (stage.isReadOnly || !stage.has("store")) return [];
  const service = stage.service("unsendable");
  const secret = shortText();
  stage.keepSecret(secret);
  const cut = `{"service":"${service}","tokenData":{"accessToken":"${secret}" ${secret}`;
  const upstream = { url: stage.upstream.route((_call, response) => response.end()).url };
  const headerTemplates = { authorization: "Bearer ${TOKEN}" };
  return [
    () => stage.post("/v1/store", cut),
    () => stage.post("/v1/store", secret),
    ...(stage.has("proxy")
      ? [
          () => stage.store(service, { accessToken: `${secret}\n` }),
          () => stage.tokenVault.proxy({ service, upstream, headerTemplates }),
        ]
      : []),
  ];
}

function ticketCalls(stage: Stage, path: string, service: string, canary: string): (() => Promise<unknown>)[] {
  const { tokenVault } = stage;
  const present = async (ticket: string | Promise<string>): Promise<Reply> => {
    const text = await ticket;
    for (const part of [text, ...text.split(".")]) if (part.length > 8) stage.keepSecret(part);
    return stage.withTicket(path, text, service);
  };
  const now = Math.floor(Date.now() / 1000);
  return [
    () => present(forgedTicket(stage, service, "agent_credential")),
    () => present(canary),
    () => present(`${canary}.${newNonce()}${newNonce()}`),
    () => present(tokenVault.signTicket(canary)),
    () => present(tokenVault.ticket(service, "agent_credential", { pur: canary })),
    () => present(tokenVault.ticket(service, "agent_credential", { svc: canary })),
    () => present(tokenVault.ticket(service, "agent_credential", { nonce: { [canary]: canary } })),
    () => present(tokenVault.ticket(service, "agent_credential", { exp: now - 400, iat: now - 460 })),
    () => present(tokenVault.ticket(service, "agent_credential")),
    () => stage.post(path, { ticket: { [canary]: canary }, service }),
    () => stage.post(path, canary),
  ];
}

function forgedTicket(stage: Stage, service: string, purpose: "store" | "agent_credential"): Promise<string> {
  const claims = JSON.stringify(stage.tokenVault.claims(service, purpose));
  return stage.tokenVault.signTicket(claims, crypto.getRandomValues(new Uint8Array(32)));
}

/** Makes a text that is short enough for a parser to quote it whole. */
function shortCanary(stage: Stage): string {
  const canary = shortText();
  stage.keepSent(canary);
  return canary;
}

function shortText(): string {
  return `zq${crypto.randomUUID().slice(0, 6)}`;
}
