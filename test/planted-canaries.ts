import { Secret as OtpSecret } from "otpauth";
import type { LoopbackServer } from "./http/loopback-server.js";
import { newServiceAccount, privatePem } from "./support/service-account.js";
import type { TestServer } from "./support/test-server.js";

type Secrets = Readonly<Record<string, string>>;
type Request = readonly [name: string, send: () => Promise<Response>];

export function base32Canary(): string {
  return new OtpSecret({ size: 40 }).base32;
}

/** A line of a key that signs, since no other is stored. */
export function googleKeyCanary(): string {
  return privatePem.split("\n")[5] ?? "";
}

/** Credentials of every kind, with a canary in every place that is to be kept secret. */
export function credentialsOf(secrets: Secrets): Record<string, Record<string, unknown>> {
  const { accessToken, refreshToken, certificateData, privateKeyData, certificateChain, sshPrivateKey } = secrets;
  const { password, apiKey, nested, array, totpSecret, totpUriSecret } = secrets;
  return {
    oauth: {
      accessToken,
      refreshToken,
      certificateData,
      privateKeyData,
      certificateChain,
      sshPrivateKey,
      password,
      apiKey,
      login: { user: "shown", deep: { client_secret: nested } },
      list: [{ passphrase: array }],
      scope: "shown",
    },
    totp: { tokenType: "TOTP", totpSecret },
    totpUri: { tokenType: "TOTP", totpUri: `otpauth://totp/Shown:alice?secret=${String(totpUriSecret)}&issuer=Shown` },
    google: { accessToken: JSON.stringify(newServiceAccount()) },
  };
}

/** Requests that must fail, each with the canary wherever it can be put. */
export function provokedErrors(server: TestServer, upstream: LoopbackServer, canary: string): Request[] {
  return [
    ...unsignedErrors(server, canary),
    ...signedErrors(server, canary),
    ...ticketErrors(server, canary),
    ...proxyErrors(server, upstream, canary),
  ];
}

function unsignedErrors({ url, fetch }: TestServer, canary: string): Request[] {
  const headers = {
    authorization: `Bearer ${canary}`,
    cookie: `id=${canary}`,
    "user-agent": canary,
    origin: `https://${canary}.example`,
    referer: `https://example.org/${canary}`,
    "x-forwarded-for": canary,
    "x-forwarded-host": canary,
    "x-tv-admin-secret": canary,
  };
  const post = (path: string, body: string): Promise<Response> =>
    fetch(`${url}${path}?${canary}=${canary}`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
    });
  const html = { ...headers, accept: "text/html" };
  return [
    ["an unknown path", () => fetch(`${url}/${canary}?x=${canary}#${canary}`, { headers })],
    ["a method that is not taken", () => fetch(`${url}/v1/store?${canary}`, { method: "DELETE", headers })],
    [
      "register-url with a wrong admin secret",
      () => fetch(`${url}/v1/register-url?tv=https://${canary}.example`, { headers }),
    ],
    ["the bind page with a wrong admin secret", () => fetch(`${url}/bind?tv=${canary}`, { headers: html })],
    ["an exchange of an unknown code", () => post("/v1/exchange", JSON.stringify({ code: canary }))],
    ["an exchange with another member", () => post("/v1/exchange", JSON.stringify({ code: "x", [canary]: canary }))],
    ["an exchange that is no JSON", () => post("/v1/exchange", `{"code":"${canary}`)],
    ["an exchange of a list", () => post("/v1/exchange", JSON.stringify([canary]))],
    ["an exchange that is too long", () => post("/v1/exchange", JSON.stringify({ code: canary.repeat(40_000) }))],
  ];
}

function signedErrors({ url, fetch, tokenVault }: TestServer, canary: string): Request[] {
  const set = { operation: "set", collection: "tokens", key: "refused" };
  const wrong = (change: Readonly<Record<string, string>>): Promise<Response> =>
    tokenVault.storage({ operation: "get", collection: "tokens", key: canary }, { headers: change });
  return [
    ["a signature that is none", () => wrong({ "x-tokenvault-signature": canary })],
    [
      "a signature that does not fit",
      () =>
        wrong({ "x-tokenvault-signature": `sha256=${Buffer.from(canary.padEnd(64)).toString("hex").slice(0, 64)}` }),
    ],
    ["a timestamp that is none", () => wrong({ "x-tokenvault-timestamp": canary })],
    ["no signature at all", () => fetch(`${url}/v1/storage`, { method: "POST", body: canary })],
    ["a storage request that is no JSON", () => tokenVault.post("/v1/storage", `{"key":"${canary}`)],
    ["an unknown operation", () => tokenVault.storage({ operation: canary })],
    ["an unknown collection", () => tokenVault.storage({ operation: "list", collection: canary })],
    [
      "an unknown member",
      () =>
        tokenVault.storage({ operation: "list", collection: "tokens", options: { [canary]: canary, limit: canary } }),
    ],
    ["a document that is a text", () => tokenVault.storage({ ...set, data: canary })],
    ["fields that are not encrypted", () => tokenVault.storage({ ...set, data: { fields: { accessToken: canary } } })],
    [
      "fields that do not open",
      () =>
        tokenVault.storage({ ...set, data: { v: 2, alg: "AES-256-GCM", fields: { accessToken: canary }, meta: {} } }),
    ],
    [
      "fields of the old form",
      () =>
        tokenVault.storage({ ...set, data: { v: 1, alg: "AES-256-GCM", fields: { accessToken: canary }, meta: {} } }),
    ],
    [
      "a sensitive member that is no text",
      () => tokenVault.storage({ ...set, data: { accessToken: { value: canary } } }),
    ],
    ["a one-time URI that is none", () => tokenVault.storage({ ...set, data: { totpUri: canary } })],
    ["a one-time seed that is none", () => tokenVault.storage({ ...set, data: { totpSecret: canary } })],
    ["an unknown refresh action", () => tokenVault.post("/v1/refresh", { action: canary, service: canary })],
    [
      "refreshed tokens that are none",
      () => tokenVault.post("/v1/refresh", { action: "update", service: "oauth", tokens: { accessToken: [canary] } }),
    ],
    ["a refresh notice that is none", () => tokenVault.post("/v1/refresh-notify", { service: { canary } })],
  ];
}

