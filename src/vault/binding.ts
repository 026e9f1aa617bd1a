import { createHash } from "node:crypto";
import { limits } from "../../generated/operations.js";
import type { Clock } from "../platform/clock.js";
import { WebhookError } from "../platform/errors.js";
import { asText, fromBase64, toBase64, toHex, toUtf8 } from "../platform/encoding.js";
import { HmacKey } from "../protocol/signature.js";
import { Secret } from "../platform/secret.js";
import type { Document, Reader, Store } from "../store/store.js";
import { CannotOpenError, systemAdditionalData, type Cipher } from "../keys/cipher.js";
import type { SeedIdentity } from "../keys/seed.js";

/*
 * The webhook keeps for itself, in collections that Token Vault cannot name:
 *
 *   system/identity              {"webhookId", "keyCheck": sealed}       made at the first start
 *   system/binding               {"hmacSecret": sealed, "boundAt"}       made by the exchange of a code
 *   registrations/<sha256 code>  {"hmacSecret": sealed, "expiresAtMs"}   a code that can be exchanged; with "isFirst",
 *                                                                        while nothing is bound or stored
 *                                {"usedAtMs", "expiresAtMs"}             one that was
 */
const secretBytes = 32;
export const registrationTtlSeconds = limits.registrationSeconds;
/** More codes than an owner opens by hand; a code is forgotten when it expires. */
const maxRegistrations = 32;
const secretAdditionalData = systemAdditionalData("hmacSecret");
const checkAdditionalData = systemAdditionalData("keyCheck");

export interface Registration {
  readonly code: string;
  /** Lower-case hex of SHA-256 over the secret's bytes. */
  readonly secretHash: string;
}

/** A document and where it stands. */
export type CollectionEntry = readonly [collection: string, key: string, document: Document];

/** The secret shared with Token Vault, and how it came to be shared. */
export class Binding {
  readonly webhookId: string;
  readonly #seededKey: HmacKey | undefined;
  /** The key of the stored secret, by the ciphertext that it came from. */
  #derived: { readonly sealed: string; readonly key: HmacKey } | undefined;

  private constructor(
    private readonly store: Store,
    private readonly cipher: Cipher,
    private readonly clock: Clock,
    private readonly seeded: SeedIdentity | undefined,
    identity: Document,
  ) {
    this.webhookId = seeded?.webhookId ?? String(identity["webhookId"]);
    this.#seededKey = seeded && new HmacKey(seeded.hmacSecret.reveal());
  }

  /** @throws CannotOpenError when the binding was sealed under another key */
  static async open(store: Store, cipher: Cipher, seeded: SeedIdentity | undefined, clock: Clock): Promise<Binding> {
    const made = newIdentity(cipher, `wh_${toHex(crypto.getRandomValues(new Uint8Array(16)))}`);
    const identity = await store.transact(async (transaction) => {
      const existing = await transaction.get("system", "identity");
      if (!existing) await transaction.put("system", "identity", made);
      return existing ?? made;
    });
    const binding = new Binding(store, cipher, clock, seeded, identity);
    await binding.hmacKey();
    return binding;
  }

  /** Makes the identity and binding of another webhook into documents of this one. */
  static imported(
    cipher: Cipher,
    clock: Clock,
    { webhookId, hmacSecret }: { readonly webhookId: string; readonly hmacSecret: Uint8Array | undefined },
  ): CollectionEntry[] {
    const identity = ["system", "identity", newIdentity(cipher, webhookId)] as const;
    if (!hmacSecret) return [identity];
    const sealed = cipher.seal(toBase64(hmacSecret), secretAdditionalData);
    return [identity, ["system", "binding", { hmacSecret: sealed, boundAt: new Date(clock.nowMs()).toISOString() }]];
  }

