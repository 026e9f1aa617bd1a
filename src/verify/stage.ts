import {
  collectionValues,
  protocolVersion,
  type Capability,
  type Collection,
  type TicketPurpose,
} from "../../generated/operations.js";
import { CheckFailure, CheckSkipped } from "./check-errors.js";
import type { Connection, SendOptions } from "./connection.js";
import { holds, itemsOf, succeeded } from "./expectation.js";
import type { Violation } from "./judge.js";
import type { Masking } from "./masking.js";
import { ownProperty, textOf, type Json, type Reply, type SentRequest } from "./reply.js";
import type { TokenVault } from "./token-vault.js";
import type { Upstream } from "./upstream.js";
import type { WrittenDocument, WrittenDocuments } from "./written-documents.js";

/** The responses to binding, for the checks that judge it. */
export interface BindingReplies {
  /** Sent before it was bound; absent when it was bound at the start. */
  readonly before: readonly Reply[];
  /** The responses of the owner's operations, before binding, to requests from pages of other sites. */
  readonly otherSites?: readonly (readonly [what: string, reply: Reply])[];
  readonly registration?: Reply;
  readonly exchange?: Reply;
  /** The code, when it was exchanged in this run. */
  readonly code?: string;
}

export interface StageDependencies {
  readonly url: URL;
  readonly connection: Connection;
  readonly tokenVault: TokenVault;
  readonly upstream: Upstream;
  readonly masking: Masking;
  /** `verify-` and this run's id; every key begins so. */
  readonly prefix: string;
  readonly adminSecret: string | undefined;
  /** Nothing may be written. */
  readonly isReadOnly: boolean;
  readonly written: WrittenDocuments;
  readonly violations: readonly Violation[];
  readonly secretTexts: Set<string>;
  readonly sentTexts: Set<string>;
  readonly sharedSecrets: Set<string>;
}

const probeTimeoutMs = 1500;

/** Plays everybody around a webhook: Token Vault, a browser, an agent, and the servers that it calls. */
export class Stage {
  binding: BindingReplies = { before: [] };
  /** The capabilities that the webhook announces, in health or when it is bound. */
  capabilities: readonly string[] = [];
  /** The version of the protocol that it says that it speaks; undefined when it says none. */
  version: string | undefined;
  #count = 0;

  constructor(private readonly dependencies: StageDependencies) {}

  get url(): URL {
    return this.dependencies.url;
  }
  get tokenVault(): TokenVault {
    return this.dependencies.tokenVault;
  }
  get upstream(): Upstream {
    return this.dependencies.upstream;
  }
  get adminSecret(): string | undefined {
    return this.dependencies.adminSecret;
  }
  get isReadOnly(): boolean {
    return this.dependencies.isReadOnly;
  }
  /** Every document that a request of the run would write if it was accepted. */
  get written(): readonly WrittenDocument[] {
    return this.dependencies.written.documents;
  }
  get unansweredInARow(): number {
    return this.dependencies.connection.unansweredInARow;
  }
  /** The time spent on rate limits so far. */
  get waitedMs(): number {
    return this.dependencies.connection.waitedMs;
  }
  get violations(): readonly Violation[] {
    return this.dependencies.violations;
  }
  get prefix(): string {
    return this.dependencies.prefix;
  }

  /** True when the webhook runs on this machine, so that the headers of a local proxy can be played. */
  get isLocal(): boolean {
    return ["localhost", "127.0.0.1", "[::1]"].includes(this.url.hostname);
  }

  /** True when the webhook speaks an older version of the protocol than the contract. */
  get isOlder(): boolean {
    const [own, current] = [this.version, protocolVersion].map((text) => text?.split(".").map(Number));
    const index = current?.findIndex((part, at) => part !== own?.[at]) ?? -1;
    return own !== undefined && index >= 0 && (own[index] ?? 0) < (current?.[index] ?? 0);
  }

  /** The collections that a webhook of its version has. */
  get collections(): readonly Collection[] {
    return collectionValues.filter((name) => name !== "vault_config" || !this.isOlder);
  }

  has(capability: Capability): boolean {
    return this.capabilities.includes(capability);
  }

  /** Resolves to true when a signed request gets any response. */
  async responds(): Promise<boolean> {
    try {
      await this.tokenVault.signed("/v1/health", "", {}, { timeoutMs: probeTimeoutMs });
      return true;
    } catch (error) {
      if (error instanceof CheckFailure) return false;
      if (error instanceof CheckSkipped) return true;
      throw error;
    }
  }

