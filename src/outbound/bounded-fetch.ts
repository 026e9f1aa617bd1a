import { type GuardedFetch, OutboundTimeoutError } from "./guarded-fetch.js";

/** A small answer, read whole. */
export interface BoundedAnswer {
  readonly status: number;
  readonly text: string;
}

export interface FormPost {
  readonly url: string;
  readonly form: URLSearchParams;
  readonly timeoutMs: number;
}

/** What a token endpoint answers is a page of JSON; more than this is not one. */
const maxAnswerBytes = 256 * 1024;

/**
 * Posts a form and reads the answer, all in one time limit.
 * @throws WebhookError forbidden, OutboundTimeoutError, OutboundUnreachableError, RangeError when the answer is too long
 */
export async function postForm(fetch: GuardedFetch, { url, form, timeoutMs }: FormPost): Promise<BoundedAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await fetch.send(await fetch.target(url), {
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
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxAnswerBytes) {
        answer.body.destroy();
        throw new RangeError("the answer is too long");
      }
      chunks.push(chunk);
    }
    return { status: answer.status, text: Buffer.concat(chunks).toString("utf8") };
  } catch (error) {
    if (signal.aborted) throw new OutboundTimeoutError("No answer in time.", { cause: error });
    throw error;
  }
}
