import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import type { Check } from "../check.js";
import { expects, holds, refused, same, succeeded } from "../expectation.js";
import { pause } from "../patience.js";
import type { Reply } from "../reply.js";
import type { Stage } from "../stage.js";
import type { UpstreamCall } from "../upstream.js";

type Echo = (token: string, response: Parameters<Parameters<Stage["upstream"]["route"]>[0]>[1]) => void;

const mark = "[redacted]";
/** The gap makes pieces arrive one by one. */
const pieceGapMs = 15;
const needing = {
  rule: "R45",
  writes: true,
  capabilities: ["proxy", "store"],
  needs: "upstream",
} as const;

export const proxyEchoChecks: readonly Check[] = [
  {
    ...needing,
    name: "proxy.echo",
    level: "strict",
    proves: "A credential that the upstream echoes in its body or its headers is blanked.",
    fix: "Replace the access token by `[redacted]` in the values of the answer's headers and in its body.",
    async run(stage) {
      const reply = await echoed(stage, stage.secretText(), (token, response) => {
        response.setHeader("x-echo", `Bearer ${token}`);
        response.setHeader("set-cookie", `token=${token}; Path=/`);
        response.end(`before ${token} between ${token}${token} after`);
      });
      same("The body", reply.text, `before ${mark} between ${mark}${mark} after`);
      same("The header", reply.headers("x-echo"), [`Bearer ${mark}`]);
      same("Set-Cookie", reply.headers("set-cookie"), [`token=${mark}; Path=/`]);
      const error = await echoed(stage, stage.secretText(), (token, response) => {
        response.writeHead(401).end(`bad token: ${token}`);
      });
      same("The body of an error", error.text, `bad token: ${mark}`);
    },
  },
  {
    ...needing,
    name: "proxy.echo-encoded",
    level: "strict",
    proves: "An echo is blanked percent-encoded, JSON-escaped and in base64 too.",
    fix: "Look for the token in each of these forms; base64 at all three alignments and in both alphabets.",
    async run(stage) {
      // Characters that writers of JSON or of URLs escape in different ways are left out.
      const token = `${stage.secretText()}"\\=%???~~~???~~~${crypto.randomUUID()}`;
      stage.keepSecret(token);
      const percent = (text: string): string => encodeURIComponent(text);
      const texts: [string, (token: string) => string][] = [
        ["percent-encoded", percent],
        ["percent-encoded in lower case", (text) => percent(text).replace(/%../g, (code) => code.toLowerCase())],
        ["JSON-escaped", (text) => JSON.stringify(text).slice(1, -1)],
      ];
      const blanked = await echoed(stage, token, (given, response) => {
        response.end(texts.map(([, encode]) => `<${encode(given)}>`).join("\n"));
      });
      const lines = blanked.text.split("\n");
      for (const [index, [form]] of texts.entries()) same(`The ${form} echo`, lines[index], `<${mark}>`);
      await blanksBase64(stage, token);
    },
  },
  {
    ...needing,
    name: "proxy.echo-split",
    level: "strict",
    proves: "An echo is blanked when it comes in pieces; what only begins like it comes through.",
    fix: "Hold back the end of a piece that may be the start of the token until the next piece decides.",
    async run(stage) {
      const secret = stage.secretText();
      const half = secret.slice(0, 20);
      const reply = await echoed(stage, secret, (token, response) => {
        const third = Math.floor(token.length / 3);
        const pieces = [`a ${half}`, `| b ${token.slice(0, 1)}`, token.slice(1, third), token.slice(third, -1)];
        pieces.push(`${token.slice(-1)} c ${token.slice(0, third)}`, `${token.slice(third)} d ${half}`);
        void (async () => {
          for (const piece of pieces) {
            response.write(piece);
            await pause(pieceGapMs);
          }
          response.end();
        })();
      });
      same("The body", reply.text, `a ${half}| b ${mark} c ${mark} d ${half}`);
    },
  },
  {
    ...needing,
    name: "proxy.echo-gzip",
    level: "strict",
    proves: "An echo is blanked in what the upstream compressed; what cannot be read is not passed on.",
    fix: "Decode gzip, deflate and, if you can, br before looking for the token; answer 502 for another encoding or more than two.",
    async run(stage) {
      const codings = [
        ["gzip", gzipSync],
        ["deflate", deflateSync],
        ["br", brotliCompressSync],
        ["deflate, gzip", (text: string) => gzipSync(deflateSync(text))],
      ] as const;
      for (const [coding, compress] of codings) {
        const reply = await echoed(stage, stage.secretText(), (token, response) => {
          response.writeHead(200, { "content-encoding": coding }).end(compress(`before ${token} after`));
        });
        // Some platforms cannot decode it, and an undecoded body must not come through.
        if (coding === "br" && reply.at("error") === "upstream_error") {
          refused(reply, "upstream_error");
          continue;
        }
        same(`The body that came as ${coding}`, succeeded(reply).text, `before ${mark} after`);
        same(`Content-Encoding of what came as ${coding}`, reply.headers("content-encoding"), []);
      }
      for (const coding of ["x-verify", "gzip, gzip, gzip"]) {
        const reply = await echoed(stage, stage.secretText(), (token, response) => {
          const body = coding === "x-verify" ? token : gzipSync(gzipSync(gzipSync(token)));
          response.writeHead(200, { "content-encoding": coding }).end(body);
        });
        refused(reply, "upstream_error");
      }
    },
  },
];

/** Resolves to the response when the upstream repeats the token that it was sent. */
async function echoed(stage: Stage, secret: string, echo: Echo): Promise<Reply> {
  const service = await stage.stored({ accessToken: secret });
  const { url, calls } = stage.upstream.route((call, response) => {
    echo(tokenOf(call), response);
  });
  const headerTemplates = { Authorization: "Bearer ${TOKEN}" };
  const reply = await stage.tokenVault.proxy({ service, upstream: { url }, headerTemplates });
  const [call] = calls;
  // A call without the token would have no echo.
  holds(call !== undefined && tokenOf(call) === secret, "The upstream did not get the token.");
  return reply;
}

function tokenOf({ headers }: UpstreamCall): string {
  return (headers.authorization ?? "").replace("Bearer ", "");
}

async function blanksBase64(stage: Stage, token: string): Promise<void> {
  for (const alphabet of ["base64", "base64url"] as const) {
    for (const offset of [0, 1, 2]) {
      const encode = (text: string): string => Buffer.from(`${"x".repeat(offset)}${text} tail`).toString(alphabet);
      const reply = await echoed(stage, token, (given, response) => response.end(`<${encode(given)}>`));
      const where = `${alphabet} with the token at byte ${String(offset)}`;
      // The characters at both ends of the echo encode bits of their neighbours too.
      const core = encode(token).slice(8, 8 + Math.floor((token.length * 4) / 3) - 16);
      expects(!reply.text.includes(core), `An echo in ${where} comes through.`);
      expects(reply.text.includes(mark), `An echo in ${where} is not replaced by ${mark}.`);
    }
  }
}
