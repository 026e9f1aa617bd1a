import type { Handler } from "../../contract/operation.js";
import type { Services } from "../dependencies.js";

export const storeCredential =
  ({ tokens }: Services): Handler<"storeCredential"> =>
  async ({ body: { service, tokenData }, ticket }) => {
    const { mode, cid } = ticket.claims;
    // Refused data leaves the ticket usable, so that the browser can send it again, mended.
    const seal = tokens.prepare(service, tokenData, cid ?? undefined);
    await ticket.spend();
    const meta = await tokens.put(service, seal(), mode === "create");
    return { status: "stored", service, meta };
  };
