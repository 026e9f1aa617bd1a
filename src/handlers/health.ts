import { capabilityValues, protocolVersion } from "../../generated/operations.js";
import type { Handler, Reply } from "../contract/operation.js";
import type { Dependencies } from "./dependencies.js";

export const headHealth: Handler<"headHealth"> = () => null;

/** Tells of the server's health, to anyone by GET and to Token Vault by a signed POST. */
export const getHealth =
  ({ credentials, clock, startedAtMs, killSwitch }: Dependencies) =>
  async (): Promise<Reply<"getHealth">> => ({
    status: (await killSwitch.isLocked()) ? "locked" : "healthy",
    version: protocolVersion,
    // The server does not start without its encryption key.
    keyConfigured: true,
    capabilities: [...capabilityValues],
    uptime: Math.max(0, Math.floor((clock.nowMs() - startedAtMs) / 1000)),
    tokenCount: await credentials.count(),
  });
