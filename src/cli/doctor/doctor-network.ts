import { errorStatus, protocolVersion } from "../../../generated/operations.js";
import type { Clock } from "../../platform/clock.js";
import { localUrl } from "../../http/http-server.js";
import { errorCode } from "../../platform/errors.js";
import { problem, fine, unknown, warning, type Finding } from "./finding.js";
import { isLoopbackHost } from "../running-address.js";
import type { Diagnosis } from "../remote-owner.js";

const timeoutMs = 10_000;
/** Half of what a signature's timestamp may be off. */
const maxSkewSeconds = 150;

/** Holds what requests really carried against TRUSTED_PROXIES. */
export function proxyFinding({ forwarding, externalUrl }: Diagnosis): Finding {
  const { trustedWith, untrustedWith, untrustedPeer = "a peer" } = forwarding;
  if (untrustedWith > 0) {
    const finding = `${String(untrustedWith)} requests carried X-Forwarded-For from ${untrustedPeer}, which is not among TRUSTED_PROXIES: it did not count.`;
    const fix = "If that is your proxy or tunnel, add its address to TRUSTED_PROXIES; if it is not, leave it.";
    return warning("proxies", finding, fix);
  }
  if (trustedWith > 0 || externalUrl === undefined)
    return fine("proxies", "What requests carried fits TRUSTED_PROXIES.");
  return unknown(
    "proxies",
    "No request has come through a proxy since the start, so whether it names its clients is not known.",
    "Open the public address once and run doctor again; a proxy that sends no X-Forwarded-For makes strangers look local.",
  );
}

type Signed = Diagnosis["signedHealth"];

/**
 * A signed request to itself, at its own address and at the public one, and the clock.
 * @param sign gives another signed request each time, since each serves once
 */
export async function networkFindings(
  { externalUrl, frontendUrl }: { readonly externalUrl?: string; readonly frontendUrl: string },
  url: string,
  sign: () => Promise<Signed>,
  clock: Clock,
): Promise<Finding[]> {
  const ownUrl = localUrl(url);
  return [
    await ownFinding(ownUrl, await sign()),
    ...(externalUrl === undefined ? [] : await publicFindings(externalUrl, ownUrl, sign)),
    await clockFinding(frontendUrl, clock),
  ];
}

async function ownFinding(url: string, signed: Signed): Promise<Finding> {
  if (!signed) return unknown("signature", "Without a shared secret no request can be signed.", "Bind it first.");
  const { status } = await health(url, signed);
  return status === 200
    ? fine("signature", `A signed request to itself is accepted; it speaks protocol ${protocolVersion}.`)
    : problem("signature", `A signed request to itself is answered ${String(status)}.`, "See the server's log.");
}

const tlsFix = "Put a tunnel or a proxy that does TLS in front; see deploy/.";

async function publicFindings(externalUrl: string, ownUrl: string, sign: () => Promise<Signed>): Promise<Finding[]> {
  const { protocol, hostname } = new URL(externalUrl);
  const isTls = protocol === "https:";
  const tls = isTls ? [] : [problem("tls", `${externalUrl} is not https.`, tlsFix)];
  // Whoever listens on the way could read what is signed.
  const isPrivate = isTls || isLoopbackHost(hostname);
  const signed = isPrivate ? await sign() : undefined;
  return [...tls, await addressFinding(externalUrl, ownUrl, signed, isPrivate)];
}

/** Another server would not know the signature. Any server can answer 200, but what did not come here is not used here. */
async function addressFinding(
  externalUrl: string,
  ownUrl: string,
  signed: Signed,
  isPrivate: boolean,
): Promise<Finding> {
  const { status, failure } = await health(externalUrl, signed);
  if (failure !== undefined) {
    const fix = "Check the tunnel or proxy, the name and its certificate.";
    return problem("address", `${externalUrl} does not answer: ${failure}.`, fix);
  }
  const fix = "Point the tunnel or proxy at this server, and let it pass paths and headers on as they are.";
  if (status === 200 && signed) {
    // Each serves once, so that one which came here before is refused.
    const again = await health(ownUrl, signed);
    if (again.status === errorStatus.auth_failed) return fine("address", `${externalUrl} leads here.`);
    return again.status === 200
      ? problem("address", `${externalUrl} answers 200, but what was sent to it did not come here.`, fix)
      : unknown("address", `${externalUrl} answers; whether it leads here could not be told.`, "Run doctor again.");
  }
  if (status === 200) {
    const [when, first] = isPrivate ? ["it is bound", "Bind it first."] : ["it has TLS", tlsFix];
    return unknown("address", `${externalUrl} answers; whether it leads here shows once ${when}.`, first);
  }
  return problem("address", `${externalUrl} answers ${String(status)} to a request that this server accepts.`, fix);
}

async function clockFinding(frontendUrl: string, clock: Clock): Promise<Finding> {
  const { date, failure } = await ask(frontendUrl, { method: "HEAD" });
  if (failure !== undefined || date === null || Number.isNaN(Date.parse(date)))
    return unknown("clock", `${frontendUrl} does not tell the time.`, "Compare this machine's clock with another one.");
  const skewSeconds = Math.round((clock.nowMs() - Date.parse(date)) / 1000);
  if (Math.abs(skewSeconds) <= maxSkewSeconds) return fine("clock", "This clock agrees with Token Vault's.");
  const finding = `This clock is ${String(skewSeconds)} seconds from Token Vault's.`;
  return problem("clock", finding, "Let the system set its clock by NTP.");
}

/** Signed, or without a signature what everybody may ask. */
function health(baseUrl: string, signed: Signed) {
  const url = `${baseUrl}/v1/health`;
  if (!signed) return ask(url, {});
  const headers = {
    "content-type": "application/json",
    "x-tokenvault-timestamp": signed.timestamp,
    "x-tokenvault-request-id": signed.requestId,
    "x-tokenvault-signature": signed.signature,
  };
  return ask(url, { method: "POST", headers, body: signed.body });
}

/** Gives as `failure` the system's code, such as ECONNREFUSED or CERT_HAS_EXPIRED, where there was no response. */
async function ask(url: string, request: RequestInit) {
  try {
    const response = await fetch(url, { ...request, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    return { status: response.status, date: response.headers.get("date") };
  } catch (error) {
    const cause: unknown = error instanceof Error ? error.cause : undefined;
    const failure = errorCode(cause) ?? "no answer in time";
    return { status: 0, date: null, failure };
  }
}
