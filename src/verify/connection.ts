import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { setTimeout as setTimeoutPromise } from "node:timers/promises";
import { CheckFailure } from "./check.js";
import { Reply, type SentRequest } from "./reply.js";

/** How a request differs from an ordinary one. */
export interface SendOptions {
  /** Sent without Content-Length, in these pieces. */
  readonly chunked?: boolean;
  /** Content-Length is this, and the body is held back until the answer is there. */
  readonly declaredLength?: number;
  /** Sees each piece of the answer as it comes. */
  readonly onChunk?: (chunk: Uint8Array) => void;
  readonly timeoutMs?: number;
}

const timeoutMs = 10_000;
/** Where a path did not answer once, it is not waited for as long again. */
const impatientTimeoutMs = 1500;
const maxAnswerBytes = 64 * 1024 * 1024;
const maxWaitMs = 120_000;

/** Sends requests byte for byte as they are given, follows nothing and decodes nothing. */
export class Connection {
  readonly #agent;
  readonly #request;
  readonly #base: URL;
  readonly #unanswered = new Set<string>();
  #waitedMs = 0;

  /**
   * @param signal ends what is on its way; another may be set for what comes later
   * @param onReply sees every answer
   * @param onWait is told of a rate limit that is waited out
   */
  constructor(
    baseUrl: string,
    public signal: AbortSignal,
    private readonly onReply: (reply: Reply) => void,
    private readonly onWait: (seconds: number) => void,
  ) {
    this.#base = new URL(baseUrl);
    const isTls = this.#base.protocol === "https:";
    this.#agent = isTls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
    this.#request = isTls ? httpsRequest : httpRequest;
  }

  /** @throws CheckFailure when no whole answer comes */
  async send(request: SentRequest, options: SendOptions = {}): Promise<Reply> {
    for (;;) {
      const reply = await this.#sendOnce(request, options, true);
      this.onReply(reply);
      const seconds = Number(reply.header("retry-after"));
      // An upstream's 429 is what was asked for.
      const isOwn = reply.header("x-upstream-status") === undefined;
      if (reply.status !== 429 || !isOwn || !(seconds >= 0)) return reply;
      this.#waitedMs += seconds * 1000;
      if (this.#waitedMs > maxWaitMs) return reply;
      this.onWait(seconds);
      await pause(seconds * 1000, this.signal);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #sendOnce(request: SentRequest, options: SendOptions, mayRetry: boolean): Promise<Reply> {
    const path = request.target.replace(/\?.*/, "");
    const limitMs = options.timeoutMs ?? (this.#unanswered.has(path) ? impatientTimeoutMs : timeoutMs);
    const startedMs = performance.now();
    let client: ClientRequest | undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        timer = setTimeout(() => {
          this.#unanswered.add(path);
          client?.destroy(new CheckFailure(`No whole answer came within ${String(limitMs / 1000)} s.`, { request }));
        }, limitMs);
        client = this.#start(request, options, resolve, reject);
      });
      const body = await readBody(response, options.onChunk);
      return new Reply(request, response.statusCode ?? 0, response.rawHeaders, body, performance.now() - startedMs);
    } catch (error) {
      if (error instanceof CheckFailure) throw error;
      // A kept connection that the other side closed meanwhile says nothing about the webhook.
      if (mayRetry && client?.reusedSocket && isReset(error)) return await this.#sendOnce(request, options, false);
      throw new CheckFailure(problemOf(error), { request });
    } finally {
      clearTimeout(timer);
      // Pieces of the body that nobody will read any more.
      if (options.declaredLength !== undefined) client?.destroy();
    }
  }

  #start(
    { method, target, headers, body }: SentRequest,
    options: SendOptions,
    resolve: (response: IncomingMessage) => void,
    reject: (error: unknown) => void,
  ): ClientRequest {
    const length = options.declaredLength ?? body.length;
    const isBodyless = body.length === 0 && (method === "GET" || method === "HEAD" || method === "OPTIONS");
    const framing = options.chunked
      ? { "transfer-encoding": "chunked" }
      : isBodyless && options.declaredLength === undefined
        ? {}
        : { "content-length": String(length) };
    const client = this.#request({
      protocol: this.#base.protocol,
      hostname: this.#base.hostname.replace(/^\[|\]$/g, ""),
      port: this.#base.port,
      method,
      path: this.#base.pathname.replace(/\/$/, "") + target,
      headers: { ...headers, ...framing },
      agent: this.#agent,
      signal: this.signal,
    });
    client.on("response", resolve);
    client.on("error", reject);
    if (options.declaredLength !== undefined) client.flushHeaders();
    else if (options.chunked) writePieces(client, body);
    else client.end(body);
    return client;
  }
}

/** Resolves after the time, or at once when the run is interrupted. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await setTimeoutPromise(milliseconds, undefined, signal && { signal }).catch(() => undefined);
}

function writePieces(client: ClientRequest, body: Uint8Array): void {
  const size = 64 * 1024;
  for (let start = 0; start < body.length; start += size) client.write(body.subarray(start, start + size));
  client.end();
}

async function readBody(response: IncomingMessage, onChunk?: (chunk: Uint8Array) => void): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxAnswerBytes) throw new CheckFailure("The answer does not end.");
    chunks.push(chunk);
    onChunk?.(chunk);
  }
  return Buffer.concat(chunks);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function isReset(error: unknown): boolean {
  return codeOf(error) === "ECONNRESET" || codeOf(error) === "EPIPE";
}

/** A sentence without the library's text, which may hold input. */
function problemOf(error: unknown): string {
  const code = codeOf(error);
  if (code === "ABORT_ERR") return "The run was interrupted.";
  if (code === "ECONNREFUSED") return "Nothing listens there.";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "The host's name does not resolve.";
  if (code.startsWith("HPE_")) return "What came back is not HTTP.";
  if (isReset(error)) return "The connection was closed before the answer was whole.";
  if (/CERT|TLS|SSL|SELF_SIGNED|VERIFY/.test(code)) return `The TLS certificate is not accepted (${code}).`;
  return `The connection failed (${code === "" ? "no code" : code}).`;
}
