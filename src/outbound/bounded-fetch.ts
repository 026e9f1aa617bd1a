import { type GuardedFetch, OutboundTimeoutError } from "./guarded-fetch.js";

/** A small response, read whole. */
export interface BoundedResponse {
  readonly status: number;
  readonly text: string;
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
 * @throws WebhookError forbidden, OutboundTimeoutError, OutboundUnreachableError, RangeError when the response is too long
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
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      length += chunk.length;
      // Leaving the loop destroys the body.
      if (length > maxResponseBytes) throw new RangeError("the response is too long");
      chunks.push(chunk);
    }
    return { status: response.status, text: Buffer.concat(chunks).toString("utf8") };
  } catch (error) {
    if (signal.aborted) throw new OutboundTimeoutError("No response in time.", { cause: error });
    throw error;
  }
}
