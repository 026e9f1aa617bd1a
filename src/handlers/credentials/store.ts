import type { Handler } from "../../contract/operation.js";
import type { Dependencies } from "../dependencies.js";

export const storeCredential =
  ({ credentials }: Dependencies): Handler<"storeCredential"> =>
  async ({ body: { service, tokenData }, ticket }) => {
    const { mode, cid } = ticket.claims;
    // Refused data leaves the ticket usable, so that the browser can send it again, mended.
    const prepared = credentials.prepare(service, tokenData, cid ?? undefined);
    await ticket.spend();
    return { status: "stored", service, meta: await credentials.put(prepared, mode === "create") };
  };
