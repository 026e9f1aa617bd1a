import { isoSeconds, type Clock } from "../platform/clock.js";
import { WebhookError } from "../platform/errors.js";
import { rememberingVerdicts } from "../platform/remembered-verdicts.js";
import type { Document, Store } from "../store/store.js";
import { type Cipher } from "../keys/cipher.js";
import { putWithinLimits } from "./documents.js";
import { encryptSecrets } from "./encrypt-secrets.js";
import { filterMembers, mergeMembers, omitMember } from "./members.js";
import { withoutMembers } from "./secret-names.js";
import { dropHosts, listedHosts, resetHosts } from "./service-hosts.js";
import { prepareToken, resolveTotp } from "./token-data.js";
import {
  currentFields,
  envelopeMembers,
  fieldNames,
  isPlain,
  isSealed,
  openFields,
  openText,
  opensAtItsPlace,
  publicMembers,
  sealedDocument,
  sealedVersion,
  sealFields,
} from "./token-document.js";

const collection = "tokens";
/** The seed and its URI leave as codes only, however a store of another program spells them. */
const isNeverHandedOut = rememberingVerdicts((name) => /^totp[-_]?(?:secret|uri)$/i.test(name));
const isForNoAgent = rememberingVerdicts((name) => isNeverHandedOut(name) || /^refresh[-_]?token$/i.test(name));
/** Room for the longest keys and certificates; encrypted they take a third more. */
const maxTokenDataBytes = 256 * 1024;
const maxRenewAttempts = 10;

/** New tokens from a provider; what is absent stays as it is. `expiryTime` is milliseconds since the epoch. */
export interface RenewedTokens {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  readonly expiryTime?: number | undefined;
}

/** The stored credentials: encrypted when they go in, decrypted only for whoever may have them. */
export class Tokens {
  constructor(
    private readonly store: Store,
    private readonly cipher: Cipher,
    private readonly clock: Clock,
  ) {}

  get count(): number {
    return this.store.count(collection);
  }

  get(service: string): Document | undefined {
    return this.store.get(collection, service);
  }

  /** Checks a browser's tokenData without keeping it. @throws WebhookError invalid_request */
  prepare(service: string, tokenData: Readonly<Record<string, unknown>>, creationId?: string): () => SealedToken {
    if (Buffer.byteLength(JSON.stringify(tokenData)) > maxTokenDataBytes) {
      throw new WebhookError("payload_too_large", "A credential may have 256 KiB.");
    }
    const { secrets, meta } = prepareToken(service, tokenData, creationId, this.clock.nowMs());
    const hosts = listedHosts(tokenData["allowedHosts"]);
    return () => ({ meta, hosts, fields: sealFields(this.cipher, service, secrets) });
  }

  /**
   * Keeps what a browser sent. A second store replaces the first but for `createdAt`.
   * @throws WebhookError already_exists when `mustBeNew`
   */
  async put(
    service: string,
    { meta, hosts, fields }: SealedToken,
    mustBeNew: boolean,
  ): Promise<Readonly<Record<string, unknown>>> {
    const updatedAt = isoSeconds(this.clock.nowMs());
    return this.store.transact((transaction) => {
      const existing = transaction.get(collection, service);
      if (existing && mustBeNew)
        throw new WebhookError("already_exists", "A credential is already stored for this service.");
      const { createdAt = meta["createdAt"] } = existing ? publicMembers(existing) : {};
      const kept = existing ? mergeMembers(meta, { createdAt, updatedAt }) : meta;
      putWithinLimits(transaction, collection, service, sealedDocument(fields, kept));
      resetHosts(transaction, service, hosts);
      if (transaction.get("system", removedKey(service))) transaction.delete("system", removedKey(service));
      return kept;
    });
  }

  /** Removes a credential and what it could be sent to. False when there was none. */
  async remove(service: string): Promise<boolean> {
    return this.store.transact((transaction) => {
      dropHosts(transaction, service);
      if (!transaction.get(collection, service)) return false;
      transaction.delete(collection, service);
      // Token Vault may have kept the encrypted document; it must not bring it back.
      transaction.put("system", removedKey(service), {});
      return true;
    });
  }

  /** What the ticket's holder gets: the secret members over the others. */
  handOut(service: string, document: Document, withRefreshToken: boolean): Record<string, unknown> {
    const isWithheld = withRefreshToken ? isNeverHandedOut : isForNoAgent;
    const names = fieldNames(document).filter((name) => !isWithheld(name));
    const secrets = openFields(this.cipher, service, document, names);
    return withoutMembers(mergeMembers(openMembers(document), secrets), isWithheld) as Record<string, unknown>;
  }

  /** One secret text, or undefined when there is none. */
  secretText(service: string, document: Document, name: string): string | undefined {
    const sealed = openText(this.cipher, service, document, name);
    if (sealed !== undefined || isSealed(document)) return sealed;
    const plain = document[name];
    return typeof plain === "string" && plain !== "" ? plain : undefined;
  }

