import type { Check } from "../check.js";
import { expects, refusedCase, same, succeeded } from "../expectation.js";
import { pause } from "../patience.js";
import { newRequestId } from "../token-vault.js";

/** Some webhooks forget after two minutes, while a ticket may live for longer. */
const waitMs = 125_000;
const ticketSeconds = 290;
const tinyChunks = 200_000;

export const memoryChecks: readonly Check[] = [
  {
    name: "replay.two-minutes",
    level: "security",
    rule: "R24",
    proves: "A ticket of five minutes and a request id are still refused two minutes after they were used.",
    fix: "Remember a nonce until exp + 300 s, and a request id and a signature for 600 s.",
    writes: true,
    capabilities: ["store", "credential", "storage"],
    slow: true,
    async run(stage) {
      const { tokenVault } = stage;
      const service = await stage.stored({ accessToken: stage.secretText() });
      const exp = Math.floor(Date.now() / 1000) + ticketSeconds;
      const ticket = await tokenVault.ticket(service, "agent_credential", { exp });
      succeeded(await stage.withTicket("/v1/credential", ticket, service));
      const requestId = newRequestId();
      // The timestamp stays within the 300 s that are taken.
      const timestamp = String(Math.floor(Date.now() / 1000));
      const read = { operation: "get", collection: "tokens", key: service, requestId };
      const request = await tokenVault.signedRequest("/v1/storage", read, { requestId, timestamp });
      succeeded(await stage.send(request));
      await pause(waitMs);
      refusedCase("the ticket", await stage.withTicket("/v1/credential", ticket, service), "ticket_invalid");
      refusedCase("the signed request", await stage.send(request), "auth_failed");
    },
  },
  {
    name: "limits.small-chunks",
    level: "security",
    rule: "R9",
    proves: `A body in ${tinyChunks.toLocaleString("en")} chunks of one byte does no harm.`,
    fix: "Count what the pieces of a body take in memory, not their bytes alone, and join them as they come.",
    async run(stage) {
      const body = Buffer.alloc(tinyChunks, " ");
      const flood = stage.post("/v1/exchange", body.toString(), {}, { chunked: true, chunkBytes: 1 });
      // It may be refused, or cut; what counts is that the others are served.
      await flood.catch(() => undefined);
      same("The status of health afterwards", (await stage.send({ target: "/v1/health" })).status, 200);
      expects(await stage.responds(), "A signed request is not answered any more.");
    },
  },
];
