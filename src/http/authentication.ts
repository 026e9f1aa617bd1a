import type { SecurityScheme } from "../../generated/operations.js";
import type { Config } from "../config.js";
import { WebhookError } from "../platform/errors.js";
import { readSignatureHeaders, verifySignature } from "../protocol/signature.js";
import { verifyTicket } from "../protocol/ticket.js";
import type { ReplayGuard } from "../replay/replay-cache.js";
import type { Binding } from "../vault/binding.js";
import type { KillSwitch } from "../vault/kill-switch.js";
import {
  requireAdminSecret,
  requireFirstBinding,
  requireOwnerSession,
  requireOwnPage,
  type OwnerDependencies,
} from "./owner-access.js";
import { parseBody } from "./request-body.js";
import { clipped, type Exchange, type Operation } from "./request.js";

export interface AuthenticationDependencies extends OwnerDependencies {
  readonly config: OwnerDependencies["config"] & Pick<Config, "ticketMaxLifetimeSeconds">;
  readonly binding: Pick<Binding, "hmacKey" | "isFresh">;
  readonly replayGuard: ReplayGuard;
  readonly killSwitch: Pick<KillSwitch, "isLocked">;
}

/**
 * A way to authenticate. It throws a WebhookError for whoever it does not admit, in one of three steps of a request: by
 * its head, by the bytes of its body, or by the members of its parsed body or query.
 */
interface Steps {
  readonly head: (dependencies: AuthenticationDependencies, exchange: Exchange) => Promise<void> | void;
  readonly bytes: (dependencies: AuthenticationDependencies, exchange: Exchange, rawBody: Uint8Array) => Promise<void>;
  readonly members: (dependencies: AuthenticationDependencies, exchange: Exchange, members: unknown) => void;
}

/** At least one step: what has none would admit everybody. */
type Authenticator = { readonly needsBinding?: true } & {
  [Step in keyof Steps]: Pick<Steps, Step> & Partial<Steps>;
}[keyof Steps];

/** One for each scheme that the contract names: a new one does not compile until it stands here. */
const authenticators: Readonly<Record<SecurityScheme, Authenticator>> = {
  signature: { needsBinding: true, head: readSignature, bytes: consumeSignature },
  ticket: { needsBinding: true, members: presentTicket },
  exchangeCode: { members: requireCode },
  adminSecret: { head: requireAdminSecret },
  ownerSession: { head: requireOwnerSession },
  firstBinding: { head: requireFirstBinding },
  ownPage: { head: requireOwnPage },
};

export function asksFor({ security }: Operation, scheme: SecurityScheme): boolean {
  return security.some((alternative) => alternative.includes(scheme));
}

/** The steps that authenticate the requests of one operation. */
export interface Authentication {
  readonly needsBinding: boolean;
  /** The alternatives in the contract's order; empty where there is nothing to do. */
  readonly heads: readonly (readonly Steps["head"][])[];
  readonly bytes: readonly Steps["bytes"][];
  readonly members: readonly Steps["members"][];
  /** The right stands in the body alone, which is parsed before anything is proven. */
  readonly parsesUnproven: boolean;
}

/** Only an operation without a choice has schemes of its body: the generator refuses others. */
export function authenticationOf({ security }: Operation): Authentication {
  const stepsOf = <Step extends keyof Steps>(schemes: readonly SecurityScheme[], step: Step): Steps[Step][] =>
    schemes.flatMap((scheme) => authenticators[scheme][step] ?? []) as Steps[Step][];
  const [only = []] = security;
  const heads = security.map((schemes) => stepsOf(schemes, "head"));
  const bytes = stepsOf(only, "bytes");
  const members = stepsOf(only, "members");
  return {
    needsBinding: security.flat().some((scheme) => authenticators[scheme].needsBinding),
    heads: heads.some((steps) => steps.length > 0) ? heads : [],
    bytes,
    members,
    parsesUnproven: members.length > 0 && bytes.length === 0,
  };
}

/** Tries the alternatives; the last one's refusal counts. @throws WebhookError */
export async function authenticateHead(
  dependencies: AuthenticationDependencies,
  exchange: Exchange,
  alternatives: Authentication["heads"],
): Promise<void> {
  let refusal: WebhookError | undefined;
  for (const steps of alternatives) {
    try {
      for (const step of steps) await step(dependencies, exchange);
      return;
    } catch (error) {
      if (!(error instanceof WebhookError)) throw error;
      refusal = error;
    }
  }
  if (refusal) throw refusal;
}

