import { CannotOpenError, fieldAdditionalData, type Cipher } from "../keys/cipher.js";
import { isoSeconds, parseExpiry } from "../platform/clock.js";
import { WebhookError } from "../platform/errors.js";
import { isRecord, withoutUndefined } from "../platform/encoding.js";
import type { Document } from "../store/store.js";
import {
  algorithm,
  Credential,
  isSealed,
  sealedVersion,
  withoutEnvelope,
  type Fields,
  type SealedDocument,
} from "./credential.js";
import { resolveKeyFile } from "./kinds/google-key-file.js";
import { resolveTotp } from "./kinds/totp.js";
import { requireText, tidySecrets } from "./pasted-text.js";
import { isSensitiveField, splitSecrets, type Properties } from "./sensitive-properties.js";

/** A browser's credential: the values to encrypt, and the meta that anyone with the HMAC secret may list. */
export interface PreparedProperties {
  readonly secrets: Properties;
  readonly meta: Properties;
}

/** Properties that the webhook alone says; what a browser sends under these names counts for nothing. */
const ownProperties: ReadonlySet<string> = new Set([
  "serviceName",
  "createdAt",
  "updatedAt",
  "creationId",
  "hasRefreshToken",
  "hasCertificate",
  "hasPrivateKey",
  "hasSSHKey",
  "hasTotpSecret",
  "needs_reconnect",
]);

/**
 * Splits a browser's tokenData (llm.txt, R37). Null and, among the sensitive fields, empty properties count as absent.
 * @throws WebhookError invalid_request
 */
export function prepareProperties(
  service: string,
  tokenData: Properties,
  creationId: string | undefined,
  nowMs: number,
): PreparedProperties {
  const given = Object.entries(tokenData).filter(
    ([name, value]) => value !== null && !ownProperties.has(name) && !(isSensitiveField(name) && value === ""),
  );
  const { secret, open } = splitSecrets(requireText(resolved(Object.fromEntries(given))));
  const expiresAtMs = parseExpiry(open["expiresAt"]);
  const expiryTime = open["expiryTime"] ?? expiresAtMs;
  // Into the object that is ours: what is added to a spread is many times as slow in V8.
  const own = { serviceName: service, tokenType: open["tokenType"] ?? "oauth", createdAt: isoSeconds(nowMs) };
  const meta: Record<string, unknown> = Object.assign(open, own, holdings(Object.keys(secret)));
  if (expiryTime !== undefined) meta["expiryTime"] = expiryTime;
  if (creationId !== undefined) meta["creationId"] = creationId;
  return { secrets: secret, meta };
}

/** Says for lists which kinds of secret are there. */
export function holdings(fields: readonly string[]): Record<string, boolean> {
  return {
    hasRefreshToken: fields.includes("refreshToken"),
    hasCertificate: fields.includes("certificateData"),
    hasPrivateKey: fields.includes("privateKeyData"),
    hasSSHKey: fields.includes("sshPrivateKey"),
    hasTotpSecret: fields.includes("totpSecret"),
  };
}

export function sealedDocument(fields: Fields, meta: Properties): SealedDocument {
  return { v: sealedVersion, alg: algorithm, fields, meta };
}

export function sealFields(cipher: Cipher, service: string, values: Properties): Fields {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const text = isSensitiveField(name) && typeof value === "string" ? value : JSON.stringify(value);
      return [name, cipher.seal(text, fieldAdditionalData(service, name))];
    }),
  );
}

/** Gives the fields as `v: 2` seals them; those of a `v: 1` document are sealed anew. @throws CannotOpenError */
export function currentFields(cipher: Cipher, service: string, document: SealedDocument): Fields {
  return document.v === sealedVersion ? document.fields : resealed(service, document, cipher, cipher).fields;
}

/** Seals the same document by another key. @throws CannotOpenError */
export function resealed(service: string, document: SealedDocument, from: Cipher, to: Cipher): SealedDocument {
  const values = new Credential(from, service, document).secrets();
  return { ...document, v: sealedVersion, fields: sealFields(to, service, values) };
}

/** Tells whether every field opens for this service; a `v: 1` one would for any, and must be what is stored. */
export function belongsToService(
  cipher: Cipher,
  service: string,
  document: SealedDocument,
  stored: Document | undefined,
): boolean {
  if (document.v === 1) return holdsFields(stored?.["v"] === 1 ? stored : undefined, document);
  try {
    new Credential(cipher, service, document).secrets();
    return true;
  } catch (error) {
    if (error instanceof CannotOpenError) return false;
    throw error;
  }
}

/** Tells whether each field is one of the stored document's, unchanged. */
export function holdsFields(stored: Document | undefined, { fields }: SealedDocument): boolean {
  const known = stored && isSealed(stored) ? stored.fields : {};
  return Object.entries(fields).every(([name, value]) => Object.hasOwn(known, name) && known[name] === value);
}

/**
 * Encrypts every secret property of a document, whether it came in the sealed form or plain; gives the document itself when
 * it holds none in clear.
 * @throws WebhookError invalid_request when a property is not what its name says
 */
export function sealSecrets(cipher: Cipher, service: string, document: Document): Document {
  if (!isSealed(document)) {
    const { secret, open } = splitChecked(document);
    if (isEmpty(secret)) return document;
    return { ...open, v: sealedVersion, alg: algorithm, fields: sealFields(cipher, service, secret), plain: true };
  }
  const meta = splitChecked(isRecord(document.meta) ? document.meta : {});
  const own = splitChecked(withoutEnvelope(document));
  const secrets = { ...own.secret, ...meta.secret };
  if (isEmpty(secrets)) return document;
  const fields = { ...currentFields(cipher, service, document), ...sealFields(cipher, service, secrets) };
  const { meta: openMeta, ...sealed } = sealedDocument(fields, meta.open);
  const kept = { meta: document.meta ? openMeta : undefined, plain: document.plain ? true : undefined };
  return { ...own.open, ...sealed, ...withoutUndefined(kept) };
}

function splitChecked(properties: Properties): ReturnType<typeof splitSecrets> {
  const split = splitSecrets(resolved(properties));
  if (Object.entries(split.secret).some(([name, value]) => isSensitiveField(name) && typeof value !== "string"))
    throw new WebhookError("invalid_request", "A sensitive member of the document is not a text.");
  return split;
}

/** Puts what a person pasted into the form in which it is kept. @throws WebhookError invalid_request */
function resolved(properties: Properties): Properties {
  return resolveKeyFile(resolveTotp(tidySecrets(properties)));
}

function isEmpty(properties: Properties): boolean {
  return Object.keys(properties).length === 0;
}
