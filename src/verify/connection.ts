import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import { CheckFailure } from "./check-errors.js";
import { limitOf, Patience } from "./patience.js";
import { pathOf, Reply, type SentRequest } from "./reply.js";

/** The ways in which a request differs from an ordinary one. */
export interface SendOptions {
  /** Sent without Content-Length, in pieces; with "unended" the last one never comes. */
  readonly chunked?: boolean | "unended";
  /** The length of the pieces of a chunked body; 64 KiB when absent. */
  readonly chunkBytes?: number;
  /** The values of Host, instead of the usual one. */
  readonly hosts?: readonly string[];
  /** The Content-Length; the body is held back until the response is there. */
  readonly declaredLength?: number;
  /** Sees each piece of the response as it comes; the response may be a long one then. */
  readonly onChunk?: (chunk: Uint8Array) => void;
  readonly timeoutMs?: number;
}

export interface ConnectionHooks {
  /** Sees every request before it is sent, and may throw instead. */
  onSend(request: SentRequest): void;
  onReply(reply: Reply): void;
  /** Hears of each rate limit that is waited out. */
  onWait(seconds: number): void;
}

const timeoutMs = 10_000;
/** A path that did not answer once is not waited for as long again. */
const impatientTimeoutMs = 1500;
const maxResponseBytes = 4 * 1024 * 1024;
const maxStreamedBytes = 64 * 1024 * 1024;

/** Sends requests byte for byte as they are given, follows nothing and decodes nothing. */
export class Connection {
  /** Counts the requests since the last response. */
  unansweredInARow = 0;
  readonly #agent;
  readonly #request;
  readonly #base: URL;
  readonly #silentPaths = new Set<string>();
  readonly #patience: Patience;
  #signal: AbortSignal;