  /** Undefined as long as nobody can have signed anything. A seed's secret may be shared already. */
  async hmacKey(): Promise<HmacKey | undefined> {
    if (this.#seededKey) return this.#seededKey;
    const stored = await this.store.get("system", "binding");
    if (!stored) return undefined;
    const sealed = String(stored["hmacSecret"]);
    if (this.#derived?.sealed !== sealed) {
      const secret = fromBase64(this.cipher.open(sealed, secretAdditionalData));
      if (secret?.length !== secretBytes) throw new CannotOpenError("not a secret");
      this.#derived = { sealed, key: new HmacKey(secret) };
    }
    return this.#derived.key;
  }

  /** Tells whether a code was ever exchanged here. */
  async isBound(): Promise<boolean> {
    return (await this.store.get("system", "binding")) !== undefined;
  }

  /** Tells when a code was last exchanged, as ISO time, and at which frontend its registration was to be completed. */
  async facts(): Promise<{ readonly boundAt: string | undefined; readonly boundTo: string | undefined }> {
    const { boundAt, frontend } = (await this.store.get("system", "binding")) ?? {};
    return { boundAt: asText(boundAt), boundTo: asText(frontend) };
  }

  /** Tells that nothing is stored and no secret is shared: whoever binds it first on this machine is its owner. */
  async isFresh(reader: Reader = this.store): Promise<boolean> {
    if (this.seeded || (await reader.get("system", "binding"))) return false;
    return (await reader.count("tokens")) === 0;
  }

  /**
   * Makes a secret and the code that brings it into force.
   * @param frontend the origin that it is to be completed at
   * @param isFirst true for somebody who is not known to be the owner; the code is void once there is one
   * @throws WebhookError rate_limited, forbidden
   */
  async register(frontend?: string, isFirst = false): Promise<Registration> {
    const code = crypto.randomUUID();
    const secret = this.seeded?.hmacSecret.reveal() ?? crypto.getRandomValues(new Uint8Array(secretBytes));
    const hmacSecret = this.cipher.seal(toBase64(secret), secretAdditionalData);
    const nowMs = this.clock.nowMs();
    await this.store.transact(async (transaction) => {
      // Another may have bound it since this one was admitted.
      if (isFirst && !(await this.isFresh(transaction)))
        throw new WebhookError("forbidden", "This webhook has an owner now; send the admin secret.");
      const { entries } = await transaction.list("registrations");
      const over = entries.filter(({ document }) => isOver(document, nowMs));
      for (const { key } of over) await transaction.delete("registrations", key);
      if (entries.length - over.length >= maxRegistrations)
        throw new WebhookError("rate_limited", "Too many registrations are open; wait until some expire.", {
          retryAfterSeconds: registrationTtlSeconds,
        });
      await transaction.put("registrations", hashHex(toUtf8(code)), {
        hmacSecret,
        expiresAtMs: nowMs + registrationTtlSeconds * 1000,
        frontend,
        ...(isFirst ? { isFirst } : {}),
      });
    });
    return { code, secretHash: hashHex(secret) };
  }

  /**
   * Brings a code's secret into force; the one before it ends. Of parallel exchanges of one code, one succeeds. Anybody on
   * the machine may have got a code before the first binding, which voids every other one, or the first credential.
   * @throws WebhookError code_expired, code_used
   */
  async exchange(code: string): Promise<Secret> {
    const key = hashHex(toUtf8(code));
    const nowMs = this.clock.nowMs();
    return this.store.transact(async (transaction) => {
      const registration = await transaction.get("registrations", key);
      if (!registration || isOver(registration, nowMs))
        throw new WebhookError("code_expired", "This code is unknown or has expired; register again.");
      const { hmacSecret, expiresAtMs, usedAtMs, frontend, isFirst } = registration;
      if (usedAtMs !== undefined) throw new WebhookError("code_used", "This code was used before; register again.");
      if (isFirst === true && !(await this.isFresh(transaction)))
        throw new WebhookError("code_expired", "This code was given before there was an owner; register again.");
      const secret = this.cipher.open(String(hmacSecret), secretAdditionalData);
      if (!(await transaction.get("system", "binding"))) {
        const { entries } = await transaction.list("registrations");
        for (const other of entries) await transaction.delete("registrations", other.key);
      }
      await transaction.put("registrations", key, { usedAtMs: nowMs, expiresAtMs });
      await transaction.put("system", "binding", { hmacSecret, boundAt: new Date(nowMs).toISOString(), frontend });
      return new Secret(secret);
    });
  }
}

/** Tells whether a data folder's identity was made under this key. */
export function opensIdentity({ keyCheck }: Document, cipher: Cipher): boolean {
  return opens(cipher, keyCheck, checkAdditionalData);
}

/** Tells whether the shared secret was sealed under this key. */
export function opensBinding({ hmacSecret }: Document, cipher: Cipher): boolean {
  return opens(cipher, hmacSecret, secretAdditionalData);
}

function opens(cipher: Cipher, value: unknown, additionalData: string): boolean {
  try {
    cipher.open(String(value), additionalData);
    return true;
  } catch (error) {
    if (error instanceof CannotOpenError) return false;
    throw error;
  }
}

/** Seals everything that the webhook keeps for itself by another key. @throws CannotOpenError */
export async function resealSystem(store: Store, from: Cipher, to: Cipher): Promise<CollectionEntry[]> {
  const changes: CollectionEntry[] = [];
  for (const collection of ["system", "registrations"]) {
    for (const { key, document } of (await store.list(collection)).entries) {
      const resealed: Record<string, unknown> = { ...document };
      for (const name of ["hmacSecret", "keyCheck"]) {
        const additionalData = systemAdditionalData(name);
        const value = document[name];
        if (typeof value === "string") resealed[name] = to.seal(from.open(value, additionalData), additionalData);
      }
      changes.push([collection, key, resealed]);
    }
  }
  return changes;
}

function newIdentity(cipher: Cipher, webhookId: string): Document {
  return { webhookId, keyCheck: cipher.seal("tokenvault-webhook", checkAdditionalData) };
}

function isOver(registration: Document, nowMs: number): boolean {
  return !(Number(registration["expiresAtMs"]) > nowMs);
}

function hashHex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
