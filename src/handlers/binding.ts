import { capabilityValues, protocolVersion } from "../../generated/operations.js";
import { Redirect, type ErrorOf, type OperationRequest } from "../contract/operation.js";
import { bindPage } from "../pages/bind-page.js";
import { WebhookError } from "../platform/errors.js";
import { registrationTtlSeconds } from "../vault/binding.js";
import type { Dependencies, OperationHandler } from "./dependencies.js";

type Refusal = ErrorOf<"getRegistrationUrl"> & ErrorOf<"startBinding">;

export const getRegistrationUrl: OperationHandler<"getRegistrationUrl"> = async (dependencies, request) => {
  const { registrationUrl, code } = await makeRegistration(dependencies, request, request.query.tv);
  return { registrationUrl, code, expiresIn: registrationTtlSeconds, webhookUrl: request.origin };
};

export const showBindPage: OperationHandler<"showBindPage"> = async ({ binding, frontendUrl }, { query, origin }) => {
  const frontend = frontendOrigin(query.tv) ?? frontendUrl;
  return bindPage({ webhookUrl: origin, frontend, isBound: await binding.isBound() });
};

export const startBinding: OperationHandler<"startBinding"> = async (dependencies, request) =>
  new Redirect((await makeRegistration(dependencies, request, request.body?.tv)).registrationUrl);

export const exchangeCode: OperationHandler<"exchangeCode"> = async ({ binding }, { body }) => {
  const secret = await binding.exchange(body.code);
  return {
    hmacSecret: secret.reveal(),
    webhookId: binding.webhookId,
    version: protocolVersion,
    capabilities: [...capabilityValues],
  };
};

/** Makes a registration and the link at the frontend that completes it (llm.txt, R15). */
async function makeRegistration(
  { binding, frontendUrl }: Dependencies,
  { origin, isFirstBinding }: Pick<OperationRequest<"startBinding">, "origin" | "isFirstBinding">,
  otherFrontend: string | undefined,
): Promise<{ readonly registrationUrl: string; readonly code: string }> {
  const frontend = frontendOrigin(otherFrontend) ?? frontendUrl;
  const { code, secretHash } = await binding.register(new URL(frontend).origin, isFirstBinding);
  const url = new URL("/vault/webhook-bind", frontend);
  url.searchParams.set("code", code);
  url.searchParams.set("webhook_url", Buffer.from(origin).toString("base64"));
  url.searchParams.set("hmac_hash", secretHash);
  return { registrationUrl: url.href, code };
}

/** Reads another frontend to bind to; whoever gets the code gets the secret. @throws WebhookError invalid_request */
function frontendOrigin(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  if (URL.canParse(text)) {
    const { protocol, hostname, pathname, search, hash, username, password, origin } = new URL(text);
    const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
    const isOrigin = pathname === "/" && !search && !hash && !username && !password;
    if (isOrigin && (protocol === "https:" || (protocol === "http:" && isLocal))) return origin;
  }
  throw new WebhookError(
    "invalid_request" satisfies Refusal,
    "The frontend must be an https origin, or http for localhost.",
  );
}
