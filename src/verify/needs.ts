import { CheckFailure } from "./check-errors.js";
import type { Stage } from "./stage.js";
import { sendJson } from "./upstream.js";

type Need = "upstream" | "provider";

const known = new WeakMap<Stage, Map<Need, Promise<string | undefined>>>();

/** Resolves to the reason why a check with this need is moot, with the setting that would change it; else undefined. */
export function probeNeed(stage: Stage, need: Need): Promise<string | undefined> {
  const reasons = known.get(stage) ?? new Map<Need, Promise<string | undefined>>();
  known.set(stage, reasons);
  const reason = reasons.get(need) ?? (need === "upstream" ? probeUpstream(stage) : probeProvider(stage));
  reasons.set(need, reason);
  return reason;
}

async function probeUpstream(stage: Stage): Promise<string | undefined> {
  const { upstream, tokenVault } = stage;
  try {
    const service = await stage.stored({ accessToken: stage.secretText() });
    const { url } = upstream.route((_call, response) => {
      sendJson(response, {});
    });
    const reply = await tokenVault.proxy({ service, upstream: { url }, headerTemplates: {} });
    if (reply.at("error") !== "forbidden") return undefined;
    return (
      `the webhook calls no private address; allow it ${upstream.host} ` +
      `(here: ALLOW_PRIVATE_HOSTS=${upstream.host}) and pass --upstream-port ${String(upstream.port)}`
    );
  } catch (error) {
    // The check itself says what is wrong.
    if (error instanceof CheckFailure) return undefined;
    throw error;
  }
}

async function probeProvider(stage: Stage): Promise<string | undefined> {
  const { upstream, tokenVault } = stage;
  try {
    const tokens = { accessToken: stage.secretText(), refreshToken: stage.secretText(), provider: "verify" };
    const service = await stage.stored(tokens);
    const before = upstream.tokenCalls.length;
    upstream.tokenHandler = (_call, response) => {
      sendJson(response, { access_token: stage.secretText(), expires_in: 3600 });
    };
    const reply = await tokenVault.notify({ service });
    if (reply.at("status") !== "acknowledged" && upstream.tokenCalls.length > before) return undefined;
    return (
      "the webhook has no OAuth client named `verify`; give it one with the token URL " +
      `${upstream.tokenUrl} (here in OAUTH_PROVIDERS_JSON) and pass --upstream-port ${String(upstream.port)}`
    );
  } catch (error) {
    if (error instanceof CheckFailure) return undefined;
    throw error;
  }
}
