import type { TicketPurpose } from "../../generated/operations.js";
import { HmacKey, signRequest } from "../../src/protocol/signature.js";
import { signTicket } from "../../src/protocol/ticket.js";
import { checkedFetch } from "./checked-fetch.js";
import type { TestClock } from "./test-server.js";

export interface SignedOptions {
  readonly requestId?: string;
  /** Unix seconds; the clock's when absent. */
  readonly timestamp?: string;
  readonly secret?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Plays Token Vault, with a hand on everything that can be wrong. */
export class TokenVaultDouble {
  /** The 32 bytes that the exchange gave. */
  secret: Uint8Array<ArrayBuffer> = new Uint8Array(32);

  constructor(
    private readonly url: string,
    private readonly clock: TestClock,
  ) {}

  /** Registers from loopback (or with the admin secret) and exchanges the code. Returns the exchange's answer. */
  async bind(headers: Record<string, string> = {}): Promise<{ hmacSecret: string; webhookId: string }> {
    const registration = await checkedFetch(`${this.url}/v1/register-url`, { headers });
    const { code } = (await registration.json()) as { code: string };
    const response = await checkedFetch(`${this.url}/v1/exchange`, { method: "POST", body: JSON.stringify({ code }) });
    const binding = (await response.json()) as { hmacSecret: string; webhookId: string };
    this.secret = Uint8Array.from(Buffer.from(binding.hmacSecret, "base64"));
    return binding;
  }

  /** The headers of a signed request, so that it can be sent as it is, changed or several times. */
  async signedHeaders(body: string | Uint8Array, options: SignedOptions = {}): Promise<Record<string, string>> {
    const timestamp = options.timestamp ?? String(Math.floor(this.clock.nowMs() / 1000));
    const key = new HmacKey(options.secret ?? this.secret);
    return {
      "content-type": "application/json",
      "x-tokenvault-timestamp": timestamp,
      "x-tokenvault-request-id": options.requestId ?? `req_${crypto.randomUUID()}`,
      "x-tokenvault-signature": signRequest(key, timestamp, Buffer.from(body)),
      ...options.headers,
    };
  }

  /** Sends a signed request; a body that is no string is sent as compact JSON. */
  async post(path: string, body: unknown, options: SignedOptions = {}): Promise<Response> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return checkedFetch(this.url + path, {
      method: "POST",
      headers: await this.signedHeaders(text, options),
      body: text,
    });
  }

  storage(body: Readonly<Record<string, unknown>>, options: SignedOptions = {}): Promise<Response> {
    return this.post("/v1/storage", body, options);
  }

  async ticket(service: string, purpose: TicketPurpose, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const iat = Math.floor(this.clock.nowMs() / 1000);
    const nonce = crypto.randomUUID().replaceAll("-", "");
    const claims = { sub: "user_test", svc: service, pur: purpose, iat, exp: iat + 60, nonce, ...more };
    return signTicket(new HmacKey(this.secret), claims);
  }

  /** Stores as a browser does. */
  async store(service: string, tokenData: unknown, more: Readonly<Record<string, unknown>> = {}): Promise<Response> {
    const ticket = await this.ticket(service, "store", more);
    return this.unsigned("/v1/store", { ticket, service, tokenData });
  }

  /** Fetches as an agent does, with a fresh ticket. */
  async credential(service: string, more: Readonly<Record<string, unknown>> = {}): Promise<Response> {
    return this.fetchWith("/v1/credential", await this.ticket(service, "agent_credential", more), service);
  }

  fetchWith(path: string, ticket: string, service: string, headers: Record<string, string> = {}): Promise<Response> {
    return checkedFetch(`${this.url}${path}?${new URLSearchParams({ ticket, service }).toString()}`, { headers });
  }

  unsigned(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    };
    return checkedFetch(this.url + path, init);
  }
}
