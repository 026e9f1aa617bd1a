import type { Cipher } from "../../keys/cipher.js";
import { isoSeconds } from "../../platform/clock.js";
import { withoutUndefined } from "../../platform/encoding.js";
import { WebhookError } from "../../platform/errors.js";
import type { Document } from "../../store/store.js";
import { isPlain, isSealed, publicProperties, sealedVersion, type Credential } from "../credential.js";
import { currentFields, sealFields, sealSecrets } from "../sealing.js";
import { resolveKeyFile } from "./google-key-file.js";
import { holding, type Kind } from "./kind.js";
import { staticKind } from "./static.js";

/** New tokens from a provider; what is absent stays as it is. `expiryTime` is milliseconds since the epoch. */
export interface RenewedTokens {
  readonly accessToken?: string | undefined;
  readonly refreshToken?: string | undefined;
  readonly expiryTime?: number | undefined;
}

/** An access token that a refresh token renews. It is used as it is stored; the renewal is refresh/'s to ask for. */
export const oauth: Kind = {
  ...staticKind,
  matches: holding("refreshToken"),
};

/** Puts renewed tokens into a credential's document and keeps everything else. */
export function renewedDocument(
  cipher: Cipher,
  { service, document }: Credential,
  { accessToken, refreshToken, expiryTime }: RenewedTokens,
): Document {
  const tokens = withoutUndefined({ accessToken, refreshToken: refreshToken || undefined });
  const base = isSealed(document) ? document : sealSecrets(cipher, service, { ...document, ...tokens });
  if (!isSealed(base)) throw new WebhookError("internal_error", "The credential could not be encrypted.");
  const fresh = sealFields(cipher, service, resolveKeyFile(tokens));
  const sealed = { v: sealedVersion, alg: base.alg, fields: { ...currentFields(cipher, service, base), ...fresh } };
  const hasExpiresAt = "expiresAt" in publicProperties(base);
  const changes = withoutUndefined({
    expiryTime,
    expiresAt: expiryTime !== undefined && hasExpiresAt ? isoSeconds(expiryTime) : undefined,
    hasRefreshToken: refreshToken ? true : undefined,
  });
  const { needs_reconnect: _mark, ...properties } = base.plain ? base : (base.meta ?? {});
  return base.plain
    ? { ...properties, ...changes, ...sealed }
    : { ...base, ...sealed, meta: { ...properties, ...changes } };
}

/** Marks a credential's document: its provider takes the refresh token no more. */
export function refusedDocument({ document, meta }: Credential): Document {
  const mark = { needs_reconnect: true };
  return isPlain(document) ? { ...document, ...mark } : { ...document, meta: { ...meta, ...mark } };
}
