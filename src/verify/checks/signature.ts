import { fromHex, toBase64, toUtf8 } from "../../platform/encoding.js";
import { HmacKey, signHmac } from "../../protocol/signature.js";
import type { Check } from "../check.js";
import { CheckSkipped } from "../check-errors.js";
import { holds, refused, refusedCase, same, succeeded, succeededCase } from "../expectation.js";
import { numberOf, type SentRequest } from "../reply.js";
import type { Stage } from "../stage.js";

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

export const signatureChecks: readonly Check[] = [
  {
    name: "signature.raw-bytes",
    level: "protocol",
    rule: "R18",
    proves: "A body with odd blanks, escapes, numbers and order of members is accepted: the MAC is over its bytes.",
    fix: "Keep the raw bytes of the body and check the MAC over them, before they are parsed.",
    async run(stage) {
      const { tokenVault, prefix } = stage;
      const bodies = [
        '\n{ "more" : 1.50e1,\t"requestId":"req\\u005fverify\\/odd" }\r\n ',
        '{"b":"\u00fc\\u00fc\ud83d\ude00","a":[ 1.0 , -0.0, 1E2 ],"2":0,"1":0}',
      ];
      for (const body of bodies) succeeded(await tokenVault.signed("/v1/health", body));
      if (!stage.has("storage")) return;
      const body = `{"requestId" : "req\\u005fodd",  "key":"${prefix}\\u006fdd",\n"collection":"tokens","operation":"get"}\n`;
      same("requestId", succeeded(await tokenVault.signed("/v1/storage", body)).at("requestId"), "req_odd");
    },
  },
  {
    name: "signature.forged",
    level: "security",
    rule: "R19",
    proves: "A request that is signed with another secret is refused.",
    fix: "Check the MAC of every operation that asks for a signature, before anything else is done.",
    async run(stage) {
      const key = crypto.getRandomValues(new Uint8Array(32));
      for (const { path, body } of signedCalls(stage))
        refusedCase(path, await stage.tokenVault.signed(path, body, { key }), "auth_failed");
    },
  },
  {
    name: "signature.base64-key",
    level: "security",
    rule: "R18",
    proves: "A MAC under the base64 text of the secret is refused.",
    fix: "Decode the secret: the HMAC key is its 32 bytes, not the text.",
    async run({ tokenVault }) {
      const key = toUtf8(toBase64(tokenVault.secret));
      refused(await tokenVault.signed("/v1/health", {}, { key }), "auth_failed");
    },
  },
  {
    name: "signature.tampered",
    level: "security",
    rule: "R18",
    proves: "A body that was changed after signing is refused, also when only blanks or the spelling changed.",
    fix: "Check the MAC over the raw bytes of the body; never over re-serialised JSON.",
    async run(stage) {
      const body = '{"requestId":"req_verify_a"}';
      const changes = {
        "another value": body.replace("_a", "_b"),
        "a blank at the end": `${body} `,
        "a blank inside": body.replace(":", ": "),
        "an escape": body.replace("_a", "_\\u0061"),
        "a cut": "",
      };
      for (const [what, changed] of Object.entries(changes)) {
        const request = await stage.tokenVault.signedRequest("/v1/health", body);
        refusedCase(what, await stage.send({ ...request, body: toUtf8(changed) }), "auth_failed");
      }
      const empty = await stage.tokenVault.signedRequest("/v1/health", "");
      refusedCase("a body where none was", await stage.send({ ...empty, body: toUtf8("{}") }), "auth_failed");
    },
  },
  {
    name: "signature.timestamp-bound",
    level: "security",
    rule: "R18",
    proves: "The timestamp is under the MAC: another one in its header, and a MAC over the body alone, are refused.",
    fix: "Sign the timestamp header as received, a full stop, and the raw body.",
    async run(stage) {
      for (const shift of [-1, 1]) {
        const timestamp = nowSeconds();
        const request = await stage.tokenVault.signedRequest("/v1/health", {}, { timestamp: String(timestamp) });
        const changed = String(timestamp + shift);
        const reply = await stage.send(withHeaders(request, { "x-tokenvault-timestamp": changed }));
        refusedCase(`a timestamp ${shift < 0 ? "before" : "after"} the signed one`, reply, "auth_failed");
      }
      const request = await stage.tokenVault.signedRequest("/v1/health", {});
      const key = new HmacKey(stage.tokenVault.secret);
      const mac = signHmac(key, new Uint8Array(request.body));
      const bare = withHeaders(request, { "x-tokenvault-signature": `sha256=${mac}` });
      refusedCase("a MAC over the body alone", await stage.send(bare), "auth_failed");
    },
  },
  {
    name: "signature.headers",
    level: "security",
    rule: "R19",
    proves: "Each of the three headers must be there, and the signature be sha256= with 64 lower-case hex digits.",
    fix: "Refuse a missing header, and a signature not of ^sha256=[0-9a-f]{64}$.",
    async run(stage) {
      const { tokenVault } = stage;
      const body = {};
      for (const name of ["x-tokenvault-signature", "x-tokenvault-timestamp", "x-tokenvault-request-id"]) {
        const request = await tokenVault.signedRequest("/v1/health", body);
        refusedCase(`without ${name}`, await stage.send(withHeaders(request, { [name]: undefined })), "auth_failed");
      }
      const forms: Readonly<Record<string, (hex: string) => string>> = {
        "upper-case hex": (hex) => `sha256=${hex.toUpperCase()}`,
        "no prefix": (hex) => hex,
        "another prefix": (hex) => `sha512=${hex}`,
        "63 digits": (hex) => `sha256=${hex.slice(0, -1)}`,
        "65 digits": (hex) => `sha256=${hex}0`,
        base64: (hex) => `sha256=${toBase64(fromHex(hex) ?? new Uint8Array())}`,
      };
      for (const [what, write] of Object.entries(forms)) {
        const request = await tokenVault.signedRequest("/v1/health", body);
        const hex = (request.headers["x-tokenvault-signature"] ?? "").slice("sha256=".length);
        const changed = withHeaders(request, { "x-tokenvault-signature": write(hex) });
        refusedCase(what, await stage.send(changed), "auth_failed");
      }
    },
  },
  {
    name: "signature.request-id",
    level: "strict",
    rule: "R19",
    proves: "A request id has at most 256 characters.",
    fix: "Refuse a request id over 256 characters before the MAC is checked.",
    async run({ tokenVault }) {
      const body = {};
      const long = await tokenVault.signed("/v1/health", body, {
        requestId: `req_${crypto.randomUUID()}`.padEnd(257, "0"),
      });
      refusedCase("a request id of 257 characters", long, "auth_failed");
      const longest = `req_${crypto.randomUUID()}`.padEnd(256, "0");
      succeededCase(
        "a request id of 256 characters",
        await tokenVault.signed("/v1/health", body, { requestId: longest }),
      );
    },
  },
  {
    name: "signature.skew",
    level: "security",
    rule: "R19",
    proves: "A timestamp more than 300 s from now is refused, both ways; a nearer one is accepted.",
    fix: "Compare the absolute difference from now with 300 s, and keep the clock right.",
    async run(stage) {
      for (const shift of [-600, 600, 240, -240]) {
        const timestamp = String(nowSeconds() + shift);
        const reply = await stage.tokenVault.signed("/v1/health", {}, { timestamp });
        const what = `${String(Math.abs(shift))} s ${shift < 0 ? "ago" : "ahead"}`;
        if (Math.abs(shift) > 300) {
          refusedCase(what, reply, "auth_failed");
          continue;
        }
        // A webhook after an unclean start refuses requests older than the start (R28).
        const uptime = numberOf((await stage.send({ target: "/v1/health" })).at("uptime"));
        if (shift < 0 && reply.at("error") === "auth_failed" && uptime <= -shift)
          throw new CheckSkipped(
            "the webhook has only just started and may refuse what is older; run it again in 5 minutes",
          );
        succeededCase(what, reply);
      }
    },
  },
  {
    name: "signature.timestamp-form",
    level: "strict",
    rule: "R19",
    proves: "A timestamp is 1 to 10 decimal digits; every other spelling is refused, signed or not.",
    fix: "Match the timestamp with ^[0-9]{1,10}$ over the whole text before it is turned into a number.",
    async run({ tokenVault }) {
      const now = String(nowSeconds());
      const spellings = [
        "1e9",
        `${now}e0`,
        `+${now}`,
        `-${now}`,
        `0x${nowSeconds().toString(16)}`,
        `${now}.0`,
        `${now}.`,
        `0${now}`,
        `${now}000`,
        `${now.slice(0, 4)}_${now.slice(4)}`,
        `${now},${now}`,
        "",
        "NaN",
      ];
      for (const timestamp of spellings)
        refusedCase(`"${timestamp}"`, await tokenVault.signed("/v1/health", {}, { timestamp }), "auth_failed");
    },
  },
  {
    name: "signature.empty-body",
    level: "protocol",
    rule: "R18",
    proves: "POST /v1/health without a body is signed as the timestamp and a full stop.",
    fix: "Take an absent body as no bytes under the MAC, not as {} or null.",
    async run({ tokenVault }) {
      succeeded(await tokenVault.signed("/v1/health", ""));
    },
  },
  {
    name: "signature.before-validation",
    level: "security",
    rule: "R5",
    proves: "What is wrong in the body of a forged or unsigned request is not told: it is 401, not 400.",
    fix: "Check the signature before the body is parsed and validated.",
    async run(stage) {
      const key = crypto.getRandomValues(new Uint8Array(32));
      const paths = signedCalls(stage).map(({ path }) => path);
      holds(paths.length > 0, "There is no signed operation.");
      for (const path of paths) {
        for (const body of ['{"operation":', "[]", '{"operation":"none","action":"none","service":7,"requestId":7}']) {
          refusedCase(`forged, ${path}`, await stage.tokenVault.signed(path, body, { key }), "auth_failed");
        }
        refusedCase(`unsigned, ${path}`, await stage.post(path, "{"), "auth_failed");
      }
    },
  },
];

