import { isoSeconds } from "../platform/clock.js";
import { WebhookError } from "../platform/errors.js";
import { filterMembers, mergeMembers, omitMember } from "./members.js";
import { isSensitiveField } from "./secret-names.js";
import { splitSecrets } from "./token-document.js";
import { parseTotpUri, totpParameters } from "./kinds/totp.js";

/** What a browser stores: the values to encrypt, and the meta that anyone with the HMAC secret may list. */
export interface PreparedToken {
  readonly secrets: Readonly<Record<string, unknown>>;
  readonly meta: Readonly<Record<string, unknown>>;
}

/** Members that the webhook alone says; what a browser sends under these names counts for nothing. */
const ownMembers: ReadonlySet<string> = new Set([
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
 * Splits a browser's tokenData (llm.txt, R37). Null and, among the sensitive fields, empty members count as absent.
 * @throws WebhookError invalid_request
 */
export function prepareToken(
  service: string,
  tokenData: Readonly<Record<string, unknown>>,
  creationId: string | undefined,
  nowMs: number,
): PreparedToken {
  const given = filterMembers(
    tokenData,
    (name, value) => value !== null && !ownMembers.has(name) && !(isSensitiveField(name) && value === ""),
  );
  const members = resolveTotp(given);
  const { secret, open } = splitSecrets(members);
  const expiryTime = open["expiryTime"] ?? expiryFrom(open["expiresAt"]);
  return {
    secrets: secret,
    meta: mergeMembers(
      open,
      { serviceName: service, tokenType: open["tokenType"] ?? "oauth", createdAt: isoSeconds(nowMs) },
      holdings(Object.keys(secret)),
      expiryTime === undefined ? {} : { expiryTime },
      creationId === undefined ? {} : { creationId },
    ),
  };
}

/** Which kinds of secret are there, for lists. */
export function holdings(fields: readonly string[]): Record<string, boolean> {
  return {
    hasRefreshToken: fields.includes("refreshToken"),
    hasCertificate: fields.includes("certificateData"),
    hasPrivateKey: fields.includes("privateKeyData"),
    hasSSHKey: fields.includes("sshPrivateKey"),
    hasTotpSecret: fields.includes("totpSecret"),
  };
}

/** A `totpUri` becomes its parts; what could give no code is refused now, not when the code is asked for. */
export function resolveTotp(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { totpUri, totpSecret } = members;
  if (typeof totpUri === "string") {
    const others = omitMember(members, "totpUri");
    const parsed = { ...others, ...parseTotpUri(totpUri) };
    totpParameters(parsed);
    return parsed;
  }
  if (totpUri !== undefined) throw new WebhookError("invalid_request", "The member totpUri must be a text.");
  if (totpSecret === undefined) return members;
  return { ...members, totpSecret: totpParameters(members).secret };
}

function expiryFrom(expiresAt: unknown): number | undefined {
  const expiryTime = typeof expiresAt === "string" ? Date.parse(expiresAt) : NaN;
  return Number.isNaN(expiryTime) ? undefined : expiryTime;
}
