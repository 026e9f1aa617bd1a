import { WebhookError } from "../platform/errors.js";
import type { Document } from "../store/store.js";
import type { Cipher } from "../keys/cipher.js";
import { isSensitiveField } from "./secret-names.js";
import { resolveTotp } from "./token-data.js";
import {
  currentFields,
  isSealed,
  sealedDocument,
  sealedVersion,
  sealFields,
  splitSecrets,
  withoutEnvelope,
} from "./token-document.js";
import { isRecord } from "../platform/is-record.js";

type Members = Readonly<Record<string, unknown>>;

/**
 * The same document with every secret member encrypted, whether it came in the sealed form or plain; itself when it
 * holds none in clear.
 * @throws WebhookError invalid_request when a member is not what its name says
 */
export function encryptSecrets(cipher: Cipher, service: string, data: Document): Document {
  if (!isSealed(data)) {
    const { secret, open } = splitMembers(data);
    if (isEmpty(secret)) return data;
    const fields = sealFields(cipher, service, secret);
    return { ...open, v: sealedVersion, alg: "AES-256-GCM", fields, plain: true };
  }
  const meta = splitMembers(isRecord(data.meta) ? data.meta : {});
  const own = splitMembers(withoutEnvelope(data));
  const secrets = { ...own.secret, ...meta.secret };
  if (isEmpty(secrets)) return data;
  const fields = { ...currentFields(cipher, service, data), ...sealFields(cipher, service, secrets) };
  const { meta: openMeta, ...sealed } = sealedDocument(fields, meta.open);
  return { ...own.open, ...sealed, ...(data.meta ? { meta: openMeta } : {}), ...(data.plain ? { plain: true } : {}) };
}

function splitMembers(members: Members): ReturnType<typeof splitSecrets> {
  const split = splitSecrets(resolveTotp(members));
  for (const [name, value] of Object.entries(split.secret)) {
    if (isSensitiveField(name) && typeof value !== "string") {
      throw new WebhookError("invalid_request", "A sensitive member of the document is not a text.");
    }
  }
  return split;
}

function isEmpty(members: Members): boolean {
  return Object.keys(members).length === 0;
}
