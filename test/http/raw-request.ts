import { request, type OutgoingHttpHeaders } from "node:http";
import { checkAnswer } from "../support/checked-fetch.js";

export interface RawRequest {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
  /** Sends the head alone and waits for the answer. */
  readonly withoutBody?: boolean;
}

/** Sends what fetch would not: a Host of one's own, a browser's Sec-Fetch headers, a body that never comes. */
export async function rawRequest(url: string, options: RawRequest = {}): Promise<Response> {
  const { method = "GET", headers = {}, body, withoutBody = false } = options;
  const response = await new Promise<Response>((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        const fields = new Headers();
        for (const [name, value] of Object.entries(incoming.headersDistinct)) {
          for (const one of value ?? []) fields.append(name, one);
        }
        const content = chunks.length === 0 ? null : Buffer.concat(chunks);
        resolve(new Response(content, { status: incoming.statusCode ?? 0, headers: fields }));
        if (withoutBody) outgoing.destroy();
      });
    });
    outgoing.on("error", reject);
    if (withoutBody) outgoing.flushHeaders();
    else outgoing.end(body);
  });
  await checkAnswer(new URL(url).pathname, method, response);
  return response;
}
