import { setTimeout as later } from "node:timers/promises";
import { isObject, optionalText } from "./body.js";
import { sealedDocument } from "./documents.js";
import { invalid, Refusal } from "./refusal.js";
import { isSensitive, pick, secretRule } from "./secret-names.js";
import { momentOf } from "./times.js";
import { tokensOf, type Members, type State } from "./state.js";
import { spend, type Ticket } from "./tickets.js";
import { seedOf } from "./totp.js";

const maxMs = 8_640_000_000_000_000;
const seedMembers = ["totpUri", "totpSecret", "totpAlgorithm", "totpDigits", "totpPeriod"];

/** Encrypts and keeps a credential (R37). */
export async function storeCredential(
  state: State,
  service: string,
  tokenData: unknown,
  ticket: Ticket,
): Promise<Members> {
  if (state.has("ticket-used-by-bad-data")) await spend(state, ticket);
  const { fields, meta, listed } = checkedData(state, tokenData);
  if (!state.has("ticket-used-by-bad-data")) await spend(state, ticket);
  const tokens = tokensOf(state);
  const isKnown = tokens.has(service) || (state.has("prototype-names-exist") && service in {});
  if (ticket.mode === "create" && isKnown)
    throw new Refusal("already_exists", "A credential is stored for this service.");
  if (state.has("create-race")) await later(30);
  const stored = tokens.get(service);
  const merged = stored && state.has("old-meta-kept") ? { ...(stored["meta"] as Members), ...meta } : meta;
  const full = { ...merged, ...setByWebhook(state, service, fields, stored, ticket) };
  if (state.has("creation-id-from-body") && isObject(tokenData)) {
    const { creationId } = tokenData;
    if (creationId !== undefined && ticket.cid === undefined) Object.assign(full, { creationId });
  }
  tokens.set(service, sealedDocument(state, service, fields, full));
  state.hosts.set(service, listed ? { listed } : {});
  return { status: "stored", service, meta: full };
}

interface Data {
  readonly fields: Members;
  readonly meta: Members;
  readonly listed: readonly string[] | undefined;
}

function checkedData(state: State, tokenData: unknown): Data {
  if (!isObject(tokenData)) throw invalid("The member tokenData is not an object.");
  const isEmpty = (name: string, value: unknown): boolean => isSensitive(name) && value === "";
  const given = state.has("nulls-kept")
    ? tokenData
    : pick(tokenData, (name, value) => value !== null && !isEmpty(name, value));
  for (const [name, value] of Object.entries(given))
    if (isSensitive(name) && typeof value !== "string" && value !== null)
      throw invalid(`The member ${name} is not a text.`);
  if (given["tokenType"] !== null) optionalText(given, "tokenType", 256);
  const { expiryTime, allowedHosts } = given;
  if (typeof expiryTime === "number" || (expiryTime !== undefined && expiryTime !== null)) requireMs(expiryTime);
  const seed = seedOf(state, given);
  const listed = allowedHosts === undefined ? undefined : hostNames(allowedHosts);
  const kept = pick(given, (name) => name !== "allowedHosts" && !(seed && seedMembers.includes(name)));
  const all: Members = { ...kept, ...seed };
  const isSecret = secretRule(state);
  const meta = pick(all, (name, value) => !isSecret(name, value) && name !== "creationId" && name !== "updatedAt");
  if (state.has("totp-uri-kept") && given["totpUri"] !== undefined) meta["totpUri"] = given["totpUri"];
  const expiry = momentOf(state, given["expiresAt"]);
  if (meta["expiryTime"] === undefined && expiry !== undefined && !state.has("expires-at-ignored"))
    meta["expiryTime"] = expiry;
  meta["tokenType"] ??= state.has("token-type-not-set") ? undefined : "oauth";
  return { fields: pick(all, isSecret), meta: state.has("special-members-lost") ? assigned(meta) : meta, listed };
}

/** An assignment to some names does not make a member. */
function assigned(members: Members): Members {
  const plain: Members = {};
  for (const [name, value] of Object.entries(members)) plain[name] = value;
  return plain;
}

export function requireMs(value: unknown): number {
  const isMs = Number.isInteger(value) && Number(value) >= 0 && Number(value) <= maxMs;
  if (!isMs) throw invalid("The member expiryTime is not a time in milliseconds.");
  return Number(value);
}

function hostNames(value: unknown): readonly string[] {
  const name = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$|^\[[0-9a-f:.]+\]$/;
  const names = Array.isArray(value) && value.length <= 100 ? value : [0];
  const lower = names.map((entry) => (typeof entry === "string" ? entry.toLowerCase() : ""));
  if (!lower.every((entry) => name.test(entry) && !/^\*\.[0-9.]+$/.test(entry)))
    throw invalid("The member allowedHosts is not a list of host names.");
  return lower;
}

function setByWebhook(
  state: State,
  service: string,
  fields: Members,
  stored: Members | undefined,
  ticket: Ticket,
): Members {
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const old = isObject(stored?.["meta"]) ? stored["meta"] : (stored ?? {});
  const createdAt = typeof old["createdAt"] === "string" ? old["createdAt"] : now;
  return {
    serviceName: service,
    createdAt: state.has("created-at-lost")
      ? now
      : state.has("created-at-millis")
        ? new Date().toISOString()
        : createdAt,
    ...(stored && !state.has("updated-at-missing") ? { updatedAt: now } : {}),
    hasRefreshToken: fields["refreshToken"] !== undefined,
    hasCertificate: fields["certificateData"] !== undefined,
    hasPrivateKey: fields["privateKeyData"] !== undefined,
    hasSSHKey: fields["sshPrivateKey"] !== undefined,
    hasTotpSecret: fields["totpSecret"] !== undefined,
    ...(ticket.cid === undefined ? {} : { creationId: ticket.cid }),
  };
}
