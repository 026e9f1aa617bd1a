import { capabilityValues, protocolVersion } from "../../../generated/operations.js";
import type { Handler, Reply } from "../../contract/operation.js";
import type { Dependencies } from "../dependencies.js";

export const getHealth =
  (services: Dependencies): Handler<"getHealth"> =>
  () =>
    health(services);

export const headHealth: Handler<"headHealth"> = () => null;

export const checkHealth =
  (services: Dependencies): Handler<"checkHealth"> =>
  () =>
    health(services);

async function health({ credentials, clock, startedAtMs, killSwitch }: Dependencies): Promise<Reply<"getHealth">> {
  return {
    status: (await killSwitch.isLocked()) ? "locked" : "healthy",
    version: protocolVersion,
    // The server does not start without its encryption key.
    keyConfigured: true,
    capabilities: [...capabilityValues],
    uptime: Math.max(0, Math.floor((clock.nowMs() - startedAtMs) / 1000)),
    tokenCount: await credentials.count(),
  };
}
