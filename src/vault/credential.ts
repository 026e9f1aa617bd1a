import { fieldAdditionalData, type Cipher } from "../keys/cipher.js";
import { asText, isRecord } from "../platform/encoding.js";
import type { Document } from "../store/store.js";
import { envelopeProperties, isSensitiveField, type Properties } from "./sensitive-properties.js";

/*
 * A credential at rest, in the collection `tokens`:
 *
 *   {"v": 2, "alg": "AES-256-GCM", "fields": {"accessToken": "<sealed>", "password": "<sealed>"}, "meta": {…}}
 *
 * `v: 1` is what the reference webhooks write: sealed without additional data. `v: 2` seals each value for its service and
 * field. The sensitive fields hold their text; any other field holds the JSON text of its value.
 *
 * A document that Token Vault sets without `fields` is kept in its own shape, its secret properties moved to `fields`, and marked:
 *
 *   {"serviceName": "x", …, "v": 2, "alg": "AES-256-GCM", "fields": {…}, "plain": true}
 */
export type Fields = Readonly<Record<string, string>>;

export interface SealedDocument extends Document {
  readonly v: 1 | 2;
  readonly alg: "AES-256-GCM";
  readonly fields: Fields;
  readonly meta?: Properties;
  readonly plain?: true;
}

export const sealedVersion = 2;
export const algorithm = "AES-256-GCM";

export function isSealed(document: Document): document is SealedDocument {
  const { v, alg, fields } = document;
  if ((v !== 1 && v !== sealedVersion) || alg !== algorithm || !isRecord(fields)) return false;
  return Object.values(fields).every((value) => typeof value === "string");
}

/** Tells a document that is kept in its own shape: Token Vault set it without `fields`. */
export function isPlain(document: Document): boolean {
  return !isSealed(document) || document.plain === true;
}

/** Gives the properties that are not secret: the meta, and of a plain document its own properties too. */
export function publicProperties(document: Document): Properties {
  const meta = isRecord(document["meta"]) ? document["meta"] : {};
  return isPlain(document) ? { ...withoutEnvelope(document), ...meta } : meta;
}

export function withoutEnvelope(document: Document): Properties {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !envelopeProperties.has(name)));
}

/** A stored credential; what is secret in it is opened when it is asked for. */
export class Credential {
  /** The properties that are not secret. */
  readonly meta: Properties;
  readonly #sealed: SealedDocument | undefined;
  readonly #opened = new Map<string, unknown>();

  constructor(
    private readonly cipher: Cipher,
    readonly service: string,
    readonly document: Document,
  ) {
    this.#sealed = isSealed(document) ? document : undefined;
    this.meta = publicProperties(document);
  }

  get secretNames(): readonly string[] {
    return Object.keys(this.#sealed?.fields ?? {});
  }

  /** Upper case, as stored; empty where none is. */
  get tokenType(): string {
    return asText(this.meta["tokenType"])?.toUpperCase() ?? "";
  }

  /** Opens one secret property, once; undefined where there is none. @throws CannotOpenError */
  secret(name: string): unknown {
    const { v, fields } = this.#sealed ?? {};
    if (!fields || !Object.hasOwn(fields, name)) return undefined;
    if (this.#opened.has(name)) return this.#opened.get(name);
    const additionalData = v === 1 ? undefined : fieldAdditionalData(this.service, name);
    const text = this.cipher.open(fields[name] ?? "", additionalData);
    const value = v === 1 || isSensitiveField(name) ? text : (JSON.parse(text) as unknown);
    this.#opened.set(name, value);
    return value;
  }

  /** Opens the named secret properties, in that order. @throws CannotOpenError */
  secrets(names = this.secretNames): Properties {
    return Object.fromEntries(names.map((name) => [name, this.secret(name)]));
  }

  /** Opens one secret text; undefined where there is none, or it is empty. @throws CannotOpenError */
  text(name: string): string | undefined {
    return asText(this.#sealed ? this.secret(name) : this.document[name]) || undefined;
  }

  /** The properties that it holds in clear, as its holder gets them: its meta or, when it is plain, itself less its `id`. */
  get openProperties(): Properties {
    if (!isPlain(this.document)) return this.meta;
    const { id: _id, ...properties } = this.document;
    if (!this.#sealed) return properties;
    const isOwn = (name: string): boolean => name === "meta" || !envelopeProperties.has(name);
    return Object.fromEntries(Object.entries(properties).filter(([name]) => isOwn(name)));
  }
}
