import type { Clock } from "../platform/clock.js";
import { WebhookError } from "../platform/errors.js";
import { fromBase64, toBase64, toHex, toUtf8 } from "../protocol/encoding.js";
import { HmacKey } from "../protocol/hmac.js";
import { Secret } from "../platform/secret.js";
import type { Change, Document, Store } from "../store/store.js";
import { CannotOpenError, systemPlace, type Cipher } from "../keys/cipher.js";
import type { SeedIdentity } from "../keys/seed.js";

/*
 * What the webhook keeps for itself, in collections that Token Vault cannot name:
 *
 *   system/identity              {"webhookId", "keyCheck": sealed}       made at the first start
 *   system/binding               {"hmacSecret": sealed, "boundAt"}       made by the exchange of a code
 *   registrations/<sha256 code>  {"hmacSecret": sealed, "expiresAtMs"}   a code that can be exchanged
 *                                {"usedAtMs", "expiresAtMs"}             one that was
 */
const secretBytes = 32;
export const registrationTtlSeconds = 300;
/** More codes than an owner opens by hand; a code is forgotten when it expires. */
const maxRegistrations = 32;
const secretPlace = systemPlace("hmacSecret");
const checkPlace = systemPlace("keyCheck");

export interface Registration {
  readonly code: string;
  /** Lower-case hex of SHA-256 over the secret's bytes. */
  readonly secretHash: string;
}

/** The secret shared with Token Vault, and how it came to be shared. */
export class Binding {
  #hmacKey: HmacKey | undefined;
  readonly webhookId: string;

  private constructor(
    private readonly store: Store,
    private readonly cipher: Cipher,
    private readonly clock: Clock,
    private readonly seeded: SeedIdentity | undefined,
    identity: Document,
  ) {
    this.webhookId = seeded?.webhookId ?? String(identity["webhookId"]);
  }

  /** @throws CannotOpenError when the binding was sealed under another key */
  static async open(store: Store, cipher: Cipher, seeded: SeedIdentity | undefined, clock: Clock): Promise<Binding> {
    const identity = store.get("system", "identity") ?? (await createIdentity(store, cipher));
    const binding = new Binding(store, cipher, clock, seeded, identity);
    await binding.#load();
    return binding;
  }

  /** The identity and binding of another webhook, as documents of this one. */
  static async imported(
    cipher: Cipher,
    clock: Clock,
    { webhookId, hmacSecret }: { readonly webhookId: string; readonly hmacSecret: Uint8Array | undefined },
  ): Promise<(readonly [collection: string, key: string, document: Document])[]> {
    const identity = ["system", "identity", await newIdentity(cipher, webhookId)] as const;
    if (!hmacSecret) return [identity];
    const sealed = cipher.seal(toBase64(hmacSecret), secretPlace);
    return [identity, ["system", "binding", { hmacSecret: sealed, boundAt: new Date(clock.nowMs()).toISOString() }]];
  }

  /** Undefined as long as nobody can have signed anything. A seed's secret may be shared already. */
  get hmacKey(): HmacKey | undefined {
    return this.#hmacKey;
  }

  /** Whether a code was ever exchanged here. */
  get isBound(): boolean {
    return this.store.has("system", "binding");
  }

  /** When a code was last exchanged, as ISO time, and at which frontend its registration was to be completed. */
  get boundAt(): string | undefined {
    return textOf(this.store.get("system", "binding")?.["boundAt"]);
  }

  get boundTo(): string | undefined {
    return textOf(this.store.get("system", "binding")?.["frontend"]);
  }

  /**
   * Makes a secret and the code that brings it into force.
   * @param frontend the origin that it is to be completed at
   * @throws WebhookError rate_limited
   */
  async register(frontend?: string): Promise<Registration> {
    const code = crypto.randomUUID();
    const secret = this.seeded?.hmacSecret.reveal() ?? crypto.getRandomValues(new Uint8Array(secretBytes));
    const hmacSecret = this.cipher.seal(toBase64(secret), secretPlace);
    const key = await hashHex(toUtf8(code));
    const nowMs = this.clock.nowMs();
    await this.store.transact((transaction) => {
      for (const entry of this.store.entries("registrations"))
        if (isOver(entry.document, nowMs)) transaction.delete("registrations", entry.key);
      if (transaction.count("registrations") >= maxRegistrations) {
        throw new WebhookError("rate_limited", "Too many registrations are open; wait until some expire.", {
          retryAfterSeconds: registrationTtlSeconds,
        });
      }
      const expiresAtMs = nowMs + registrationTtlSeconds * 1000;
      transaction.put("registrations", key, {
        hmacSecret,
        expiresAtMs,
        ...(frontend === undefined ? {} : { frontend }),
      });
    });
    return { code, secretHash: await hashHex(secret) };
  }

