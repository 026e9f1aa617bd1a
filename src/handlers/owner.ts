import { PlainText, type Handler } from "../contract.js";
import type { Services } from "./services.js";

export const allowHost =
  ({ hosts }: Services): Handler<"allowHost"> =>
  async ({ body: { service, host } }) => {
    const { pinned, listed, allowed } = await hosts.allow(service, host);
    return {
      service,
      ...(pinned === undefined ? {} : { pinned }),
      ...(listed === undefined ? {} : { listed: [...listed] }),
      ...(allowed === undefined ? {} : { allowed: [...allowed] }),
    };
  };

export const showMetrics =
  ({ metricsText }: Services): Handler<"showMetrics"> =>
  async () =>
    new PlainText(await metricsText());
