import type { Check } from "../check.js";
import { CheckFailure, CheckSkipped } from "../check-errors.js";
import { report } from "../collected-failures.js";
import { refused, succeeded } from "../expectation.js";
import type { Reply } from "../reply.js";
import type { Stage } from "../stage.js";
import { newRequestId } from "../token-vault.js";

const bodyLimit = 1024 * 1024;
const proxyBodyLimit = 10 * bodyLimit;
/** Bounds the wait for a response that needs no body. */
const responseTimeoutMs = 3000;
const slowClients = 16;
const slowClientMs = 600;

export const limitChecks: readonly Check[] = [
  {
    name: "limits.declared",
    level: "security",
    rule: "R9",
    proves: "A body whose Content-Length is over 1 MiB is refused before it is sent; one of 1 MiB is not.",
    fix: "Answer 413 payload_too_large by Content-Length, before reading and before ticket or MAC are checked.",
    async run(stage) {
      const declared = { declaredLength: bodyLimit + 1, timeoutMs: responseTimeoutMs };
      for (const path of ticketPaths(stage)) await tooLarge(stage, stage.post(path, "{", {}, declared));
      await tooLarge(stage, stage.tokenVault.signed("/v1/health", "{}", {}, declared));
      succeeded(await stage.tokenVault.signed("/v1/health", padded(bodyLimit)));
    },
  },
  {
    name: "limits.chunked",
    level: "security",
    rule: "R9",
    proves: "A body without Content-Length is refused when it crosses 1 MiB, while it is still being sent.",
    fix: "Count the bytes as they come, and answer 413 payload_too_large as soon as they are too many.",
    async run(stage) {
      const unended = { chunked: "unended", timeoutMs: responseTimeoutMs } as const;
      const body = padded(bodyLimit + 1);
      for (const path of ticketPaths(stage)) await tooLarge(stage, stage.post(path, body, {}, unended));
      await tooLarge(stage, stage.tokenVault.signed("/v1/health", body, {}, unended));
      succeeded(await stage.tokenVault.signed("/v1/health", padded(bodyLimit), {}, { chunked: true }));
    },
  },
  {
    name: "limits.proxy",
    level: "security",
    rule: "R9",
    proves: "A proxied request of over 10 MiB is refused before it is sent.",
    fix: "Give /v1/proxy a limit of its own, of 10 MiB.",
    capabilities: ["proxy"],
    async run(stage) {
      const declared = { declaredLength: proxyBodyLimit + 1, timeoutMs: responseTimeoutMs };
      await tooLarge(stage, stage.tokenVault.signed("/v1/proxy", "{}", {}, declared));
    },
  },
  {
    name: "limits.proxy-body",
    level: "protocol",
    rule: "R9",
    proves: "A proxied request of 2 MiB is taken.",
    fix: "Give /v1/proxy a limit of its own, of 10 MiB.",
    capabilities: ["proxy"],
    async run(stage) {
      const { tokenVault, upstream } = stage;
      const service = `${stage.prefix}never-stored`;
      const { url } = upstream.route((_call, response) => response.end());
      const body = "QU/D".repeat(bodyLimit / 2);
      const reply = await tokenVault.proxy({ service, upstream: { url, method: "POST", body }, headerTemplates: {} });
      // The webhook may notice either first.
      refused(reply, "token_not_found", "forbidden");
    },
  },
  {
    name: "limits.slow-body",
    level: "security",
    rule: "R9",
    proves: `${String(slowClients)} clients that hold their bodies back keep nobody else waiting.`,
    fix: "Read bodies without blocking a worker each, or put a proxy in front that collects them.",
    async run(stage) {
      const held = { declaredLength: 100, timeoutMs: slowClientMs };
      const clients = Array.from({ length: slowClients }, async () => {
        try {
          await stage.post("/v1/exchange", "{", {}, held);
        } catch (error) {
          // The missing response is the point of this case.
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

function ticketPaths(stage: Stage): string[] {
  const store = stage.has("store") && !stage.isReadOnly ? ["/v1/store"] : [];
  return [...store, ...(stage.has("credential") ? ["/v1/credential"] : [])];
}

/** Reports a body that is not refused. @throws CheckSkipped where what stands between may wait for the whole body */
async function tooLarge(stage: Stage, call: Promise<Reply>): Promise<void> {
  let reply: Reply;
  try {
    reply = await call;
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw error;
    if (stage.isLocal) {
      report(error);
      return;
    }
    throw new CheckSkipped(
      "no answer came before the body was whole, as where a proxy in front collects bodies; run the kit on the webhook's machine",
    );
  }
  refused(reply, "payload_too_large");
}

/** Makes a JSON object of so many bytes. */
function padded(length: number): string {
  const requestId = newRequestId();
  const empty = JSON.stringify({ requestId, pad: "" });
  return JSON.stringify({ requestId, pad: " ".repeat(length - empty.length) });
}