  /** Returns a fresh key of this run; a document written under it is removed at the end. */
  key(label = "doc"): string {
    this.#count += 1;
    return `${this.prefix}${label}-${String(this.#count)}`;
  }

  /** Returns the name of a service that nothing is stored for yet. */
  service(label = "service"): string {
    return this.key(label);
  }

  /** Makes a new credential text. No error message may hold it, and no report shows it. */
  secretText(label = "secret"): string {
    const text = `verify-${label}-${crypto.randomUUID()}`;
    this.keepSecret(text);
    return text;
  }

  /** Keeps a text that is no secret, and that no error message should repeat. */
  keepSent(text: string): void {
    this.dependencies.sentTexts.add(text);
    this.dependencies.masking.add(text);
  }

  keepSharedSecret(base64: string): void {
    this.keepSecret(base64);
    this.dependencies.sharedSecrets.add(base64);
    this.dependencies.sharedSecrets.add(Buffer.from(base64, "base64").toString("hex"));
  }

  keepSecret(text: string): void {
    this.dependencies.secretTexts.add(text);
    this.dependencies.masking.add(text);
  }

  send(request: Partial<SentRequest> & { readonly target: string }, options?: SendOptions): Promise<Reply> {
    return this.dependencies.connection.send(
      { method: "GET", headers: {}, body: new Uint8Array(), ...request },
      options,
    );
  }

  /** Posts JSON without a signature, as browsers and agents do. */
  post(
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
    options?: SendOptions,
  ): Promise<Reply> {
    const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    return this.send(
      { method: "POST", target: path, headers: { "content-type": "application/json", ...headers }, body: bytes },
      options,
    );
  }

  /** Stores as a browser does, with a fresh ticket; `claims` changes it. */
  async store(service: string, tokenData: unknown, claims: Json = {}): Promise<Reply> {
    const ticket = await this.tokenVault.ticket(service, "store", claims);
    return this.post("/v1/store", { ticket, service, tokenData });
  }

  /** Resolves to a new service that has the credential. @throws CheckFailure when it cannot be stored */
  async stored(tokenData: Json, claims: Json = {}, label = "service"): Promise<string> {
    const service = this.service(label);
    succeeded(await this.store(service, tokenData, claims));
    return service;
  }

  /** @throws CheckFailure unless the document is taken */
  async setDocument(collection: Collection, key: string, data: Json): Promise<Reply> {
    return succeeded(await this.tokenVault.storage({ operation: "set", collection, key, data }));
  }

  /** Resolves to the document, or null. @throws CheckFailure when the response is neither */
  async getDocument(collection: Collection, key: string): Promise<unknown> {
    const data = succeeded(await this.tokenVault.storage({ operation: "get", collection, key })).at("data");
    holds(typeof data === "object", "The answer of get has no data.");
    return data;
  }

  /** @throws CheckFailure unless the deletion is acknowledged */
  async deleteDocument(collection: Collection, key: string): Promise<Reply> {
    return succeeded(await this.tokenVault.storage({ operation: "delete", collection, key }));
  }

  /**
   * Resolves to the listed items of these keys, in their order; a webhook may ignore filters.
   * @throws CheckFailure when the response is no list
   */
  async itemsOf(collection: Collection, keys: readonly string[], options: Json = {}): Promise<readonly unknown[]> {
    const items = await this.listItems(collection, options);
    return items.filter((item) => keys.includes(textOf(ownProperty(item, "key"))));
  }

  /** Resolves to the items of a list. @throws CheckFailure when the response is no list */
  async listItems(collection: Collection, options: Json): Promise<readonly unknown[]> {
    return itemsOf(succeeded(await this.tokenVault.storage({ operation: "list", collection, options })));
  }

  /** Fetches as an agent does, with a fresh ticket. */
  async credential(service: string, purpose: TicketPurpose = "agent_credential", claims: Json = {}): Promise<Reply> {
    return this.withTicket("/v1/credential", await this.tokenVault.ticket(service, purpose, claims), service);
  }

  async totpCode(service: string, purpose: TicketPurpose = "totp_code", claims: Json = {}): Promise<Reply> {
    return this.withTicket("/v1/totp-code", await this.tokenVault.ticket(service, purpose, claims), service);
  }

  withTicket(
    path: string,
    ticket: string,
    service: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    return this.send({ target: `${path}?${new URLSearchParams({ ticket, service }).toString()}`, headers });
  }
}