function ticketErrors({ tokenVault }: TestServer, canary: string): Request[] {
  const store = async (tokenData: unknown, more: Readonly<Record<string, unknown>> = {}): Promise<Response> =>
    tokenVault.unsigned("/v1/store", {
      ticket: await tokenVault.ticket("oauth", "store"),
      service: "oauth",
      tokenData,
      ...more,
    });
  const expired = { iat: 1_700_000_000, exp: 1_700_000_060, sub: canary, cid: canary };
  return [
    ["a ticket that is none", () => tokenVault.fetchWith("/v1/credential", canary, canary)],
    [
      "a ticket of two parts",
      () => tokenVault.fetchWith("/v1/credential", `${Buffer.from(canary).toString("base64url")}.${canary}`, canary),
    ],
    ["a ticket that has expired", () => tokenVault.credential("oauth", expired)],
    [
      "a ticket for another service",
      async () => tokenVault.fetchWith("/v1/credential", await tokenVault.ticket(canary, "agent_credential"), "oauth"),
    ],
    [
      "a ticket for another purpose",
      async () =>
        tokenVault.fetchWith("/v1/credential", await tokenVault.ticket("oauth", "store", { aid: canary }), "oauth"),
    ],
    ["a ticket of another creation", () => tokenVault.credential("oauth", { cid: canary })],
    ["a service that nothing is stored for", () => tokenVault.credential("absent")],
    ["a service account that cannot sign", () => tokenVault.credential("google")],
    [
      "a code of what has none",
      async () => tokenVault.fetchWith("/v1/totp-code", await tokenVault.ticket("oauth", "totp_code"), "oauth"),
    ],
    ["tokenData that is a text", () => store(canary)],
    ["tokenData with a member of the wrong type", () => store({ accessToken: { value: canary } })],
    ["tokenData with a bad one-time URI", () => store({ totpUri: `otpauth://hotp/${canary}?secret=${canary}` })],
    ["tokenData with a bad one-time seed", () => store({ totpSecret: canary, totpAlgorithm: canary })],
    ["a store request without tokenData", () => store(undefined, { [canary]: canary })],
    ["a store that must be the first", () => tokenVault.store("oauth", { accessToken: canary }, { mode: "create" })],
  ];
}

function proxyErrors({ tokenVault }: TestServer, upstream: LoopbackServer, canary: string): Request[] {
  const proxy = async (
    call: Readonly<Record<string, unknown>>,
    headerTemplates: Readonly<Record<string, string>> = {},
    ticket?: string,
  ): Promise<Response> =>
    tokenVault.post("/v1/proxy", {
      ticket: ticket ?? (await tokenVault.ticket("oauth", "proxy")),
      service: "oauth",
      upstream: call,
      headerTemplates,
    });
  return [
    ["a proxy call with a ticket that is none", () => proxy({ url: `${upstream.url}/${canary}` }, {}, canary)],
    ["a proxy call to no URL", () => proxy({ url: canary })],
    [
      "a proxy call to a private host",
      () => proxy({ url: `https://10.0.0.1/${canary}?${canary}`, headers: { x: canary } }),
    ],
    ["a proxy call with a login in the URL", () => proxy({ url: `https://${canary}:${canary}@${upstream.host}/` })],
    ["a proxy call by an unknown method", () => proxy({ url: upstream.url, method: `${canary} X` })],
    [
      "a proxy call with a body that is no base64",
      () => proxy({ url: upstream.url, method: "POST", body: `${canary}!` }),
    ],
    [
      "a proxy call with a header that cannot be sent",
      () => proxy({ url: upstream.url, headers: { [`${canary} x`]: canary } }),
    ],
    [
      "a proxy call with a template that cannot be sent",
      () => proxy({ url: upstream.url }, { authorization: `${canary}\n\${TOKEN}` }),
    ],
  ];
}
