import type { Document } from "../store/store.js";
import { CannotOpenError, fieldPlace, type Cipher } from "../keys/cipher.js";
import { filterMembers, mapMembers, membersNamed, mergeMembers } from "./members.js";
import { isRecord } from "../platform/is-record.js";
import { isSecretMember, isSensitiveField } from "./secret-names.js";

/*
 * A token document at rest:
 *
 *   {"v": 2, "alg": "AES-256-GCM", "fields": {"accessToken": "<sealed>", "password": "<sealed>"}, "meta": {…}}
 *
 * `v: 1` is what the reference webhooks write: sealed without a place. `v: 2` seals each value for its service and field
 * (fieldPlace). The eight sensitive fields hold their text; any other field holds the JSON text of its value.
 *
 * What Token Vault sets without `fields` is kept in its own shape, its secret members moved to `fields`, and marked:
 *
 *   {"serviceName": "x", …, "v": 2, "alg": "AES-256-GCM", "fields": {…}, "plain": true}
 */
export type Fields = Readonly<Record<string, string>>;

export interface SealedDocument extends Document {
  readonly v: 1 | 2;
  readonly alg: "AES-256-GCM";
  readonly fields: Fields;
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly plain?: true;
}

export const sealedVersion = 2;
const algorithm = "AES-256-GCM";
/** The members of the envelope; they are no one's metadata. */
export const envelopeMembers: ReadonlySet<string> = new Set(["v", "alg", "fields", "meta", "plain"]);

export function isSealed(document: Document): document is SealedDocument {
  const { v, alg, fields } = document;
  return (v === 1 || v === sealedVersion) && alg === algorithm && isRecord(fields) && holdsTextsOnly(fields);
}

/** Asked several times a request, so that it makes no list. */
function holdsTextsOnly(fields: Readonly<Record<string, unknown>>): boolean {
  for (const name in fields) if (typeof fields[name] !== "string") return false;
  return true;
}

export function sealedDocument(fields: Fields, meta: Readonly<Record<string, unknown>>): SealedDocument {
  return { v: sealedVersion, alg: algorithm, fields, meta };
}

/** Kept in its own shape: what Token Vault set without `fields`. */
export function isPlain(document: Document): boolean {
  return !isSealed(document) || document.plain === true;
}

/** The members that are not secret: the meta, and for a plain document its own members too. */
export function publicMembers(document: Document): Readonly<Record<string, unknown>> {
  const meta = isRecord(document["meta"]) ? document["meta"] : {};
  if (!isPlain(document)) return meta;
  return mergeMembers(withoutEnvelope(document), meta);
}

/** What a document has beside the members of the envelope. */
export function withoutEnvelope(document: Document): Record<string, unknown> {
  return filterMembers(document, (name) => !envelopeMembers.has(name));
}

/** The names of what is kept secret in a document. */
export function fieldNames(document: Document): string[] {
  return isSealed(document) ? Object.keys(document.fields) : [];
}

/** @throws CannotOpenError */
export function openField(cipher: Cipher, service: string, document: Document, name: string): unknown {
  return isSealed(document) ? openSealed(cipher, service, document, name) : undefined;
}

export function openText(cipher: Cipher, service: string, document: Document, name: string): string | undefined {
  const value = openField(cipher, service, document, name);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function openSealed(cipher: Cipher, service: string, { v, fields }: SealedDocument, name: string): unknown {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (value === undefined) return undefined;
  const text = cipher.open(value, v === 1 ? undefined : fieldPlace(service, name));
  return v === 1 || isSensitiveField(name) ? text : (JSON.parse(text) as unknown);
}

/** Opens the named fields; keeps the order. @throws CannotOpenError */
export function openFields(
  cipher: Cipher,
  service: string,
  document: Document,
  names: readonly string[],
): Record<string, unknown> {
  const sealed = isSealed(document) ? document : undefined;
  return membersNamed(names, (name) => sealed && openSealed(cipher, service, sealed, name));
}

export function sealFields(cipher: Cipher, service: string, values: Readonly<Record<string, unknown>>): Fields {
  return mapMembers(values, (name, value) => {
    const text = isSensitiveField(name) && typeof value === "string" ? value : JSON.stringify(value);
    return cipher.seal(text, fieldPlace(service, name));
  });
}

/** The fields as `v: 2` seals them; those of a `v: 1` document are sealed anew. @throws CannotOpenError */
export function currentFields(cipher: Cipher, service: string, document: SealedDocument): Fields {
  return document.v === sealedVersion ? document.fields : resealed(service, document, cipher, cipher).fields;
}

/** The same document, sealed by another key. @throws CannotOpenError */
export function resealed(service: string, document: SealedDocument, from: Cipher, to: Cipher): SealedDocument {
  const values = openFields(from, service, document, Object.keys(document.fields));
  return { ...document, v: sealedVersion, fields: sealFields(to, service, values) };
}

/** Whether every field opens here; a `v: 1` one, which would open anywhere, only when it is what is stored. */
export function opensAtItsPlace(
  cipher: Cipher,
  service: string,
  document: SealedDocument,
  stored: Document | undefined,
): boolean {
  if (document.v === 1) {
    const known = stored && isSealed(stored) && stored.v === 1 ? stored.fields : {};
    return Object.entries(document.fields).every(
      ([name, value]) => Object.hasOwn(known, name) && known[name] === value,
    );
  }
  try {
    openFields(cipher, service, document, Object.keys(document.fields));
    return true;
  } catch (error) {
    if (error instanceof CannotOpenError) return false;
    throw error;
  }
}

/** Splits members into those that are kept secret and those that are not. */
export function splitSecrets(members: Readonly<Record<string, unknown>>): {
  readonly secret: Record<string, unknown>;
  readonly open: Record<string, unknown>;
} {
  const open = filterMembers(members, (name, value) => !isSecretMember(name, value));
  return { secret: filterMembers(members, (name) => !Object.hasOwn(open, name)), open };
}
