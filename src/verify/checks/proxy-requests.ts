import type { Check } from "../check.js";
import { expects, refused, refusedCase, same, succeeded } from "../expectation.js";
import { bearer, callUpstream, proxied, quietRoute } from "../proxied-call.js";
import type { Json } from "../reply.js";
import type { Stage } from "../stage.js";

/** Marks the value of every header that must not go upstream. */
const dropped = "verify-dropped";
const needing = {
  writes: true,
  capabilities: ["proxy", "store"],
  needs: "upstream",
} as const;

export const proxyRequestChecks: readonly Check[] = [
  {
    ...needing,
    name: "proxy.injection",
    level: "protocol",
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
    level: "protocol",
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
    level: "security",
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
      expects(!call.target.includes(token), "The token stands in the address.");
    },
  },
  {
    ...needing,
    name: "proxy.request",
    level: "protocol",
    rule: "R43",
    proves: "Method, path, query, headers and body arrive upstream.",
    fix: "Pass on method, path, query, headers and body byte for byte.",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
        same("The method", (await proxied(stage, service, { upstream: { method } })).method, method);
      same("The method when none is named", (await proxied(stage, service)).method, "GET");
      const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
      const path = "/deep/a%20b%2Fc?x=1&y=%2F&x=2&empty=";
      const upstream = { method: "POST", headers: passedHeaders, body: body.toString("base64") };
      const call = await proxied(stage, service, { path, upstream });
      expects(call.target.endsWith(path), `The path and query do not end with ${path}.`);
      expects(body.equals(call.body), "The body is not byte for byte what was sent.");
      for (const [name, value] of Object.entries(passedHeaders)) same(name, call.headers[name.toLowerCase()], value);
    },
  },
  {
    ...needing,
    name: "proxy.request-headers",
    level: "strict",
    rule: "R43",
    proves: "Headers of the caller's connection, and those of Token Vault, do not arrive upstream.",
    fix: "Drop the headers that R43 names, and ask for `Accept-Encoding: identity`.",
    run: expectDropped,
  },
  {
    ...needing,
    name: "proxy.absent",
    level: "protocol",
    rule: "R43",
    proves: "Without a stored access token the answer is 404, and no call is made.",
    fix: "Answer 404 token_not_found when nothing, or no accessToken, is stored; never send an empty token.",
    async run(stage) {
      const route = quietRoute(stage);
      refused(await callUpstream(stage, stage.service(), route), "token_not_found");
      const keyOnly = await stage.stored({ sshPrivateKey: stage.secretText() });
      refused(await callUpstream(stage, keyOnly, route), "token_not_found");
      same("The number of calls upstream", route.calls.length, 0);
    },
  },
  {
    ...needing,
    name: "proxy.validation",
    level: "strict",
    rule: "R43",
    proves: "A malformed request is 400, makes no call and leaves the ticket usable.",
    fix: "Validate url, method, headers, body and templates before the ticket is used up.",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const route = quietRoute(stage);
      const ticket = await stage.tokenVault.ticket(service, "proxy");
      for (const [what, part] of malformed(route.url)) {
        const whole = { ticket, service, upstream: { url: route.url }, headerTemplates: bearer, ...part };
        refusedCase(what, await stage.tokenVault.signed("/v1/proxy", whole), "invalid_request");
        same(`The number of calls upstream after ${what}`, route.calls.length, 0);
      }
      succeeded(await callUpstream(stage, service, route, { ticket }));
      const unfit = `${stage.secretText()}\r\nX-Injected: yes`;
      stage.keepSecret(unfit);
      const calls = route.calls.length;
      const unsent = await callUpstream(stage, await stage.stored({ accessToken: unfit }), route);
      refusedCase("a token with a line end", unsent, "invalid_request");
      same("The number of calls upstream with a token that no header can carry", route.calls.length, calls);
    },
  },
];

const passedHeaders = { "X-Custom": "one, two", "Content-Type": "application/x-verify", Accept: "text/x-verify" };

async function expectDropped(stage: Stage): Promise<void> {
  const service = await stage.stored({ accessToken: stage.secretText() });
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
  const every = Object.fromEntries(names.map((name) => [name, dropped]));
  const headers = { ...every, ...passedHeaders, Connection: "X-Named" };
  const call = await proxied(stage, service, { upstream: { method: "POST", headers, body: "" } });
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
