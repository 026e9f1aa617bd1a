import { gzipSync } from "node:zlib";
import type { Check } from "../check.js";
import { echoed } from "../echoed-call.js";
import { same, succeededCase } from "../expectation.js";

const mark = "[redacted]";
const needing = {
  level: "strict",
  rule: "R45",
  writes: true,
  capabilities: ["proxy", "store"],
  needs: "upstream",
} as const;

/** Encoders of JSON, URLs and HTML in other languages. */
const encoders: readonly (readonly [what: string, encode: (text: string) => string])[] = [
  [
    "Gson",
    (text) =>
      JSON.stringify(text)
        .slice(1, -1)
        .replace(/[<>&='\u2028]/g, unicodeEscape),
  ],
  ["PHP's json_encode", (text) => JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/")],
  ["Go's encoding/json", (text) => JSON.stringify(text).slice(1, -1).replace(/[<>&]/g, unicodeEscape)],
  [
    "Python's quote",
    (text) =>
      encodeURIComponent(text)
        .replaceAll("%2F", "/")
        .replace(/[!'()*]/g, percentEscape),
  ],
  ["encodeURI", encodeURI],
  ["RFC 3986", (text) => encodeURIComponent(text).replace(/[!'()*]/g, percentEscape)],
  ["Python's html.escape", (text) => named(text).replaceAll('"', "&quot;").replaceAll("'", "&#x27;")],
  ["Go's html.EscapeString", (text) => named(text).replaceAll('"', "&#34;").replaceAll("'", "&#39;")],
  [
    "Mustache",
    (text) =>
      named(text)
        .replaceAll('"', "&quot;")
        .replaceAll("'", "&#39;")
        .replaceAll("/", "&#x2F;")
        .replaceAll("=", "&#x3D;"),
  ],
  ["hex", (text) => Buffer.from(text).toString("hex")],
  ["upper-case hex", (text) => Buffer.from(text).toString("hex").toUpperCase()],
];

export const proxyEncodingChecks: readonly Check[] = [
  {
    ...needing,
    name: "proxy.echo-languages",
    proves: "An echo is blanked as the encoders of other languages write it.",
    fix: "Match each character of the token raw, percent-encoded, JSON-escaped or HTML-escaped, and the token in hex.",
    async run(stage) {
      const token = `${stage.secretText()}/a=b&c<d>'e"f'(g)*!/${crypto.randomUUID()}`;
      stage.keepSecret(token);
      const reply = await echoed(stage, token, (given, response) => {
        response.end(encoders.map(([, encode]) => `[${encode(given)}]`).join("\n"));
      });
      const lines = reply.text.split("\n");
      for (const [index, [what]] of encoders.entries()) same(`The echo of ${what}`, lines[index], `[${mark}]`);
    },
  },
  {
    ...needing,
    name: "proxy.echo-mime",
    proves: "An echo in base64 with line breaks is blanked.",
    fix: "Let a line break stand between any two digits of the token's base64.",
    async run(stage) {
      const token = `${stage.secretText()}-${crypto.randomUUID()}`;
      for (const lineEnd of ["\n", "\r\n"]) {
        const reply = await echoed(stage, token, (given, response) => {
          const digits = Buffer.from(given).toString("base64").replace(/=+$/, "");
          response.end(`[${digits.replace(/.{76}(?=.)/g, `$&${lineEnd}`)}]`);
        });
        // The digit at the end may hold bits of what follows.
        const shown = reply.text.replace(/\[redacted\].?\]$/s, `${mark}]`);
        same("The echo with line breaks", shown, `[${mark}]`);
      }
    },
  },
  {
    ...needing,
    name: "proxy.codings",
    proves: "Encodings that say nothing, or say it in another way, are no trouble; an empty body needs none.",
    fix: "Take an empty Content-Encoding and identity for none, compare names without case, and decode no empty body.",
    async run(stage) {
      const text = (token: string): string => `before ${token} after`;
      for (const coding of ["", "identity", "GZIP", "Gzip "]) {
        const isZipped = coding.trim().toLowerCase() === "gzip";
        const reply = await echoed(stage, stage.secretText(), (token, response) => {
          response.writeHead(200, { "content-encoding": coding });
          response.end(isZipped ? gzipSync(text(token)) : text(token));
        });
        succeededCase(`"${coding}"`, reply);
        same(`The body that came as "${coding}"`, reply.text, text(mark));
      }
      const empty = await echoed(stage, stage.secretText(), (_token, response) => {
        response.writeHead(200, { "content-encoding": "gzip", "content-length": 0 }).end();
      });
      succeededCase("an empty body as gzip", empty);
      same("An empty body that came as gzip", empty.text, "");
    },
  },
];

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function percentEscape(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function named(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