  /** The members that a one-time code is computed from, or undefined when the token has no seed. */
  totpMembers(service: string, document: Document): Record<string, unknown> | undefined {
    const totpSecret = this.secretText(service, document, "totpSecret");
    if (totpSecret !== undefined) return { ...publicMembers(document), totpSecret };
    const totpUri = this.secretText(service, document, "totpUri");
    return totpUri === undefined ? undefined : resolveTotp({ ...publicMembers(document), totpUri });
  }

  /**
   * The document that is kept for what Token Vault sets: its secret members encrypted, its encrypted fields only if they belong here.
   * @throws WebhookError invalid_request
   */
  protect(service: string, data: Document): Document {
    if (!isSealed(data) && data["fields"] !== undefined) {
      throw new WebhookError("invalid_request", "The document's fields are not in the encrypted form.");
    }
    if (isSealed(data) && this.store.get("system", removedKey(service))) {
      throw new WebhookError("invalid_request", "The owner removed this credential; it must be stored anew.");
    }
    if (isSealed(data) && !opensAtItsPlace(this.cipher, service, data, this.get(service))) {
      throw new WebhookError("invalid_request", "An encrypted field does not belong to this service.");
    }
    return encryptSecrets(this.cipher, service, data);
  }

  /**
   * Puts renewed tokens in place and keeps everything else. With `replaces`, only while that is still the stored refresh
   * token: a credential that was stored meanwhile is newer than the refresh. Returns the document, or undefined when
   * there was nothing to renew.
   */
  async renew(service: string, tokens: RenewedTokens, replaces?: string): Promise<Document | undefined> {
    for (let attempt = 0; attempt < maxRenewAttempts; attempt++) {
      const current = this.get(service);
      if (!current) return undefined;
      if (replaces !== undefined && this.secretText(service, current, "refreshToken") !== replaces) return undefined;
      const next = this.renewed(service, current, tokens);
      const done = await this.store.transact((transaction) => {
        if (!transaction.isUnchanged(collection, service, current)) return false;
        putWithinLimits(transaction, collection, service, next);
        return true;
      });
      if (done) return next;
    }
    throw new WebhookError("internal_error", "The credential kept changing while it was renewed; nothing was changed.");
  }

  /** Marks a credential that its provider takes no more, unless it was stored or refreshed meanwhile. */
  async markNeedsReconnect(service: string, refused: Document): Promise<void> {
    await this.store.transact((transaction) => {
      if (!transaction.isUnchanged(collection, service, refused)) return;
      const mark = { needs_reconnect: true };
      const marked = isPlain(refused)
        ? { ...refused, ...mark }
        : { ...refused, meta: { ...publicMembers(refused), ...mark } };
      transaction.put(collection, service, marked);
    });
  }

  private renewed(service: string, current: Document, tokens: RenewedTokens): Document {
    const { accessToken, refreshToken, expiryTime } = tokens;
    const fresh = sealFields(this.cipher, service, { accessToken, ...(refreshToken ? { refreshToken } : {}) });
    const base = isSealed(current) ? current : encryptSecrets(this.cipher, service, { ...current, accessToken });
    if (!isSealed(base)) throw new WebhookError("internal_error", "The credential could not be encrypted.");
    const fields = { ...currentFields(this.cipher, service, base), ...fresh };
    const changes = {
      ...(expiryTime === undefined
        ? {}
        : { expiryTime, ...("expiresAt" in publicMembers(base) ? { expiresAt: isoSeconds(expiryTime) } : {}) }),
      ...(refreshToken ? { hasRefreshToken: true } : {}),
    };
    if (base.plain)
      return { ...omitMember(base, "needs_reconnect"), ...changes, v: sealedVersion, alg: base.alg, fields };
    return {
      ...base,
      v: sealedVersion,
      fields,
      meta: { ...omitMember(base.meta ?? {}, "needs_reconnect"), ...changes },
    };
  }
}

/** system/removed/<service>   {}, while what the owner removed has not been stored anew. */
function removedKey(service: string): string {
  return `removed/${service}`;
}

/** What `prepare` has made ready: fields already encrypted, and the meta beside them. */
export interface SealedToken {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly fields: Readonly<Record<string, string>>;
  /** The hosts that it may be sent to, when they came with it. */
  readonly hosts: readonly string[] | undefined;
}

/** What a document holds in clear, as its holder gets it: its meta or, when it is plain, itself less its `id`. */
function openMembers(document: Document): Readonly<Record<string, unknown>> {
  if (!isPlain(document)) return publicMembers(document);
  const members = omitMember(document, "id");
  if (!isSealed(document)) return members;
  return filterMembers(members, (name) => name === "meta" || !envelopeMembers.has(name));
}
