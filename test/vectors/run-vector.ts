import { Readable } from "node:stream";
import { vi } from "vitest";
import { StorageRequest, StoreRequest } from "../../generated/validators.js";
import { WebhookError } from "../../src/platform/errors.js";
import { getCredential } from "../../src/handlers/credentials.js";
import type { Dependencies } from "../../src/handlers/dependencies.js";
import { requireValid } from "../../src/http/request-body.js";
import { isPublicAddress } from "../../src/outbound/address-rules.js";
import { EchoForms, redactStream } from "../../src/outbound/redaction.js";
import { AddressList, clientAddress } from "../../src/platform/ip-address.js";
import { toBase64 } from "../../src/platform/encoding.js";
import { HmacKey, readSignatureHeaders, verifySignature } from "../../src/protocol/signature.js";
import { verifyTicket, type TicketClaims } from "../../src/protocol/ticket.js";
import { Secret } from "../../src/platform/secret.js";
import { JsonStore } from "../../src/store/json/json-store.js";
import type { Document, Store } from "../../src/store/store.js";
import { CannotOpenError, Cipher, fieldAdditionalData } from "../../src/keys/cipher.js";
import { listCollection } from "../../src/vault/listing.js";
import { deriveFromSeed } from "../../src/keys/seed.js";
import { listedHosts, resetHosts, ServiceHosts } from "../../src/vault/service-hosts.js";
import { isSealed } from "../../src/vault/credential.js";
import { Credentials } from "../../src/vault/credentials.js";
import { sealedDocument, sealFields } from "../../src/vault/sealing.js";
import { resolveTotp, totpCode } from "../../src/vault/kinds/totp.js";
import { FaultyDisk } from "../support/faulty-disk.js";
import type { Vector, VectorInputs, VectorKind } from "./vector.js";

export type { Vector } from "./vector.js";

/** R23's default. */
const defaultLifetimeSeconds = 900;
const claimNames = new Set(["sub", "svc", "pur", "iat", "exp", "nonce", "aid", "pid", "mode", "cid"]);

type Run<Kind extends VectorKind> = (input: VectorInputs[Kind]) => Promise<unknown>;

/**
 * What our implementation makes of a vector's input, in the form of `expected`.
 * @throws WebhookError with the code that `error` names
 */
export async function runVector({ kind, input }: Vector): Promise<unknown> {
  // Which of the inputs it is, the kind has said.
  return (runs[kind] as Run<VectorKind>)(input);
}

