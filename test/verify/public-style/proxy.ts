import { request } from "node:http";
import { buffer } from "node:stream/consumers";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { Refused, type Answer, type Members } from "./answer.js";

interface Upstream {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Calls whatever address it is given, and answers when all of the body is there, with hardly any header. */
export async function call({ upstream, headerTemplates }: Members, token: string): Promise<Answer> {
  const { url, method = "GET", headers = {}, body } = upstream as Upstream;
  const templates = Object.entries(headerTemplates as Record<string, string>);
  const injected = Object.fromEntries(templates.map(([name, one]) => [name, one.split("${TOKEN}").join(token)]));
  const bytes = body === undefined ? undefined : Buffer.from(body, "base64");
  try {
    return await new Promise((resolve, reject) => {
      const sent = request(url, { method, headers: { ...headers, ...injected }, agent: false }, (response) => {
        const { "content-encoding": coding = "" } = response.headers;
        const decoder = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress }[coding];
        buffer(decoder ? response.pipe(decoder()) : response).then((content) => {
          const { statusCode = 502 } = response;
          const type = response.headers["content-type"] ?? "application/json";
          resolve({
            status: statusCode,
            body: content,
            headers: { "content-type": type, "x-upstream-status": String(statusCode) },
          });
        }, reject);
      });
      sent.on("error", reject);
      sent.end(bytes);
    });
  } catch (error) {
    throw new Refused(502, "upstream_error", `Upstream request failed: ${(error as Error).message}`);
  }
}
