import createClient, { type Client } from "openapi-fetch";
import type { TicketPurpose } from "../../generated/operations.js";
import type { paths } from "../../generated/types.js";
import { fromBase64 } from "../platform/encoding.js";
import { HmacKey, signRequest } from "../protocol/signature.js";
import { signTicket, type TicketClaims } from "../protocol/ticket.js";

const ticketTtlSeconds = 60;

/** Plays the control plane: signs requests and issues tickets with the secret that the exchange gave. */
export class PlayedTokenVault {
  readonly client: Client<paths>;
  #key: HmacKey | undefined;
  #requestId: string | undefined;

  constructor(readonly baseUrl: string) {
    this.client = createClient<paths>({ baseUrl });
    this.client.use({ onRequest: ({ request }) => this.#sign(request) });
  }

  /** @param hmacSecret 32 bytes in base64 */
  async learnSecret(hmacSecret: string): Promise<void> {
    const secret = fromBase64(hmacSecret);
    if (secret?.length !== 32) throw new Error("the secret is not 32 bytes");
    this.#key = new HmacKey(secret);
  }

  /** The next request carries this id, so that a replay can be played. */
  useRequestId(requestId: string): void {
    this.#requestId = requestId;
  }

  async ticket(service: string, purpose: TicketPurpose, more: Partial<TicketClaims> = {}): Promise<string> {
    if (!this.#key) throw new Error("not bound yet");
    const iat = Math.floor(Date.now() / 1000);
    const nonce = crypto.randomUUID().replaceAll("-", "");
    const claims = { sub: "user_demo", svc: service, pur: purpose, iat, exp: iat + ticketTtlSeconds, nonce, ...more };
    return signTicket(this.#key, claims);
  }

  async #sign(request: Request): Promise<Request | undefined> {
    if (!this.#key || request.method !== "POST") return undefined;
    const body = new Uint8Array(await request.clone().arrayBuffer());
    const timestamp = String(Math.floor(Date.now() / 1000));
    request.headers.set("x-tokenvault-timestamp", timestamp);
    request.headers.set("x-tokenvault-request-id", this.#requestId ?? `req_${crypto.randomUUID()}`);
    request.headers.set("x-tokenvault-signature", signRequest(this.#key, timestamp, body));
    this.#requestId = undefined;
    return request;
  }
}
