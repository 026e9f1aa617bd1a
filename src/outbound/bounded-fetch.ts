import { pipeline } from "node:stream";
import { decodersFor } from "./content-encoding.js";
import { type GuardedFetch, OutboundTimeoutError } from "./guarded-fetch.js";
import { listed } from "./outbound-call.js";

/** A small response, read whole: decoded, and without a byte order mark. */
export interface BoundedResponse {
  readonly status: number;
  readonly text: string;
  /** The header of that name (RFC 9110, section 10.2.3). */
  readonly retryAfter: string | undefined;
}

export interface FormPost {
  readonly url: string;
  readonly form: URLSearchParams;
  readonly timeoutMs: number;
}

/** A token endpoint's response is a page of JSON; more than this is not one. */
const maxResponseBytes = 256 * 1024;

/**
 * Posts a form and reads the response, all in one time limit.
 * @throws WebhookError forbidden, OutboundTimeoutError, OutboundUnreachableError, RangeError when the response is too long or cannot be decoded
 */
export async function postForm(fetch: GuardedFetch, { url, form, timeoutMs }: FormPost): Promise<BoundedResponse> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch.send(await fetch.target(url), {
      method: "POST",
      headers: {
        accept: "application/json",
        "accept-encoding": "identity",
        "content-type": "application/x-www-form-urlencoded",
        "user-agent": "tokenvault-webhook",
      },
      body: Buffer.from(form.toString()),
      firstByteTimeoutMs: timeoutMs,
      signal,
    });
    // Some servers compress although they were asked not to.
    const decoding = decodersFor(listed(response.headers, "content-encoding"));
    if (!decoding) {
      response.body.destroy();
      throw new RangeError("the response's encoding is not known");
    }
    const body = decoding.length === 0 ? response.body : pipeline([response.body, ...decoding], () => undefined);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      // Leaving the loop destroys the body.
      if (length > maxResponseBytes) throw new RangeError("the response is too long");
      chunks.push(chunk);
    }
    const text = new TextDecoder().decode(Buffer.concat(chunks));
    const [, retryAfter] = response.headers.find(([name]) => name.toLowerCase() === "retry-after") ?? [];
    return { status: response.status, text, retryAfter };
  } catch (error) {
    if (signal.aborted) throw new OutboundTimeoutError("No response in time.", { cause: error });
    throw error;
  }
}
