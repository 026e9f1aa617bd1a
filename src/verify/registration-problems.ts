import { fromBase64, toHex } from "../platform/encoding.js";
import { textOf, type Reply } from "./reply.js";

const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads the link as the page at its end does. */
export function registrationProblems(reply: Reply): string[] {
  const [code, webhookUrl, link] = ["code", "webhookUrl", "registrationUrl"].map((name) => textOf(reply.at(name)));
  if (!URL.canParse(link ?? "")) return ["registrationUrl is no URL."];
  const { pathname, searchParams } = new URL(link ?? "");
  // A plus sign that was not percent-encoded became a blank.
  const encoded = (searchParams.get("webhook_url") ?? "").replaceAll(" ", "+");
  const address = Buffer.from(encoded, "base64").toString();
  return [
    ...(code === "" ? ["code is no text."] : []),
    ...(pathname.endsWith("/vault/webhook-bind") ? [] : ["registrationUrl does not lead to /vault/webhook-bind."]),
    ...(searchParams.get("code") === code ? [] : ["The code in registrationUrl is not the registration's."]),
    ...(fromBase64(encoded) ? [] : ["webhook_url is not padded standard base64."]),
    ...(address === webhookUrl && URL.canParse(address) ? [] : ["webhook_url does not hold webhookUrl."]),
    ...(/^[0-9a-f]{64}$/.test(searchParams.get("hmac_hash") ?? "")
      ? []
      : ["hmac_hash is not 64 lower-case hex digits."]),
  ];
}

/** Lists what a strict reader of R15 refuses. */
export function registrationFormProblems(reply: Reply): string[] {
  const webhookUrl = textOf(reply.at("webhookUrl"));
  const isOrigin = URL.canParse(webhookUrl) && new URL(webhookUrl).origin === webhookUrl;
  const encoded = /[?&]webhook_url=([^&]*)/.exec(textOf(reply.at("registrationUrl")))?.[1] ?? "";
  return [
    ...(uuidForm.test(textOf(reply.at("code"))) ? [] : ["code is no UUID."]),
    ...(reply.at("expiresIn") === 300 ? [] : ["expiresIn is not 300."]),
    ...(isOrigin ? [] : ["webhookUrl is no origin, without path and final slash."]),
    ...(/^(?:[\w.~-]|%[0-9a-f]{2})+$/i.test(encoded) ? [] : ["webhook_url is not percent-encoded."]),
  ];
}

/** @param registration whose hash the secret must have */
export async function exchangeProblems(exchange: Reply, registration: Reply | undefined): Promise<string[]> {
  const secret = fromBase64(textOf(exchange.at("hmacSecret")));
  const isSecret = secret?.length === 32;
  const capabilities = exchange.at("capabilities");
  const isList = Array.isArray(capabilities) && capabilities.every((one) => typeof one === "string");
  const url = textOf(registration?.at("registrationUrl"));
  const hash = URL.canParse(url) ? new URL(url).searchParams.get("hmac_hash") : undefined;
  const isHash = !isSecret || hash === undefined || hash === (await sha256Hex(secret));
  return [
    ...(isSecret ? [] : ["hmacSecret is not 32 bytes in padded base64."]),
    ...(textOf(exchange.at("webhookId")) === "" ? ["webhookId is no text."] : []),
    ...(textOf(exchange.at("version")) === "" ? ["version is no text."] : []),
    ...(isList ? [] : ["capabilities is no list of texts."]),
    ...(isHash ? [] : ["The SHA-256 of the secret's bytes is not the hmac_hash of its registration."]),
  ];
}

async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