  /** @param signal ends what is on its way */
  constructor(
    baseUrl: string,
    signal: AbortSignal,
    private readonly hooks: ConnectionHooks,
  ) {
    this.#signal = signal;
    this.#patience = new Patience((seconds) => {
      hooks.onWait(seconds);
    });
    this.#base = new URL(baseUrl);
    const isTls = this.#base.protocol === "https:";
    this.#agent = isTls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
    this.#request = isTls ? httpsRequest : httpRequest;
  }

  /** The time spent on rate limits. */
  get waitedMs(): number {
    return this.#patience.waitedMs;
  }

  /** Makes later requests end by this signal, and renews the patience with rate limits. */
  continueUntil(signal: AbortSignal): void {
    this.#signal = signal;
    this.#patience.renew();
  }

  /** @throws CheckFailure when no whole response comes; CheckSkipped when requests are limited for too long */
  async send(request: SentRequest, options: SendOptions = {}): Promise<Reply> {
    this.hooks.onSend(request);
    for (let repeats = 0; ; repeats += 1) {
      const reply = await this.#sendCounted(request, options);
      this.hooks.onReply(reply);
      const seconds = limitOf(reply);
      if (seconds === undefined) return reply;
      await this.#patience.wait(seconds, repeats, this.#signal);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #sendCounted(request: SentRequest, options: SendOptions): Promise<Reply> {
    try {
      const reply = await this.#sendOnce(request, options, true);
      this.unansweredInARow = 0;
      return reply;
    } catch (error) {
      // A webhook that waits for the rest of a body owes no response.
      if (!isHeldBack(options) && !this.#signal.aborted) this.unansweredInARow += 1;
      throw error;
    }
  }

  async #sendOnce(request: SentRequest, options: SendOptions, mayRetry: boolean): Promise<Reply> {
    const path = pathOf(request);
    const usualMs = options.timeoutMs ?? timeoutMs;
    const limitMs = this.#silentPaths.has(path) ? Math.min(usualMs, impatientTimeoutMs) : usualMs;
    const startedMs = performance.now();
    let client: ClientRequest | undefined;
    let hasHeaders = false;
    let timer: NodeJS.Timeout | undefined;
    let isWhole = false;
    try {
      const started = (client = this.#start(request, options));
      const reply = await new Promise<Reply>((resolve, reject) => {
        timer = setTimeout(() => {
          if (!isHeldBack(options)) this.#silentPaths.add(path);
          reject(new CheckFailure(`No whole answer came within ${String(limitMs / 1000)} s.`, { request }));
        }, limitMs);
        const onSwitch = (_response: IncomingMessage, socket: Duplex): void => {
          socket.on("error", () => undefined).destroy();
          reject(new CheckFailure("The answer switches to another protocol, which nobody asked for.", { request }));
        };
        started.on("upgrade", onSwitch).on("connect", onSwitch);
        started.on("response", (response) => {
          hasHeaders = true;
          readBody(response, options.onChunk).then((body) => {
            const { statusCode = 0, rawHeaders } = response;
            resolve(new Reply(request, statusCode, rawHeaders, body, performance.now() - startedMs));
          }, reject);
        });
        started.on("error", reject);
        started.on("close", () => {
          if (!hasHeaders) reject(new CheckFailure("The connection was closed without an answer.", { request }));
        });
      });
      isWhole = true;
      return reply;
    } catch (error) {
      if (error instanceof CheckFailure) throw error;
      // A kept connection that the other side closed meanwhile says nothing about the webhook.
      const isStale = client?.reusedSocket === true && isReset(error) && !hasHeaders;
      if (mayRetry && isStale) return await this.#sendOnce(request, options, false);
      throw new CheckFailure(problemOf(error), { request });
    } finally {
      clearTimeout(timer);
      // Nobody reads any more of the body, or of the response.
      if (isHeldBack(options) || !isWhole) client?.destroy();
    }
  }

  #start({ method, target, headers, body }: SentRequest, options: SendOptions): ClientRequest {
    const { declaredLength, chunked = false } = options;
    const isBodyless = body.length === 0 && (method === "GET" || method === "HEAD" || method === "OPTIONS");
    const framing =
      chunked !== false
        ? { "transfer-encoding": "chunked" }
        : isBodyless && declaredLength === undefined
          ? {}
          : { "content-length": String(declaredLength ?? body.length) };
    const client = this.#request({
      protocol: this.#base.protocol,
      hostname: this.#base.hostname.replace(/^\[|\]$/g, ""),
      port: this.#base.port,
      method,
      path: this.#base.pathname.replace(/\/$/, "") + target,
      headers: options.hosts ? withHosts({ ...headers, ...framing }, options.hosts) : { ...headers, ...framing },
      agent: this.#agent,
      signal: this.#signal,
    });
    if (declaredLength !== undefined) client.flushHeaders();
    else if (chunked === false) client.end(body);
    else {
      writePieces(client, body, options.chunkBytes ?? 64 * 1024);
      if (chunked === true) client.end();
    }
    return client;
  }
}

/** Returns name and value in turn; Node.js adds no Host to those. */
function withHosts(headers: Readonly<Record<string, string>>, hosts: readonly string[]): string[] {
  return [...Object.entries(headers).flat(), ...hosts.flatMap((host) => ["host", host])];
}

function isHeldBack({ declaredLength, chunked }: SendOptions): boolean {
  return declaredLength !== undefined || chunked === "unended";
}

function writePieces(client: ClientRequest, body: Uint8Array, size: number): void {
  for (let start = 0; start < body.length; start += size) client.write(body.subarray(start, start + size));
}

async function readBody(response: IncomingMessage, onChunk?: (chunk: Uint8Array) => void): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const limit = onChunk ? maxStreamedBytes : maxResponseBytes;
  let length = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > limit) throw new CheckFailure(`The answer is longer than ${String(limit / 1024 / 1024)} MiB.`);
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

/** Returns a sentence without the library's text, which may hold input. */
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
