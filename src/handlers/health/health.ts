import { capabilityValues, protocolVersion } from "../../../generated/operations.js";
import type { Handler, Reply } from "../../contract/operation.js";
import type { Services } from "../dependencies.js";

export const getHealth =
  (services: Services): Handler<"getHealth"> =>
  () =>
    health(services);

export const headHealth: Handler<"headHealth"> = () => null;

export const checkHealth =
  (services: Services): Handler<"checkHealth"> =>
  () =>
    health(services);

function health({ tokens, clock, startedAtMs, killSwitch }: Services): Reply<"getHealth"> {
  return {
    status: killSwitch.isLocked ? "locked" : "healthy",
    version: protocolVersion,
    // The server does not start without its encryption key.
    keyConfigured: true,
    capabilities: [...capabilityValues],
    uptime: Math.max(0, Math.floor((clock.nowMs() - startedAtMs) / 1000)),
    tokenCount: tokens.count,
  };
}