/** Lists a well-formed call of each signed operation that the webhook has; none changes anything. */
function signedCalls(stage: Stage): { readonly path: string; readonly body: unknown }[] {
  const service = `${stage.prefix}signed`;
  return [
    { path: "/v1/health", body: {} },
    ...(stage.has("storage")
      ? [{ path: "/v1/storage", body: { operation: "get", collection: "tokens", key: service } }]
      : []),
    ...(stage.has("tv-refresh") ? [{ path: "/v1/refresh", body: { action: "get", service } }] : []),
    ...(stage.has("refresh") ? [{ path: "/v1/refresh-notify", body: { service } }] : []),
    ...(stage.has("proxy") ? [{ path: "/v1/proxy", body: unsendable(service) }] : []),
  ];
}

/** The ticket does not let the call go out. */
function unsendable(service: string): object {
  return { ticket: "forged.ticket", service, upstream: { url: "https://verify.invalid/" }, headerTemplates: {} };
}

/** Replaces headers; undefined takes one away. */
function withHeaders(request: SentRequest, changes: Readonly<Record<string, string | undefined>>): SentRequest {
  const headers = Object.entries({ ...request.headers, ...changes });
  return {
    ...request,
    headers: Object.fromEntries(headers.filter((entry): entry is [string, string] => entry[1] !== undefined)),
  };
}
