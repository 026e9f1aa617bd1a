import type { Handler } from "../../contract/operation.js";
import type { Dependencies } from "../dependencies.js";

export const notifyRefresh =
  ({ refresh }: Dependencies): Handler<"notifyRefresh"> =>
  async ({ body: { service, refreshHint }, note }) => {
    const { status, message, expiryTime, providerHost } = await refresh.refresh(service, refreshHint?.provider);
    note({ refresh: status, ...(providerHost === undefined ? {} : { upstreamHost: providerHost }) });
    if (status !== "refreshed") return { status, message };
    return { status, newExpiresAt: new Date(expiryTime ?? 0).toISOString() };
  };