const runs: { readonly [Kind in VectorKind]: Run<Kind> } = {
  async signature({ secretBase64, now, timestamp, requestId, signature, body = "", bodyBase64 }) {
    const claimed = readSignatureHeaders({ signature, timestamp, requestId }, now * 1000);
    const raw = bodyBase64 === undefined ? Buffer.from(body) : Buffer.from(bodyBase64, "base64");
    verifySignature(new HmacKey(bytes(secretBase64)), claimed, raw);
    return true;
  },

  async ticket({ secretBase64, now, ticket, purposes, service, maxLifetimeSeconds = defaultLifetimeSeconds }) {
    const key = new HmacKey(bytes(secretBase64));
    const claims = verifyTicket(key, ticket, { purposes, service, maxLifetimeSeconds }, now * 1000);
    return Object.fromEntries(
      Object.entries(claims).filter(([name, value]) => claimNames.has(name) && (value as unknown) !== null),
    );
  },

  async seed({ seed }) {
    const { encryptionKey, seeded } = deriveFromSeed(new Secret(seed));
    return {
      encryptionKeyBase64: toBase64(encryptionKey),
      hmacSecretBase64: toBase64(seeded.hmacSecret.reveal()),
      webhookId: seeded.webhookId,
    };
  },

  async "sealed-value"({ keyBase64, service = "", field = "", additionalData, ivBase64, text, sealed }) {
    const cipher = new Cipher(bytes(keyBase64));
    const place = fieldAdditionalData(service, field);
    if (sealed !== undefined) return asContract(() => cipher.open(sealed, additionalData === null ? undefined : place));
    return withIv(bytes(ivBase64 ?? ""), () => cipher.seal(text ?? "", place));
  },

  async totp({ secret, algorithm, digits, period, now }) {
    const members = { totpSecret: secret, totpAlgorithm: algorithm, totpDigits: digits, totpPeriod: period };
    const { code, remainingSeconds } = totpCode(members, now * 1000);
    return { code, remainingSeconds };
  },

  async "totp-uri"({ uri }) {
    return resolveTotp({ totpUri: uri });
  },

  async "store-meta"({ service, tokenData, now, cid, previousMeta }) {
    requireValid(StoreRequest, { ticket: "", service, tokenData });
    const { store, cipher, credentials } = await vault(now);
    if (previousMeta) await put(store, "tokens", service, sealedDocument({}, previousMeta));
    const meta = await credentials.put(credentials.prepare(service, tokenData, cid), false);
    const document = await store.get("tokens", service);
    const fields = document && isSealed(document) ? Object.entries(document.fields) : [];
    const opened = fields.map(async ([name, value]) => [name, cipher.open(value, fieldAdditionalData(service, name))]);
    return { sealed: Object.fromEntries(await Promise.all(opened)), meta };
  },

  async "list-item"({ collection, key, document }) {
    const { store } = await vault(0);
    await put(store, collection, key, document);
    return (await listCollection(store, collection)).items[0];
  },

  async "credential-answer"({ service, purpose, now, cid, secrets, meta, document }) {
    const { store, cipher, clock, credentials } = await vault(now);
    if (secrets) {
      const fields = sealFields(cipher, service, secrets);
      await put(store, "tokens", service, sealedDocument(fields, meta ?? {}));
    }
    if (document) await credentials.set(service, document);
    const claims: TicketClaims = { svc: service, pur: purpose, exp: now, nonce: "n", ...(cid ? { cid } : {}) };
    const request = { ticket: { claims, spend: () => Promise.resolve() } };
    const answer = await getCredential({ credentials, clock } as Dependencies, request);
    return answer.token;
  },

  async list({ collection, documents, options, pages = 1 }) {
    requireValid(StorageRequest, { operation: "list", collection, options });
    const { store } = await vault(0);
    for (const { key, document } of documents) await put(store, collection, key, document);
    let answer = await listCollection(store, collection, options);
    const keys = answer.items.map(({ key }) => key);
    for (let page = 1; page < pages; page++) {
      const after = answer.pagination?.nextCursor ?? "";
      requireValid(StorageRequest, { operation: "list", collection, options: { ...options, after } });
      answer = await listCollection(store, collection, { ...options, after });
      keys.push(...answer.items.map(({ key }) => key));
    }
    if (!answer.pagination) return { keys };
    const { hasMore, totalCount, nextCursor } = answer.pagination;
    return { keys, pagination: { hasMore, totalCount, nextCursor: nextCursor === null ? null : "present" } };
  },

  async "upstream-address"({ address }) {
    return isPublicAddress(urlHost(address).replace(/^\[(.*)\]$/, "$1")) ? "public" : "refused";
  },

  async "client-address"({ peer, forwardedFor, trusted }) {
    const address = clientAddress(peer, forwardedFor ?? undefined, new AddressList(trusted));
    return address === "unknown" ? null : address;
  },

  async redaction({ secret, chunks }) {
    const source = Readable.from(chunks.map((chunk) => Buffer.from(chunk, "base64")));
    const output = await source.pipe(redactStream(new EchoForms([secret]))).toArray();
    return Buffer.concat(output as Buffer[]).toString("utf8");
  },

  async "allowed-host"({ allowedHosts, host }) {
    const service = "github";
    const { store } = await vault(0);
    const listed = listedHosts(allowedHosts);
    await store.transact((transaction) => resetHosts(transaction, service, listed));
    try {
      await new ServiceHosts(store, "pin").use(service, urlHost(host));
      return true;
    } catch (error) {
      if (error instanceof WebhookError && error.code === "forbidden") return false;
      throw error;
    }
  },
};

/** An empty vault in memory whose clock stands still. */
async function vault(now: number): Promise<Pick<Dependencies, "store" | "clock" | "credentials"> & { readonly cipher: Cipher }> {
  const store = await JsonStore.open({ disk: new FaultyDisk(), folder: "/data", warn: () => undefined });
  const clock = { nowMs: () => now * 1000 };
  const cipher = new Cipher(crypto.getRandomValues(new Uint8Array(32)));
  return { store, clock, cipher, credentials: new Credentials(store, cipher, clock) };
}

async function put(store: Store, collection: string, key: string, document: Document): Promise<void> {
  await store.transact((transaction) => transaction.put(collection, key, document));
}

/** What does not open is unforeseen where it is served: R6 makes it an internal_error. */
function asContract(open: () => string): string {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof CannotOpenError)) throw error;
    throw new WebhookError("internal_error", "A stored value does not open.", { cause: error });
  }
}

/** The cipher draws its own iv; a vector needs the one that it names. */
function withIv<T>(iv: Uint8Array, seal: () => T): T {
  const random = vi.spyOn(crypto, "getRandomValues").mockImplementation((target) => {
    (target as unknown as Uint8Array).set(iv);
    return target;
  });
  try {
    return seal();
  } finally {
    random.mockRestore();
  }
}

/** The host of an upstream's URL, as a URL's parser writes it; without the port. */
function urlHost(host: string): string {
  const isIpv6 = (host.match(/:/g) ?? []).length > 1;
  return new URL(`https://${isIpv6 ? `[${host}]` : host}/`).hostname;
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(base64, "base64"));
}
