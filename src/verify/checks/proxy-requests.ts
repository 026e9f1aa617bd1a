import type { components } from "../../../generated/types.js";
import type { Check } from "../check.js";
import { CheckFailure } from "../check-errors.js";
import { holds, oneSucceeded, refused, same, succeeded } from "../expectation.js";
import type { Json, Reply } from "../reply.js";
import type { Stage } from "../stage.js";
import { sendJson, type UpstreamCall, type UpstreamRoute } from "../upstream.js";

const bearer = { Authorization: "Bearer ${TOKEN}" };
/** Marks the value of every header that must not go upstream. */
const dropped = "verify-dropped";
const needing = {
  level: "required",
  writes: true,
  capabilities: ["proxy", "store"],
  needs: "upstream",
} as const;

export const proxyRequestChecks: readonly Check[] = [
  {
    ...needing,
    name: "proxy.injection",
    rule: "R43",
    proves: "Every ${TOKEN} in a header template becomes the access token.",
    fix: "Replace each `${TOKEN}` of each member of headerTemplates, and send the result as that header.",
    async run(stage) {
      const token = stage.secretText();
      const service = await stage.stored({ accessToken: token });
      const headerTemplates = {
        ...bearer,
        "X-Api-Key": "${TOKEN}",
        "X-Twice": "a ${TOKEN} b ${TOKEN} c",
        "X-None": "x",
      };
      const { headers } = await proxied(stage, service, { headerTemplates });
      same("Authorization", headers.authorization, `Bearer ${token}`);
      same("X-Api-Key", headers["x-api-key"], token);
      same("X-Twice", headers["x-twice"], `a ${token} b ${token} c`);
      same("A template without ${TOKEN}", headers["x-none"], "x");
    },
  },
  {
    ...needing,
    name: "proxy.patterns",
    rule: "R43",
    proves: "Characters that replacement functions take for patterns arrive as they are.",
    fix: "Replace literally: the token's `$&`, `$$`, `\\1` or `%s` are no patterns.",
    async run(stage) {
      const token = `${stage.secretText()}-$&-$$-$1-$\`-$'-\\1-\\0-%s-%d-{0}-&`;
      stage.keepSecret(token);
      const service = await stage.stored({ accessToken: token });
      same("Authorization", (await proxied(stage, service)).headers.authorization, `Bearer ${token}`);
    },
  },
  {
    ...needing,
    name: "proxy.templates-only",
    rule: "R43",
    proves: "${TOKEN} in the address, in other headers or in the body is no template.",
    fix: "Replace `${TOKEN}` in headerTemplates alone: what goes into an address or a body ends in logs.",
    async run(stage) {
      const token = stage.secretText();
      const service = await stage.stored({ accessToken: token });
      const body = Buffer.from("a ${TOKEN} b");
      const call = await proxied(stage, service, {
        path: "?key=${TOKEN}",
        upstream: { method: "POST", headers: { "X-Plain": "${TOKEN}" }, body: body.toString("base64") },
        headerTemplates: {},
      });
      same("The header of upstream.headers", call.headers["x-plain"], "${TOKEN}");
      same("The body", Buffer.from(call.body).toString(), body.toString());
      holds(!call.target.includes(token), "The token stands in the address.");
    },
  },
  {
    ...needing,
    name: "proxy.request",
    rule: "R43",
    proves: "Method, path, query, headers and body arrive upstream; what is of the caller's connection does not.",
    fix: "Pass on what R43 does not name, byte for byte; drop what it names, and ask for `Accept-Encoding: identity`.",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
        same("The method", (await proxied(stage, service, { upstream: { method } })).method, method);
      same("The method when none is named", (await proxied(stage, service)).method, "GET");
      await arrives(stage, service);
    },
  },
  {
    ...needing,
    name: "proxy.once",
    rule: "R24",
    proves: "A proxy ticket serves one call, also when it comes several times at once.",
    fix: "Use up the ticket's nonce in one step with the check, before the call goes out.",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const route = quietRoute(stage);
      const ticket = await stage.tokenVault.ticket(service, "proxy");
      succeeded(await call(stage, service, route, { ticket }));
      refused(await call(stage, service, route, { ticket }), "ticket_invalid");
      same("The number of calls upstream", route.calls.length, 1);
      const shared = await stage.tokenVault.ticket(service, "proxy");
      const attempts = Array.from({ length: 8 }, () => call(stage, service, route, { ticket: shared }));
      oneSucceeded(await Promise.all(attempts), "ticket_invalid");
      same("The number of calls upstream", route.calls.length, 2);
    },
  },
  {
    ...needing,
    name: "proxy.signature",
    rule: "R19",
    proves: "A ticket alone does not make the webhook call: the request must be signed.",
    fix: "Check signature, timestamp and request id of /v1/proxy before anything else; leave the ticket unused.",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const route = quietRoute(stage);
      const ticket = await stage.tokenVault.ticket(service, "proxy");
      const body = { ticket, service, upstream: { url: route.url }, headerTemplates: bearer };
      refused(await stage.post("/v1/proxy", body), "auth_failed");
      const key = crypto.getRandomValues(new Uint8Array(32));
      refused(await stage.tokenVault.signed("/v1/proxy", body, { key }), "auth_failed");
      same("The number of calls upstream", route.calls.length, 0);
      succeeded(await call(stage, service, route, { ticket }));
    },
  },
  {
    ...needing,
    name: "proxy.ticket",
    rule: "R23",
    proves: "A signed request with a forged, expired or foreign ticket makes no call.",
    fix: "Check the ticket's MAC, expiry, purpose `proxy` and service before the call.",
    async run(stage) {
      const { tokenVault } = stage;
      const service = await stage.stored({ accessToken: stage.secretText() });
      const other = await stage.stored({ accessToken: stage.secretText() });
      const route = quietRoute(stage);
      const payload = JSON.stringify(tokenVault.claims(service, "proxy"));
      const wrong = [
        await tokenVault.signTicket(payload, crypto.getRandomValues(new Uint8Array(32))),
        await tokenVault.ticket(other, "proxy"),
      ];
      for (const purpose of ["agent_credential", "user_reveal", "store", "totp_code"] as const)
        wrong.push(await tokenVault.ticket(service, purpose));
      for (const ticket of wrong) refused(await call(stage, service, route, { ticket }), "ticket_invalid");
      const past = Math.floor(Date.now() / 1000) - 60;
      const expired = await tokenVault.ticket(service, "proxy", { iat: past - 60, exp: past });
      refused(await call(stage, service, route, { ticket: expired }), "ticket_expired");
      same("The number of calls upstream", route.calls.length, 0);
    },
  },
  {
    ...needing,
    name: "proxy.cid",
    rule: "R25",
    proves: "A ticket for an earlier creation of the credential makes no call.",
    fix: "Compare the ticket's cid with the stored creationId before the call; another one is 409 stale_creation.",
    capabilities: ["proxy", "store", "ticketConstraints"],
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() }, { cid: "verify-new" });
      const route = quietRoute(stage);
      const ticket = await stage.tokenVault.ticket(service, "proxy", { cid: "verify-old" });
      refused(await call(stage, service, route, { ticket }), "stale_creation");
      same("The number of calls upstream", route.calls.length, 0);
      const right = await stage.tokenVault.ticket(service, "proxy", { cid: "verify-new" });
      succeeded(await call(stage, service, route, { ticket: right }));
    },
  },
  {
    ...needing,
    name: "proxy.absent",
    rule: "R43",
    proves: "Without a stored access token the answer is 404, and no call is made.",
    fix: "Answer 404 token_not_found when nothing, or no accessToken, is stored; never send an empty token.",
    async run(stage) {
      const route = quietRoute(stage);
      refused(await call(stage, stage.service(), route), "token_not_found");
      const keyOnly = await stage.stored({ sshPrivateKey: stage.secretText() });
      refused(await call(stage, keyOnly, route), "token_not_found");
      same("The number of calls upstream", route.calls.length, 0);
    },
  },
  {
    ...needing,
    name: "proxy.validation",
    rule: "R43",
    proves: "A malformed request is 400, makes no call and leaves the ticket usable.",
    fix: "Validate url, method, headers, body and templates before the ticket is used up.",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const route = quietRoute(stage);
      const ticket = await stage.tokenVault.ticket(service, "proxy");
      for (const [what, part] of malformed(route.url)) {
        const whole = { ticket, service, upstream: { url: route.url }, headerTemplates: bearer, ...part };
        is400(what, await stage.tokenVault.signed("/v1/proxy", whole));
        same(`The number of calls upstream after ${what}`, route.calls.length, 0);
      }
      succeeded(await call(stage, service, route, { ticket }));
      const unfit = `${stage.secretText()}\r\nX-Injected: yes`;
      stage.keepSecret(unfit);
      const calls = route.calls.length;
      is400("a token with a line end", await call(stage, await stage.stored({ accessToken: unfit }), route));
      same("The number of calls upstream with a token that no header can carry", route.calls.length, calls);
    },
  },
];

