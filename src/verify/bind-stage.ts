import { protocolVersion } from "../../generated/operations.js";
import { fromBase64 } from "../platform/encoding.js";
import { CannotVerify, CheckFailure, CheckSkipped } from "./check-errors.js";
import { textOf, type Reply } from "./reply.js";
import type { Stage } from "./stage.js";

const registerPath = "/v1/register-url";

/** The headers by which a browser marks a page of another site. */
export const otherSites: readonly (readonly [what: string, headers: Readonly<Record<string, string>>])[] = [
  ["the Origin of another site", { origin: "https://page.verify.example" }],
  ["Sec-Fetch-Site: cross-site", { "sec-fetch-site": "cross-site" }],
];

/** The sources of the shared secret; without one the webhook is asked for a registration. */
export interface BindingOptions {
  /** The code of a registration that the owner made. */
  readonly code?: string;
  readonly adminSecret?: string;
  /** A bound webhook that gives registrations to strangers may be bound by one. */
  readonly rebind?: boolean;
  /** The secret of a bound webhook: 32 bytes in base64. */
  readonly secret?: string;
}

/** Binds the stage to the webhook, after which it is known to answer and the secret is shared. @throws CannotVerify */
export async function bindStage(stage: Stage, options: BindingOptions): Promise<void> {
  learnOffer(stage, await reach(stage));
  if (options.secret === undefined) await exchange(stage, options);
  else {
    learnSecret(stage, options.secret);
    await proveSecret(stage);
  }
}

/** Learns what the webhook says that it has; it says so in health and when it is bound. */
function learnOffer(stage: Stage, reply: Reply): void {
  const capabilities = reply.at("capabilities");
  const named = Array.isArray(capabilities) ? capabilities.filter((one) => typeof one === "string") : [];
  stage.capabilities = [...new Set([...stage.capabilities, ...named])];
  const version = textOf(reply.at("version"));
  if (/^\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(version)) stage.version ??= version;
}

async function reach(stage: Stage): Promise<Reply> {
  try {
    return await stage.send({ target: "/v1/health" });
  } catch (error) {
    if (error instanceof CheckSkipped) throw new CannotVerify(`It cannot be verified now: ${error.message}.`);
    if (!(error instanceof CheckFailure)) throw error;
    throw new CannotVerify(
      `${stage.url.origin} cannot be verified: ${error.message} Check that the webhook runs, and that this is its address.`,
    );
  }
}

async function exchange(stage: Stage, options: BindingOptions): Promise<void> {
  stage.tokenVault.secret = crypto.getRandomValues(new Uint8Array(32));
  const probe = await attempt(stage.tokenVault.health());
  const isUnbound = probe.at("error") === "setup_required";
  const stranger = options.code === undefined ? await attempt(stage.send({ target: registerPath })) : undefined;
  const isOpen = stranger?.status === 200;
  let code = options.code;
  // An exchange ends a binding: it needs the owner's word, or an unbound webhook.
  if (code === undefined && options.adminSecret === undefined && isOpen && !isUnbound && options.rebind !== true) {
    const isRegistration = typeof stranger.at("code") === "string";
    throw new CannotVerify(
      isRegistration
        ? `It gives a registration to strangers although it is bound, which is not safe: ${registerPath} answered 200 without the admin secret, and a signed request ${String(probe.status)} and not setup_required. It was not bound anew; pass --rebind, --code or --admin-secret to bind it to this run and verify it.`
        : `${registerPath} answered 200 without a code.`,
    );
  }
  // A webhook that gives a stranger a registration takes itself for unbound, despite its response to the signed call.
  const before = isUnbound || isOpen ? await unboundReplies(stage, probe) : [];
  const otherSites = isUnbound && isOpen ? await otherSiteReplies(stage) : [];
  let registration: Reply | undefined;
  if (code === undefined) {
    const headers = options.adminSecret === undefined ? {} : { "x-tv-admin-secret": options.adminSecret };
    registration =
      options.adminSecret === undefined && stranger
        ? stranger
        : await attempt(stage.send({ target: registerPath, headers }));
    if (registration.status === 403) {
      throw new CannotVerify(
        options.adminSecret === undefined
          ? "The webhook gives no registration to this run: it is bound, or does not take this machine for its owner's. Pass --secret, --code or --admin-secret."
          : "The webhook refuses the admin secret.",
      );
    }
    const made = registration.at("code");
    if (registration.status !== 200 || typeof made !== "string")
      throw new CannotVerify(`${registerPath} answered ${String(registration.status)} without a code.`);
    code = made;
  }
  const reply = await attempt(stage.post("/v1/exchange", { code }));
  const secret = reply.at("hmacSecret");
  if (reply.status !== 200 || typeof secret !== "string") {
    throw new CannotVerify(
      reply.status === 410
        ? "The webhook does not take the code: it is unknown, used or older than 300 seconds."
        : `/v1/exchange answered ${String(reply.status)} without a secret.`,
    );
  }
  // A check judges the form of it.
  learnSecret(stage, Buffer.from(secret, "base64").toString("base64"));
  stage.keepSecret(secret);
  learnOffer(stage, reply);
  stage.binding = { before, otherSites, exchange: reply, code, ...(registration && { registration }) };
}

/** Collects the responses of an unbound webhook to calls that need the secret. */
async function unboundReplies(stage: Stage, probe: Reply): Promise<Reply[]> {
  const service = stage.service("before-binding");
  const replies = [probe];
  replies.push(await attempt(stage.tokenVault.storage({ operation: "get", collection: "tokens", key: service })));
  replies.push(await attempt(stage.credential(service)));
  replies.push(await attempt(stage.totpCode(service)));
  replies.push(await attempt(stage.store(service, { accessToken: "verify" })));
  replies.push(await attempt(stage.tokenVault.notify({ service })));
  return replies;
}

/** Sends the requests that pages of other sites, and of names that lead here, could make in the owner's browser. */
async function otherSiteReplies(stage: Stage): Promise<(readonly [string, Reply])[]> {
  const replies: (readonly [string, Reply])[] = [];
  for (const [what, headers] of [...otherSites, ["the Host of another site", { host: "page.verify.example" }]] as const)
    replies.push([what, await attempt(stage.send({ target: registerPath, headers }))]);
  return replies;
}

function learnSecret(stage: Stage, base64: string): void {
  const secret = fromBase64(base64);
  if (secret?.length !== 32) throw new CannotVerify("The secret must be 32 bytes in standard base64.");
  stage.tokenVault.secret = secret;
  stage.keepSharedSecret(base64);
}

async function proveSecret(stage: Stage): Promise<void> {
  const reply = await attempt(stage.tokenVault.health());
  if (reply.at("error") === "setup_required")
    throw new CannotVerify("The webhook says that it is not bound yet; leave out --secret, or bind it.");
  if (reply.status !== 401) return;
  const skewSeconds = Math.round((Date.parse(reply.header("date") ?? "") - Date.now()) / 1000);
  throw new CannotVerify(
    Math.abs(skewSeconds) > 200
      ? `The webhook's clock is ${String(skewSeconds)} seconds from this one; set both right.`
      : `The webhook refuses a request signed as protocol ${protocolVersion} says; --secret is not the one that it shares.`,
  );
}

async function attempt(call: Promise<Reply>): Promise<Reply> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof CheckFailure) throw new CannotVerify(`The webhook could not be bound: ${error.message}`);
    if (error instanceof CheckSkipped) throw new CannotVerify(`The webhook could not be bound: ${error.message}.`);
    throw error;
  }
}
