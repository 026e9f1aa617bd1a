import { CheckFailure, type Check } from "../check.js";
import { refused, succeeded } from "../expectation.js";
import { newRequestId } from "../token-vault.js";

const bodyLimit = 1024 * 1024;
const proxyBodyLimit = 10 * bodyLimit;
/** For an answer that needs no body. */
const answerTimeoutMs = 3000;
const slowClients = 16;
const slowClientMs = 600;

export const limitChecks: readonly Check[] = [
  {
    name: "limits.declared",
    level: "required",
    rule: "R9",
    proves: "A body whose Content-Length is over 1 MiB is refused before it is sent; one of 1 MiB is not.",
    fix: "Answer 413 payload_too_large by Content-Length, before reading and before ticket or MAC are checked.",
    async run(stage) {
      const declared = { declaredLength: bodyLimit + 1, timeoutMs: answerTimeoutMs };
      if (stage.has("store")) refused(await stage.post("/v1/store", "{", {}, declared), "payload_too_large");
      if (stage.has("credential")) refused(await stage.post("/v1/credential", "{", {}, declared), "payload_too_large");
      refused(await stage.tokenVault.signed("/v1/health", "{}", {}, declared), "payload_too_large");
      succeeded(await stage.tokenVault.signed("/v1/health", padded(bodyLimit)));
    },
  },
  {
    name: "limits.chunked",
    level: "required",
    rule: "R9",
    proves: "A body without Content-Length is refused when it crosses 1 MiB.",
    fix: "Count the bytes as they come, and answer 413 payload_too_large as soon as they are too many.",
    async run(stage) {
      const chunked = { chunked: true };
      const body = padded(bodyLimit + 1);
      if (stage.has("store")) refused(await stage.post("/v1/store", body, {}, chunked), "payload_too_large");
      refused(await stage.tokenVault.signed("/v1/health", body, {}, chunked), "payload_too_large");
      succeeded(await stage.tokenVault.signed("/v1/health", padded(bodyLimit), {}, chunked));
    },
  },
  {
    name: "limits.proxy",
    level: "required",
    rule: "R9",
    proves: "A proxied request of 2 MiB is taken, one of over 10 MiB is refused before it is sent.",
    fix: "Give /v1/proxy a limit of its own, of 10 MiB.",
    capabilities: ["proxy"],
    async run(stage) {
      const { tokenVault, upstream } = stage;
      const service = `${stage.prefix}never-stored`;
      const { url } = upstream.route((_call, response) => response.end());
      const body = "QU/D".repeat(bodyLimit / 2);
      const reply = await tokenVault.proxy({ service, upstream: { url, method: "POST", body }, headerTemplates: {} });
      // Whichever of the two a webhook finds out first.
      refused(reply, "token_not_found", "forbidden");
      const declared = { declaredLength: proxyBodyLimit + 1, timeoutMs: answerTimeoutMs };
      refused(await tokenVault.signed("/v1/proxy", "{}", {}, declared), "payload_too_large");
    },
  },
  {
    name: "limits.slow-body",
    level: "informational",
    rule: "R9",
    proves: `${String(slowClients)} clients that hold their bodies back keep nobody else waiting.`,
    fix: "Read bodies without blocking a worker each, or put a proxy in front that collects them.",
    async run(stage) {
      const held = { declaredLength: 100, timeoutMs: slowClientMs };
      const clients = Array.from({ length: slowClients }, async () => {
        try {
          await stage.post("/v1/exchange", "{", {}, held);
        } catch (error) {
          // That it gets no answer is what is played here.
          if (!(error instanceof CheckFailure)) throw error;
        }
      });
      try {
        succeeded(await stage.send({ target: "/v1/health" }, { timeoutMs: slowClientMs }));
      } finally {
        await Promise.all(clients);
      }
    },
  },
];

/** A JSON object of so many bytes. */
function padded(length: number): string {
  const requestId = newRequestId();
  const empty = JSON.stringify({ requestId, pad: "" });
  return JSON.stringify({ requestId, pad: " ".repeat(length - empty.length) });
}