interface CallOptions {
  readonly ticket?: string;
  /** The suffix of the route's address. */
  readonly path?: string;
  readonly upstream?: Omit<components["schemas"]["Upstream"], "url">;
  readonly headerTemplates?: Readonly<Record<string, string>>;
}

function quietRoute({ upstream }: Stage): UpstreamRoute {
  return upstream.route((_call, response) => {
    sendJson(response, {});
  });
}

function call(
  { tokenVault }: Stage,
  service: string,
  { url }: UpstreamRoute,
  options: CallOptions = {},
): Promise<Reply> {
  const { ticket, path = "", upstream = {}, headerTemplates = bearer } = options;
  const target = { ...upstream, url: url + path };
  return tokenVault.proxy({ service, upstream: target, headerTemplates, ...(ticket !== undefined && { ticket }) });
}

/** Resolves to the upstream's one call. @throws CheckFailure unless it was called once and its response came back */
async function proxied(stage: Stage, service: string, options: CallOptions = {}): Promise<UpstreamCall> {
  const route = quietRoute(stage);
  succeeded(await call(stage, service, route, options));
  const [received] = route.calls;
  holds(received !== undefined && route.calls.length === 1, `The upstream got ${String(route.calls.length)} calls.`);
  return received;
}

async function arrives(stage: Stage, service: string): Promise<void> {
  const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const path = "/deep/a%20b%2Fc?x=1&y=%2F&x=2&empty=";
  const kept = { "X-Custom": "one, two", "Content-Type": "application/x-verify", Accept: "text/x-verify" };
  const names = ["X-TokenVault-Request-Id", "X-TokenVault-Other", "Cookie", "Forwarded", "Via", "X-Real-IP", "TE"];
  names.push(
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Other",
    "Keep-Alive",
    "Proxy-Authorization",
    "Trailer",
  );
  names.push("Upgrade", "X-Named", "Accept-Encoding", "Host", "Expect", "Proxy-Connection");
  const headers = { ...Object.fromEntries(names.map((name) => [name, dropped])), ...kept, Connection: "X-Named" };
  const upstream = { method: "POST", headers, body: body.toString("base64") };
  const call = await proxied(stage, service, { path, upstream });
  holds(call.target.endsWith(path), `The path and query do not end with ${path}.`);
  holds(body.equals(call.body), "The body is not byte for byte what was sent.");
  for (const [name, value] of Object.entries(kept)) same(name, call.headers[name.toLowerCase()], value);
  const passed = call.rawHeaders.filter((_, index) => call.rawHeaders[index + 1]?.includes(dropped) && index % 2 === 0);
  same("The headers that were passed on and must not be", passed, []);
  same("Accept-Encoding", call.headers["accept-encoding"], "identity");
  same("Host", call.headers.host, stage.upstream.host);
  const ours = Object.keys(call.headers).filter((name) => name.startsWith("x-tokenvault-"));
  same("The X-TokenVault-* headers that arrived", ours, []);
}

