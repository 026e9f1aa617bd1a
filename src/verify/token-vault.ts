import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "../../generated/types.js";
import type { TicketPurpose } from "../../generated/operations.js";
import { toUtf8 } from "../platform/encoding.js";
import { HmacKey, signHmac, signRequest } from "../protocol/signature.js";
import { CannotVerify } from "./check-errors.js";
import type { Connection, SendOptions } from "./connection.js";
import type { Json, Reply, SentRequest } from "./reply.js";

type Schemas = components["schemas"];

/** The ways in which a signed request differs from one of Token Vault. */
export interface SigningOptions {
  readonly requestId?: string;
  /** The header's text, which is also signed; now when absent. */
  readonly timestamp?: string;
  /** The bytes of another key. */
  readonly key?: Uint8Array<ArrayBuffer>;
  /** Headers that are added to the signed ones, or replace them. */
  readonly headers?: Readonly<Record<string, string>>;
}

const ticketTtlSeconds = 60;
/** No proxied call may take longer. */
const proxyTimeoutMs = 40_000;

/** Plays the control plane: signs requests and issues tickets with the secret that it shares with the webhook. */
export class TokenVault {
  readonly client: Client<paths>;
  readonly #replies = new WeakMap<Response, Reply>();
  #secret: Uint8Array<ArrayBuffer> | undefined;

  constructor(private readonly connection: Connection) {
    // The connection has the address; this one only completes URLs.
    this.client = createClient<paths>({ baseUrl: "http://webhook", fetch: (request) => this.#fetch(request) });
  }

  /** The 32 shared bytes. */
  get secret(): Uint8Array<ArrayBuffer> {
    if (!this.#secret) throw new CannotVerify("There is no shared secret yet.");
    return this.#secret;
  }

  set secret(secret: Uint8Array<ArrayBuffer>) {
    this.#secret = secret;
  }

  /*
   * These are the well-formed calls, typed by the contract. Token Vault writes the request id into the body too, which
   * keeps two equal calls in one second from having one signature.
   */
  async storage(request: Schemas["StorageRequest"]): Promise<Reply> {
    return this.#replyTo(await this.client.POST("/v1/storage", { body: { requestId: newRequestId(), ...request } }));
  }

  async health(): Promise<Reply> {
    return this.#replyTo(await this.client.POST("/v1/health", { body: { requestId: newRequestId() } }));
  }

  async refresh(request: Schemas["RefreshRequest"]): Promise<Reply> {
    return this.#replyTo(await this.client.POST("/v1/refresh", { body: { requestId: newRequestId(), ...request } }));
  }

  async notify(request: Schemas["RefreshNotification"]): Promise<Reply> {
    return this.#replyTo(
      await this.client.POST("/v1/refresh-notify", { body: { requestId: newRequestId(), ...request } }),
    );
  }

  /** Adds a fresh proxy ticket unless the request has one. */
  async proxy(
    request: Omit<Schemas["ProxyRequest"], "ticket"> & { readonly ticket?: string },
    options: SendOptions = {},
  ): Promise<Reply> {
    const ticket = request.ticket ?? (await this.ticket(request.service, "proxy"));
    return this.signed("/v1/proxy", { ...request, ticket }, {}, { timeoutMs: proxyTimeoutMs, ...options });
  }

  /** Sends anything, signed; a body that is no text and no bytes is sent as compact JSON. */
  async signed(path: string, body: unknown, signing: SigningOptions = {}, options: SendOptions = {}): Promise<Reply> {
    return this.connection.send(await this.signedRequest(path, body, signing), options);
  }

  /** Makes a signed request that is not sent yet, so that it can be changed or sent several times. */
  async signedRequest(path: string, body: unknown, signing: SigningOptions = {}): Promise<SentRequest> {
    const bytes = body instanceof Uint8Array ? body : toUtf8(typeof body === "string" ? body : JSON.stringify(body));
    const timestamp = signing.timestamp ?? String(Math.floor(Date.now() / 1000));
    const key = new HmacKey(signing.key ?? this.secret);
    const headers = {
      "content-type": "application/json",
      "x-tokenvault-timestamp": timestamp,
      "x-tokenvault-request-id": signing.requestId ?? newRequestId(),
      "x-tokenvault-signature": signRequest(key, timestamp, bytes),
      ...signing.headers,
    };
    return { method: "POST", target: path, headers, body: bytes };
  }

  /** Issues a ticket of a minute; `more` adds or replaces claims, undefined removes one. */
  async ticket(service: string, purpose: TicketPurpose, more: Json = {}): Promise<string> {
    return this.signTicket(JSON.stringify(this.claims(service, purpose, more)));
  }

  claims(service: string, purpose: TicketPurpose, more: Json = {}): Json {
    const iat = Math.floor(Date.now() / 1000);
    const nonce = newNonce();
    return { sub: "user_verify", svc: service, pur: purpose, iat, exp: iat + ticketTtlSeconds, nonce, ...more };
  }

  /** @param payload signed as it is, whether it is a payload or not */
  async signTicket(payload: string | Uint8Array, key: Uint8Array<ArrayBuffer> = this.secret): Promise<string> {
    const encoded = Buffer.from(payload).toString("base64url");
    return `${encoded}.${signHmac(new HmacKey(key), toUtf8(encoded))}`;
  }

  /** Signs the Request of openapi-fetch and sends it by the connection. */
  async #fetch(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const body = new Uint8Array(await request.arrayBuffer());
    const signed = await this.signedRequest(pathname + search, body);
    const reply = await this.connection.send(signed);
    const mayHaveBody = reply.status >= 200 && ![204, 205, 304].includes(reply.status);
    // A body that is no JSON must not end in the client's own error: the check says what is wrong.
    const shown = reply.json === undefined ? "null" : reply.text;
    const response = new Response(mayHaveBody ? shown : null, { status: mayHaveBody ? reply.status : 204 });
    this.#replies.set(response, reply);
    return response;
  }

  #replyTo({ response }: { response: Response }): Reply {
    const reply = this.#replies.get(response);
    if (!reply) throw new Error("the client made a response of its own");
    return reply;
  }
}

export function newRequestId(): string {
  return `req_verify_${crypto.randomUUID()}`;
}

/** Makes 32 hex digits. */
export function newNonce(): string {
  return crypto.randomUUID().replaceAll("-", "");
}
