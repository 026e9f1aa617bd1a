import { gzipSync } from "node:zlib";
import type { Check } from "../check.js";
import type { SendOptions } from "../connection.js";
import { expects, holds, refused, same, succeeded } from "../expectation.js";
import type { Reply } from "../reply.js";
import type { Stage } from "../stage.js";
import type { UpstreamHandler } from "../upstream.js";

/** Marks the value of every header of the upstream's connection. */
const dropped = "verify-dropped";
const streamingLimitMs = 3000;
const redirects = [301, 302, 303, 307, 308];
const needing = {
  rule: "R44",
  writes: true,
  capabilities: ["proxy", "store"],
  needs: "upstream",
} as const;

export const proxyAnswerChecks: readonly Check[] = [
  {
    ...needing,
    name: "proxy.statuses",
    level: "protocol",
    proves: "The upstream's status and body come back as they are, with X-Upstream-Status.",
    fix: "Answer with the upstream's status, also when it is an error, and repeat it in X-Upstream-Status.",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      for (const status of [200, 201, 202, 204, 304, 400, 401, 403, 404, 409, 418, 422, 429, 500, 502, 503]) {
        const text = status === 204 || status === 304 ? "" : `{"from":"upstream","status":${String(status)}}`;
        const reply = await proxied(stage, service, (_call, response) => {
          response.writeHead(status, { "content-type": "application/json" }).end(text);
        });
        same("The status", reply.status, status);
        same(`X-Upstream-Status of ${String(status)}`, reply.headers("x-upstream-status"), [String(status)]);
        same(`The body of ${String(status)}`, reply.text, text);
        const type = reply.header("content-type") ?? "";
        if (text !== "") expects(type.startsWith("application/json"), "The Content-Type is not the upstream's.");
      }
    },
  },
  {
    ...needing,
    name: "proxy.binary",
    level: "protocol",
    proves: "A body of any bytes comes back byte for byte.",
    fix: "Pass bytes on as bytes; do not decode the body as text.",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const body = Buffer.concat([Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), randomBytes(300_000)]);
      for (const isChunked of [false, true]) {
        const reply = await proxied(stage, service, (_call, response) => {
          const length = isChunked ? {} : { "content-length": body.length };
          response.writeHead(200, { "content-type": "application/octet-stream", ...length }).end(body);
        });
        const framing = isChunked ? "chunked" : "with Content-Length";
        same(`The length of a body that came ${framing}`, succeeded(reply).body.length, body.length);
        expects(body.equals(reply.body), `A body that came ${framing} is changed.`);
      }
    },
  },
  {
    ...needing,
    name: "proxy.headers",
    level: "strict",
    proves: "The upstream's headers come back, repeated ones apart; those of its connection and encoding do not.",
    fix: "Pass on all headers but hop-by-hop ones, those that Connection names, Content-Length and Content-Encoding.",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const cookies = ["a=1; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2; HttpOnly"];
      const links = ["<https://a.example>; rel=next", "<https://b.example>; rel=last"];
      const text = "what came compressed";
      const reply = succeeded(
        await proxied(stage, service, (_call, response) => {
          response.setHeader("set-cookie", cookies);
          response.setHeader("link", links);
          response.setHeader("cache-control", "max-age=60");
          response.setHeader("x-custom", "one, two");
          for (const name of ["keep-alive", "proxy-authenticate", "proxy-connection", "upgrade", "x-named"])
            response.setHeader(name, dropped);
          response.setHeader("connection", "close, x-named");
          response.setHeader("content-type", "text/x-verify");
          response.setHeader("content-encoding", "gzip");
          response.end(gzipSync(text));
        }),
      );
      same("Set-Cookie", reply.headers("set-cookie"), cookies);
      same("Link", reply.headers("link").join(", "), links.join(", "));
      same("Cache-Control", reply.headers("cache-control"), ["max-age=60"]);
      same("X-Custom", reply.headers("x-custom"), ["one, two"]);
      same("Content-Type", reply.headers("content-type"), ["text/x-verify"]);
      const passed = reply.rawHeaders.filter(
        (_, index) => index % 2 === 0 && reply.rawHeaders[index + 1]?.includes(dropped),
      );
      same("The headers that came back and must not", passed, []);
      same("Content-Encoding", reply.headers("content-encoding"), []);
      same("The body", reply.text, text);
    },
  },
  {
    ...needing,
    name: "proxy.streaming",
    level: "strict",
    proves: "What the upstream has sent comes through before it sends the rest.",
    fix: "Pass each piece of the body on as it comes, and flush it; hold back only what may be the start of an echo.",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const first = `data: ${"first ".repeat(200)}\n\n`;
      const second = "data: second\n\n";
      let isLate = false;
      let release = (): void => undefined;
      const gotFirst = new Promise<void>((resolve) => (release = resolve));
      const timer = setTimeout(() => {
        isLate = true;
        release();
      }, streamingLimitMs);
      try {
        const handler: UpstreamHandler = (_call, response) => {
          response.writeHead(200, { "content-type": "text/event-stream" }).write(first);
          void gotFirst.then(() => response.end(second));
        };
        const reply = succeeded(await proxied(stage, service, handler, { onChunk: release }));
        holds(!isLate, `The first piece did not come through within ${String(streamingLimitMs / 1000)} s.`);
        same("The body", reply.text, first + second);
      } finally {
        clearTimeout(timer);
        release();
      }
    },
  },
  {
    ...needing,
    name: "proxy.redirects",
    level: "security",
    rule: "R42",
    proves: "A redirect is not followed.",
    fix: "Switch off the HTTP client's following of redirects: the credential would go where the upstream points.",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const { calls, url } = stage.upstream.route((_call, response) => response.end("followed"));
      for (const status of redirects) {
        await proxied(stage, service, (_call, response) => response.writeHead(status, { location: url }).end());
        same(`The number of calls where a redirect ${String(status)} points`, calls.length, 0);
      }
    },
  },
  {
    ...needing,
    name: "proxy.redirect-answers",
    level: "strict",
    rule: "R42",
    proves: "A redirect is answered as it came.",
    fix: "Answer the redirect's status and Location.",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const { url } = stage.upstream.route((_call, response) => response.end("followed"));
      for (const status of redirects) {
        const reply = await proxied(stage, service, (_call, response) => {
          response.writeHead(status, { location: url }).end();
        });
        same("The status", reply.status, status);
        same("Location", reply.headers("location"), [url]);
      }
    },
  },
  {
    ...needing,
    name: "proxy.reset",
    level: "protocol",
    proves: "An upstream that hangs up is 502 after one call, and the ticket is used.",
    fix: "Answer 502 upstream_error; send nothing again on one ticket, since the upstream may have acted.",
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const { url, calls } = stage.upstream.route((_call, response) => response.destroy());
      const ticket = await stage.tokenVault.ticket(service, "proxy");
      const request = { service, ticket, upstream: { url }, headerTemplates: {} };
      refused(await stage.tokenVault.proxy(request), "upstream_error");
      same("The number of calls upstream", calls.length, 1);
      refused(await stage.tokenVault.proxy(request), "ticket_invalid");
      same("The number of calls upstream with the ticket used", calls.length, 1);
    },
  },
  {
    ...needing,
    name: "proxy.slow",
    level: "protocol",
    proves: "An upstream that does not answer is 504 after 30 s.",
    fix: "Wait 30 s for the upstream's headers, then answer 504 upstream_timeout.",
    slow: true,
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const reply = refused(await proxied(stage, service, () => undefined), "upstream_timeout");
      const seconds = reply.milliseconds / 1000;
      holds(seconds > 28 && seconds < 36, `It came after ${seconds.toFixed(1)} s; the upstream has 30 s.`);
    },
  },
];

function proxied(stage: Stage, service: string, handler: UpstreamHandler, options: SendOptions = {}): Promise<Reply> {
  const { url } = stage.upstream.route(handler);
  const headerTemplates = { Authorization: "Bearer ${TOKEN}" };
  return stage.tokenVault.proxy({ service, upstream: { url }, headerTemplates }, options);
}

/** Fills any number of bytes; the platform gives 65,536 at a time. */
function randomBytes(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let start = 0; start < length; start += 65_536)
    crypto.getRandomValues(bytes.subarray(start, Math.min(start + 65_536, length)));
  return bytes;
}