/** Lists properties of a request, each wrong in one way. */
function malformed(url: string): [string, Json][] {
  const upstream = (part: Json): Json => ({ upstream: { url, ...part } });
  const template = (name: string, value: unknown = "${TOKEN}"): Json => ({ headerTemplates: { [name]: value } });
  const unsettable = ["Host", "Content-Length", "Connection", "Transfer-Encoding", "TE", "Upgrade"];
  return [
    ["a body that is not base64", upstream({ method: "POST", body: "a*b=" })],
    ["a body that is no text", upstream({ method: "POST", body: 1 })],
    ["an upstream without url", { upstream: {} }],
    ["no upstream", { upstream: undefined }],
    ["a method that is not allowed", upstream({ method: "TRACE" })],
    ["the method CONNECT", upstream({ method: "CONNECT" })],
    ["a method that is none", upstream({ method: "GET / HTTP/1.1" })],
    ["a header with a line end", upstream({ headers: { "X-A": "a\r\nX-B: b" } })],
    ["a header name with a blank", upstream({ headers: { "X A": "a" } })],
    ["a header that is no text", upstream({ headers: { "X-A": 1 } })],
    ["no headerTemplates", { headerTemplates: undefined }],
    ["a template that is no text", template("X-A", 1)],
    ["a template with a line end", template("X-A", "${TOKEN}\nX-B: b")],
    ...unsettable.map((name): [string, Json] => [`a template for ${name}`, template(name)]),
  ];
}

function is400(what: string, reply: Reply): void {
  if (reply.status === 400 && reply.at("error") === "invalid_request") return;
  throw new CheckFailure(`For ${what} expected 400 invalid_request, got ${String(reply.status)}.`, { reply });
}
