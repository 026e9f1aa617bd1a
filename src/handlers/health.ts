import { capabilityValues, protocolVersion } from "../../generated/operations.js";
import type { Reply } from "../contract/operation.js";
import type { Dependencies } from "./dependencies.js";

/** Tells of the server's health, to anyone by GET, or by HEAD without the body, and to Token Vault by a signed POST. */
export async function getHealth(dependencies: Dependencies): Promise<Reply<"getHealth">> {
  const { credentials, clock, startedAtMs, killSwitch } = dependencies;
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
