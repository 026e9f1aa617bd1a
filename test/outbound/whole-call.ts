import { setTimeout as pause } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { GuardedFetch, type OutboundRequest } from "../../src/outbound/guarded-fetch.js";
import type { CountedUpstream } from "./counted-upstream.js";

export const get: OutboundRequest = { method: "GET", headers: {}, firstByteTimeoutMs: 60_000 };

interface Received {
  readonly status: number;
  readonly text: string;
}

export type Call = (path?: string, request?: OutboundRequest) => Promise<Received>;

/** May call the upstream, and nobody else; it is closed when the test ends. */
export function fetchFor(upstream: CountedUpstream): { fetch: GuardedFetch; url: string } {
  const fetch = new GuardedFetch({ allowPrivateHosts: new Set([upstream.host]) });
  onTestFinished(() => {
    fetch.close();
  });
  return { fetch, url: `http://${upstream.host}/` };
}

/** Sends a request and reads the answer to its end. */
export function callerOf(upstream: CountedUpstream, given?: GuardedFetch): Call {
  const fetch = given ?? fetchFor(upstream).fetch;
  return async (path = "/", request = get) => {
    const answer = await fetch.send(await fetch.target(`http://${upstream.host}${path}`), request);
    const chunks: Buffer[] = [];
    for await (const chunk of answer.body as AsyncIterable<Buffer>) chunks.push(chunk);
    // The connection is free again in the next turn.
    await pause(0);
    return { status: answer.status, text: Buffer.concat(chunks).toString() };
  };
}