/** The headers and the timestamp, before a byte of the body is read (llm.txt, R19). */
function readSignature({ clock }: AuthenticationDependencies, exchange: Exchange): void {
  const { req } = exchange.c;
  const headers = {
    signature: req.header("x-tokenvault-signature"),
    timestamp: req.header("x-tokenvault-timestamp"),
    requestId: req.header("x-tokenvault-request-id"),
  };
  exchange.claimed = readSignatureHeaders(headers, clock.nowMs());
}

/** The MAC, then the use of the request, by which of parallel copies one comes through (llm.txt, R19 and R20). */
async function consumeSignature(
  { replayGuard }: AuthenticationDependencies,
  exchange: Exchange,
  rawBody: Uint8Array,
): Promise<void> {
  const { hmacKey, claimed, operation } = exchange;
  if (!hmacKey || !claimed) throw new TypeError("the signature's key and headers come before its body");
  verifySignature(hmacKey, claimed, rawBody);
  const { requestId, signature, timestamp } = claimed;
  exchange.fields.requestId = requestId;
  const body = parseBody(exchange, rawBody);
  const isValid = "value" in body && isValidBody(operation, body.value);
  exchange.isBodyValid = isValid;
  replayGuard.refuseUsedSignature(signature, isValid ? operation.path : undefined);
  const servesOnce = "value" in body && holds(operation.rememberSignature, body.value);
  const use = {
    requestId,
    timestampSeconds: Number(timestamp),
    signature: servesOnce || isValid ? signature : undefined,
    repeatableAt: servesOnce ? undefined : operation.path,
  };
  await replayGuard.consumeRequest(use);
  exchange.use = use;
}

function isValidBody({ body: validator }: Operation, value: unknown): boolean {
  return !validator || value === undefined || validator(value);
}

function presentTicket(dependencies: AuthenticationDependencies, exchange: Exchange, members: unknown): void {
  const { config, replayGuard, killSwitch, clock } = dependencies;
  const { hmacKey, operation, fields } = exchange;
  const { ticket, service } = (members ?? {}) as Record<string, unknown>;
  // The validator refuses what is no ticket at all; no handler is called without one.
  if (typeof ticket !== "string" || typeof service !== "string" || !hmacKey) return;
  const { ticketPurposes: purposes } = operation;
  const expected = { purposes, service, maxLifetimeSeconds: config.ticketMaxLifetimeSeconds };
  const claims = verifyTicket(hmacKey, ticket, expected, clock.nowMs());
  fields.service = claims.svc;
  fields.purpose = claims.pur;
  for (const name of ["sub", "aid", "pid"] as const) {
    const value = claims[name];
    if (typeof value === "string") fields[name] = clipped(value);
  }
  exchange.ticket = {
    claims,
    async spend() {
      // Again, since the body may have taken its time.
      if (operation.killSwitch === true && (await killSwitch.isLocked())) throw lockedByOwner();
      await replayGuard.consumeNonce(claims.nonce, claims.iat, claims.exp);
      exchange.isTicketSpent = true;
    },
  };
}

/** The binding compares and consumes the code in one step, so that here is looked only for one that could be. */
function requireCode(_dependencies: AuthenticationDependencies, _exchange: Exchange, members: unknown): void {
  const { code } = (members ?? {}) as Record<string, unknown>;
  if (typeof code !== "string") throw new WebhookError("invalid_request", "The request lacks the member code.");
}

export function lockedByOwner(): WebhookError {
  return new WebhookError("forbidden", "The owner has locked this webhook.");
}

/** Says of a condition of the contract on a body that it holds. */
export function holds(condition: Operation["rememberSignature"], body: unknown): boolean {
  if (condition === null || condition === true) return condition === true;
  const hasValue = (value: unknown): boolean => typeof value === "string" && condition.values.includes(value);
  return condition.members.some((member) => {
    const given = (body as Record<string, unknown> | null)?.[member];
    return Array.isArray(given) ? given.some(hasValue) : hasValue(given);
  });
}