  /**
   * Brings a code's secret into force; the one before it ends. Of parallel exchanges of one code, one succeeds.
   * @throws WebhookError code_expired, code_used
   */
  async exchange(code: string): Promise<Secret> {
    const key = await hashHex(toUtf8(code));
    const registration = this.store.get("registrations", key);
    const nowMs = this.clock.nowMs();
    if (!registration || isOver(registration, nowMs))
      throw new WebhookError("code_expired", "This code is unknown or has expired; register again.");
    if (registration["usedAtMs"] !== undefined) throw codeUsed();
    const hmacSecret = String(registration["hmacSecret"]);
    const secret = this.cipher.open(hmacSecret, secretPlace);
    await this.store.transact((transaction) => {
      if (!transaction.isUnchanged("registrations", key, registration)) throw codeUsed();
      transaction.put("registrations", key, { usedAtMs: nowMs, expiresAtMs: registration["expiresAtMs"] });
      const frontend = textOf(registration["frontend"]);
      const boundAt = new Date(nowMs).toISOString();
      transaction.put("system", "binding", { hmacSecret, boundAt, ...(frontend === undefined ? {} : { frontend }) });
    });
    await this.#load();
    return new Secret(secret);
  }

  async #load(): Promise<void> {
    if (this.seeded) {
      this.#hmacKey = new HmacKey(this.seeded.hmacSecret.reveal());
      return;
    }
    const stored = this.store.get("system", "binding");
    if (stored) this.#hmacKey = new HmacKey(decodeSecret(this.cipher.open(String(stored["hmacSecret"]), secretPlace)));
  }
}

/** Whether a data folder's identity was made under this key. */
export function opensIdentity({ keyCheck }: Document, cipher: Cipher): boolean {
  return opens(cipher, keyCheck, checkPlace);
}

/** Whether the shared secret was sealed under this key. */
export function opensBinding({ hmacSecret }: Document, cipher: Cipher): boolean {
  return opens(cipher, hmacSecret, secretPlace);
}

function opens(cipher: Cipher, value: unknown, place: string): boolean {
  try {
    cipher.open(String(value), place);
    return true;
  } catch (error) {
    if (error instanceof CannotOpenError) return false;
    throw error;
  }
}

/** Everything that the webhook keeps for itself, sealed by another key. @throws CannotOpenError */
export async function resealSystem(store: Store, from: Cipher, to: Cipher): Promise<Change[]> {
  const collections = ["system", "registrations"] as const;
  const changes = collections.flatMap((collection) =>
    Array.from(store.entries(collection), async ({ key, document }): Promise<Change> => {
      const { hmacSecret, keyCheck } = document;
      const resealed = {
        ...(typeof hmacSecret === "string"
          ? { hmacSecret: to.seal(from.open(hmacSecret, secretPlace), secretPlace) }
          : {}),
        ...(typeof keyCheck === "string" ? { keyCheck: to.seal(from.open(keyCheck, checkPlace), checkPlace) } : {}),
      };
      return [collection, key, { ...document, ...resealed }];
    }),
  );
  return Promise.all(changes);
}

async function createIdentity(store: Store, cipher: Cipher): Promise<Document> {
  const identity = await newIdentity(cipher, `wh_${toHex(crypto.getRandomValues(new Uint8Array(16)))}`);
  await store.transact((transaction) => {
    transaction.put("system", "identity", identity);
  });
  return identity;
}

async function newIdentity(cipher: Cipher, webhookId: string): Promise<Document> {
  return { webhookId, keyCheck: cipher.seal("tokenvault-webhook", checkPlace) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isOver(registration: Document, nowMs: number): boolean {
  return !(Number(registration["expiresAtMs"]) > nowMs);
}

function decodeSecret(base64: string): Uint8Array<ArrayBuffer> {
  const secret = fromBase64(base64);
  if (secret?.length !== secretBytes) throw new CannotOpenError("not a secret");
  return secret;
}

async function hashHex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(await crypto.subtle.digest("SHA-256", bytes));
}

function codeUsed(): WebhookError {
  return new WebhookError("code_used", "This code was used before; register again.");
}
